// Linux calls that the C library's Swift module leaves out.
#ifndef CSHIMS_LINUX_H
#define CSHIMS_LINUX_H

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

// These need _GNU_SOURCE to be declared.
int outpaint_accept4(int listener, int flags);
void outpaint_name_thread(const char *name);
int outpaint_core_count(void);

// On Linux a nice value is a thread's own, and what it starts inherits it.
void outpaint_lower_priority(int nice_value);

// Drops the program's own code from memory. Pages that are needed again come back from the page cache.
void outpaint_forget_code(void);

// Makes `malloc` keep freed memory, at most 32 MiB at the end of each heap, and serve blocks of up to 32 MiB from there.
void outpaint_keep_freed_memory(void);

// `open` is variadic.
int outpaint_open(const char *path, int flags, unsigned mode);

// A new file for reading and writing that has no name in its folder. -1 and errno when there is none.
int outpaint_open_unnamed(const char *folder);

// Gives the blocks of a range back to the file system, where it can take them. Needs _GNU_SOURCE, too.
void outpaint_punch(int file, long offset, long count);

// `ioctl` is variadic. The bytes that a socket's peer has not acknowledged, or -1.
int outpaint_unsent_bytes(int socket);

// `mallopt` and `malloc_trim`, which the C library's Swift module leaves out.
void outpaint_share_heap(void);
void outpaint_give_back_memory(void);

// The columns of a terminal; 0 when it does not tell, or is none.
int outpaint_terminal_columns(int terminal);
// Swift cannot compare a signal's handler with SIG_IGN.
int outpaint_is_ignored(int signal);
// Takes no pointer to a structure, which Swift would have to mirror.
long outpaint_allow_descriptors(long wanted);

#endif
