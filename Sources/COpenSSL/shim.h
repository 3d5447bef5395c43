// The hashes of libcrypto as plain functions. OpenSSL 3 calls them deprecated, for its newer interface, which reads a
// configuration and sets up providers before the first byte.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
