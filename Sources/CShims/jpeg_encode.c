#include "jpeg_encode.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

struct outpaint_jpeg_encoder {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr target;
    jmp_buf trap;
    char message[JMSG_LENGTH_MAX];
};

static void give_up(j_common_ptr jpeg) {
    outpaint_jpeg_encoder *encoder = jpeg->client_data;
    jpeg->err->format_message(jpeg, encoder->message);
    longjmp(encoder->trap, 1);
}

static void say_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void start_target(j_compress_ptr jpeg) { (void)jpeg; }

// The caller's buffer must be large enough.
static boolean no_room(j_compress_ptr jpeg) {
    ERREXIT(jpeg, JERR_BUFFER_SIZE);
    return FALSE;
}

size_t outpaint_jpeg_room(uint32_t width, uint32_t rows) {
    // libjpeg-turbo's own bound is six bytes a pixel in whole blocks; up to sixteen rows may have been held back.
    return ((size_t)width + 16) * ((size_t)rows + 32) * 6 + 2048;
}

outpaint_jpeg_encoder *outpaint_jpeg_encoder_new(void) {
    outpaint_jpeg_encoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder) return NULL;
    encoder->jpeg.client_data = encoder;
    encoder->jpeg.err = jpeg_std_error(&encoder->errors);
    encoder->errors.error_exit = give_up;
    encoder->errors.output_message = say_nothing;
    if (setjmp(encoder->trap)) {
        free(encoder);
        return NULL;
    }
    jpeg_create_compress(&encoder->jpeg);
    encoder->target.init_destination = start_target;
    encoder->target.empty_output_buffer = no_room;
    encoder->target.term_destination = start_target;
    encoder->jpeg.dest = &encoder->target;
    return encoder;
}

void outpaint_jpeg_encoder_free(outpaint_jpeg_encoder *encoder) {
    if (!encoder) return;
    jpeg_destroy_compress(&encoder->jpeg);
    free(encoder);
}

void outpaint_jpeg_abort(outpaint_jpeg_encoder *encoder) { jpeg_abort_compress(&encoder->jpeg); }

const char *outpaint_jpeg_message(const outpaint_jpeg_encoder *encoder) { return encoder->message; }

static void take_room(outpaint_jpeg_encoder *encoder, uint8_t *room, size_t count) {
    encoder->target.next_output_byte = room;
    encoder->target.free_in_buffer = count;
}

static ptrdiff_t written(const outpaint_jpeg_encoder *encoder, const uint8_t *room) {
    return encoder->target.next_output_byte - room;
}

static ptrdiff_t failed(outpaint_jpeg_encoder *encoder) {
    jpeg_abort_compress(&encoder->jpeg);
    return -1;
}

ptrdiff_t outpaint_jpeg_begin(
    outpaint_jpeg_encoder *encoder, uint32_t width, uint32_t height, int quality, bool halved, const uint8_t *comment,
    size_t comment_count, uint8_t *room, size_t count) {
    if (setjmp(encoder->trap)) return failed(encoder);
    take_room(encoder, room, count);
    j_compress_ptr jpeg = &encoder->jpeg;
    jpeg->image_width = width;
    jpeg->image_height = height;
    jpeg->input_components = 3;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    // The integer transform gives the same results on every processor.
    jpeg->dct_method = JDCT_ISLOW;
    jpeg->comp_info[0].h_samp_factor = jpeg->comp_info[0].v_samp_factor = halved ? 2 : 1;
    jpeg_start_compress(jpeg, TRUE);
    if (comment_count) jpeg_write_marker(jpeg, JPEG_COM, comment, (unsigned)comment_count);
    return written(encoder, room);
}

ptrdiff_t outpaint_jpeg_write(
    outpaint_jpeg_encoder *encoder, const uint8_t *pixels, uint32_t rows, uint8_t *room, size_t count) {
    if (setjmp(encoder->trap)) return failed(encoder);
    take_room(encoder, room, count);
    j_compress_ptr jpeg = &encoder->jpeg;
    size_t row_bytes = (size_t)jpeg->image_width * 3;
    for (uint32_t done = 0; done < rows;) {
        JSAMPROW addresses[16];
        uint32_t ready = rows - done < 16 ? rows - done : 16;
        // The library reads them only.
        for (uint32_t i = 0; i < ready; i++) addresses[i] = (JSAMPROW)(pixels + (done + i) * row_bytes);
        done += jpeg_write_scanlines(jpeg, addresses, ready);
    }
    return written(encoder, room);
}

ptrdiff_t outpaint_jpeg_end(outpaint_jpeg_encoder *encoder, uint8_t *room, size_t count) {
    if (setjmp(encoder->trap)) return failed(encoder);
    take_room(encoder, room, count);
    jpeg_finish_compress(&encoder->jpeg);
    return written(encoder, room);
}
