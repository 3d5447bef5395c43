// clients NAME=NUMBER… BODY…: clients of a service that makes pictures, as cheap as may be.
//
// A client is a thread with one kept connection and a key of its own. Of each kind there are as many as its name says:
//   jobs    submit, poll until their task is Ready and download the picture, over and over
//   seeds   submit, and say the paths of their polls in the file that `ids` names as a descriptor
//   polls   ask for one task that is ready, each millisecond, until the others are through
//   large   submit the last BODY and poll until it is Ready, until the others are through
// Those that submit do so `turns` times each, or until `seconds` have passed; what is under way then is finished. A BODY is a
// file with a JSON object; its offsets are put in here, from `offset` on in `spread` steps each way, so that its submits
// differ; `first` says how many have been made before. Prints one JSON object with all times in seconds.
//
// A job's polls are 4 ms times the number of `jobs` clients apart, so that all of them together poll 250 times a second.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 1 << 16, BODIES = 64 };

struct body {
    const char *bytes;
    size_t count;
};

// The times of one kind of request, of all clients.
struct times {
    const char *name;
    pthread_mutex_t lock;
    double *all;
    size_t count, room;
};

struct client {
    int number, socket;
    char in[ROOM + 1];
    int status;
};

static int port, body_count, job_clients, ids = -1;
static long turns, offset, spread;
static double end, last;
static struct body bodies[BODIES];
static atomic_long submits;
static atomic_int working;
static pthread_barrier_t barrier;
static struct times submit_times = {.name = "submit"}, poll_times = {.name = "poll"}, job_times = {.name = "job"},
                    download_times = {.name = "download"}, own_poll_times = {.name = "own_poll"},
                    large_times = {.name = "large"};
static atomic_long refused, downloaded;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void rest(double seconds) {
    if (seconds <= 0) return;
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

static void wait_for_all(void) { pthread_barrier_wait(&barrier); }

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "clients: %s: %.300s\n", what, detail);
    exit(1);
}

static void note(struct times *times, double seconds) {
    pthread_mutex_lock(&times->lock);
    if (times->count == times->room) {
        times->room = times->room ? times->room * 2 : 1024;
        times->all = realloc(times->all, times->room * sizeof *times->all);
    }
    times->all[times->count++] = seconds;
    pthread_mutex_unlock(&times->lock);
}

// MARK: HTTP

static void connect_to(struct client *client) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(client->socket, (struct sockaddr *)&address, sizeof address)) fail("connect", strerror(errno));
}

static void send_all(struct client *client, struct iovec *parts, int count) {
    while (count > 0) {
        ssize_t sent = writev(client->socket, parts, count);
        // A server that refuses a body answers before it has all of it; the answer is read then.
        if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return;
        if (sent < 0) fail("send", strerror(errno));
        while (count > 0 && (size_t)sent >= parts->iov_len) sent -= (ssize_t)parts++->iov_len, count--;
        if (count > 0) parts->iov_base = (char *)parts->iov_base + sent, parts->iov_len -= (size_t)sent;
    }
}

// Reads one answer. Its body ends up in `in` as text, or is thrown away if it is too large; gives the body, or NULL.
static char *receive(struct client *client, size_t *length) {
    size_t have = 0;
    char *blank = NULL;
    while (!blank) {
        ssize_t n = have < ROOM ? recv(client->socket, client->in + have, ROOM - have, 0) : 0;
        if (n <= 0) fail("receive", n < 0 ? strerror(errno) : "the connection ended in a head");
        have += (size_t)n;
        client->in[have] = 0;
        blank = strstr(client->in, "\r\n\r\n");
    }
    client->status = atoi(client->in + 9);
    size_t head = (size_t)(blank - client->in) + 4;
    *blank = 0;
    char *field = strcasestr(client->in, "\r\ncontent-length:");
    *length = field ? strtoul(field + 17, NULL, 10) : 0;
    int closes = strcasestr(client->in, "\r\nconnection: close") != NULL;
    size_t missing = head + *length - have;
    int fits = head + *length <= ROOM;
    while (missing > 0) {
        // The kernel throws away what is only to be counted.
        ssize_t n = fits ? recv(client->socket, client->in + have, missing, 0)
                         : recv(client->socket, NULL, missing, MSG_TRUNC);
        if (n <= 0) fail("receive", n < 0 ? strerror(errno) : "the connection ended in a body");
        have += (size_t)n;
        missing -= (size_t)n;
    }
    if (fits) client->in[have] = 0;
    if (closes) {
        close(client->socket);
        connect_to(client);
    }
    return fits ? client->in + head : NULL;
}

static char *get(struct client *client, const char *path, size_t *length) {
    char head[2048];
    int count = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: bench\r\nx-key: bench-%d\r\n\r\n", path, client->number);
    struct iovec part = {head, (size_t)count};
    send_all(client, &part, 1);
    return receive(client, length);
}

// Copies the text of a JSON string behind `name`.
static int text(const char *json, const char *name, char *value, size_t room) {
    const char *at = json ? strstr(json, name) : NULL;
    if (!at) return 0;
    at += strlen(name);
    const char *quote = strchr(at, '"');
    if (!quote || (size_t)(quote - at) >= room) return 0;
    memcpy(value, at, (size_t)(quote - at));
    value[quote - at] = 0;
    return 1;
}

// MARK: A service's ways

// Submits one body, again and again while the service is full; the path of its task's polls is left in `path`.
static void submit(struct client *client, struct body body, struct times *times, char *path, size_t room) {
    long turn = atomic_fetch_add(&submits, 1);
    char head[512], fields[128];
    int count = snprintf(
        fields, sizeof fields, "{\"reference_offset_x\":%ld,\"reference_offset_y\":%ld,", offset + turn % spread,
        offset + turn / spread % spread);
    int head_count = snprintf(
        head, sizeof head,
        "POST /v1/flux-tools/outpainting-v1 HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        "x-key: bench-%d\r\nContent-Length: %zu\r\n\r\n",
        client->number, body.count - 1 + (size_t)count);
    for (;;) {
        double began = now();
        struct iovec parts[] = {
            {head, (size_t)head_count}, {fields, (size_t)count}, {(char *)body.bytes + 1, body.count - 1}};
        send_all(client, parts, 3);
        size_t length;
        char *answer = receive(client, &length), id[64];
        if (client->status == 200 && text(answer, "\"id\":\"", id, sizeof id)) {
            note(times, now() - began);
            snprintf(path, room, "/v1/get_result?id=%s", id);
            return;
        }
        if (client->status != 429 && client->status != 503) fail("submit", answer ? answer : "a large answer");
        atomic_fetch_add(&refused, 1);
        rest(0.01);
    }
}

// Asks for a task until it is ready; the path of its picture is left in `sample`.
static void await(struct client *client, const char *path, struct times *times, double pause, char *sample, size_t room) {
    for (;;) {
        rest(pause);
        double began = now();
        size_t length;
        char *answer = get(client, path, &length);
        note(times, now() - began);
        if (client->status != 200) fail("poll", answer ? answer : "a large answer");
        if (strstr(answer, "\"Ready\"")) {
            char url[1024];
            if (!text(answer, "\"sample\":\"", url, sizeof url)) fail("poll", answer);
            char *place = strstr(url, "//");
            place = strchr(place ? place + 2 : url, '/');
            snprintf(sample, room, "%s", place ? place : "/");
            return;
        }
        if (!strstr(answer, "\"Pending\"")) fail("poll", answer);
    }
}

static void download(struct client *client, const char *path) {
    double began = now();
    size_t length;
    char *answer = get(client, path, &length);
    if (client->status != 200 || length < 1000) fail("download", answer ? answer : "not a picture");
    note(&download_times, now() - began);
    atomic_fetch_add(&downloaded, (long)length);
}

// MARK: Clients

static void leave(void) {
    pthread_mutex_lock(&job_times.lock);
    last = now();
    pthread_mutex_unlock(&job_times.lock);
    atomic_fetch_sub(&working, 1);
}

static void *work(void *argument) {
    struct client *client = argument;
    connect_to(client);
    wait_for_all();
    wait_for_all();
    char path[256], sample[1024];
    for (long turn = 0; turns ? turn < turns : now() < end; turn++) {
        double began = now();
        submit(client, bodies[(client->number + turn) % body_count], &submit_times, path, sizeof path);
        await(client, path, &own_poll_times, 0.004 * job_clients, sample, sizeof sample);
        download(client, sample);
        note(&job_times, now() - began);
    }
    leave();
    return NULL;
}

static void *seed(void *argument) {
    struct client *client = argument;
    connect_to(client);
    wait_for_all();
    wait_for_all();
    char path[256];
    for (long turn = 0; turns ? turn < turns : now() < end; turn++) {
        submit(client, bodies[(client->number + turn) % body_count], &submit_times, path, sizeof path);
        dprintf(ids, "%s\n", path);
    }
    leave();
    return NULL;
}

static void *ask(void *argument) {
    struct client *client = argument;
    char path[256], sample[1024];
    struct times unused = {.lock = PTHREAD_MUTEX_INITIALIZER};
    connect_to(client);
    submit(client, bodies[0], &unused, path, sizeof path);
    await(client, path, &unused, 0.004, sample, sizeof sample);
    wait_for_all();
    wait_for_all();
    while (atomic_load(&working) > 0 || now() < end) {
        double began = now();
        size_t length;
        get(client, path, &length);
        double ended = now();
        if (client->status != 200) fail("poll", client->in);
        note(&poll_times, ended - began);
        rest(0.001 - (ended - began));
    }
    return NULL;
}

static void *submit_large(void *argument) {
    struct client *client = argument;
    char path[256], sample[1024];
    struct times unused = {.lock = PTHREAD_MUTEX_INITIALIZER};
    connect_to(client);
    wait_for_all();
    wait_for_all();
    while (atomic_load(&working) > 0 || now() < end) {
        submit(client, bodies[body_count], &large_times, path, sizeof path);
        await(client, path, &unused, 0.05, sample, sizeof sample);
    }
    return NULL;
}

// MARK: The whole

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(struct times *times) {
    qsort(times->all, times->count, sizeof *times->all, by_size);
    printf(", \"%s\": {\"count\": %zu", times->name, times->count);
    if (times->count) {
        double shares[] = {0.5, 0.9, 0.99, 1};
        const char *names[] = {"p50", "p90", "p99", "most"};
        for (int i = 0; i < 4; i++) {
            size_t at = (size_t)(shares[i] * (double)times->count);
            printf(", \"%s\": %.9f", names[i], times->all[at < times->count ? at : times->count - 1]);
        }
    }
    printf("}");
}

static void load(const char *path) {
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) || body_count == BODIES) fail(path, strerror(errno));
    void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (bytes == MAP_FAILED) fail(path, strerror(errno));
    bodies[body_count++] = (struct body){bytes, (size_t)status.st_size};
    close(file);
}

int main(int count, char **arguments) {
    enum { PORT = 4, SECONDS, TURNS, FIRST, OFFSET, SPREAD, IDS, OPTIONS };
    struct {
        const char *name;
        double value;
        void *(*run)(void *);
    } options[OPTIONS] = {
        {"jobs", 0, work},     {"seeds", 0, seed},      {"polls", 0, ask},     {"large", 0, submit_large}, {"port", 0, NULL},
        {"seconds", 0, NULL}, {"turns", 0, NULL},      {"first", 0, NULL},    {"offset", 448, NULL},     {"spread", 128, NULL},
        {"ids", -1, NULL}};
    for (int i = 1; i < count; i++) {
        char *sign = strchr(arguments[i], '=');
        if (!sign) {
            load(arguments[i]);
            continue;
        }
        *sign = 0;
        int known = 0;
        for (int k = 0; k < OPTIONS; k++) {
            if (!strcmp(options[k].name, arguments[i])) options[k].value = atof(sign + 1), known = 1;
        }
        if (!known) fail("unknown", arguments[i]);
    }
    if (options[3].value) body_count--;
    if (body_count < 1) fail("usage", "clients NAME=NUMBER… BODY…");
    port = (int)options[PORT].value;
    turns = (long)options[TURNS].value;
    atomic_store(&submits, (long)options[FIRST].value);
    offset = (long)options[OFFSET].value;
    spread = (long)options[SPREAD].value;
    ids = (int)options[IDS].value;
    job_clients = (int)options[0].value;
    atomic_store(&working, job_clients + (int)options[1].value);
    signal(SIGPIPE, SIG_IGN);
    struct times *kinds[] = {&submit_times, &own_poll_times, &poll_times, &download_times, &job_times, &large_times};
    for (int i = 0; i < 6; i++) pthread_mutex_init(&kinds[i]->lock, NULL);
    int all = 0;
    for (int k = 0; k < 4; k++) all += (int)options[k].value;
    pthread_barrier_init(&barrier, NULL, (unsigned)all + 1);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    pthread_t threads[all];
    for (int k = 0, number = 0; k < 4; k++) {
        for (int i = 0; i < (int)options[k].value; i++, number++) {
            struct client *client = calloc(1, sizeof *client);
            client->number = number;
            if (pthread_create(&threads[number], &attributes, options[k].run, client)) fail("thread", strerror(errno));
        }
    }
    // Once all are there, the time is set; then they go.
    wait_for_all();
    double begin = last = now();
    end = begin + options[SECONDS].value;
    wait_for_all();
    for (int i = 0; i < all; i++) pthread_join(threads[i], NULL);
    printf("{\"seconds\": %.6f, \"submits\": %ld, \"refused\": %ld, \"bytes\": %ld", last - begin, atomic_load(&submits),
           atomic_load(&refused), atomic_load(&downloaded));
    for (int i = 0; i < 6; i++) print(kinds[i]);
    printf("}\n");
}
