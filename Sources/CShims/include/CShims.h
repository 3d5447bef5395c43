// The little C that Swift cannot do. Each header stands for one concern.
#ifndef CSHIMS_H
#define CSHIMS_H

#include "base64.h"
#include "linux.h"
#include "paeth.h"
#include "scan.h"

#endif
