// libjpeg-turbo, for JPEG. Its header asks for the standard ones first.
#include <stddef.h>
#include <stdio.h>
#include <jpeglib.h>
