#include "scan.h"

#include <string.h>

// A word of eight bytes, each of the value given.
#define EACH(byte) (0x0101010101010101u * (byte))
#define HIGH_BITS EACH(0x80)

static uint64_t word_at(const uint8_t *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

// Not zero when some byte is below `bound`, given that no byte is above 0x7f.
static uint64_t some_below(uint64_t word, uint8_t bound) {
    return (word - EACH(bound)) & ~word & HIGH_BITS;
}

size_t outpaint_plain_run_portable(const uint8_t *text, size_t count) {
    size_t at = 0;
    for (; count - at >= 8; at += 8) {
        uint64_t word = word_at(text + at);
        uint64_t quotes = some_below(word ^ EACH('"'), 1);
        uint64_t backslashes = some_below(word ^ EACH('\\'), 1);
        if ((word & HIGH_BITS) | some_below(word, 0x20) | quotes | backslashes) break;
    }
    while (at < count && text[at] >= 0x20 && text[at] < 0x80 && text[at] != '"' && text[at] != '\\') at++;
    return at;
}

size_t outpaint_ascii_run(const uint8_t *text, size_t count) {
    size_t at = 0;
    while (count - at >= 32) {
        uint64_t first = word_at(text + at) | word_at(text + at + 8);
        uint64_t second = word_at(text + at + 16) | word_at(text + at + 24);
        if ((first | second) & HIGH_BITS) break;
        at += 32;
    }
    while (at < count && text[at] < 0x80) at++;
    return at;
}

#if defined(__x86_64__)

#include <immintrin.h>

// Marks the bytes that end a run. Bytes above 0x7f are negative, so one signed comparison finds them and the control
// bytes alike.
__attribute__((target("avx2"))) static inline __m256i ends_of_run(__m256i bytes) {
    __m256i quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    __m256i backslashes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
    __m256i others = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes);
    return _mm256_or_si256(_mm256_or_si256(quotes, backslashes), others);
}

__attribute__((target("avx2"))) static size_t plain_run_avx2(const uint8_t *text, size_t count) {
    size_t at = 0;
    // Four at a time with one branch: long strings are bound by memory, not by this loop.
    for (; count - at >= 128; at += 128) {
        const __m256i *blocks = (const __m256i *)(text + at);
        __m256i a = ends_of_run(_mm256_loadu_si256(blocks));
        __m256i b = ends_of_run(_mm256_loadu_si256(blocks + 1));
        __m256i c = ends_of_run(_mm256_loadu_si256(blocks + 2));
        __m256i d = ends_of_run(_mm256_loadu_si256(blocks + 3));
        __m256i any = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
        if (_mm256_movemask_epi8(any)) break;
    }
    for (; count - at >= 32; at += 32) {
        __m256i ends = ends_of_run(_mm256_loadu_si256((const __m256i *)(text + at)));
        uint32_t mask = (uint32_t)_mm256_movemask_epi8(ends);
        if (mask) return at + (size_t)__builtin_ctz(mask);
    }
    return at + outpaint_plain_run_portable(text + at, count - at);
}

size_t outpaint_plain_run(const uint8_t *text, size_t count) {
    if (__builtin_cpu_supports("avx2")) return plain_run_avx2(text, count);
    return outpaint_plain_run_portable(text, count);
}

#else

size_t outpaint_plain_run(const uint8_t *text, size_t count) {
    return outpaint_plain_run_portable(text, count);
}

#endif
