/* between.c - see between.h. */
#include "kernels/panel/between.h"

static int is_present(const uint8_t *present, ptrdiff_t r)
{
    return present == NULL || present[r] != 0;
}

/* The first present row of a unit, or end. */
static ptrdiff_t first_row(ptrdiff_t begin, ptrdiff_t end, const uint8_t *present)
{
    ptrdiff_t r = begin;
    while (r < end && !is_present(present, r)) {
        r++;
    }
    return r;
}

ptrdiff_t solow_between_rows(ptrdiff_t units, const ptrdiff_t *start, const uint8_t *present, uint8_t *kept)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t u = 0; u < units; u++) {
        ptrdiff_t first = first_row(start[u], start[u + 1], present);
        for (ptrdiff_t r = start[u]; r < start[u + 1]; r++) {
            kept[r] = (uint8_t)(r == first ? 1 : 0);
        }
        count += first < start[u + 1] ? 1 : 0;
    }
    return count;
}

void solow_between_means(ptrdiff_t units, const ptrdiff_t *start, const uint8_t *present, const double *weight,
                         ptrdiff_t p, double *x, ptrdiff_t ld)
{
    for (ptrdiff_t j = 0; j < p; j++) {
        double *column = x + j * ld;
        for (ptrdiff_t u = 0; u < units; u++) {
            double sum = 0, whole = 0;
            for (ptrdiff_t r = start[u]; r < start[u + 1]; r++) {
                double w = is_present(present, r) ? (weight != NULL ? weight[r] : 1) : 0;
                sum += w * column[r];
                whole += w;
                column[r] = 0;
            }
            ptrdiff_t first = first_row(start[u], start[u + 1], present);
            if (first < start[u + 1]) {
                column[first] = sum / whole;
            }
        }
    }
}
