// Few pictures have a text, and linking the library would slow down each start: it is loaded with the first text, and stays
// loaded.
#include "freetype.h"

#include <dlfcn.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

// The functions in use.
#define FUNCTIONS(each) \
    each(FT_Done_FreeType) \
    each(FT_Get_Char_Index) \
    each(FT_Get_Kerning) \
    each(FT_Init_FreeType) \
    each(FT_Load_Glyph) \
    each(FT_New_Face) \
    each(FT_Set_Pixel_Sizes)

#define DECLARE(name) static typeof(name) *loaded_##name;
FUNCTIONS(DECLARE)

static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libfreetype.so.6", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    loaded = true;
#define FIND(name) \
    loaded_##name = (typeof(name) *)dlsym(library, #name); \
    loaded = loaded && loaded_##name;
    FUNCTIONS(FIND)
}

// A face and the place of the next character, in 64ths of a pixel.
typedef struct {
    FT_Face face;
    FT_UInt last;
    FT_Pos pen;
} line;

// Loads the next character. Without hints its form depends on the font alone, whatever the version of the library.
static bool next(line *line, uint32_t character) {
    FT_UInt glyph = loaded_FT_Get_Char_Index(line->face, character);
    FT_Vector kerning = {0, 0};
    if (line->last) loaded_FT_Get_Kerning(line->face, line->last, glyph, FT_KERNING_UNFITTED, &kerning);
    line->pen += kerning.x;
    line->last = glyph;
    return loaded_FT_Load_Glyph(line->face, glyph, FT_LOAD_RENDER | FT_LOAD_NO_HINTING) == 0;
}

static void paint(const FT_GlyphSlot glyph, long left, long top, outpaint_text *text) {
    const FT_Bitmap *bitmap = &glyph->bitmap;
    for (long y = 0; y < (long)bitmap->rows; y++) {
        for (long x = 0; x < (long)bitmap->width; x++) {
            long column = left + x, row = top + y;
            if (column < 0 || row < 0 || column >= (long)text->width || row >= (long)text->height) continue;
            uint8_t *place = &text->coverage[row * (long)text->width + column];
            uint8_t cover = bitmap->buffer[y * bitmap->pitch + x];
            if (cover > *place) *place = cover;
        }
    }
}

static outpaint_text_outcome draw(FT_Face face, const uint32_t *characters, size_t count, outpaint_text *text) {
    line measured = {face, 0, 0};
    for (size_t i = 0; i < count; i++) {
        if (next(&measured, characters[i])) measured.pen += face->glyph->linearHoriAdvance >> 10;
    }
    long ascender = (face->size->metrics.ascender + 63) >> 6;
    long descender = (-face->size->metrics.descender + 63) >> 6;
    long width = (measured.pen + 63) >> 6;
    text->width = width > 0 ? (size_t)width : 1;
    text->height = ascender + descender > 0 ? (size_t)(ascender + descender) : 1;
    text->coverage = calloc(text->width, text->height);
    if (!text->coverage) return OUTPAINT_TEXT_NO_MEMORY;
    line painted = {face, 0, 0};
    for (size_t i = 0; i < count; i++) {
        if (!next(&painted, characters[i])) continue;
        paint(face->glyph, ((painted.pen + 32) >> 6) + face->glyph->bitmap_left, ascender - face->glyph->bitmap_top, text);
        painted.pen += face->glyph->linearHoriAdvance >> 10;
    }
    return OUTPAINT_TEXT_DRAWN;
}

outpaint_text_outcome outpaint_text_draw(
    const char *font, const uint32_t *characters, size_t count, unsigned size, outpaint_text *text) {
    pthread_once(&once, load);
    if (!loaded) return OUTPAINT_TEXT_NO_LIBRARY;
    FT_Library library;
    if (loaded_FT_Init_FreeType(&library)) return OUTPAINT_TEXT_NO_MEMORY;
    outpaint_text_outcome outcome = OUTPAINT_TEXT_NO_FONT;
    FT_Face face;
    if (loaded_FT_New_Face(library, font, 0, &face) == 0 && loaded_FT_Set_Pixel_Sizes(face, 0, size) == 0) {
        outcome = draw(face, characters, count, text);
    }
    // With it go its faces.
    loaded_FT_Done_FreeType(library);
    return outcome;
}

void outpaint_text_free(outpaint_text *text) { free(text->coverage); }
