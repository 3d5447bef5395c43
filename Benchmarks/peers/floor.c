// floor PORT: about the least that an HTTP/1.1 server on epoll can do, as a yardstick for ours.
//
// Two threads with a loop and a listener each, level-triggered, one recv and one send a request. With one listener for
// both, even under EPOLLEXCLUSIVE, one thread took all of 4 to 64 connections every other time. Routes:
//   GET  /v1/get_result?id=UUID   a 260-byte JSON answer from a table of 1,000, 404 for other ids
//   GET  /blob                    1 MiB from memory
//   POST /upload                  reads a Content-Length body whole into memory, 204
// It trusts its client as no real server may: no limits, no timeouts, no chunked bodies, fields hardly looked at.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 2, RECORDS = 1000, SLOTS = 4096, ANSWER = 260, BLOB = 1 << 20, CHUNK = 16384, CONNECTIONS = 65536 };

struct record {
    uint64_t high, low;
    char answer[ANSWER + 1];
};

// What a connection keeps between two events. On the common path all of it stays empty: whole requests are read from
// the loop's own buffer and answered from there.
struct connection {
    char *held;       // the start of a request that has not arrived whole
    size_t held_count;
    char *body;       // a body being read
    size_t body_count, body_total;
    char *unsent;     // answers the socket did not take yet
    size_t unsent_count;
    size_t blob_left; // bytes of the blob still to send after `unsent`
};

struct loop {
    int epoll, listener;
    time_t second;
    char date[32];
    char in[CHUNK], out[CHUNK];
    size_t out_count;
};

static struct record *slots[SLOTS];
static struct connection connections[CONNECTIONS];
static char blob[BLOB];

static size_t slot_of(uint64_t high, uint64_t low) { return ((high ^ low) * 0x9E3779B97F4A7C15u) >> 52; }

static int parse_uuid(const char *text, uint64_t *high, uint64_t *low) {
    uint64_t half[2] = {0, 0};
    for (int i = 0, digit = 0; i < 36; i++) {
        unsigned char c = (unsigned char)text[i];
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-') return 0;
            continue;
        }
        unsigned value = c - '0', letter = (c | 0x20u) - 'a';
        if (value > 9) value = letter < 6 ? letter + 10 : 16;
        if (value > 15) return 0;
        half[digit >> 4] = half[digit >> 4] << 4 | value;
        digit++;
    }
    *high = half[0];
    *low = half[1];
    return 1;
}

static void fill_table(void) {
    static struct record records[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
        struct record *r = &records[i];
        char id[37];
        snprintf(id, sizeof id, "00000000-0000-4000-8000-%012x", i);
        int n = snprintf(r->answer, sizeof r->answer, "{\"id\":\"%s\",\"status\":\"Ready\",\"progress\":1,\"result\":"
            "{\"sample\":\"http://127.0.0.1:4880/delivery/%s.png?signature=", id, id);
        memset(r->answer + n, '0', ANSWER - n - 3);
        memcpy(r->answer + ANSWER - 3, "\"}}", 4);
        parse_uuid(id, &r->high, &r->low);
        size_t at = slot_of(r->high, r->low);
        while (slots[at]) at = (at + 1) % SLOTS;
        slots[at] = r;
    }
}

static const struct record *find(uint64_t high, uint64_t low) {
    for (size_t at = slot_of(high, low); slots[at]; at = (at + 1) % SLOTS)
        if (slots[at]->high == high && slots[at]->low == low) return slots[at];
    return NULL;
}

static void listen_to(struct loop *loop, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event);
}

static void drop(int fd) {
    struct connection *c = &connections[fd];
    free(c->held);
    free(c->body);
    free(c->unsent);
    memset(c, 0, sizeof *c);
    close(fd);
}

static void put(struct loop *loop, const char *text, size_t count) {
    memcpy(loop->out + loop->out_count, text, count);
    loop->out_count += count;
}

// Writes a whole head, and the body where there is a small one, behind what `out` holds.
static void answer(struct loop *loop, const char *status, const char *type, const char *length, const char *body) {
    put(loop, status, strlen(status));
    put(loop, loop->date, 29);
    put(loop, type, strlen(type));
    put(loop, length, strlen(length));
    if (body) put(loop, body, ANSWER);
}

#define OK "HTTP/1.1 200 OK\r\nDate: "
#define JSON "\r\nContent-Type: application/json\r\n"

static void answer_upload(struct loop *loop) { answer(loop, "HTTP/1.1 204 No Content\r\nDate: ", "\r\n\r\n", "", NULL); }

static int starts(const char *at, const char *end, const char *text) {
    size_t n = strlen(text);
    return (size_t)(end - at) >= n && !memcmp(at, text, n);
}

// Answers one request whose head is `at ..< end`. False for one it does not understand.
static int route(struct loop *loop, struct connection *c, const char *at, const char *end) {
    uint64_t high, low;
    const struct record *r;
    if (starts(at, end, "GET /v1/get_result?id=") && end - at > 22 + 36 && parse_uuid(at + 22, &high, &low)) {
        if ((r = find(high, low))) answer(loop, OK, JSON, "Content-Length: 260\r\n\r\n", r->answer);
        else answer(loop, "HTTP/1.1 404 Not Found\r\nDate: ", JSON, "Content-Length: 0\r\n\r\n", NULL);
    } else if (starts(at, end, "GET /blob ")) {
        answer(loop, OK, "\r\nContent-Type: image/png\r\n", "Content-Length: 1048576\r\n\r\n", NULL);
        c->blob_left = BLOB;
    } else if (starts(at, end, "POST /upload ")) {
        char *field = strcasestr(at, "\r\ncontent-length:");
        c->body_total = field ? strtoul(field + 17, NULL, 10) : 0;
        c->body = malloc(c->body_total + 1);
        c->body_count = 0;
    } else return 0;
    return 1;
}

// Sends what `unsent` or `out` holds and the blob behind it. False when the connection is gone.
static int flush(struct loop *loop, int fd) {
    struct connection *c = &connections[fd];
    char *head = c->unsent ? c->unsent : loop->out;
    size_t head_count = c->unsent ? c->unsent_count : loop->out_count;
    struct iovec parts[2] = {{head, head_count}, {blob + BLOB - c->blob_left, c->blob_left}};
    ssize_t n = c->blob_left ? writev(fd, parts, 2) : send(fd, head, head_count, 0);
    if (n < 0 && errno != EAGAIN) return 0;
    size_t sent = n < 0 ? 0 : (size_t)n, of_head = sent < head_count ? sent : head_count;
    loop->out_count = 0;
    c->blob_left -= sent - of_head;
    int was_waiting = c->unsent != NULL;
    if (of_head == head_count && !c->blob_left) {
        if (was_waiting) listen_to(loop, fd, EPOLLIN);
        free(c->unsent);
        c->unsent = NULL;
        return 1;
    }
    char *rest = malloc(head_count - of_head + 1);
    memcpy(rest, head + of_head, head_count - of_head);
    free(c->unsent);
    c->unsent = rest;
    c->unsent_count = head_count - of_head;
    if (!was_waiting) listen_to(loop, fd, EPOLLOUT);
    return 1;
}

static int readable(struct loop *loop, int fd) {
    struct connection *c = &connections[fd];
    if (c->body) {
        ssize_t n = recv(fd, c->body + c->body_count, c->body_total - c->body_count, 0);
        if (n <= 0) return n < 0 && errno == EAGAIN;
        c->body_count += (size_t)n;
        if (c->body_count < c->body_total) return 1;
        free(c->body);
        c->body = NULL;
        answer_upload(loop);
        return flush(loop, fd);
    }
    if (c->held_count == CHUNK) return 0;
    if (c->held) memcpy(loop->in, c->held, c->held_count);
    ssize_t n = recv(fd, loop->in + c->held_count, CHUNK - c->held_count, 0);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    char *at = loop->in, *end = at + c->held_count + n, *blank;
    // Pipelined requests are taken while their answers surely fit; what stands behind a blob waits for more bytes.
    while (at < end && loop->out_count < CHUNK - 1024 && (blank = memmem(at, (size_t)(end - at), "\r\n\r\n", 4))) {
        *blank = 0;
        if (!route(loop, c, at, blank)) return 0;
        at = blank + 4;
        if (c->body) {
            size_t here = (size_t)(end - at) < c->body_total ? (size_t)(end - at) : c->body_total;
            memcpy(c->body, at, here);
            at += here;
            c->body_count = here;
            if (here < c->body_total) break;
            free(c->body);
            c->body = NULL;
            answer_upload(loop);
        }
        if (c->blob_left) break;
    }
    free(c->held);
    c->held = NULL;
    c->held_count = (size_t)(end - at);
    if (at < end) {
        c->held = malloc(c->held_count);
        memcpy(c->held, at, c->held_count);
    }
    return loop->out_count == 0 || flush(loop, fd);
}

static void *run(void *argument) {
    struct loop *loop = argument;
    struct epoll_event events[256], event = {.events = EPOLLIN, .data.fd = loop->listener};
    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->listener, &event);
    for (;;) {
        int count = epoll_wait(loop->epoll, events, 256, -1);
        time_t now = time(NULL);
        if (now != loop->second) {
            struct tm tm;
            loop->second = now;
            strftime(loop->date, sizeof loop->date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
        }
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == loop->listener) {
                int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
                if (client < 0) continue;
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                struct epoll_event first = {.events = EPOLLIN, .data.fd = client};
                epoll_ctl(loop->epoll, EPOLL_CTL_ADD, client, &first);
            } else if (!(connections[fd].unsent ? flush(loop, fd) : readable(loop, fd))) {
                loop->out_count = 0;
                drop(fd);
            }
        }
    }
    return NULL;
}

static int listener(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096)) {
        perror("floor");
        exit(1);
    }
    return fd;
}

int main(int count, char **arguments) {
    if (count < 2) return 2;
    signal(SIGPIPE, SIG_IGN);
    fill_table();
    memset(blob, 'b', BLOB);
    static struct loop loops[THREADS];
    for (int i = 0; i < THREADS; i++) {
        loops[i].epoll = epoll_create1(EPOLL_CLOEXEC);
        loops[i].listener = listener(atoi(arguments[1]));
        pthread_t thread;
        if (i > 0) pthread_create(&thread, NULL, run, &loops[i]);
    }
    printf("ready\n");
    fflush(stdout);
    run(&loops[0]);
}
