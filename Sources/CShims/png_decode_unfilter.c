// The five filters of PNG (third edition, 9.2) for pixels of three or four bytes.
//
// Paeth's is the one that matters: encoders choose it for most rows of a photograph, and each pixel waits for the one to
// its left. Where the processor can, four such rows are undone at once, each a pixel behind the one above it.
#include "png_decode.h"

#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

static void add_above(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)(in[i] + above[i]);
}

// The last pixel stays in registers, since `pixel` is a constant where these are inlined.
INLINE void add_left(const uint8_t *in, uint8_t *out, size_t count, size_t pixel) {
    uint8_t left[4] = {0};
    for (size_t i = 0; i < count; i += pixel)
        for (size_t c = 0; c < pixel; c++) out[i + c] = left[c] = (uint8_t)(in[i + c] + left[c]);
}

INLINE void add_average(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    uint8_t left[4] = {0};
    for (size_t i = 0; i < count; i += pixel)
        for (size_t c = 0; c < pixel; c++)
            out[i + c] = left[c] = (uint8_t)(in[i + c] + (left[c] + above[i + c]) / 2);
}

INLINE int magnitude(int x) { return x < 0 ? -x : x; }

INLINE void add_paeth(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    int left[4] = {0}, corner[4] = {0};
    for (size_t i = 0; i < count; i += pixel)
        for (size_t c = 0; c < pixel; c++) {
            int up = above[i + c];
            int to_left = magnitude(up - corner[c]), to_up = magnitude(left[c] - corner[c]);
            int to_corner = magnitude(left[c] + up - 2 * corner[c]);
            int nearest = to_left <= to_up && to_left <= to_corner ? left[c] : to_up <= to_corner ? up : corner[c];
            corner[c] = up;
            out[i + c] = (uint8_t)(left[c] = (in[i + c] + nearest) & 0xff);
        }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define SSE4 __attribute__((target("sse4.1")))

// Samples as words, so that differences keep their sign, of two rows: the upper one's pixel in the low half.
struct paeth {
    __m128i left, corner;
};

SSE4 INLINE __m128i load(const uint8_t *bytes, size_t count) {
    uint32_t word = 0;
    memcpy(&word, bytes, count);
    return _mm_cvtepu8_epi16(_mm_cvtsi32_si128((int)word));
}

SSE4 INLINE void step(struct paeth *last, __m128i value, __m128i up) {
    __m128i over = _mm_sub_epi16(up, last->corner), across = _mm_sub_epi16(last->left, last->corner);
    __m128i to_left = _mm_abs_epi16(over), to_up = _mm_abs_epi16(across);
    __m128i to_corner = _mm_abs_epi16(_mm_add_epi16(over, across));
    __m128i least = _mm_min_epi16(to_corner, _mm_min_epi16(to_left, to_up));
    __m128i nearest = _mm_blendv_epi8(last->corner, up, _mm_cmpeq_epi16(least, to_up));
    nearest = _mm_blendv_epi8(nearest, last->left, _mm_cmpeq_epi16(least, to_left));
    last->left = _mm_and_si128(_mm_add_epi16(nearest, value), _mm_set1_epi16(0xff));
    last->corner = up;
}

// One pixel of each of two or four rows, each a pixel behind the row above it, whose last pixel is then the one above.
// The two pairs do not wait for each other.
SSE4 INLINE void step_rows(struct paeth last[2], const __m128i values[4], __m128i above, size_t rows) {
    __m128i up = _mm_unpacklo_epi64(above, last[0].left);
    if (rows == 4) {
        __m128i second = _mm_unpackhi_epi64(last[0].left, _mm_slli_si128(last[1].left, 8));
        step(&last[1], _mm_unpacklo_epi64(values[2], values[3]), second);
    }
    step(&last[0], _mm_unpacklo_epi64(values[0], values[1]), up);
}

// Stores the last pixel of row `k`.
SSE4 INLINE void store(const struct paeth last[2], size_t k, uint8_t *bytes, size_t count) {
    __m128i packed = _mm_packus_epi16(last[k / 2].left, last[k / 2].left);
    uint32_t word = (uint32_t)(k % 2 ? _mm_extract_epi32(packed, 1) : _mm_cvtsi128_si32(packed));
    memcpy(bytes, &word, count);
}

// The column `i` of the first row, and those before it of the others, where there are any.
SSE4 INLINE void add_paeth_edge(
    struct paeth last[2], const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel, size_t rows,
    size_t i) {
    __m128i values[4];
    for (size_t k = 0; k < rows; k++) {
        bool inside = i >= k * pixel && i - k * pixel < count;
        values[k] = inside ? load(in + k * count + k + i - k * pixel, pixel) : _mm_setzero_si128();
    }
    step_rows(last, values, i < count ? load(above + i, pixel) : _mm_setzero_si128(), rows);
    for (size_t k = 0; k < rows; k++)
        if (i >= k * pixel && i - k * pixel < count) store(last, k, out + k * count + i - k * pixel, pixel);
}

// Four bytes are read and written for a pixel of three while the row goes on; the next pixel writes over what is too much.
SSE4 INLINE void add_paeth_rows(
    const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel, size_t rows) {
    struct paeth last[2] = {{_mm_setzero_si128(), _mm_setzero_si128()}, {_mm_setzero_si128(), _mm_setzero_si128()}};
    size_t i = 0, behind = (rows - 1) * pixel;
    for (; i < behind; i += pixel) add_paeth_edge(last, in, above, out, count, pixel, rows, i);
    for (; i + pixel < count; i += pixel) {
        __m128i values[4];
        for (size_t k = 0; k < rows; k++) values[k] = load(in + k * count + k + i - k * pixel, 4);
        step_rows(last, values, load(above + i, 4), rows);
        for (size_t k = 0; k < rows; k++) store(last, k, out + k * count + i - k * pixel, 4);
    }
    for (; i < count + behind; i += pixel) add_paeth_edge(last, in, above, out, count, pixel, rows, i);
}

// Two functions, since the processor is checked before one is entered.
SSE4 static void add_paeth_rows_3(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t rows) {
    if (rows == 4) add_paeth_rows(in, above, out, count, 3, 4);
    else add_paeth_rows(in, above, out, count, 3, 2);
}

SSE4 static void add_paeth_rows_4(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t rows) {
    if (rows == 4) add_paeth_rows(in, above, out, count, 4, 4);
    else add_paeth_rows(in, above, out, count, 4, 2);
}

// Undoes as many of the next rows with Paeth's filter at once as possible, and returns how many.
static size_t add_paeth_run(
    const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel, size_t left) {
    size_t run = 1;
    while (run < 4 && run < left && in[run * (count + 1) - 1] == 4) run++;
    if (run == 1 || !__builtin_cpu_supports("sse4.1")) {
        add_paeth(in, above, out, count, pixel);
        return 1;
    }
    size_t rows = run == 4 ? 4 : 2;
    if (pixel == 3) add_paeth_rows_3(in, above, out, count, rows);
    else add_paeth_rows_4(in, above, out, count, rows);
    return rows;
}

#else

static size_t add_paeth_run(
    const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel, size_t left) {
    (void)left;
    add_paeth(in, above, out, count, pixel);
    return 1;
}

#endif

// Above the first row all is zero: Up leaves it as it is, and Paeth's nearest is always the left.
INLINE bool unfilter_first(const uint8_t *in, uint8_t *out, size_t count, size_t pixel) {
    switch (in[-1]) {
    case 0:
    case 2: memcpy(out, in, count); return true;
    case 1:
    case 4: add_left(in, out, count, pixel); return true;
    case 3:
        for (size_t i = 0; i < count; i++) out[i] = (uint8_t)(in[i] + (i < pixel ? 0 : out[i - pixel] / 2));
        return true;
    default: return false;
    }
}

INLINE bool unfilter(const uint8_t *filtered, const outpaint_canvas *canvas, size_t pixel) {
    size_t count = canvas->width * pixel;
    const uint8_t *in = filtered + 1;
    uint8_t *out = canvas->pixels;
    if (!unfilter_first(in, out, count, pixel)) return false;
    for (size_t y = 1, rows; y < canvas->height; y += rows) {
        in += count + 1;
        const uint8_t *above = out;
        out += count;
        rows = 1;
        switch (in[-1]) {
        case 0: memcpy(out, in, count); break;
        case 1: add_left(in, out, count, pixel); break;
        case 2: add_above(in, above, out, count); break;
        case 3: add_average(in, above, out, count, pixel); break;
        case 4: rows = add_paeth_run(in, above, out, count, pixel, canvas->height - y); break;
        default: return false;
        }
        in += (rows - 1) * (count + 1);
        out += (rows - 1) * count;
    }
    return true;
}

int outpaint_png_unfilter(const uint8_t *filtered, const outpaint_canvas *canvas) {
    return canvas->channels == 4 ? unfilter(filtered, canvas, 4) : unfilter(filtered, canvas, 3);
}
