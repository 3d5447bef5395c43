#include "inflate.h"

#include <libdeflate.h>

outpaint_inflate_status outpaint_inflate(
    const uint8_t *packed, size_t count, uint8_t *bytes, size_t room, size_t *written) {
    *written = 0;
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    if (!inflater) return OUTPAINT_INFLATE_BROKEN;
    enum libdeflate_result result = libdeflate_zlib_decompress(inflater, packed, count, bytes, room, written);
    libdeflate_free_decompressor(inflater);
    switch (result) {
    case LIBDEFLATE_SUCCESS: return OUTPAINT_INFLATED;
    case LIBDEFLATE_INSUFFICIENT_SPACE: return OUTPAINT_INFLATE_TOO_LONG;
    default: return OUTPAINT_INFLATE_BROKEN;
    }
}

uint32_t outpaint_crc32(const uint8_t *bytes, size_t count) { return libdeflate_crc32(0, bytes, count); }
