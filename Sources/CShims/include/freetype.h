// A line of text as a picture, by FreeType, which is loaded when it is first used.
#ifndef CSHIMS_FREETYPE_H
#define CSHIMS_FREETYPE_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    OUTPAINT_TEXT_DRAWN,
    OUTPAINT_TEXT_NO_LIBRARY,
    OUTPAINT_TEXT_NO_FONT,
    OUTPAINT_TEXT_NO_MEMORY,
} outpaint_text_outcome;

// How much of each pixel a line covers, from 0 to 255, row after row.
typedef struct {
    size_t width, height;
    uint8_t *coverage;
} outpaint_text;

// Draws characters, given by their code points, so many pixels high. What was drawn is to be freed.
outpaint_text_outcome outpaint_text_draw(
    const char *font, const uint32_t *characters, size_t count, unsigned size, outpaint_text *text);
void outpaint_text_free(outpaint_text *text);

#endif
