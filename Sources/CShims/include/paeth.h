// The Paeth filter of PNG, thirty-two bytes at a time where the processor can.
#ifndef CSHIMS_PAETH_H
#define CSHIMS_PAETH_H

#include <stddef.h>
#include <stdint.h>

// Writes each of `count` bytes of `row` minus the one of its three neighbors that is nearest to left + up - corner (PNG,
// 9.4). The pixels to the left are `channels` bytes before `row` and `above`.
void outpaint_paeth(const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *residual);
// Runs on every processor; exported so that tests can compare the other with it.
void outpaint_paeth_portable(const uint8_t *row, const uint8_t *above, size_t channels, size_t count, uint8_t *residual);

#endif
