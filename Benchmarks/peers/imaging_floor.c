// What a job on images costs at least: the same libraries and, for PNG, the encoder in plain C, without bounds, errors,
// choices between ways or metadata. Reads jobs from standard input and answers each with its milliseconds of CPU and of
// wall and the bytes it made: `IN OUT CANVAS`, such as `reference.png png stretch`.
//
//   clang -O2 imaging_floor.c -o imaging_floor -ldeflate -ljpeg -lwebp
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>
#include <libdeflate.h>
#include <webp/encode.h>

// The two loops over bytes are C in the program, too.
#include "../../Sources/CShims/paeth.c"
#include "../../Sources/CShims/png_decode_unfilter.c"

enum { SIDE = 1024, CANVAS = 2048, BAND = 40, ROW = CANVAS * 3 };

static uint8_t pixels[SIDE * SIDE * 3], unpacked[SIDE * (SIDE * 3 + 1)], packed[1 << 23];
static uint8_t out[1 << 25];
static size_t out_count;

// MARK: Decoding

static uint32_t big(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void decode_png(const uint8_t *file, size_t count) {
    size_t size = 0;
    for (size_t at = 8; at + 12 <= count; at += 12 + big(file + at)) {
        uint32_t length = big(file + at);
        if (libdeflate_crc32(0, file + at + 4, length + 4) != big(file + at + 8 + length)) exit(1);
        if (memcmp(file + at + 4, "IDAT", 4)) continue;
        memcpy(packed + size, file + at + 8, length);
        size += length;
    }
    static struct libdeflate_decompressor *inflater;
    if (!inflater) inflater = libdeflate_alloc_decompressor();
    if (libdeflate_zlib_decompress(inflater, packed, size, unpacked, sizeof unpacked, NULL)) exit(1);
    outpaint_canvas canvas = {pixels, SIDE, SIDE, 3};
    outpaint_png_unfilter(unpacked, &canvas);
}

static void decode_jpeg(const uint8_t *file, size_t count) {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, file, count);
    jpeg_read_header(&jpeg, TRUE);
    jpeg_start_decompress(&jpeg);
    while (jpeg.output_scanline < SIDE) {
        JSAMPROW row = pixels + (size_t)jpeg.output_scanline * SIDE * 3;
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
}

// MARK: The canvas: the reference in its middle, its edges stretched or mirrored

static void paint(int top, int rows, int mirror, uint8_t *target) {
    enum { MARGIN = (CANVAS - SIDE) / 2 };
    for (int y = top; y < top + rows; y++, target += ROW) {
        int from = y - MARGIN;
        if (mirror) from = from < 0 ? -1 - from : from >= SIDE ? 2 * SIDE - 1 - from : from;
        else from = from < 0 ? 0 : from >= SIDE ? SIDE - 1 : from;
        const uint8_t *source = pixels + (size_t)from * SIDE * 3;
        memcpy(target + MARGIN * 3, source, SIDE * 3);
        for (int x = 0; x < MARGIN; x++) {
            memcpy(target + x * 3, source + (mirror ? (MARGIN - 1 - x) * 3 : 0), 3);
            memcpy(target + (MARGIN + SIDE + x) * 3, source + (mirror ? SIDE - 1 - x : SIDE - 1) * 3, 3);
        }
    }
}

// MARK: PNG: PAETH, a Huffman code a band, runs of zeros and no other match

static const uint16_t bases[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                   31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t extras[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static uint8_t symbols[259];
static uint8_t band[(BAND + 1) * ROW], residuals[BAND * (ROW + 1)];

static int by_weight(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void code(const uint32_t *weights, int count, int limit, uint8_t *lengths, uint32_t *codes) {
    uint64_t leaves[286], nodes[571];
    int parent[571], depth[571], n = 0, counts[16] = {0};
    memset(lengths, 0, count);
    for (int i = 0; i < count; i++)
        if (weights[i]) leaves[n++] = (uint64_t)weights[i] << 16 | i;
    qsort(leaves, n, sizeof *leaves, by_weight);
    for (int i = 0; i < n; i++) nodes[i] = leaves[i] >> 16;
    for (int leaf = 0, node = n, end = n; end < 2 * n - 1; end++) {
        uint64_t sum = 0;
        for (int k = 0; k < 2; k++) {
            int least = leaf < n && (node >= end || nodes[leaf] <= nodes[node]) ? leaf++ : node++;
            sum += nodes[least];
            parent[least] = end;
        }
        nodes[end] = sum;
    }
    depth[2 * n - 2] = 0;
    if (n == 1) counts[1] = 1;
    for (int i = 2 * n - 3; i >= 0; i--) {
        depth[i] = depth[parent[i]] + 1;
        if (i < n) counts[depth[i] < limit ? depth[i] : limit]++;
    }
    int excess = -(1 << limit);
    for (int l = 1; l <= limit; l++) excess += counts[l] << (limit - l);
    for (; excess > 0; excess--) {
        int l = limit - 1;
        while (!counts[l]) l--;
        counts[l]--, counts[l + 1] += 2, counts[limit]--;
    }
    uint32_t next[17] = {0};
    for (int l = 1, leaf = n - 1; l <= limit; l++) {
        next[l + 1] = (next[l] + counts[l]) << 1;
        for (int k = 0; k < counts[l]; k++) lengths[leaves[leaf--] & 0xffff] = (uint8_t)l;
    }
    for (int i = 0; i < count; i++) {
        uint32_t reversed = 0, c = lengths[i] ? next[lengths[i]]++ : 0;
        for (int b = 0; b < lengths[i]; b++) reversed |= (c >> b & 1) << (lengths[i] - 1 - b);
        codes[i] = reversed | (uint32_t)lengths[i] << 16;
    }
}

static inline uint64_t word(const uint8_t *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}

static inline const uint8_t *end_of_zeros(const uint8_t *at, const uint8_t *end) {
    for (at += 8; at + 8 <= end; at += 8)
        if (word(at)) return at + (__builtin_ctzll(word(at)) >> 3);
    while (at < end && !*at) at++;
    return at;
}

static void tally(const uint8_t *at, const uint8_t *end, uint32_t (*counts)[286]) {
    while (at + 8 <= end) {
        uint64_t w = word(at);
        if (!w) {
            const uint8_t *next = end_of_zeros(at, end);
            size_t run = next - at - 1;
            counts[0][0]++;
            counts[0][285] += run / 258;
            if (run % 258 < 3) counts[0][0] += run % 258;
            else counts[0][257 + symbols[run % 258]]++;
            at = next;
            continue;
        }
        for (int k = 0; k < 8; k++) counts[k & 3][w >> 8 * k & 255]++;
        at += 8;
    }
    while (at < end) counts[0][*at++]++;
}

struct bits {
    uint64_t held;
    int count;
    uint8_t *at;
};

static inline void put(struct bits *bits, uint64_t value, int count) {
    bits->held |= value << bits->count;
    bits->count += count;
}

static inline void put_code(struct bits *bits, uint32_t code) { put(bits, code & 0xffff, code >> 16); }

static inline void flush(struct bits *bits) {
    memcpy(bits->at, &bits->held, 8);
    bits->at += bits->count >> 3;
    bits->held >>= bits->count & 56;
    bits->count &= 7;
}

static void put_table(struct bits *bits, const uint8_t *lengths) {
    static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t all[287], own[19];
    uint32_t weights[19] = {0}, codes[19];
    memcpy(all, lengths, 286);
    all[286] = 1;
    for (int i = 0; i < 287; i++) weights[all[i]]++;
    code(weights, 19, 7, own, codes);
    put(bits, 4, 3), put(bits, 29, 5), put(bits, 0, 5), put(bits, 15, 4), flush(bits);
    for (int i = 0; i < 19; i++) put(bits, own[order[i]], 3), flush(bits);
    for (int i = 0; i < 287; i++) put_code(bits, codes[all[i]]), flush(bits);
}

static uint8_t *compress(uint8_t *to, int rows) {
    uint32_t counts[4][286] = {0}, codes[286];
    uint8_t lengths[286];
    for (int y = 0; y < rows; y += 5) tally(residuals + y * (ROW + 1), residuals + (y + 1) * (ROW + 1), counts);
    for (int i = 0; i < 286; i++) counts[0][i] = 4 * (counts[0][i] + counts[1][i] + counts[2][i] + counts[3][i]) + 1;
    code(counts[0], 286, 14, lengths, codes);
    struct bits bits = {0, 0, to};
    put_table(&bits, lengths);
    const uint8_t *at = residuals, *end = residuals + (size_t)rows * (ROW + 1);
    while (at + 8 <= end) {
        uint64_t w = word(at);
        if (!w) {
            const uint8_t *next = end_of_zeros(at, end);
            size_t run = next - at - 1;
            at = next;
            put_code(&bits, codes[0]);
            for (; run >= 258; run -= 258) put_code(&bits, codes[285]), put(&bits, 0, 1), flush(&bits);
            if (run < 3) {
                while (run--) put_code(&bits, codes[0]);
            } else {
                int s = symbols[run];
                put_code(&bits, codes[257 + s]), put(&bits, run - bases[s], extras[s] + 1);
            }
            flush(&bits);
            continue;
        }
        for (int k = 0; k < 4; k++) put_code(&bits, codes[w >> 8 * k & 255]);
        flush(&bits);
        for (int k = 4; k < 8; k++) put_code(&bits, codes[w >> 8 * k & 255]);
        flush(&bits);
        at += 8;
    }
    while (at < end) put_code(&bits, codes[*at++]), flush(&bits);
    put_code(&bits, codes[256]), put(&bits, 0, 3), flush(&bits);
    if (bits.count) *bits.at++ = (uint8_t)bits.held;
    memcpy(bits.at, "\0\0\xff\xff", 4);
    return bits.at + 4;
}

static void put_big(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint8_t *chunk(uint8_t *start, uint8_t *end) {
    put_big(start, (uint32_t)(end - start - 8));
    put_big(end, libdeflate_crc32(0, start + 4, end - start - 4));
    return end + 4;
}

static void encode_png(int mirror) {
    uint8_t *at = out;
    memcpy(at, "\x89PNG\r\n\x1a\n\0\0\0\0IHDR\0\0\10\0\0\0\10\0\10\2\0\0", 29);
    at = chunk(at + 8, at + 29);
    uint32_t low = 1, high = 0;
    memset(band, 0, ROW);
    for (int top = 0; top < CANVAS; top += BAND) {
        int rows = CANVAS - top < BAND ? CANVAS - top : BAND;
        if (top) memcpy(band, band + BAND * ROW, ROW);
        paint(top, rows, mirror, band + ROW);
        for (int y = 0; y < rows; y++) {
            const uint8_t *row = band + (y + 1) * ROW, *above = row - ROW;
            uint8_t *to = residuals + y * (ROW + 1);
            *to++ = 4;
            for (int i = 0; i < 3; i++) to[i] = (uint8_t)(row[i] - above[i]);
            outpaint_paeth(row + 3, above + 3, 3, ROW - 3, to + 3);
        }
        size_t count = (size_t)rows * (ROW + 1);
        uint32_t sum = libdeflate_adler32(1, residuals, count);
        high = (uint32_t)((high + (sum >> 16) + count % 65521 * (uint64_t)(low + 65520)) % 65521);
        low = (low + (sum & 0xffff) + 65520) % 65521;
        uint8_t *start = at;
        memcpy(at + 4, "IDAT\x78\x01", 6);
        at = chunk(start, compress(at + (top ? 8 : 10), rows));
    }
    memcpy(at + 4, "IDAT\3", 6);
    put_big(at + 10, high << 16 | low);
    at = chunk(at, at + 14);
    memcpy(at + 4, "IEND", 4);
    out_count = chunk(at, at + 8) - out;
}

// MARK: The libraries' formats

static void encode_jpeg(int mirror, int quality, int halved) {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    uint8_t *target = out;
    unsigned long room = sizeof out;
    jpeg_mem_dest(&jpeg, &target, &room);
    jpeg.image_width = jpeg.image_height = CANVAS;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    if (!halved) jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&jpeg, TRUE);
    for (int top = 0; top < CANVAS; top += 32) {
        paint(top, 32, mirror, band);
        JSAMPROW rows[32];
        for (int i = 0; i < 32; i++) rows[i] = band + i * ROW;
        for (int done = 0; done < 32;) done += (int)jpeg_write_scanlines(&jpeg, rows + done, 32 - done);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    out_count = room;
}

static void encode_webp(int mirror, int method, int lossless) {
    static uint8_t canvas[CANVAS * ROW];
    paint(0, CANVAS, mirror, canvas);
    WebPPicture picture;
    WebPConfig config;
    WebPMemoryWriter writer;
    WebPPictureInit(&picture);
    WebPConfigInit(&config);
    WebPMemoryWriterInit(&writer);
    config.quality = 80;
    config.method = method;
    if (lossless) WebPConfigLosslessPreset(&config, method);
    picture.use_argb = lossless;
    picture.width = picture.height = CANVAS;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    if (!WebPPictureImportRGB(&picture, canvas, ROW) || !WebPEncode(&config, &picture)) exit(1);
    out_count = writer.size;
    memcpy(out, writer.mem, writer.size);
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&writer);
}

// MARK: Jobs

static double milliseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(void) {
    for (int n = 3, s = 0; n < 259; n++) {
        while (s < 28 && bases[s + 1] <= n) s++;
        symbols[n] = (uint8_t)s;
    }
    static uint8_t file[1 << 23];
    char in[400], to[40], kind[40], keep[400];
    while (scanf("%399s %39s %39s %399s", in, to, kind, keep) == 4) {
        FILE *source = fopen(in, "rb");
        if (!source) return 1;
        size_t count = fread(file, 1, sizeof file, source);
        fclose(source);
        int mirror = !strcmp(kind, "mirror"), step = 0;
        double cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID), wall = milliseconds(CLOCK_MONOTONIC);
        if (file[0] == 0x89) decode_png(file, count);
        else decode_jpeg(file, count);
        if (!strcmp(to, "png")) encode_png(mirror);
        else if (!strcmp(to, "jpeg")) encode_jpeg(mirror, 95, 0);
        else if (sscanf(to, "jpeg444-%d", &step) == 1) encode_jpeg(mirror, step, 0);
        else if (sscanf(to, "jpeg420-%d", &step) == 1) encode_jpeg(mirror, step, 1);
        else if (!strcmp(to, "webp")) encode_webp(mirror, 2, 0);
        else if (sscanf(to, "webp-%d", &step) == 1) encode_webp(mirror, step, 0);
        else if (!strcmp(to, "lossless")) encode_webp(mirror, 1, 1);
        else if (sscanf(to, "lossless-%d", &step) == 1) encode_webp(mirror, step, 1);
        else return 1;
        cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        wall = milliseconds(CLOCK_MONOTONIC) - wall;
        if (strcmp(keep, "-")) {
            FILE *target = fopen(keep, "wb");
            fwrite(out, 1, out_count, target);
            fclose(target);
        }
        printf("%.3f %.3f %zu\n", cpu, wall, out_count);
        fflush(stdout);
    }
}
