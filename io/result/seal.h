/* seal.h - a checksum behind the last byte of an HDF5 file.
 *
 * HDF5 1.8's format checks its metadata but not its text heap, and the library crashes on a damaged one. So solow's files
 * end in 24 bytes that HDF5 ignores: `SOLOWSUM`, the length before it, and a 64-bit checksum of that many bytes, both
 * little-endian. A file that another tool rewrote has lost its seal and is read without.
 *
 *   h = 14695981039346656037;  for each 8-byte little-endian word w (the last padded with zeros): h = (h ^ w) p,
 *   h = h ^ (h >> 29), p = 1099511628211
 *
 * Source    after Fowler, Noll and Vo's FNV-1a, by words, with a shift so that high bits reach low ones.
 */
#ifndef SOLOW_IO_RESULT_SEAL_H
#define SOLOW_IO_RESULT_SEAL_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stdint.h>

enum { SOLOW_SEAL_BYTES = 24 };

void solow_seal_make(const void *bytes, size_t count, unsigned char seal[SOLOW_SEAL_BYTES]);

/* true: the file carries no seal, or one that fits. false: it is damaged, or reading broke off. */
bool solow_seal_fits(const char *path);

#endif
