// libcurl, loaded on first use. Its functions for options are variadic, which Swift cannot call.
#ifndef CSHIMS_LIBCURL_H
#define CSHIMS_LIBCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One transfer: libcurl's easy handle with the fields of its request.
typedef struct outpaint_transfer outpaint_transfer;

// The callbacks of a running transfer. Any of them ends it by returning false.
typedef struct {
    void *context;
    // Whether to connect to an address of four bytes or of sixteen.
    bool (*allows)(void *context, const uint8_t *address, size_t count);
    // Whether to go on after `count` bytes of a header, or after these bytes of a body.
    bool (*takes_head)(void *context, size_t count);
    bool (*takes_body)(void *context, const uint8_t *bytes, size_t count);
    // Whether to go on, asked at least every second.
    bool (*goes_on)(void *context);
} outpaint_transfer_questions;

// NULL if the library is not installed, or without memory. To be closed.
outpaint_transfer *outpaint_transfer_open(void);
void outpaint_transfer_close(outpaint_transfer *transfer);

// These answer with a CURLcode. Text is copied, bytes and questions are not.
unsigned outpaint_transfer_set_number(outpaint_transfer *transfer, unsigned option, long value);
unsigned outpaint_transfer_set_size(outpaint_transfer *transfer, unsigned option, int64_t value);
unsigned outpaint_transfer_set_text(outpaint_transfer *transfer, unsigned option, const char *value);
unsigned outpaint_transfer_set_body(outpaint_transfer *transfer, const uint8_t *bytes, size_t count);
unsigned outpaint_transfer_add_field(outpaint_transfer *transfer, const char *line);
unsigned outpaint_transfer_run(outpaint_transfer *transfer, const outpaint_transfer_questions *questions);

// What is known afterwards; text may be NULL and goes with the transfer.
long outpaint_transfer_number(outpaint_transfer *transfer, unsigned info);
const char *outpaint_transfer_text(outpaint_transfer *transfer, unsigned info);

#endif
