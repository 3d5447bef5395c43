// Most runs fetch nothing, and linking the library with its dependencies would slow down each start: it is loaded with the
// first transfer, and stays loaded.
#define _GNU_SOURCE
#include "libcurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

// The functions in use.
#define FUNCTIONS(each) \
    each(curl_easy_cleanup) \
    each(curl_easy_getinfo) \
    each(curl_easy_init) \
    each(curl_easy_perform) \
    each(curl_easy_setopt) \
    each(curl_global_init) \
    each(curl_slist_append) \
    each(curl_slist_free_all)

// The header wraps some of them in macros that take arguments; a bare name is the function.
#define DECLARE(name) static typeof(name) *loaded_##name;
FUNCTIONS(DECLARE)

static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    bool found = true;
#define FIND(name) \
    loaded_##name = (typeof(name) *)dlsym(library, #name); \
    found = found && loaded_##name;
    FUNCTIONS(FIND)
    loaded = found && loaded_curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

struct outpaint_transfer {
    CURL *easy;
    struct curl_slist *fields;
};

outpaint_transfer *outpaint_transfer_open(void) {
    pthread_once(&once, load);
    if (!loaded) return NULL;
    outpaint_transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer) return NULL;
    transfer->easy = loaded_curl_easy_init();
    if (transfer->easy) return transfer;
    free(transfer);
    return NULL;
}

void outpaint_transfer_close(outpaint_transfer *transfer) {
    loaded_curl_easy_cleanup(transfer->easy);
    loaded_curl_slist_free_all(transfer->fields);
    free(transfer);
}

unsigned outpaint_transfer_set_number(outpaint_transfer *transfer, unsigned option, long value) {
    return loaded_curl_easy_setopt(transfer->easy, (CURLoption)option, value);
}

unsigned outpaint_transfer_set_size(outpaint_transfer *transfer, unsigned option, int64_t value) {
    return loaded_curl_easy_setopt(transfer->easy, (CURLoption)option, (curl_off_t)value);
}

unsigned outpaint_transfer_set_text(outpaint_transfer *transfer, unsigned option, const char *value) {
    return loaded_curl_easy_setopt(transfer->easy, (CURLoption)option, value);
}

unsigned outpaint_transfer_set_body(outpaint_transfer *transfer, const uint8_t *bytes, size_t count) {
    unsigned code = outpaint_transfer_set_size(transfer, CURLOPT_POSTFIELDSIZE_LARGE, (int64_t)count);
    // Without an address, the library would ask for a body instead of sending none.
    return code ? code : loaded_curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, bytes ? (const char *)bytes : "");
}

unsigned outpaint_transfer_add_field(outpaint_transfer *transfer, const char *line) {
    struct curl_slist *longer = loaded_curl_slist_append(transfer->fields, line);
    if (!longer) return CURLE_OUT_OF_MEMORY;
    transfer->fields = longer;
    return CURLE_OK;
}

// The address is the very one that the library connects the socket to.
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to) {
    const outpaint_transfer_questions *questions = context;
    const uint8_t *address = NULL;
    size_t count = 0;
    if (to->family == AF_INET) {
        address = (const uint8_t *)&((const struct sockaddr_in *)&to->addr)->sin_addr;
        count = 4;
    } else if (to->family == AF_INET6) {
        address = (const uint8_t *)&((const struct sockaddr_in6 *)&to->addr)->sin6_addr;
        count = 16;
    }
    if (purpose != CURLSOCKTYPE_IPCXN || !address || !questions->allows(questions->context, address, count))
        return CURL_SOCKET_BAD;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t take_head(char *bytes, size_t size, size_t count, void *context) {
    const outpaint_transfer_questions *questions = context;
    (void)bytes;
    return questions->takes_head(questions->context, size * count) ? size * count : CURL_WRITEFUNC_ERROR;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    const outpaint_transfer_questions *questions = context;
    bool taken = questions->takes_body(questions->context, (const uint8_t *)bytes, size * count);
    return taken ? size * count : CURL_WRITEFUNC_ERROR;
}

static int go_on(void *context, curl_off_t total, curl_off_t now, curl_off_t total_up, curl_off_t now_up) {
    const outpaint_transfer_questions *questions = context;
    (void)total, (void)now, (void)total_up, (void)now_up;
    return !questions->goes_on(questions->context);
}

unsigned outpaint_transfer_run(outpaint_transfer *transfer, const outpaint_transfer_questions *questions) {
    CURL *easy = transfer->easy;
    unsigned code = CURLE_OK;
#define SET(option, value) code = code ? code : loaded_curl_easy_setopt(easy, option, value)
    SET(CURLOPT_HTTPHEADER, transfer->fields);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, questions);
    SET(CURLOPT_HEADERFUNCTION, take_head);
    SET(CURLOPT_HEADERDATA, questions);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, questions);
    SET(CURLOPT_XFERINFOFUNCTION, go_on);
    SET(CURLOPT_XFERINFODATA, questions);
    SET(CURLOPT_NOPROGRESS, 0L);
    return code ? code : loaded_curl_easy_perform(easy);
}

long outpaint_transfer_number(outpaint_transfer *transfer, unsigned info) {
    long value = 0;
    return loaded_curl_easy_getinfo(transfer->easy, (CURLINFO)info, &value) == CURLE_OK ? value : 0;
}

const char *outpaint_transfer_text(outpaint_transfer *transfer, unsigned info) {
    const char *value = NULL;
    return loaded_curl_easy_getinfo(transfer->easy, (CURLINFO)info, &value) == CURLE_OK ? value : NULL;
}
