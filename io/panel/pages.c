/* pages.c - see pages.h. */
#define _DEFAULT_SOURCE /* madvise; NOLINT(bugprone-reserved-identifier) */
#include "io/panel/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20, WORTHWHILE = 2 << 20 };

void *solow_pages_resize(void *block, size_t old_bytes, size_t bytes)
{
    if (bytes < WORTHWHILE || bytes <= old_bytes) {
        return realloc(block, bytes > 0 ? bytes : 1);
    }
    size_t whole_pages = (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    void *grown = NULL;
    if (posix_memalign(&grown, LARGE_PAGE, whole_pages) != 0) {
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    (void)madvise(grown, whole_pages, MADV_HUGEPAGE);
#endif
    if (block != NULL) {
        memcpy(grown, block, old_bytes);
    }
    free(block);
    return grown;
}
