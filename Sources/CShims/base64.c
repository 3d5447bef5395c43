#include "base64.h"

#define NO 255

// The values of the characters below 0x80.
// clang-format off
static const uint8_t standard_values[128] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO, NO, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
    NO,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, NO,
    NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
};
static const uint8_t url_safe_values[128] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
    NO,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, 63,
    NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
};
// clang-format on

uint8_t outpaint_base64_value(uint8_t character, bool url_safe) {
    if (character >= 0x80) return NO;
    return url_safe ? url_safe_values[character] : standard_values[character];
}

size_t outpaint_base64_decode_portable(const uint8_t *text, size_t count, uint8_t *bytes, bool url_safe) {
    size_t at = 0;
    for (; count - at >= 4; at += 4, bytes += 3) {
        uint32_t a = outpaint_base64_value(text[at], url_safe);
        uint32_t b = outpaint_base64_value(text[at + 1], url_safe);
        uint32_t c = outpaint_base64_value(text[at + 2], url_safe);
        uint32_t d = outpaint_base64_value(text[at + 3], url_safe);
        // Values stay below 64, so a bit above them comes from `NO` alone.
        if ((a | b | c | d) > 63) break;
        uint32_t group = a << 18 | b << 12 | c << 6 | d;
        bytes[0] = (uint8_t)(group >> 16);
        bytes[1] = (uint8_t)(group >> 8);
        bytes[2] = (uint8_t)group;
    }
    return at;
}

size_t outpaint_base64_encode_portable(const uint8_t *bytes, size_t count, uint8_t *text) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t at = 0;
    for (; count - at >= 3; at += 3, text += 4) {
        uint32_t group = (uint32_t)bytes[at] << 16 | (uint32_t)bytes[at + 1] << 8 | bytes[at + 2];
        text[0] = (uint8_t)alphabet[group >> 18];
        text[1] = (uint8_t)alphabet[group >> 12 & 63];
        text[2] = (uint8_t)alphabet[group >> 6 & 63];
        text[3] = (uint8_t)alphabet[group & 63];
    }
    return at;
}

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

// One table of sixteen bytes for both halves of a register.
AVX2 static inline __m256i both(__m128i table) {
    return _mm256_broadcastsi128_si256(table);
}

// Thirty-two characters at a time.
//
// A character is of the alphabet when its low nibble is one of those that its high nibble allows: each high nibble is
// a kind (a bit), and a second table says for each low nibble which kinds refuse it. What has to be added to make a
// character its value depends on the high nibble too, but for one character that shares it with others (`/` with `+`,
// `_` with the letters from P): that one is led to the first entry, which no character of the alphabet uses.
AVX2 static size_t decode_avx2(const uint8_t *text, size_t count, uint8_t *bytes, bool url_safe) {
    enum { punctuation = 1, digits = 2, a_to_o = 4, upper_p_to_z = 8, lower_p_to_z = 16, never = 32 };
    const __m256i kinds = both(_mm_setr_epi8(
        never, never, punctuation, digits, a_to_o, upper_p_to_z, a_to_o, lower_p_to_z,
        never, never, never, never, never, never, never, never));

    uint8_t refused[16];
    for (int low = 0; low < 16; low++) {
        bool in_punctuation = url_safe ? low == 0xd : low == 0xb || low == 0xf;
        refused[low] = (uint8_t)(never | (in_punctuation ? 0 : punctuation) | (low <= 9 ? 0 : digits)
            | (low >= 1 ? 0 : a_to_o) | (low <= 0xa || (url_safe && low == 0xf) ? 0 : upper_p_to_z)
            | (low <= 0xa ? 0 : lower_p_to_z));
    }
    const __m256i refusals = both(_mm_loadu_si128((const __m128i *)refused));

    const __m256i special = _mm256_set1_epi8(url_safe ? '_' : '/');
    const char to_63 = (char)(63 - (url_safe ? '_' : '/')), to_62 = (char)(62 - (url_safe ? '-' : '+'));
    const __m256i shifts = both(_mm_setr_epi8(
        to_63, 0, to_62, 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0));

    const __m256i nibble = _mm256_set1_epi8(0x0f);
    const __m256i three_of_four = both(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    const __m256i together = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);

    size_t at = 0;
    // A store writes 32 bytes of which 24 count; with 44 characters left there is room for all of them.
    for (; count - at >= 44; at += 32, bytes += 24) {
        __m256i characters = _mm256_loadu_si256((const __m256i *)(text + at));
        __m256i high = _mm256_and_si256(_mm256_srli_epi32(characters, 4), nibble);
        __m256i low = _mm256_and_si256(characters, nibble);
        if (!_mm256_testz_si256(_mm256_shuffle_epi8(kinds, high), _mm256_shuffle_epi8(refusals, low))) break;

        __m256i entry = _mm256_andnot_si256(_mm256_cmpeq_epi8(characters, special), high);
        __m256i values = _mm256_add_epi8(characters, _mm256_shuffle_epi8(shifts, entry));
        // Two values to 12 bits, two of those to 24, and the three bytes of each 24 bits in order.
        __m256i pairs = _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
        __m256i groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
        __m256i packed = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(groups, three_of_four), together);
        _mm256_storeu_si256((__m256i *)bytes, packed);
    }
    return at;
}

// Twenty-four bytes at a time, twelve to each half of a register.
AVX2 static size_t encode_avx2(const uint8_t *bytes, size_t count, uint8_t *text) {
    // Each group of three as `1 0 2 1`: every value then lies inside one of two 16-bit words.
    const __m256i spread = both(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
    // What to add to a value: by the range it lies in, see below.
    const __m256i shifts = both(_mm_setr_epi8(
        'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
        '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0));

    size_t at = 0;
    // The second load reads up to 28 bytes.
    for (; count - at >= 28; at += 24, text += 32) {
        __m128i first = _mm_loadu_si128((const __m128i *)(bytes + at));
        __m128i second = _mm_loadu_si128((const __m128i *)(bytes + at + 12));
        __m256i groups = _mm256_shuffle_epi8(_mm256_set_m128i(second, first), spread);
        // Multiplication shifts each word by its own amount: the first and third value down, the others up.
        __m256i down = _mm256_mulhi_epu16(
            _mm256_and_si256(groups, _mm256_set1_epi32(0x0fc0fc00)), _mm256_set1_epi32(0x04000040));
        __m256i up = _mm256_mullo_epi16(
            _mm256_and_si256(groups, _mm256_set1_epi32(0x003f03f0)), _mm256_set1_epi32(0x01000010));
        __m256i values = _mm256_or_si256(down, up);
        // 0 for all up to 51, 1 to 12 for digits and the last two; the upper case letters go to 13.
        __m256i entry = _mm256_subs_epu8(values, _mm256_set1_epi8(51));
        __m256i upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), values);
        entry = _mm256_or_si256(entry, _mm256_and_si256(upper, _mm256_set1_epi8(13)));
        __m256i characters = _mm256_add_epi8(values, _mm256_shuffle_epi8(shifts, entry));
        _mm256_storeu_si256((__m256i *)text, characters);
    }
    return at;
}

size_t outpaint_base64_decode(const uint8_t *text, size_t count, uint8_t *bytes, bool url_safe) {
    size_t done = __builtin_cpu_supports("avx2") ? decode_avx2(text, count, bytes, url_safe) : 0;
    return done + outpaint_base64_decode_portable(text + done, count - done, bytes + done / 4 * 3, url_safe);
}

size_t outpaint_base64_encode(const uint8_t *bytes, size_t count, uint8_t *text) {
    size_t done = __builtin_cpu_supports("avx2") ? encode_avx2(bytes, count, text) : 0;
    return done + outpaint_base64_encode_portable(bytes + done, count - done, text + done / 3 * 4);
}

#else

size_t outpaint_base64_decode(const uint8_t *text, size_t count, uint8_t *bytes, bool url_safe) {
    return outpaint_base64_decode_portable(text, count, bytes, url_safe);
}

size_t outpaint_base64_encode(const uint8_t *bytes, size_t count, uint8_t *text) {
    return outpaint_base64_encode_portable(bytes, count, text);
}

#endif
