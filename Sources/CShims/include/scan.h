// Scans that find the first byte a text reader has to look at itself.
#ifndef CSHIMS_SCAN_H
#define CSHIMS_SCAN_H

#include <stddef.h>
#include <stdint.h>

// How many bytes at the front a JSON string can hold as they are: up to the first quotation mark, backslash, control
// byte below 0x20 or byte above 0x7f.
size_t outpaint_plain_run(const uint8_t *text, size_t count);
size_t outpaint_plain_run_portable(const uint8_t *text, size_t count);

// How many bytes at the front are ASCII.
size_t outpaint_ascii_run(const uint8_t *text, size_t count);

#endif
