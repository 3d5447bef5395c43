#include "build_info.h"

#ifndef OUTPAINT_COMMIT
#define OUTPAINT_COMMIT ""
#endif

const char *outpaint_build_commit(void) { return OUTPAINT_COMMIT; }
