/* pages.h - large arrays on large pages.
 *
 * The first touch of fresh memory costs a fault per page: 12 us for 4 KiB was measured on a virtual machine, more than
 * parsing the 500 numbers that fill it. Large pages make that 5 times cheaper or better.
 */
#ifndef SOLOW_IO_PANEL_PAGES_H
#define SOLOW_IO_PANEL_PAGES_H

#include <stddef.h>

/* As realloc of a block of old_bytes, for free() in the end; large blocks are aligned so that large pages can hold them, and
 * ask for such pages. Shrinking never moves. NULL when there is no memory: the block stays. */
void *solow_pages_resize(void *block, size_t old_bytes, size_t bytes);

#endif
