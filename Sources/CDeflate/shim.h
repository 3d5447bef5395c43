// libdeflate, faster than zlib where a whole stream lies in memory.
#include <libdeflate.h>
