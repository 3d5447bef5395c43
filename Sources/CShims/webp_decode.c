#include "webp_decode.h"

#include <stdio.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

static outpaint_decode_status end(
    outpaint_decode_status status, const char *text, outpaint_decode_message *message) {
    snprintf(message->text, sizeof message->text, "%s", text);
    return status;
}

static outpaint_decode_status outcome(VP8StatusCode status, outpaint_decode_message *message) {
    switch (status) {
    case VP8_STATUS_OK: return OUTPAINT_DECODED;
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA: return OUTPAINT_TRUNCATED;
    case VP8_STATUS_OUT_OF_MEMORY: return OUTPAINT_TOO_MUCH_MEMORY;
    case VP8_STATUS_UNSUPPORTED_FEATURE: return end(OUTPAINT_UNSUPPORTED, "a feature of the stream", message);
    default: return end(OUTPAINT_CORRUPT, "the stream breaks off or breaks a rule", message);
    }
}

// Decodes one frame to its place, which the caller has checked to lie on the canvas.
static outpaint_decode_status decode_frame(
    const WebPIterator *frame, const outpaint_canvas *canvas, outpaint_decode_message *message) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return end(OUTPAINT_UNSUPPORTED, "this version of libwebp", message);
    VP8StatusCode status = WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &config.input);
    if (status != VP8_STATUS_OK) return outcome(status, message);
    if (config.input.width != frame->width || config.input.height != frame->height)
        return end(OUTPAINT_CORRUPT, "the size is not what the header said", message);

    size_t row_bytes = (size_t)canvas->width * canvas->channels;
    size_t start = (size_t)frame->y_offset * row_bytes + (size_t)frame->x_offset * canvas->channels;
    config.output.colorspace = canvas->channels == 4 ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = canvas->pixels + start;
    config.output.u.RGBA.stride = (int)row_bytes;
    config.output.u.RGBA.size = row_bytes * canvas->height - start;
    status = WebPDecode(frame->fragment.bytes, frame->fragment.size, &config);
    WebPFreeDecBuffer(&config.output);
    return outcome(status, message);
}

outpaint_decode_status outpaint_webp_decode(
    const uint8_t *file, size_t count, const outpaint_canvas *canvas, outpaint_decode_message *message) {
    WebPData data = {.bytes = file, .size = count};
    WebPDemuxState state;
    WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
    if (!demuxer || state != WEBP_DEMUX_DONE) {
        WebPDemuxDelete(demuxer);
        return state == WEBP_DEMUX_PARSE_ERROR ? end(OUTPAINT_CORRUPT, "the chunks break a rule", message)
                                               : OUTPAINT_TRUNCATED;
    }
    outpaint_decode_status status;
    WebPIterator frame;
    memset(&frame, 0, sizeof frame);
    if (WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH) != canvas->width
        || WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT) != canvas->height) {
        status = end(OUTPAINT_CORRUPT, "the size is not what the header said", message);
    } else if (!WebPDemuxGetFrame(demuxer, 1, &frame) || !frame.complete) {
        status = end(OUTPAINT_CORRUPT, "there is no frame", message);
    } else if (
        frame.x_offset < 0 || frame.y_offset < 0 || frame.width < 1 || frame.height < 1
        || (int64_t)frame.x_offset + frame.width > (int64_t)canvas->width
        || (int64_t)frame.y_offset + frame.height > (int64_t)canvas->height) {
        status = end(OUTPAINT_CORRUPT, "the first frame leaves the canvas", message);
    } else {
        if ((uint32_t)frame.width != canvas->width || (uint32_t)frame.height != canvas->height)
            memset(canvas->pixels, 0, (size_t)canvas->width * canvas->height * canvas->channels);
        status = decode_frame(&frame, canvas, message);
    }
    WebPDemuxReleaseIterator(&frame);
    WebPDemuxDelete(demuxer);
    return status;
}
