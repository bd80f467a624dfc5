/* digest.h - 128-bit hashes of content: what a finished estimate is found by, and how a torn record is known.
 *
 * XXH3-128 where xxHash is built in, else the first half of SHA-256. Digests of the two do not compare; files that hold
 * some name the hash, so that one is never read as the other.
 *
 * Source    xxHash, https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md
 */
#ifndef SOLOW_IO_LEDGER_DIGEST_H
#define SOLOW_IO_LEDGER_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct solow_digest {
    uint64_t high, low;
} solow_digest;

enum { SOLOW_DIGEST_HEX = 33 }; /* 32 hexadecimal digits and the NUL */

solow_digest solow_digest_of(const void *bytes, size_t count);
bool solow_digest_equal(solow_digest a, solow_digest b);
/* Order for qsort and bsearch over structs that begin with a digest. */
int solow_digest_compare(const void *a, const void *b);
void solow_digest_hex(solow_digest digest, char hex[SOLOW_DIGEST_HEX]);
/* "XXH3-128" or "SHA-256/128". */
const char *solow_digest_name(void);

#endif
