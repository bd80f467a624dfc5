/* size.c - see size.h. */
#include "kernels/core/size.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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

void *solow_allocate(ptrdiff_t count, size_t size)
{
    size_t bytes = solow_bytes(count, size);
    if (bytes > PTRDIFF_MAX) {
        return NULL;
    }
    return malloc(bytes > 0 ? bytes : 1);
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
