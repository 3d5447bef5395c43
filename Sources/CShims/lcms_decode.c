// Most pictures are sRGB, so the library is loaded with the first picture that needs it, and stays loaded.
#include "lcms_decode.h"

#include <dlfcn.h>
#include <lcms2.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

// The functions in use.
#define FUNCTIONS(each) \
    each(cmsBuildParametricToneCurve) \
    each(cmsCloseProfile) \
    each(cmsCreateContext) \
    each(cmsCreateRGBProfileTHR) \
    each(cmsCreateTransformTHR) \
    each(cmsCreate_sRGBProfileTHR) \
    each(cmsDeleteContext) \
    each(cmsDeleteTransform) \
    each(cmsDoTransform) \
    each(cmsFreeToneCurve) \
    each(cmsGetColorSpace) \
    each(cmsOpenProfileFromMemTHR)

#define DECLARE(name) static typeof(name) *lcms_##name;
FUNCTIONS(DECLARE)

static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("liblcms2.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    loaded = true;
#define FIND(name) \
    lcms_##name = (typeof(name) *)dlsym(library, #name); \
    loaded = loaded && lcms_##name;
    FUNCTIONS(FIND)
}

static cmsHPROFILE open_source(cmsContext context, const outpaint_color_space *space) {
    if (space->profile) return lcms_cmsOpenProfileFromMemTHR(context, space->profile, (cmsUInt32Number)space->profile_bytes);
    const double *p = space->primaries;
    const cmsCIExyY white = {p[0], p[1], 1};
    const cmsCIExyYTRIPLE primaries = {{p[2], p[3], 1}, {p[4], p[5], 1}, {p[6], p[7], 1}};
    // Little CMS's own fourth type of curve.
    const double parameters[] = {space->exponent, space->scale, space->offset, space->slope, space->threshold};
    cmsToneCurve *curve = lcms_cmsBuildParametricToneCurve(context, 4, parameters);
    if (!curve) return NULL;
    cmsToneCurve *const curves[] = {curve, curve, curve};
    cmsHPROFILE profile = lcms_cmsCreateRGBProfileTHR(context, &white, &primaries, curves);
    lcms_cmsFreeToneCurve(curve);
    return profile;
}

static bool fits(cmsColorSpaceSignature space, outpaint_color_layout layout) {
    switch (layout) {
    case OUTPAINT_GREY: return space == cmsSigGrayData;
    case OUTPAINT_INVERTED_CMYK: return space == cmsSigCmykData;
    default: return space == cmsSigRgbData;
    }
}

static cmsHTRANSFORM make_transform(
    cmsContext context, cmsHPROFILE source, cmsHPROFILE target, outpaint_color_layout layout, cmsUInt32Number flags) {
    cmsUInt32Number from = layout == OUTPAINT_GREY ? TYPE_GRAY_8
        : layout == OUTPAINT_RGB                   ? TYPE_RGB_8
        : layout == OUTPAINT_RGBA                  ? TYPE_RGBA_8
                                                   : TYPE_CMYK_8_REV;
    cmsUInt32Number to = layout == OUTPAINT_RGBA ? TYPE_RGBA_8 : TYPE_RGB_8;
    if (layout == OUTPAINT_RGBA) flags |= cmsFLAGS_COPY_ALPHA;
    return lcms_cmsCreateTransformTHR(context, source, from, target, to, INTENT_PERCEPTUAL, flags);
}

// Whether no color of a grid changes by more than rounding: then conversion would only add noise. The transform is not
// optimized into tables, which would cost more than these few colors.
static bool is_srgb(cmsContext context, cmsHPROFILE source, cmsHPROFILE target) {
    cmsHTRANSFORM transform = make_transform(context, source, target, OUTPAINT_RGB, cmsFLAGS_NOOPTIMIZE);
    bool same = transform != NULL;
    for (int red = 0; same && red <= 255; red += 51) {
        uint8_t row[6 * 6 * 3], converted[sizeof row];
        size_t count = 0;
        for (int green = 0; green <= 255; green += 51)
            for (int blue = 0; blue <= 255; blue += 51) {
                uint8_t *pixel = row + count++ * 3;
                pixel[0] = (uint8_t)red, pixel[1] = (uint8_t)green, pixel[2] = (uint8_t)blue;
            }
        lcms_cmsDoTransform(transform, row, converted, (cmsUInt32Number)count);
        for (size_t i = 0; i < sizeof row; i++) same = same && abs(row[i] - converted[i]) <= 2;
    }
    if (transform) lcms_cmsDeleteTransform(transform);
    return same;
}

static outpaint_color_status convert(
    cmsContext context, const outpaint_color_space *space, outpaint_color_layout layout, const uint8_t *from,
    uint8_t *to, size_t pixels) {
    outpaint_color_status status = OUTPAINT_NO_SUCH_SPACE;
    cmsHTRANSFORM transform = NULL;
    cmsHPROFILE source = open_source(context, space), target = lcms_cmsCreate_sRGBProfileTHR(context);
    if (source && target && fits(lcms_cmsGetColorSpace(source), layout)) {
        bool has_rgb = layout == OUTPAINT_RGB || layout == OUTPAINT_RGBA;
        if (has_rgb && is_srgb(context, source, target)) {
            status = OUTPAINT_IS_SRGB;
        } else {
            transform = make_transform(context, source, target, layout, 0);
        }
    }
    if (transform) {
        size_t read = layout == OUTPAINT_GREY ? 1 : layout == OUTPAINT_RGB ? 3 : 4;
        size_t written = layout == OUTPAINT_RGBA ? 4 : 3;
        // The library counts pixels in 32 bits.
        for (size_t done = 0, count; done < pixels; done += count) {
            count = pixels - done < 1u << 20 ? pixels - done : 1u << 20;
            lcms_cmsDoTransform(transform, from + done * read, to + done * written, (cmsUInt32Number)count);
        }
        lcms_cmsDeleteTransform(transform);
        status = OUTPAINT_CONVERTED;
    }
    if (source) lcms_cmsCloseProfile(source);
    if (target) lcms_cmsCloseProfile(target);
    return status;
}

outpaint_color_status outpaint_convert_to_srgb(
    const outpaint_color_space *space, outpaint_color_layout layout, const uint8_t *from, uint8_t *to, size_t pixels) {
    pthread_once(&once, load);
    // A context of its own: threads share nothing.
    cmsContext context = loaded ? lcms_cmsCreateContext(NULL, NULL) : NULL;
    if (!context) return OUTPAINT_NO_COLOR_LIBRARY;
    outpaint_color_status status = convert(context, space, layout, from, to, pixels);
    lcms_cmsDeleteContext(context);
    return status;
}
