// Shared by the shims that decode pictures.
//
// Libraries report errors by longjmp. The jump ends inside the shim, which frees everything the library held, and never
// crosses frames of Swift: each shim is one call without callbacks, and its outcome is a value.
#ifndef CSHIMS_IMAGE_DECODE_H
#define CSHIMS_IMAGE_DECODE_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    OUTPAINT_DECODED,
    OUTPAINT_TRUNCATED,
    OUTPAINT_CORRUPT,
    OUTPAINT_UNSUPPORTED,
    OUTPAINT_TOO_MUCH_MEMORY,
} outpaint_decode_status;

// The target of pixels: packed rows of the size in the file's header, which the library's size must equal.
typedef struct {
    uint8_t *pixels;
    uint32_t width, height;
    uint32_t channels;
} outpaint_canvas;

// The library's error message.
typedef struct {
    char text[120];
} outpaint_decode_message;

#endif
