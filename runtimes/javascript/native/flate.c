/* Deflate: see flate.h. It writes blocks with the fixed codes, or stored ones where those are shorter, and reads all kinds. */
#include "flate.h"
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 32768, SHORTEST = 3, LONGEST = 258, MOST_STORED = 65535, END = 256, HASHES = 1 << 15, MOST_BITS = 15 };

static const uint16_t length_base[] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
static const uint8_t length_bits[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
static const uint16_t distance_base[] = { 1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577 };

static int distance_bits(int code) { return code < 4 ? 0 : code / 2 - 1; }

static bool reserve(struct flate *result, size_t more)
{
    if (result->room - result->length >= more)
        return true;
    size_t room = 2 * result->room + more + 64;
    uint8_t *bytes = realloc(result->bytes, room);
    if (!bytes)
        return false;
    result->bytes = bytes;
    result->room = room;
    return true;
}

/* --- Writing. Room has been made before. */

struct writer {
    struct flate *to;
    uint32_t bits;
    int count;
};

static void put(struct writer *writer, uint32_t value, int count)
{
    writer->bits |= value << writer->count;
    for (writer->count += count; writer->count >= 8; writer->count -= 8, writer->bits >>= 8)
        writer->to->bytes[writer->to->length++] = (uint8_t)writer->bits;
}

static void put_whole_byte(struct writer *writer)
{
    if (writer->count)
        put(writer, 0, 8 - writer->count);
}

/* A Huffman code begins with its highest bit, all else with the lowest. */
static void put_code(struct writer *writer, uint32_t code, int count)
{
    uint32_t turned = 0;
    for (int i = 0; i < count; i++)
        turned |= (code >> i & 1) << (count - 1 - i);
    put(writer, turned, count);
}

static void put_symbol(struct writer *writer, int symbol)
{
    if (symbol < 144)
        put_code(writer, 0x30 + symbol, 8);
    else if (symbol < 256)
        put_code(writer, 0x190 + symbol - 144, 9);
    else if (symbol < 280)
        put_code(writer, symbol - 256, 7);
    else
        put_code(writer, 0xc0 + symbol - 280, 8);
}

static void put_match(struct writer *writer, size_t length, size_t distance)
{
    int code = 28;
    while (length_base[code] > length)
        code--;
    put_symbol(writer, 257 + code);
    put(writer, length - length_base[code], length_bits[code]);
    for (code = 29; distance_base[code] > distance;)
        code--;
    put_code(writer, code, 5);
    put(writer, distance - distance_base[code], distance_bits(code));
}

static void put_stored(struct writer *writer, const uint8_t *bytes, size_t length, bool last)
{
    do {
        size_t size = length < MOST_STORED ? length : MOST_STORED;
        put(writer, last && size == length, 3);
        put_whole_byte(writer);
        put(writer, size, 16);
        put(writer, size ^ 0xffff, 16);
        if (size)
            memcpy(writer->to->bytes + writer->to->length, bytes, size);
        writer->to->length += size;
        bytes += size;
        length -= size;
    } while (length);
}

/* Where the three bytes that begin at a place have been seen: the last place, and for each place the one before. */
struct seen {
    int32_t last[HASHES], before[WINDOW];
};

static uint32_t hash_at(const uint8_t *at)
{
    return ((uint32_t)at[0] << 16 | at[1] << 8 | at[2]) * 0x9e3779b1u >> 17;
}

static void remember(struct seen *seen, const uint8_t *bytes, size_t at)
{
    uint32_t hash = hash_at(bytes + at);
    seen->before[at % WINDOW] = seen->last[hash];
    seen->last[hash] = (int32_t)at;
}

/* The longest repetition of what begins at a place, of at most so many candidates. */
static size_t longest(const struct seen *seen, const uint8_t *bytes, size_t length, size_t at, int tries, size_t *distance)
{
    size_t best = 0, most = length - at < LONGEST ? length - at : LONGEST;
    for (int32_t place = seen->last[hash_at(bytes + at)]; place >= 0 && at - place < WINDOW && tries-- > 0; place = seen->before[place % WINDOW]) {
        size_t same = 0;
        while (same < most && bytes[place + same] == bytes[at + same])
            same++;
        if (same > best) {
            best = same;
            *distance = at - place;
        }
        if (same == most)
            break;
    }
    return best >= SHORTEST ? best : 0;
}

enum flate_end flate_deflate(struct flate *result, const uint8_t *bytes, size_t length, int effort, bool last)
{
    struct seen *seen = effort > 0 ? malloc(sizeof *seen) : NULL;
    /* Nine bits at most for a byte; a stored piece, or an empty one at the end, has five bytes more. */
    if ((effort > 0 && !seen) || !reserve(result, length + length / 8 + 5 * (length / MOST_STORED) + 32)) {
        free(seen);
        return FLATE_NO_MEMORY;
    }
    size_t start = result->length;
    struct writer writer = { result };
    if (seen && length) {
        memset(seen->last, -1, sizeof seen->last);
        put(&writer, last | 1 << 1, 3);
        for (size_t at = 0; at < length;) {
            size_t distance = 0, found = length - at >= SHORTEST ? longest(seen, bytes, length, at, 1 << effort, &distance) : 0;
            if (found)
                put_match(&writer, found, distance);
            else
                put_symbol(&writer, bytes[at]);
            for (size_t end = at + (found ? found : 1); at < end; at++) {
                if (length - at >= SHORTEST)
                    remember(seen, bytes, at);
            }
        }
        put_symbol(&writer, END);
    }
    free(seen);
    if (!effort || !length || result->length - start > length + 5) {
        result->length = start;
        writer = (struct writer) { result };
        put_stored(&writer, bytes, length, last);
    } else if (last) {
        put_whole_byte(&writer);
    } else {
        put_stored(&writer, NULL, 0, false);
    }
    return FLATE_DONE;
}

/* --- Reading. */

struct reader {
    const uint8_t *bytes;
    size_t length, at;
    uint32_t bits;
    int count;
    bool isShort;
};

static uint32_t take(struct reader *reader, int count)
{
    while (reader->count < count) {
        if (reader->at == reader->length) {
            reader->isShort = true;
            return 0;
        }
        reader->bits |= (uint32_t)reader->bytes[reader->at++] << reader->count;
        reader->count += 8;
    }
    uint32_t value = reader->bits & ((1u << count) - 1);
    reader->bits >>= count;
    reader->count -= count;
    return value;
}

/* A canonical code: how many symbols have each length, and the symbols in the order of their codes. */
struct code {
    uint16_t counts[MOST_BITS + 1];
    uint16_t symbols[288];
};

/* False if there are more codes than lengths allow, or fewer, but for a single one. */
static bool make_code(struct code *code, const uint8_t *lengths, int count)
{
    uint16_t next[MOST_BITS + 2] = { 0 };
    int32_t left = 1;
    memset(code->counts, 0, sizeof code->counts);
    for (int i = 0; i < count; i++)
        code->counts[lengths[i]]++;
    int used = count - code->counts[0];
    code->counts[0] = 0;
    for (int bits = 1; bits <= MOST_BITS; bits++) {
        left = 2 * left - code->counts[bits];
        if (left < 0)
            return false;
        next[bits + 1] = next[bits] + code->counts[bits];
    }
    for (int i = 0; i < count; i++) {
        if (lengths[i])
            code->symbols[next[lengths[i]]++] = i;
    }
    return left == 0 || used <= 1;
}

/* The next symbol, or -1. */
static int symbol(struct reader *reader, const struct code *code)
{
    int value = 0, first = 0, index = 0;
    for (int bits = 1; bits <= MOST_BITS; bits++) {
        value |= take(reader, 1);
        if (reader->isShort)
            return -1;
        int count = code->counts[bits];
        if (value - first < count)
            return code->symbols[index + value - first];
        index += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    return -1;
}

static enum flate_end read_stored(struct flate *result, struct reader *reader, size_t most)
{
    reader->bits = reader->count = 0;
    if (reader->length - reader->at < 4)
        return FLATE_CUT_OFF;
    const uint8_t *head = reader->bytes + reader->at;
    size_t size = head[0] | head[1] << 8;
    if (size != ((head[2] | head[3] << 8) ^ 0xffff))
        return FLATE_DAMAGED;
    reader->at += 4;
    if (reader->length - reader->at < size)
        return FLATE_CUT_OFF;
    if (most - result->length < size)
        return FLATE_TOO_LARGE;
    if (!reserve(result, size))
        return FLATE_NO_MEMORY;
    memcpy(result->bytes + result->length, reader->bytes + reader->at, size);
    result->length += size;
    reader->at += size;
    return FLATE_DONE;
}

static enum flate_end read_codes(struct reader *reader, struct code *literals, struct code *distances)
{
    static const uint8_t order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
    uint8_t lengths[286 + 30] = { 0 };
    int literal = take(reader, 5) + 257, distance = take(reader, 5) + 1, own = take(reader, 4) + 4;
    if (literal > 286 || distance > 30)
        return FLATE_DAMAGED;
    for (int i = 0; i < own; i++)
        lengths[order[i]] = take(reader, 3);
    struct code code;
    if (!make_code(&code, lengths, 19))
        return FLATE_DAMAGED;
    memset(lengths, 0, sizeof lengths);
    for (int i = 0; i < literal + distance;) {
        int found = symbol(reader, &code);
        if (found < 0)
            return reader->isShort ? FLATE_CUT_OFF : FLATE_DAMAGED;
        if (found < 16) {
            lengths[i++] = found;
            continue;
        }
        if (found == 16 && i == 0)
            return FLATE_DAMAGED;
        uint8_t repeated = found == 16 ? lengths[i - 1] : 0;
        int times = found == 16 ? 3 + take(reader, 2) : found == 17 ? 3 + take(reader, 3) : 11 + take(reader, 7);
        if (i + times > literal + distance)
            return FLATE_DAMAGED;
        while (times-- > 0)
            lengths[i++] = repeated;
    }
    return lengths[END] && make_code(literals, lengths, literal) && make_code(distances, lengths + literal, distance) ? FLATE_DONE : FLATE_DAMAGED;
}

static void fixed_codes(struct code *literals, struct code *distances)
{
    uint8_t lengths[288];
    for (int i = 0; i < 288; i++)
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    make_code(literals, lengths, 288);
    memset(lengths, 5, 30);
    make_code(distances, lengths, 30);
}

static enum flate_end read_block(struct flate *result, struct reader *reader, size_t most, const struct code *literals, const struct code *distances)
{
    for (;;) {
        int found = symbol(reader, literals);
        if (found < 0 || found > 285)
            return reader->isShort ? FLATE_CUT_OFF : FLATE_DAMAGED;
        if (found == END)
            return FLATE_DONE;
        if (!reserve(result, LONGEST))
            return FLATE_NO_MEMORY;
        size_t size = 1, distance = 0;
        if (found > END) {
            size = length_base[found - 257] + take(reader, length_bits[found - 257]);
            int code = symbol(reader, distances);
            if (code >= 0 && code < 30)
                distance = distance_base[code] + take(reader, distance_bits(code));
            if (reader->isShort)
                return FLATE_CUT_OFF;
            if (distance == 0 || distance > result->length)
                return FLATE_DAMAGED;
        }
        if (most - result->length < size)
            return FLATE_TOO_LARGE;
        if (found < END) {
            result->bytes[result->length++] = found;
            continue;
        }
        for (; size > 0; size--, result->length++)
            result->bytes[result->length] = result->bytes[result->length - distance];
    }
}

enum flate_end flate_inflate(struct flate *result, const uint8_t *bytes, size_t length, size_t most, size_t *taken)
{
    struct reader reader = { bytes, length };
    struct code literals, distances;
    enum flate_end end = FLATE_DONE;
    bool last = false;
    while (end == FLATE_DONE && !last) {
        last = take(&reader, 1);
        int kind = take(&reader, 2);
        if (reader.isShort)
            end = FLATE_CUT_OFF;
        else if (kind == 0)
            end = read_stored(result, &reader, most);
        else if (kind == 3)
            end = FLATE_DAMAGED;
        else {
            if (kind == 1)
                fixed_codes(&literals, &distances);
            else
                end = read_codes(&reader, &literals, &distances);
            if (end == FLATE_DONE)
                end = read_block(result, &reader, most, &literals, &distances);
        }
    }
    *taken = reader.at;
    /* Without its end a code may look damaged, too. */
    return reader.isShort ? FLATE_CUT_OFF : end;
}

/* --- Checksums. */

uint32_t flate_crc32(uint32_t before, const uint8_t *bytes, size_t length)
{
    static uint32_t table[256];
    if (!table[1]) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; bit++)
                value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
            table[i] = value;
        }
    }
    uint32_t value = ~before;
    for (size_t i = 0; i < length; i++)
        value = value >> 8 ^ table[(value ^ bytes[i]) & 255];
    return ~value;
}

uint32_t flate_adler32(uint32_t before, const uint8_t *bytes, size_t length)
{
    uint32_t low = before & 0xffff, high = before >> 16;
    for (size_t i = 0; i < length; i++) {
        low = (low + bytes[i]) % 65521;
        high = (high + low) % 65521;
    }
    return high << 16 | low;
}
