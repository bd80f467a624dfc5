/* size.h - sizes that cannot overflow in silence.
 *
 * Sizes and indices are ptrdiff_t, bytes size_t; an int is made only at a BLAS, LAPACK or MPI call, through solow_int().
 * SOLOW_TINY_LIMITS builds (tests) lower the integer limit, so that every check and every chunking path runs on small
 * data.
 */
#ifndef SOLOW_KERNELS_CORE_SIZE_H
#define SOLOW_KERNELS_CORE_SIZE_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef SOLOW_TINY_LIMITS
#define SOLOW_BLOCK_ROWS 16
#define SOLOW_MESSAGE_LIMIT ((size_t)1024)
#define SOLOW_INT_LIMIT ((ptrdiff_t)1000)
#else
#define SOLOW_BLOCK_ROWS 2048                  /* a block closes when the next unit would take it past this */
#define SOLOW_MESSAGE_LIMIT ((size_t)1 << 30)  /* bytes of one MPI message */
#define SOLOW_INT_LIMIT ((ptrdiff_t)INT32_MAX) /* largest dimension that a BLAS or LAPACK call takes */
#endif

/* Bytes of count items of the given size, or SIZE_MAX if the product overflows (no allocation of that succeeds). */
size_t solow_bytes(ptrdiff_t count, size_t size);

/* a * b, or -1 if either is negative or the product overflows ptrdiff_t. */
ptrdiff_t solow_product(ptrdiff_t a, ptrdiff_t b);

/* malloc and calloc of count items; NULL for overflow, for count < 0, and when there is no memory. count 0 gives a
 * block that free() takes. solow_resize keeps the old block on failure. */
void *solow_allocate(ptrdiff_t count, size_t size);
void *solow_allocate_zeroed(ptrdiff_t count, size_t size);
void *solow_resize(void *block, ptrdiff_t count, size_t size);

/* A copy of text that free() takes, or NULL. */
char *solow_copy_text(const char *text);

/* Whether value may be handed to a BLAS, LAPACK or MPI call. */
bool solow_fits_int(ptrdiff_t value);

/* The conversion itself; the caller has checked with solow_fits_int. */
int solow_int(ptrdiff_t value);

#endif
