/* digest.c - see digest.h. */
#include "io/ledger/digest.h"

#include <stdio.h>
#include <string.h>

#ifdef SOLOW_XXHASH
#include <xxhash.h>
#else
#include <nettle/sha2.h>
#endif

solow_digest solow_digest_of(const void *bytes, size_t count)
{
    solow_digest digest;
#ifdef SOLOW_XXHASH
    XXH128_hash_t hash = XXH3_128bits(bytes, count);
    digest = (solow_digest){hash.high64, hash.low64};
#else
    struct sha256_ctx context;
    uint8_t full[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, count, bytes);
    sha256_digest(&context, sizeof full, full);
    memcpy(&digest, full, sizeof digest);
#endif
    return digest;
}

bool solow_digest_equal(solow_digest a, solow_digest b)
{
    return a.high == b.high && a.low == b.low;
}

int solow_digest_compare(const void *a, const void *b)
{
    const solow_digest *x = a, *y = b;
    if (x->high != y->high) {
        return x->high < y->high ? -1 : 1;
    }
    return (x->low > y->low) - (x->low < y->low);
}

void solow_digest_hex(solow_digest digest, char hex[SOLOW_DIGEST_HEX])
{
    snprintf(hex, SOLOW_DIGEST_HEX, "%016llx%016llx", (unsigned long long)digest.high, (unsigned long long)digest.low);
}

const char *solow_digest_name(void)
{
#ifdef SOLOW_XXHASH
    return "XXH3-128";
#else
    return "SHA-256/128";
#endif
}
