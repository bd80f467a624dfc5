/* seal.c - see seal.h. */
#include "io/result/seal.h"

#include <stdio.h>
#include <string.h>

enum { WORD = 8, STEP = 1 << 16 };

static const char magic[WORD + 1] = "SOLOWSUM";

static uint64_t word_at(const unsigned char *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        word |= (uint64_t)bytes[i] << (8 * i);
    }
    return word;
}

static uint64_t mix(uint64_t sum, const unsigned char *bytes, size_t count)
{
    const uint64_t prime = 1099511628211u;
    for (size_t i = 0; i < count; i += WORD) {
        sum = (sum ^ word_at(bytes + i, count - i < WORD ? count - i : WORD)) * prime;
        sum ^= sum >> 29;
    }
    return sum;
}

static const uint64_t start = 14695981039346656037u;

static void put_word(unsigned char *bytes, uint64_t word)
{
    for (size_t i = 0; i < WORD; i++) {
        bytes[i] = (unsigned char)(word >> (8 * i));
    }
}

void solow_seal_make(const void *bytes, size_t count, unsigned char seal[SOLOW_SEAL_BYTES])
{
    memcpy(seal, magic, WORD);
    put_word(seal + WORD, count);
    put_word(seal + 2 * WORD, mix(start, bytes, count));
}

/* The checksum of the first count bytes of a stream; count is a multiple of STEP but for the last piece. */
static bool sum_stream(FILE *stream, uint64_t count, uint64_t *sum)
{
    unsigned char piece[STEP];
    bool ok = fseek(stream, 0, SEEK_SET) == 0;
    *sum = start;
    while (ok && count > 0) {
        size_t wanted = count < STEP ? (size_t)count : STEP;
        ok = fread(piece, 1, wanted, stream) == wanted;
        if (ok) {
            *sum = mix(*sum, piece, wanted);
        }
        count -= wanted;
    }
    return ok;
}

bool solow_seal_fits(const char *path)
{
    unsigned char seal[SOLOW_SEAL_BYTES];
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        return false;
    }
    bool fits = true;
    if (fseek(stream, -SOLOW_SEAL_BYTES, SEEK_END) == 0) {
        long length = ftell(stream);
        bool whole = fread(seal, 1, sizeof seal, stream) == sizeof seal;
        if (whole && memcmp(seal, magic, WORD) == 0) {
            uint64_t sum = 0;
            fits = length >= 0 && word_at(seal + WORD, WORD) == (uint64_t)length &&
                   sum_stream(stream, (uint64_t)length, &sum) && word_at(seal + 2 * WORD, WORD) == sum;
        }
    }
    (void)fclose(stream);
    return fits;
}
