// JPEG by libjpeg-turbo.
#ifndef CSHIMS_JPEG_DECODE_H
#define CSHIMS_JPEG_DECODE_H

#include "image_decode.h"

// Decodes a whole file: to RGB into a canvas of three channels, to CMYK as it is stored (that is, inverted, as all
// writers do) into one of four. The library may keep `memory` bytes besides. What it warns of, it has guessed, so
// that a warning ends the decoding.
outpaint_decode_status outpaint_jpeg_decode(
    const uint8_t *file, size_t count, const outpaint_canvas *canvas, size_t memory, outpaint_decode_message *message);

#endif
