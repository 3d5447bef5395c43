// Base64 in whole blocks; the rest at the end, padding and white space are left to the caller.
//
// The fastest implementation for the processor is chosen at run time. The `portable` ones run on every processor, and are
// exported so that tests can compare the others with them.
#ifndef CSHIMS_BASE64_H
#define CSHIMS_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Decodes groups of four characters until one holds a character that is not of the alphabet. Returns how many
// characters were decoded, a multiple of four; three bytes are written for each four.
size_t outpaint_base64_decode(const uint8_t *text, size_t count, uint8_t *bytes, bool url_safe);
size_t outpaint_base64_decode_portable(const uint8_t *text, size_t count, uint8_t *bytes, bool url_safe);

// The value of one character, 0 to 63, or 255 when it is not of the alphabet.
uint8_t outpaint_base64_value(uint8_t character, bool url_safe);

// Encodes groups of three bytes in the standard alphabet. Returns how many bytes were encoded, a multiple of three;
// four characters are written for each three.
size_t outpaint_base64_encode(const uint8_t *bytes, size_t count, uint8_t *text);
size_t outpaint_base64_encode_portable(const uint8_t *bytes, size_t count, uint8_t *text);

#endif
