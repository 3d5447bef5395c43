#define _GNU_SOURCE
#include "linux.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// Swift fills these by their sizes; the kernel's ABI fixes them.
_Static_assert(sizeof(struct signalfd_siginfo) == 128, "a record of signalfd is 128 bytes");
#if defined(__x86_64__)
_Static_assert(sizeof(struct epoll_event) == 12, "epoll_event is packed on x86-64");
#endif

int outpaint_accept4(int listener, int flags) { return accept4(listener, 0, 0, flags); }

void outpaint_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int outpaint_core_count(void) {
    cpu_set_t cores;
    return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

void outpaint_lower_priority(int nice_value) { setpriority(PRIO_PROCESS, 0, nice_value); }

int outpaint_unsent_bytes(int socket) {
    int count;
    return ioctl(socket, SIOCOUTQ, &count) == 0 ? count : -1;
}

int outpaint_terminal_columns(int terminal) {
    struct winsize size;
    return ioctl(terminal, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int outpaint_is_ignored(int signal) {
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int outpaint_open(const char *path, int flags, unsigned mode) { return open(path, flags, mode); }

int outpaint_open_unnamed(const char *folder) {
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    // File systems without unnamed files report one of these errors.
    if (file != -1 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
    char name[PATH_MAX];
    if ((unsigned)snprintf(name, sizeof name, "%s/outpaint-XXXXXX", folder) >= sizeof name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    file = mkostemp(name, O_CLOEXEC);
    if (file != -1) unlink(name);
    return file;
}

void outpaint_punch(int file, long offset, long count) {
    int ignored = fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, count);
    (void)ignored;
}

long outpaint_allow_descriptors(long wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    struct rlimit raised = limit;
    raised.rlim_cur = (rlim_t)wanted < limit.rlim_max ? (rlim_t)wanted : limit.rlim_max;
    if (raised.rlim_cur > limit.rlim_cur && setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    return limit.rlim_cur > LONG_MAX ? LONG_MAX : (long)limit.rlim_cur;
}

void outpaint_share_heap(void) { mallopt(M_ARENA_MAX, 1); }

void outpaint_give_back_memory(void) { malloc_trim(0); }

// Set by the linker: the program's first byte, and the end of its code. Everything between is read-only and clean.
extern const char __executable_start, etext;

void outpaint_forget_code(void) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)&__executable_start + page - 1) & -page, end = (uintptr_t)&etext & -page;
    if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
}

void outpaint_keep_freed_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
}
