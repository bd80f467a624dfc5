/* precise_body.h - the double-double Gram kernel in terms of lanes: the one text that precise_portable.c, precise_avx2.c
 * and precise_avx512.c compile, each after its lanes_*.h. Every lane holds a high and a low part (dot2).
 */
#ifndef SOLOW_KERNELS_DENSE_PRECISE_BODY_H
#define SOLOW_KERNELS_DENSE_PRECISE_BODY_H

#include "kernels/dense/double_double.h"
#include "kernels/dense/precise_clones.h"

typedef struct {
    lanes high, low;
} precise_lanes;

/* sum += x z, or x z w: the product and its rounding error, then the exact error of the addition. */
LANES void precise_add(lanes x, lanes z, const lanes *weight, precise_lanes *sum)
{
    lanes product = lanes_multiply(x, z), error = lanes_fms(x, z, product);
    if (weight != NULL) {
        lanes scaled = lanes_multiply(product, *weight);
        error = lanes_fma(error, *weight, lanes_fms(product, *weight, scaled));
        product = scaled;
    }
    lanes high = lanes_add(sum->high, product), back = lanes_subtract(high, product);
    lanes lost = lanes_add(lanes_subtract(sum->high, back), lanes_subtract(product, lanes_subtract(high, back)));
    sum->high = high;
    sum->low = lanes_add(sum->low, lanes_add(error, lost));
}

LANES void precise_rows(const solow_precise_task *task, const double *x, const double *const *z, ptrdiff_t n,
                        bool weighted, ptrdiff_t row, ptrdiff_t count, precise_lanes *sums)
{
    lanes left = count == 8 ? lanes_load(x + row) : lanes_load_some(x + row, count), weight = lanes_zero();
    if (weighted) {
        weight = count == 8 ? lanes_load(task->weight + row) : lanes_load_some(task->weight + row, count);
    }
#pragma GCC unroll 4
    for (ptrdiff_t j = 0; j < n; j++) {
        lanes right = count == 8 ? lanes_load(z[j] + row) : lanes_load_some(z[j] + row, count);
        precise_add(left, right, weighted ? &weight : NULL, &sums[j]);
    }
}

/* The lanes' sum in the tree of gram.h, added to an entry. */
LANES void precise_store(precise_lanes sum, double *high, double *low)
{
    double h[8], l[8];
    solow_dd total[8];
    lanes_store(h, sum.high);
    lanes_store(l, sum.low);
    for (int i = 0; i < 8; i++) {
        total[i] = solow_dd_two_sum(h[i], l[i]);
    }
    for (int i = 0; i < 4; i++) {
        total[i] = solow_dd_add(total[i], total[i + 4]);
    }
    total[0] = solow_dd_add(solow_dd_add(total[0], total[1]), solow_dd_add(total[2], total[3]));
    total[0] = solow_dd_add((solow_dd){*high, *low}, total[0]);
    *high = total[0].high;
    *low = total[0].low;
}

/* Entries (i, j), ..., (i, j + n - 1). */
LANES void precise_strip(const solow_precise_task *task, ptrdiff_t i, ptrdiff_t j, ptrdiff_t n, bool weighted)
{
    const double *x = task->x + i * task->ld, *z[2];
    ptrdiff_t whole = task->rows - task->rows % 8;
    precise_lanes sums[2];
#pragma GCC unroll 4
    for (ptrdiff_t m = 0; m < n; m++) {
        z[m] = task->x + (j + m) * task->ld;
        sums[m] = (precise_lanes){lanes_zero(), lanes_zero()};
    }
    for (ptrdiff_t row = 0; row < whole; row += 8) {
        precise_rows(task, x, z, n, weighted, row, 8, sums);
    }
    if (whole < task->rows) {
        precise_rows(task, x, z, n, weighted, whole, task->rows - whole, sums);
    }
#pragma GCC unroll 4
    for (ptrdiff_t m = 0; m < n; m++) {
        ptrdiff_t entry = i + (j + m) * task->columns;
        precise_store(sums[m], task->high + entry, task->low + entry);
    }
}

LANES void precise_all(const solow_precise_task *task, bool weighted)
{
    for (ptrdiff_t i = 0; i < task->columns; i++) {
        ptrdiff_t j = i;
        for (; j + 2 <= task->columns; j += 2) {
            precise_strip(task, i, j, 2, weighted);
        }
        if (j < task->columns) {
            precise_strip(task, i, j, 1, weighted);
        }
    }
}

#endif
