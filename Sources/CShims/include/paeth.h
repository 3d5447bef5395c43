// The Paeth filter of PNG, thirty-two bytes at a time where the processor can.
#ifndef CSHIMS_PAETH_H
#define CSHIMS_PAETH_H

#include <stddef.h>
#include <stdint.h>

// Writes each of `count` bytes of `row` less the one of its three neighbours that lies next to left + up - corner (PNG,
// 9.4). `channels` bytes before `row` and `above` stand the pixels to the left of both.
void outpaint_paeth(const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *residual);
// What every processor can do, named so that tests can hold the other against it.
void outpaint_paeth_portable(const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *residual);

#endif
