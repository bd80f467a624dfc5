/* pages.c - see pages.h. */
#define _DEFAULT_SOURCE /* madvise; NOLINT(bugprone-reserved-identifier) */
#include "io/panel/pages.h"

#include <stdint.h>
#include <sys/mman.h>

enum { SMALL_PAGE = 4096, WORTHWHILE = 4 << 20 };

void solow_pages_advise(void *block, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    if (bytes >= WORTHWHILE) {
        size_t front = (SMALL_PAGE - (uintptr_t)block % SMALL_PAGE) % SMALL_PAGE;
        (void)madvise((char *)block + front, (bytes - front) / SMALL_PAGE * SMALL_PAGE, MADV_HUGEPAGE);
    }
#else
    (void)block;
    (void)bytes;
#endif
}
