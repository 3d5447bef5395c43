// libpng, the decoder and encoder of record for PNG.
#include <png.h>
