// libwebp and the reader of its container.
#include <webp/decode.h>
#include <webp/encode.h>
