// JPEG by libjpeg-turbo, row by row.
//
// libjpeg reports errors by longjmp. The jump ends inside the shim and never crosses frames of Swift, since there are no
// callbacks.
// Each call writes into a buffer of the caller, which must hold the most that the rows can become.
#ifndef CSHIMS_JPEG_ENCODE_H
#define CSHIMS_JPEG_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct outpaint_jpeg_encoder outpaint_jpeg_encoder;

// The buffer size for the header of a file without its comment, for `rows` rows and for rows held back before.
size_t outpaint_jpeg_room(uint32_t width, uint32_t rows);

// NULL without memory. One encoder writes any number of files, one after the other.
outpaint_jpeg_encoder *outpaint_jpeg_encoder_new(void);
void outpaint_jpeg_encoder_free(outpaint_jpeg_encoder *encoder);

// All of these return how many bytes they wrote, or a negative number after an error; then the encoder is ready for the
// next file. Pixels are RGB. `halved` stores chroma at half the width and height. An empty comment is omitted.
ptrdiff_t outpaint_jpeg_begin(
    outpaint_jpeg_encoder *encoder, uint32_t width, uint32_t height, int quality, bool halved, const uint8_t *comment,
    size_t comment_count, uint8_t *room, size_t count);
ptrdiff_t outpaint_jpeg_write(
    outpaint_jpeg_encoder *encoder, const uint8_t *pixels, uint32_t rows, uint8_t *room, size_t count);
ptrdiff_t outpaint_jpeg_end(outpaint_jpeg_encoder *encoder, uint8_t *room, size_t count);

// Abandons a file that was begun.
void outpaint_jpeg_abort(outpaint_jpeg_encoder *encoder);

// The library's error message.
const char *outpaint_jpeg_message(const outpaint_jpeg_encoder *encoder);

#endif
