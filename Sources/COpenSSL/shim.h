// The hashes of libcrypto as plain functions. OpenSSL 3 calls them deprecated, for its newer interface, which reads a
// configuration and sets up providers before the first byte.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/aes.h>
#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/modes.h>
#include <openssl/sha.h>

// The cipher as the mode wants it: Swift cannot write the cast.
static const block128_f outpaint_aes_encrypt = (block128_f)AES_encrypt;
