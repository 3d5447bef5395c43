// The five filters of PNG (third edition, 9.2) for pixels of three or four bytes.
//
// Paeth's is the one that matters: encoders choose it for most rows of a photograph, and each pixel waits for the one to
// its left. Where the processor can, two such rows are undone at once, the lower a pixel behind the upper.
#include "png_decode.h"

#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

static void add_above(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)(in[i] + above[i]);
}

// What was made last stays in registers: `pixel` is known where these are used.
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

// Samples as words, so that differences keep their sign: the upper row's pixel in the low half, the lower row's in the
// high half.
struct paeth {
    __m128i left, corner;
};

SSE4 INLINE __m128i load(const uint8_t *bytes, size_t count) {
    uint32_t word = 0;
    memcpy(&word, bytes, count);
    return _mm_cvtepu8_epi16(_mm_cvtsi32_si128((int)word));
}

INLINE void store(uint8_t *bytes, uint32_t word, size_t count) { memcpy(bytes, &word, count); }

// One pixel of each row. The upper row's last pixel is what stands above the lower row's.
SSE4 INLINE void step(struct paeth *last, __m128i value, __m128i above) {
    __m128i up = _mm_unpacklo_epi64(above, last->left);
    __m128i over = _mm_sub_epi16(up, last->corner), across = _mm_sub_epi16(last->left, last->corner);
    __m128i to_left = _mm_abs_epi16(over), to_up = _mm_abs_epi16(across);
    __m128i to_corner = _mm_abs_epi16(_mm_add_epi16(over, across));
    __m128i least = _mm_min_epi16(to_corner, _mm_min_epi16(to_left, to_up));
    __m128i nearest = _mm_blendv_epi8(last->corner, up, _mm_cmpeq_epi16(least, to_up));
    nearest = _mm_blendv_epi8(nearest, last->left, _mm_cmpeq_epi16(least, to_left));
    last->left = _mm_and_si128(_mm_add_epi16(nearest, value), _mm_set1_epi16(0xff));
    last->corner = up;
}

// Four bytes are read and written for a pixel of three while the row goes on; the next pixel writes over what is too much.
SSE4 INLINE void add_paeth_twice(
    const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    const uint8_t *in_below = in + count + 1;
    uint8_t *out_below = out + count;
    struct paeth last = {_mm_setzero_si128(), _mm_setzero_si128()};
    step(&last, load(in, pixel), load(above, pixel));
    store(out, (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(last.left, last.left)), pixel);
    size_t i = pixel;
    for (; i + pixel < count; i += pixel) {
        step(&last, _mm_unpacklo_epi64(load(in + i, 4), load(in_below + i - pixel, 4)), load(above + i, 4));
        __m128i bytes = _mm_packus_epi16(last.left, last.left);
        store(out + i, (uint32_t)_mm_cvtsi128_si32(bytes), 4);
        store(out_below + i - pixel, (uint32_t)_mm_extract_epi32(bytes, 1), 4);
    }
    for (; i <= count; i += pixel) {
        bool more = i < count;
        __m128i upper = more ? load(in + i, pixel) : _mm_setzero_si128();
        step(&last, _mm_unpacklo_epi64(upper, load(in_below + i - pixel, pixel)), more ? load(above + i, pixel) : upper);
        __m128i bytes = _mm_packus_epi16(last.left, last.left);
        if (more) store(out + i, (uint32_t)_mm_cvtsi128_si32(bytes), pixel);
        store(out_below + i - pixel, (uint32_t)_mm_extract_epi32(bytes, 1), pixel);
    }
}

SSE4 static void add_paeth_twice_3(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count) {
    add_paeth_twice(in, above, out, count, 3);
}

SSE4 static void add_paeth_twice_4(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count) {
    add_paeth_twice(in, above, out, count, 4);
}

static bool add_paeth_pair(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    if (!__builtin_cpu_supports("sse4.1")) return false;
    if (pixel == 3) add_paeth_twice_3(in, above, out, count);
    if (pixel == 4) add_paeth_twice_4(in, above, out, count);
    return true;
}

#else

static bool add_paeth_pair(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    (void)in, (void)above, (void)out, (void)count, (void)pixel;
    return false;
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
    for (size_t y = 1; y < canvas->height; y++) {
        in += count + 1;
        const uint8_t *above = out;
        out += count;
        switch (in[-1]) {
        case 0: memcpy(out, in, count); break;
        case 1: add_left(in, out, count, pixel); break;
        case 2: add_above(in, above, out, count); break;
        case 3: add_average(in, above, out, count, pixel); break;
        case 4:
            if (y + 1 < canvas->height && in[count] == 4 && add_paeth_pair(in, above, out, count, pixel)) {
                y++;
                in += count + 1;
                out += count;
            } else {
                add_paeth(in, above, out, count, pixel);
            }
            break;
        default: return false;
        }
    }
    return true;
}

int outpaint_png_unfilter(const uint8_t *filtered, const outpaint_canvas *canvas) {
    return canvas->channels == 4 ? unfilter(filtered, canvas, 4) : unfilter(filtered, canvas, 3);
}
