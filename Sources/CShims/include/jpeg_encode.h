// JPEG by libjpeg-turbo, row by row.
//
// A library that gives up jumps; the jump ends inside the shim. Swift's frames are never crossed, as no call comes back.
// Each call writes into room that the caller gives; it must hold whatever the rows handed in can become.
#ifndef CSHIMS_JPEG_ENCODE_H
#define CSHIMS_JPEG_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct outpaint_jpeg_encoder outpaint_jpeg_encoder;

// Room for the head of a file, its comment aside, and for `rows` rows and those that were held back before.
size_t outpaint_jpeg_room(uint32_t width, uint32_t rows);

// NULL without memory. One encoder writes any number of files, one after the other.
outpaint_jpeg_encoder *outpaint_jpeg_encoder_new(void);
void outpaint_jpeg_encoder_free(outpaint_jpeg_encoder *encoder);

// All of these say how many bytes they wrote, or less than none after an error; then the encoder is ready for the next
// file. Pixels are RGB. `halved` stores colour at half the width and height. An empty comment is none.
ptrdiff_t outpaint_jpeg_begin(
    outpaint_jpeg_encoder *encoder, uint32_t width, uint32_t height, int quality, bool halved, const uint8_t *comment,
    size_t comment_count, uint8_t *room, size_t count);
ptrdiff_t outpaint_jpeg_write(
    outpaint_jpeg_encoder *encoder, const uint8_t *pixels, uint32_t rows, uint8_t *room, size_t count);
ptrdiff_t outpaint_jpeg_end(outpaint_jpeg_encoder *encoder, uint8_t *room, size_t count);

// Lets go of a file that was begun.
void outpaint_jpeg_abort(outpaint_jpeg_encoder *encoder);

// What the library said when it gave up.
const char *outpaint_jpeg_message(const outpaint_jpeg_encoder *encoder);

#endif
