/* Hashes and what is made of them. */
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_BLOCK = 128, MOST_DIGEST = 64 };

struct algorithm {
    const char *name;
    /* Bytes of a block, of the digest, and of a word of that. */
    int block, digest, word;
    void (*compress)(uint64_t *state, const uint8_t *block);
};

struct hash {
    const struct algorithm *algorithm;
    uint64_t state[8];
    uint64_t length;
    uint8_t rest[MOST_BLOCK];
};

struct text {
    uint8_t *bytes;
    size_t length;
};

/* md5, sha1, sha224, sha256, sha384 or sha512; NULL for others. */
const struct algorithm *hash_algorithm(const char *name);

void hash_begin(struct hash *hash, const struct algorithm *algorithm);
void hash_add(struct hash *hash, const uint8_t *bytes, size_t length);
void hash_end(struct hash *hash, uint8_t *digest);

/* Fills the result (RFC 8018 §5.2, with HMAC). */
void pbkdf2(const struct algorithm *algorithm, struct text password, struct text salt, uint32_t iterations, struct text result);

/* Fills the result (RFC 7914); n is a power of two. False if there is no memory for n · r · 128 bytes. */
bool scrypt(struct text password, struct text salt, uint32_t n, uint32_t r, uint32_t p, struct text result);

#endif
