// The five filters of PNG (third edition, 9.2), four samples of a pixel at once where the processor can.
#include "png_decode.h"

#include <string.h>

static void add_above(const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)(in[i] + above[i]);
}

#if defined(__SSE2__)
#include <emmintrin.h>

static inline __m128i load(const uint8_t *bytes, size_t pixel) {
    uint32_t word = 0;
    memcpy(&word, bytes, pixel);
    return _mm_cvtsi32_si128((int)word);
}

static inline void store(uint8_t *bytes, __m128i value, size_t pixel) {
    uint32_t word = (uint32_t)_mm_cvtsi128_si32(value);
    memcpy(bytes, &word, pixel);
}

static inline __attribute__((always_inline)) void add_left(
    const uint8_t *in, uint8_t *out, size_t count, size_t pixel) {
    __m128i left = _mm_setzero_si128();
    for (size_t i = 0; i < count; i += pixel) {
        left = _mm_add_epi8(load(in + i, pixel), left);
        store(out + i, left, pixel);
    }
}

static inline __attribute__((always_inline)) void add_average(
    const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    __m128i left = _mm_setzero_si128();
    for (size_t i = 0; i < count; i += pixel) {
        __m128i up = load(above + i, pixel);
        // The instruction rounds up, the filter down.
        __m128i average = _mm_sub_epi8(
            _mm_avg_epu8(left, up), _mm_and_si128(_mm_xor_si128(left, up), _mm_set1_epi8(1)));
        left = _mm_add_epi8(load(in + i, pixel), average);
        store(out + i, left, pixel);
    }
}

static inline __m128i magnitude(__m128i x) { return _mm_max_epi16(x, _mm_sub_epi16(_mm_setzero_si128(), x)); }

static inline __m128i choose(__m128i mask, __m128i yes, __m128i no) {
    return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}

static inline __attribute__((always_inline)) void add_paeth(
    const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    const __m128i zero = _mm_setzero_si128();
    // Words, so that differences keep their sign.
    __m128i left = zero, corner = zero;
    for (size_t i = 0; i < count; i += pixel) {
        __m128i up = _mm_unpacklo_epi8(load(above + i, pixel), zero);
        __m128i to_left = _mm_sub_epi16(up, corner), to_up = _mm_sub_epi16(left, corner);
        __m128i to_corner = magnitude(_mm_add_epi16(to_left, to_up));
        to_left = magnitude(to_left);
        to_up = magnitude(to_up);
        __m128i least = _mm_min_epi16(to_corner, _mm_min_epi16(to_left, to_up));
        __m128i nearest = choose(
            _mm_cmpeq_epi16(least, to_left), left, choose(_mm_cmpeq_epi16(least, to_up), up, corner));
        __m128i sum = _mm_add_epi8(load(in + i, pixel), _mm_packus_epi16(nearest, nearest));
        store(out + i, sum, pixel);
        left = _mm_unpacklo_epi8(sum, zero);
        corner = up;
    }
}

#else

static inline __attribute__((always_inline)) void add_left(
    const uint8_t *in, uint8_t *out, size_t count, size_t pixel) {
    memcpy(out, in, pixel);
    for (size_t i = pixel; i < count; i++) out[i] = (uint8_t)(in[i] + out[i - pixel]);
}

static inline __attribute__((always_inline)) void add_average(
    const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    for (size_t i = 0; i < pixel; i++) out[i] = (uint8_t)(in[i] + above[i] / 2);
    for (size_t i = pixel; i < count; i++) out[i] = (uint8_t)(in[i] + (out[i - pixel] + above[i]) / 2);
}

static inline int magnitude(int x) { return x < 0 ? -x : x; }

static inline __attribute__((always_inline)) void add_paeth(
    const uint8_t *in, const uint8_t *above, uint8_t *out, size_t count, size_t pixel) {
    for (size_t i = 0; i < pixel; i++) out[i] = (uint8_t)(in[i] + above[i]);
    for (size_t i = pixel; i < count; i++) {
        int left = out[i - pixel], up = above[i], corner = above[i - pixel];
        int to_left = magnitude(up - corner), to_up = magnitude(left - corner);
        int to_corner = magnitude(left + up - 2 * corner);
        int nearest = to_left <= to_up && to_left <= to_corner ? left : to_up <= to_corner ? up : corner;
        out[i] = (uint8_t)(in[i] + nearest);
    }
}

#endif

static inline __attribute__((always_inline)) int unfilter_rows(
    const uint8_t *filtered, const outpaint_canvas *canvas, size_t pixel) {
    size_t count = canvas->width * pixel;
    uint8_t *out = canvas->pixels;
    for (size_t y = 0; y < canvas->height; y++, filtered += 1 + count, out += count) {
        const uint8_t *in = filtered + 1, *above = out - count;
        uint8_t filter = *filtered;
        // Above the first row all is zero: Up leaves it as it is, and Paeth's nearest is always the left.
        if (y == 0) {
            if (filter == 2) filter = 0;
            if (filter == 4) filter = 1;
            if (filter == 3) {
                for (size_t i = 0; i < count; i++)
                    out[i] = (uint8_t)(in[i] + (i < pixel ? 0 : out[i - pixel] / 2));
                continue;
            }
        }
        switch (filter) {
        case 0: memcpy(out, in, count); break;
        case 1: add_left(in, out, count, pixel); break;
        case 2: add_above(in, above, out, count); break;
        case 3: add_average(in, above, out, count, pixel); break;
        case 4: add_paeth(in, above, out, count, pixel); break;
        default: return 0;
        }
    }
    return 1;
}

int outpaint_png_unfilter(const uint8_t *filtered, const outpaint_canvas *canvas) {
    return canvas->channels == 4 ? unfilter_rows(filtered, canvas, 4) : unfilter_rows(filtered, canvas, 3);
}
