// The C that Swift cannot express. One header per concern.
#ifndef CSHIMS_H
#define CSHIMS_H

#include "base64.h"
#include "freetype.h"
#include "inflate.h"
#include "jpeg_decode.h"
#include "jpeg_encode.h"
#include "lcms_decode.h"
#include "libcurl.h"
#include "linux.h"
#include "paeth.h"
#include "png_decode.h"
#include "scan.h"
#include "webp_decode.h"

#endif
