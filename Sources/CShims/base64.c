// Base64 in blocks.
