/* pages.h - large arrays ask the system for large pages.
 *
 * The first touch of fresh memory costs a fault per page: 12 us for 4 KiB was measured on a virtual machine, more than
 * parsing the 500 numbers that fill it. Large pages make that 5 times cheaper or better.
 */
#ifndef SOLOW_IO_PANEL_PAGES_H
#define SOLOW_IO_PANEL_PAGES_H

#include <stddef.h>

/* A hint, for fresh memory before it is touched; does nothing for small blocks or where there are no large pages. */
void solow_pages_advise(void *block, size_t bytes);

#endif
