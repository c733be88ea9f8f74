/* MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4), HMAC (RFC 2104), PBKDF2 and scrypt (RFC 7914): see hash.h. */
#include "hash.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * The first 64 bits of the fractions of the cube roots of the first 80 primes, and of the square roots of the first eight and the
 * eight after them. SHA-256 has the first 32 bits of the same.
 */
static const uint64_t ROUND[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};
static const uint64_t START_512[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};
static const uint64_t START_384[8] = {
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

static uint32_t left(uint32_t x, int n) { return x << n | x >> (32 - n); }
static uint32_t right(uint32_t x, int n) { return x >> n | x << (32 - n); }
static uint64_t right64(uint64_t x, int n) { return x >> n | x << (64 - n); }

static uint64_t load(const uint8_t *bytes, int size)
{
    uint64_t value = 0;
    for (int i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void store(uint8_t *bytes, int size, uint64_t value)
{
    for (int i = size; i-- > 0; value >>= 8)
        bytes[i] = (uint8_t)value;
}

static uint32_t load_little(const uint8_t *bytes) { return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24; }

static void store_little(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++, value >>= 8)
        bytes[i] = (uint8_t)value;
}

static void md5_block(uint64_t *state, const uint8_t *block)
{
    static const uint8_t turns[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
    static uint32_t sines[64];
    if (!sines[0]) {
        for (int i = 0; i < 64; i++)
            sines[i] = (uint32_t)(fabs(sin(i + 1)) * 4294967296.0);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (int i = 0; i < 64; i++) {
        int round = i >> 4;
        uint32_t f = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
        int word = round == 0 ? i : round == 1 ? (5 * i + 1) & 15 : round == 2 ? (3 * i + 5) & 15 : (7 * i) & 15;
        uint32_t turned = b + left(a + f + sines[i] + load_little(block + 4 * word), turns[round][i & 3]);
        a = d;
        d = c;
        c = b;
        b = turned;
    }
    uint32_t after[] = { a, b, c, d };
    for (int i = 0; i < 4; i++)
        state[i] = (uint32_t)(state[i] + after[i]);
}

static void sha1_block(uint64_t *state, const uint8_t *block)
{
    static const uint32_t added[] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
    uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int i = 0; i < 80; i++)
        w[i] = i < 16 ? (uint32_t)load(block + 4 * i, 4) : left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        int round = i / 20;
        uint32_t f = round == 0 ? (b & c) | (~b & d) : round == 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
        uint32_t turned = left(a, 5) + f + e + added[round] + w[i];
        e = d;
        d = c;
        c = left(b, 30);
        b = a;
        a = turned;
    }
    uint32_t after[] = { a, b, c, d, e };
    for (int i = 0; i < 5; i++)
        state[i] = (uint32_t)(state[i] + after[i]);
}

static void sha256_block(uint64_t *state, const uint8_t *block)
{
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)load(block + 4 * i, 4);
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (right(x, 7) ^ right(x, 18) ^ x >> 3) + w[i - 7] + (right(y, 17) ^ right(y, 19) ^ y >> 10);
    }
    for (int i = 0; i < 8; i++)
        s[i] = (uint32_t)state[i];
    for (int i = 0; i < 64; i++) {
        uint32_t first = s[7] + (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6]))
            + (uint32_t)(ROUND[i] >> 32) + w[i];
        uint32_t second = (right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += first;
        s[0] = first + second;
    }
    for (int i = 0; i < 8; i++)
        state[i] = (uint32_t)(state[i] + s[i]);
}

static void sha512_block(uint64_t *state, const uint8_t *block)
{
    uint64_t w[80], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = load(block + 8 * i, 8);
    for (int i = 16; i < 80; i++) {
        uint64_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (right64(x, 1) ^ right64(x, 8) ^ x >> 7) + w[i - 7] + (right64(y, 19) ^ right64(y, 61) ^ y >> 6);
    }
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 80; i++) {
        uint64_t first = s[7] + (right64(s[4], 14) ^ right64(s[4], 18) ^ right64(s[4], 41)) + ((s[4] & s[5]) ^ (~s[4] & s[6]))
            + ROUND[i] + w[i];
        uint64_t second = (right64(s[0], 28) ^ right64(s[0], 34) ^ right64(s[0], 39)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += first;
        s[0] = first + second;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

static const struct algorithm algorithms[] = {
    { "md5", 64, 16, 4, md5_block }, { "sha1", 64, 20, 4, sha1_block }, { "sha224", 64, 28, 4, sha256_block }, { "sha256", 64, 32, 4, sha256_block },
    { "sha384", 128, 48, 8, sha512_block }, { "sha512", 128, 64, 8, sha512_block },
};

const struct algorithm *hash_algorithm(const char *name)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        if (!strcmp(algorithms[i].name, name))
            return &algorithms[i];
    }
    return NULL;
}

void hash_begin(struct hash *hash, const struct algorithm *algorithm)
{
    static const uint32_t md[] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    hash->algorithm = algorithm;
    hash->length = 0;
    for (int i = 0; i < 8; i++) {
        hash->state[i] = algorithm->digest <= 20 ? (i < 5 ? md[i] : 0) : algorithm->digest == 28 ? START_384[i] & 0xffffffff
            : algorithm->digest == 32 ? START_512[i] >> 32 : algorithm->digest == 48 ? START_384[i] : START_512[i];
    }
}

void hash_add(struct hash *hash, const uint8_t *bytes, size_t length)
{
    size_t size = hash->algorithm->block, filled = hash->length % size;
    hash->length += length;
    if (filled) {
        size_t taken = length < size - filled ? length : size - filled;
        memcpy(hash->rest + filled, bytes, taken);
        bytes += taken;
        length -= taken;
        if (filled + taken < size)
            return;
        hash->algorithm->compress(hash->state, hash->rest);
    }
    for (; length >= size; length -= size, bytes += size)
        hash->algorithm->compress(hash->state, bytes);
    if (length)
        memcpy(hash->rest, bytes, length);
}

void hash_end(struct hash *hash, uint8_t *digest)
{
    const struct algorithm *algorithm = hash->algorithm;
    size_t size = algorithm->block, filled = hash->length % size, lengthSize = size / 8;
    uint64_t bits = hash->length * 8;
    hash->rest[filled++] = 0x80;
    if (filled > size - lengthSize) {
        memset(hash->rest + filled, 0, size - filled);
        algorithm->compress(hash->state, hash->rest);
        filled = 0;
    }
    memset(hash->rest + filled, 0, size - filled);
    bool little = algorithm->digest == 16;
    if (little) {
        store_little(hash->rest + size - 8, (uint32_t)bits);
        store_little(hash->rest + size - 4, (uint32_t)(bits >> 32));
    } else {
        store(hash->rest + size - 8, 8, bits);
    }
    algorithm->compress(hash->state, hash->rest);
    for (int i = 0; i * algorithm->word < algorithm->digest; i++) {
        if (little)
            store_little(digest + 4 * i, (uint32_t)hash->state[i]);
        else
            store(digest + algorithm->word * i, algorithm->word, hash->state[i]);
    }
}

/* What HMAC has read of its key on both sides: the same for all texts of one key. */
struct hmac {
    struct hash inner, outer;
};

static void hmac_key(struct hmac *hmac, const struct algorithm *algorithm, const uint8_t *key, size_t length)
{
    uint8_t pad[MOST_BLOCK] = { 0 };
    if (length > (size_t)algorithm->block) {
        struct hash hash;
        hash_begin(&hash, algorithm);
        hash_add(&hash, key, length);
        hash_end(&hash, pad);
    } else if (length) {
        memcpy(pad, key, length);
    }
    for (int i = 0; i < algorithm->block; i++)
        pad[i] ^= 0x36;
    hash_begin(&hmac->inner, algorithm);
    hash_add(&hmac->inner, pad, algorithm->block);
    for (int i = 0; i < algorithm->block; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    hash_begin(&hmac->outer, algorithm);
    hash_add(&hmac->outer, pad, algorithm->block);
}

static void hmac_end(const struct hmac *hmac, struct hash *inner, uint8_t *digest)
{
    struct hash outer = hmac->outer;
    hash_end(inner, digest);
    hash_add(&outer, digest, inner->algorithm->digest);
    hash_end(&outer, digest);
}

void pbkdf2(const struct algorithm *algorithm, struct text password, struct text salt, uint32_t iterations, struct text result)
{
    struct hmac key;
    hmac_key(&key, algorithm, password.bytes, password.length);
    for (uint32_t number = 1; result.length > 0; number++) {
        uint8_t index[4], round[MOST_DIGEST], sum[MOST_DIGEST];
        struct hash hash = key.inner;
        store(index, 4, number);
        if (salt.length)
            hash_add(&hash, salt.bytes, salt.length);
        hash_add(&hash, index, 4);
        hmac_end(&key, &hash, round);
        memcpy(sum, round, algorithm->digest);
        for (uint32_t i = 1; i < iterations; i++) {
            hash = key.inner;
            hash_add(&hash, round, algorithm->digest);
            hmac_end(&key, &hash, round);
            for (int j = 0; j < algorithm->digest; j++)
                sum[j] ^= round[j];
        }
        size_t taken = result.length < (size_t)algorithm->digest ? result.length : (size_t)algorithm->digest;
        memcpy(result.bytes, sum, taken);
        result.bytes += taken;
        result.length -= taken;
    }
}

static void salsa(uint32_t *block)
{
    static const uint8_t columns[4][4] = { { 0, 4, 8, 12 }, { 5, 9, 13, 1 }, { 10, 14, 2, 6 }, { 15, 3, 7, 11 } };
    static const uint8_t rows[4][4] = { { 0, 1, 2, 3 }, { 5, 6, 7, 4 }, { 10, 11, 8, 9 }, { 15, 12, 13, 14 } };
    uint32_t x[16];
    memcpy(x, block, sizeof x);
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 4; j++) {
            const uint8_t *at = i & 1 ? rows[j] : columns[j];
            x[at[1]] ^= left(x[at[0]] + x[at[3]], 7);
            x[at[2]] ^= left(x[at[1]] + x[at[0]], 9);
            x[at[3]] ^= left(x[at[2]] + x[at[1]], 13);
            x[at[0]] ^= left(x[at[3]] + x[at[2]], 18);
        }
    }
    for (int i = 0; i < 16; i++)
        block[i] += x[i];
}

/* Mixes 2r blocks of 64 bytes; the even ones of the result come before the odd ones. */
static void mix(uint32_t *blocks, uint32_t *scratch, uint32_t r)
{
    uint32_t x[16];
    memcpy(x, blocks + 16 * (2 * r - 1), sizeof x);
    for (uint32_t i = 0; i < 2 * r; i++) {
        for (int j = 0; j < 16; j++)
            x[j] ^= blocks[16 * i + j];
        salsa(x);
        memcpy(scratch + 16 * ((i & 1 ? r : 0) + i / 2), x, sizeof x);
    }
    memcpy(blocks, scratch, 128 * r);
}

bool scrypt(struct text password, struct text salt, uint32_t n, uint32_t r, uint32_t p, struct text result)
{
    const struct algorithm *algorithm = hash_algorithm("sha256");
    size_t size = 128 * r;
    uint8_t *all = malloc(size * p);
    uint32_t *kept = malloc(size * n), *blocks = malloc(size), *scratch = malloc(size);
    bool fits = all && kept && blocks && scratch;
    if (fits) {
        pbkdf2(algorithm, password, salt, 1, (struct text) { all, size * p });
        for (uint32_t part = 0; part < p; part++) {
            uint32_t words = size / 4;
            for (uint32_t i = 0; i < words; i++)
                blocks[i] = load_little(all + size * part + 4 * i);
            for (uint32_t i = 0; i < n; i++) {
                memcpy(kept + (size_t)words * i, blocks, size);
                mix(blocks, scratch, r);
            }
            for (uint32_t i = 0; i < n; i++) {
                const uint32_t *other = kept + (size_t)words * (blocks[16 * (2 * r - 1)] & (n - 1));
                for (uint32_t j = 0; j < words; j++)
                    blocks[j] ^= other[j];
                mix(blocks, scratch, r);
            }
            for (uint32_t i = 0; i < words; i++)
                store_little(all + size * part + 4 * i, blocks[i]);
        }
        pbkdf2(algorithm, password, (struct text) { all, size * p }, 1, result);
    }
    free(all);
    free(kept);
    free(blocks);
    free(scratch);
    return fits;
}
