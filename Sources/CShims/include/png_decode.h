// PNG by libpng.
#ifndef CSHIMS_PNG_DECODE_H
#define CSHIMS_PNG_DECODE_H

#include "image_decode.h"

// Decodes a whole file. Chunks that do not affect pixels are skipped, and checksums of chunks are not verified: the caller
// has done that. 16 bits become 8 by rounding to the nearest, palettes and short samples are widened, gray becomes RGB. The
// canvas has four channels if and only if the file has alpha or tRNS.
outpaint_decode_status outpaint_png_decode(
    const uint8_t *file, size_t count, const outpaint_canvas *canvas, outpaint_decode_message *message);

// Undoes the filters of rows of 8-bit samples (3 or 4 per pixel) into the canvas. Each row of `filtered` is the filter's
// number and the row. `filtered` may overlap the canvas if it begins at least three rows and eight bytes behind the
// canvas's start. Returns 0 for an unknown filter.
int outpaint_png_unfilter(const uint8_t *filtered, const outpaint_canvas *canvas);

#endif
