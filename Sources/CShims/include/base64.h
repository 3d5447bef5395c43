#ifndef CSHIMS_BASE64_H
#define CSHIMS_BASE64_H
#endif
