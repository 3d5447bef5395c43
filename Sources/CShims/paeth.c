#include "paeth.h"

#include <stdbool.h>

// a - b, or zero if that is negative.
static inline uint8_t excess(uint8_t a, uint8_t b) {
    return a > b ? (uint8_t)(a - b) : 0;
}

static inline uint8_t lesser(uint8_t a, uint8_t b) {
    return a < b ? a : b;
}

// In bytes alone, so that a register holds as many as can be: the distances of a and b are |b - c| and |a - c|. Where c
// lies between a and b, that of c is the difference of those two; elsewhere it is their sum, so that c is never chosen.
static inline __attribute__((always_inline)) void filter(
    const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *restrict residual) {
    const uint8_t *left = row - channels, *corner = above - channels;
    for (size_t i = 0; i < count; i++) {
        uint8_t a = left[i], b = above[i], c = corner[i];
        uint8_t bc = excess(b, c), cb = excess(c, b), ac = excess(a, c), ca = excess(c, a);
        uint8_t to_a = bc | cb, to_b = ac | ca;
        bool between = (lesser(bc, ca) | lesser(cb, ac)) != 0;
        uint8_t to_c = between ? (uint8_t)(excess(to_a, to_b) | excess(to_b, to_a)) : 255;
        uint8_t least = lesser(to_a, lesser(to_b, to_c));
        uint8_t predicted = to_a == least ? a : to_b == least ? b : c;
        residual[i] = (uint8_t)(row[i] - predicted);
    }
}

void outpaint_paeth_portable(
    const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *residual) {
    filter(row, above, channels, count, residual);
}

#if defined(__x86_64__)

// The same lines, compiled for wider registers.
__attribute__((target("avx2"))) static void filter_avx2(
    const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *residual) {
    filter(row, above, channels, count, residual);
}

void outpaint_paeth(const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *residual) {
    if (__builtin_cpu_supports("avx2")) {
        filter_avx2(row, above, channels, count, residual);
    } else {
        outpaint_paeth_portable(row, above, channels, count, residual);
    }
}

#else

void outpaint_paeth(const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *residual) {
    outpaint_paeth_portable(row, above, channels, count, residual);
}

#endif
