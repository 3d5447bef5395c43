// JPEG by libjpeg-turbo.
#ifndef CSHIMS_JPEG_DECODE_H
#define CSHIMS_JPEG_DECODE_H

#include "image_decode.h"

// Decodes a whole file: to RGB into a canvas of three channels, to CMYK as it is stored (inverted, as all writers do)
// into one of four. The library may allocate `memory` bytes besides. A warning ends the decoding, since the library has
// guessed pixels then.
outpaint_decode_status outpaint_jpeg_decode(
    const uint8_t *file, size_t count, const outpaint_canvas *canvas, size_t memory, outpaint_decode_message *message);

#endif
