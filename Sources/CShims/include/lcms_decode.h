// Colors to sRGB by Little CMS.
#ifndef CSHIMS_LCMS_DECODE_H
#define CSHIMS_LCMS_DECODE_H

#include <stddef.h>
#include <stdint.h>

// The space of pixels: an ICC profile, or without one primaries (white, red, green, blue: x and y each) and a curve, which
// is `slope * v` below `threshold` and `(scale * v + offset) ^ exponent` from there on.
typedef struct {
    const uint8_t *profile;
    size_t profile_bytes;
    double primaries[8];
    double exponent, scale, offset, slope, threshold;
} outpaint_color_space;

typedef enum { OUTPAINT_GREY, OUTPAINT_RGB, OUTPAINT_RGBA, OUTPAINT_INVERTED_CMYK } outpaint_color_layout;

typedef enum {
    OUTPAINT_CONVERTED,
    // The space is sRGB within rounding; nothing was written.
    OUTPAINT_IS_SRGB,
    // The profile is broken or for another kind of pixels; nothing was written.
    OUTPAINT_NO_SUCH_SPACE,
    // The library is not installed.
    OUTPAINT_NO_COLOR_LIBRARY,
} outpaint_color_status;

// Converts pixels to sRGB: RGBA to RGBA with alpha as it is, all others to RGB. `to` may be `from`, unless gray.
outpaint_color_status outpaint_convert_to_srgb(
    const outpaint_color_space *space, outpaint_color_layout layout, const uint8_t *from, uint8_t *to, size_t pixels);

#endif
