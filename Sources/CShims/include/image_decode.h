// What the shims that decode pictures have in common.
//
// A library that gives up jumps; the jump ends inside the shim, where everything the library held is let go. Swift's
// frames are never crossed: each shim is one call without callbacks, and its outcome is a value.
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

// Where pixels go: packed rows of the size that the file's header promised, which the library's own must equal.
typedef struct {
    uint8_t *pixels;
    uint32_t width, height;
    uint32_t channels;
} outpaint_canvas;

// What the library said when it gave up.
typedef struct {
    char text[120];
} outpaint_decode_message;

#endif
