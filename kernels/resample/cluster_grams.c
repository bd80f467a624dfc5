/* cluster_grams.c - see cluster_grams.h. */
#include "kernels/resample/cluster_grams.h"

#include <string.h>

ptrdiff_t solow_packed(ptrdiff_t columns)
{
    return columns * (columns + 1) / 2;
}

void solow_unpack(ptrdiff_t columns, const double *packed, double *full)
{
    for (ptrdiff_t j = 0; j < columns; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            full[j * columns + i] = full[i * columns + j] = *packed++;
        }
    }
}

void solow_pack(ptrdiff_t columns, const double *full, double *packed)
{
    for (ptrdiff_t j = 0; j < columns; j++) {
        memcpy(packed, full + j * columns, (size_t)(j + 1) * sizeof *packed);
        packed += j + 1;
    }
}

void solow_cluster_grams_total(const solow_cluster_grams *grams, double *total)
{
    ptrdiff_t p = grams->columns, packed = solow_packed(p);
    memset(total, 0, (size_t)(p * p) * sizeof *total);
    double *sum = total; /* packed at first */
    for (ptrdiff_t g = 0; g < grams->clusters; g++) {
        const double *one = grams->gram + g * packed;
        for (ptrdiff_t i = 0; i < packed; i++) {
            sum[i] += one[i];
        }
    }
    for (ptrdiff_t j = p; j-- > 0;) { /* from the end, so that nothing is overwritten before it is read */
        memmove(total + j * p, sum + solow_packed(j), (size_t)(j + 1) * sizeof *total);
    }
    for (ptrdiff_t j = 0; j < p; j++) {
        for (ptrdiff_t i = 0; i < j; i++) {
            total[i * p + j] = total[j * p + i];
        }
    }
}

void solow_cluster_grams_keep(solow_cluster_grams *grams, const bool *keep)
{
    ptrdiff_t p = grams->columns, packed = solow_packed(p), kept = 0;
    double *to = grams->gram;
    for (ptrdiff_t g = 0; g < grams->clusters; g++) {
        const double *from = grams->gram + g * packed;
        for (ptrdiff_t j = 0; j < p; j++) {
            for (ptrdiff_t i = 0; i <= j; i++, from++) {
                if (keep[i] && keep[j]) {
                    *to++ = *from;
                }
            }
        }
    }
    for (ptrdiff_t j = 0; j < p; j++) {
        kept += keep[j] ? 1 : 0;
    }
    grams->columns = kept;
}
