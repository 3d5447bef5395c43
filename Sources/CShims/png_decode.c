#include "png_decode.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

struct reader {
    const uint8_t *at;
    size_t left;
    // The remaining bytes that may be read.
    size_t allowed;
    outpaint_decode_status status;
    outpaint_decode_message *message;
    jmp_buf trap;
};

static void give_up(png_structp png, png_const_charp text) {
    struct reader *reader = png_get_error_ptr(png);
    if (reader->status == OUTPAINT_DECODED) reader->status = OUTPAINT_CORRUPT;
    snprintf(reader->message->text, sizeof reader->message->text, "%s", text);
    longjmp(reader->trap, 1);
}

// libpng's warnings concern no pixels; anything that could is an error (see `png_set_benign_errors`).
static void ignore(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void read_bytes(png_structp png, png_bytep bytes, size_t count) {
    struct reader *reader = png_get_io_ptr(png);
    if (count > reader->left) {
        reader->status = OUTPAINT_TRUNCATED;
        png_error(png, "end of file");
    }
    if (count > reader->allowed) png_error(png, "Too much image data");
    reader->allowed -= count;
    memcpy(bytes, reader->at, count);
    reader->at += count;
    reader->left -= count;
}

// With the last row libpng unpacks all remaining data before it reports the excess, at up to a thousand times its size. This
// bounds what the last row can need, read ahead and in the smallest pieces.
static size_t longest_end(size_t row_bytes) { return row_bytes + row_bytes / 8 + (256 << 10); }

static void decode(
    png_structp png, png_infop info, const outpaint_canvas *canvas, struct reader *reader, size_t count) {
    png_set_benign_errors(png, 0);
    png_set_user_limits(png, canvas->width, canvas->height);
    // Only a palette is kept, so these are a safeguard.
    png_set_chunk_cache_max(png, 1);
    png_set_chunk_malloc_max(png, count);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != canvas->width || png_get_image_height(png, info) != canvas->height)
        png_error(png, "the size is not what the header said");

    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    int passes = png_set_interlace_handling(png);
    size_t stored_row_bytes = png_get_rowbytes(png, info);
    png_read_update_info(png, info);
    size_t row_bytes = (size_t)canvas->width * canvas->channels;
    if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "the channels are not what the header said");

    for (int pass = 0; pass < passes; pass++)
        for (size_t y = 0; y < canvas->height; y++) {
            if (pass == passes - 1 && y == canvas->height - 1) reader->allowed = longest_end(stored_row_bytes);
            png_read_row(png, canvas->pixels + y * row_bytes, NULL);
        }
    reader->allowed = SIZE_MAX;
    // Reads on to the end: only there the stream's own checksum shows.
    png_read_end(png, info);
}

outpaint_decode_status outpaint_png_decode(
    const uint8_t *file, size_t count, const outpaint_canvas *canvas, outpaint_decode_message *message) {
    struct reader reader = {.at = file, .left = count, .allowed = SIZE_MAX, .status = OUTPAINT_DECODED, .message = message};
    // Changed between the setjmp and a jump back to it.
    png_structp volatile png = NULL;
    png_infop volatile info = NULL;
    if (setjmp(reader.trap) == 0) {
        png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, give_up, ignore);
        info = png ? png_create_info_struct(png) : NULL;
        if (info) {
            png_set_read_fn(png, &reader, read_bytes);
            decode(png, info, canvas, &reader, count);
        } else {
            reader.status = OUTPAINT_TOO_MUCH_MEMORY;
        }
    }
    png_structp used = png;
    png_infop used_info = info;
    if (used) png_destroy_read_struct(&used, used_info ? &used_info : NULL, NULL);
    return reader.status;
}
