// zlib, which libpng stands on.
#include <zlib.h>
