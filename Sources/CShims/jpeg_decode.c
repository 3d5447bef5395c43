#include "jpeg_decode.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

struct reader {
    struct jpeg_error_mgr errors;
    outpaint_decode_status status;
    outpaint_decode_message *message;
    jmp_buf trap;
};

static void give_up(j_common_ptr jpeg) {
    struct reader *reader = (struct reader *)jpeg->err;
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY: reader->status = OUTPAINT_TRUNCATED; break;
    case JERR_OUT_OF_MEMORY:
    case JERR_NO_BACKING_STORE: reader->status = OUTPAINT_TOO_MUCH_MEMORY; break;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED: reader->status = OUTPAINT_UNSUPPORTED; break;
    default: reader->status = OUTPAINT_CORRUPT;
    }
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    snprintf(reader->message->text, sizeof reader->message->text, "%s", text);
    longjmp(reader->trap, 1);
}

static void take_message(j_common_ptr jpeg, int level) {
    // An unknown version of JFIF does not affect pixels. Every other warning means guessed pixels.
    if (level < 0 && jpeg->err->msg_code != JWRN_JFIF_MAJOR) give_up(jpeg);
}

static void say_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void refuse(struct jpeg_decompress_struct *jpeg, outpaint_decode_status status, const char *text) {
    struct reader *reader = (struct reader *)jpeg->err;
    reader->status = status;
    snprintf(reader->message->text, sizeof reader->message->text, "%s", text);
    longjmp(reader->trap, 1);
}

// All scans of a progressive file have been read. A file that was cut between two scans is an approximation of its
// picture: some bits of some coefficients are missing.
static void refuse_unfinished(struct jpeg_decompress_struct *jpeg) {
    if (!jpeg->coef_bits) return;
    for (int component = 0; component < jpeg->num_components; component++)
        for (int k = 0; k < DCTSIZE2; k++)
            if (jpeg->coef_bits[component][k] != 0) refuse(jpeg, OUTPAINT_CORRUPT, "scans are missing");
}

static void decode(
    struct jpeg_decompress_struct *jpeg, const uint8_t *file, size_t count, const outpaint_canvas *canvas,
    size_t memory) {
    jpeg->mem->max_memory_to_use = (long)memory;
    jpeg_mem_src(jpeg, file, count);
    jpeg_read_header(jpeg, TRUE);
    if (jpeg->image_width != canvas->width || jpeg->image_height != canvas->height)
        refuse(jpeg, OUTPAINT_CORRUPT, "the size is not what the header said");
    int is_cmyk = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    if (is_cmyk != (canvas->channels == 4) || jpeg->jpeg_color_space == JCS_UNKNOWN)
        refuse(jpeg, OUTPAINT_UNSUPPORTED, "the color model");

    jpeg->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(jpeg);
    refuse_unfinished(jpeg);
    size_t row_bytes = (size_t)canvas->width * canvas->channels;
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW rows[16];
        JDIMENSION ready = jpeg->output_height - jpeg->output_scanline;
        if (ready > 16) ready = 16;
        for (JDIMENSION i = 0; i < ready; i++)
            rows[i] = canvas->pixels + ((size_t)jpeg->output_scanline + i) * row_bytes;
        jpeg_read_scanlines(jpeg, rows, ready);
    }
    // Reads on to the end of image, which must be there.
    jpeg_finish_decompress(jpeg);
}

outpaint_decode_status outpaint_jpeg_decode(
    const uint8_t *file, size_t count, const outpaint_canvas *canvas, size_t memory, outpaint_decode_message *message) {
    struct reader reader = {.status = OUTPAINT_DECODED, .message = message};
    struct jpeg_decompress_struct jpeg;
    // Destroying a zeroed object does nothing.
    memset(&jpeg, 0, sizeof jpeg);
    jpeg.err = jpeg_std_error(&reader.errors);
    reader.errors.error_exit = give_up;
    reader.errors.emit_message = take_message;
    reader.errors.output_message = say_nothing;
    if (setjmp(reader.trap) == 0) {
        jpeg_create_decompress(&jpeg);
        decode(&jpeg, file, count, canvas, memory);
    }
    jpeg_destroy_decompress(&jpeg);
    return reader.status;
}
