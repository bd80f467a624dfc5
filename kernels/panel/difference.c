/* difference.c - see difference.h. */
#include "kernels/panel/difference.h"

#include <stdbool.h>

ptrdiff_t solow_difference_rows(ptrdiff_t units, const ptrdiff_t *start, const int32_t *time, const uint8_t *present,
                                uint8_t *kept)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t u = 0; u < units; u++) {
        for (ptrdiff_t r = start[u]; r < start[u + 1]; r++) {
            bool keep = r > start[u] && time[r] == (int64_t)time[r - 1] + 1 &&
                        (present == NULL || (present[r] != 0 && present[r - 1] != 0));
            kept[r] = (uint8_t)(keep ? 1 : 0);
            count += keep ? 1 : 0;
        }
    }
    return count;
}

void solow_difference(ptrdiff_t rows, const uint8_t *kept, ptrdiff_t p, double *x, ptrdiff_t ld)
{
    for (ptrdiff_t j = 0; j < p; j++) {
        double *column = x + j * ld;
        for (ptrdiff_t r = rows - 1; r >= 0; r--) { /* from the end, so that the row before is still a level */
            column[r] = kept[r] != 0 ? column[r] - column[r - 1] : 0;
        }
    }
}
