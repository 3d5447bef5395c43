// Unpacks complete streams.
#ifndef CSHIMS_INFLATE_H
#define CSHIMS_INFLATE_H

#include <stddef.h>
#include <stdint.h>

typedef enum { OUTPAINT_INFLATED, OUTPAINT_INFLATE_BROKEN, OUTPAINT_INFLATE_TOO_LONG } outpaint_inflate_status;

// Unpacks a zlib stream into at most `room` bytes and verifies its checksum.
outpaint_inflate_status outpaint_inflate(
    const uint8_t *packed, size_t count, uint8_t *bytes, size_t room, size_t *written);

uint32_t outpaint_crc32(const uint8_t *bytes, size_t count);

#endif
