// Renders a line of text with FreeType, which is loaded on first use.
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

// The coverage of each pixel by a line, from 0 to 255, row by row.
typedef struct {
    size_t width, height;
    uint8_t *coverage;
} outpaint_text;

// Draws characters, given by their code points, `size` pixels high. The caller frees the result.
outpaint_text_outcome outpaint_text_draw(
    const char *font, const uint32_t *characters, size_t count, unsigned size, outpaint_text *text);
void outpaint_text_free(outpaint_text *text);

#endif
