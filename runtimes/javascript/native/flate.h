/* Deflate (RFC 1951) and the checksums of its two wrappings. */
#ifndef FLATE_H
#define FLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flate {
    uint8_t *bytes;
    size_t length, room;
};

enum flate_end { FLATE_DONE, FLATE_CUT_OFF, FLATE_DAMAGED, FLATE_TOO_LARGE, FLATE_NO_MEMORY };

/*
 * Compresses into blocks of their own: what is appended to the result can be read without what follows.
 * `effort`, 0 to 9, is how long a repetition is looked for; `last` ends the stream. The result ends with a whole byte either way.
 */
enum flate_end flate_deflate(struct flate *result, const uint8_t *bytes, size_t length, int effort, bool last);

/* Expands one stream into at most `most` bytes, and says how many of the bytes it took. */
enum flate_end flate_inflate(struct flate *result, const uint8_t *bytes, size_t length, size_t most, size_t *taken);

uint32_t flate_crc32(uint32_t before, const uint8_t *bytes, size_t length);
uint32_t flate_adler32(uint32_t before, const uint8_t *bytes, size_t length);

#endif
