// WebP by libwebp and its demultiplexer.
#ifndef CSHIMS_WEBP_DECODE_H
#define CSHIMS_WEBP_DECODE_H

#include "image_decode.h"

// Decodes a whole file: a still picture, or the first frame of an animation onto an empty canvas, which is what a
// player shows first. The canvas has three or four channels, as the caller likes.
outpaint_decode_status outpaint_webp_decode(
    const uint8_t *file, size_t count, const outpaint_canvas *canvas, outpaint_decode_message *message);

#endif
