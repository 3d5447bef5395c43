// Scans for the first byte that a text parser has to handle itself.
#ifndef CSHIMS_SCAN_H
#define CSHIMS_SCAN_H

#include <stddef.h>
#include <stdint.h>

// The number of leading bytes that need no handling in a JSON string: up to the first quotation mark, backslash, control
// byte below 0x20 or byte above 0x7f.
size_t outpaint_plain_run(const uint8_t *text, size_t count);
size_t outpaint_plain_run_portable(const uint8_t *text, size_t count);

// How many bytes at the front are ASCII.
size_t outpaint_ascii_run(const uint8_t *text, size_t count);

#endif
