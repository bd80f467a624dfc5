/* size.c - see size.h. */
#define _DEFAULT_SOURCE /* madvise; NOLINT(bugprone-reserved-identifier) */
#include "kernels/core/size.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20 };

size_t solow_bytes(ptrdiff_t count, size_t size)
{
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((size_t)count, size, &bytes)) {
        return SIZE_MAX;
    }
    return bytes;
}

ptrdiff_t solow_product(ptrdiff_t a, ptrdiff_t b)
{
    ptrdiff_t product;
    if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product)) {
        return -1;
    }
    return product;
}

/* A column of millions of rows in large pages: the first touch of small ones costs more than the pass that fills them. */
static void *allocate_large(size_t bytes)
{
    void *block = NULL;
    if (posix_memalign(&block, LARGE_PAGE, bytes) != 0) {
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    (void)madvise(block, bytes / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE);
#endif
    return block;
}

void *solow_allocate(ptrdiff_t count, size_t size)
{
    size_t bytes = solow_bytes(count, size);
    if (bytes > PTRDIFF_MAX) {
        return NULL;
    }
    return bytes < 2 * (size_t)LARGE_PAGE ? malloc(bytes > 0 ? bytes : 1) : allocate_large(bytes);
}

void *solow_allocate_zeroed(ptrdiff_t count, size_t size)
{
    size_t bytes = solow_bytes(count, size);
    if (bytes > PTRDIFF_MAX) {
        return NULL;
    }
    return calloc(bytes > 0 ? bytes : 1, 1);
}

void *solow_resize(void *block, ptrdiff_t count, size_t size)
{
    size_t bytes = solow_bytes(count, size);
    if (bytes > PTRDIFF_MAX) {
        return NULL;
    }
    return realloc(block, bytes > 0 ? bytes : 1);
}

char *solow_copy_text(const char *text)
{
    size_t length = strlen(text) + 1;
    char *copy = malloc(length);
    if (copy != NULL) {
        memcpy(copy, text, length);
    }
    return copy;
}

bool solow_fits_int(ptrdiff_t value)
{
    return value >= 0 && value <= SOLOW_INT_LIMIT;
}

int solow_int(ptrdiff_t value)
{
    assert(value >= -SOLOW_INT_LIMIT && value <= SOLOW_INT_LIMIT);
    return (int)value;
}
