/* gram_body.h - the Gram kernel in terms of lanes: the one text that gram_portable.c, gram_avx2.c and gram_avx512.c
 * compile, each after its lanes_*.h.
 *
 * A tile is a few entries, at most LANES_SIDE x LANES_SIDE, whose accumulators stay in registers over all rows. Its shape
 * moves no bits: each entry has its own eight lanes, its own fma per row and its own tree (see gram.h).
 */
#ifndef SOLOW_KERNELS_DENSE_GRAM_BODY_H
#define SOLOW_KERNELS_DENSE_GRAM_BODY_H

#include "kernels/dense/gram_clones.h"

#include <stdbool.h>

typedef lanes gram_side[LANES_SIDE];

/* One step of eight rows for the entries (i, j), i < m, j < n; a corner tile lies on the diagonal: i <= j only. */
LANES void gram_step(ptrdiff_t m, ptrdiff_t n, bool corner, const lanes *left, const lanes *right, const lanes *weight,
                     gram_side *sums)
{
#pragma GCC unroll 4
    for (ptrdiff_t j = 0; j < n; j++) {
#pragma GCC unroll 4
        for (ptrdiff_t i = 0; i < m; i++) {
            if (corner && i > j) {
                continue;
            }
            sums[j][i] = weight != NULL ? lanes_fma(lanes_multiply(left[i], right[j]), *weight, sums[j][i])
                                        : lanes_fma(left[i], right[j], sums[j][i]);
        }
    }
}

/* Eight rows from row on, or the last few of them. */
LANES void gram_rows(const solow_gram_task *task, const double *x, const double *z, ptrdiff_t m, ptrdiff_t n,
                     bool corner, bool weighted, ptrdiff_t row, ptrdiff_t count, gram_side *sums)
{
    gram_side left, right;
    lanes weight = lanes_zero();
#pragma GCC unroll 4
    for (ptrdiff_t i = 0; i < m; i++) {
        const double *from = x + i * task->ld_left + row;
        left[i] = count == 8 ? lanes_load(from) : lanes_load_some(from, count);
    }
#pragma GCC unroll 4
    for (ptrdiff_t j = 0; j < n; j++) {
        const double *from = corner ? x + j * task->ld_left + row : z + j * task->ld_right + row;
        right[j] = count == 8 ? lanes_load(from) : lanes_load_some(from, count);
    }
    if (weighted) {
        const double *from = task->weight + row;
        weight = count == 8 ? lanes_load(from) : lanes_load_some(from, count);
    }
    gram_step(m, n, corner, left, right, weighted ? &weight : NULL, sums);
}

LANES void gram_tile(const solow_gram_task *task, ptrdiff_t i0, ptrdiff_t j0, ptrdiff_t m, ptrdiff_t n, bool corner,
                     bool weighted)
{
    const double *x = task->left + i0 * task->ld_left, *z = task->right + j0 * task->ld_right;
    ptrdiff_t whole = task->rows - task->rows % 8;
    gram_side sums[LANES_SIDE];
#pragma GCC unroll 4
    for (ptrdiff_t j = 0; j < n; j++) {
#pragma GCC unroll 4
        for (ptrdiff_t i = 0; i < m; i++) {
            sums[j][i] = lanes_zero();
        }
    }
    for (ptrdiff_t row = 0; row < whole; row += 8) {
        gram_rows(task, x, z, m, n, corner, weighted, row, 8, sums);
    }
    if (whole < task->rows) {
        gram_rows(task, x, z, m, n, corner, weighted, whole, task->rows - whole, sums);
    }
#pragma GCC unroll 4
    for (ptrdiff_t j = 0; j < n; j++) {
        double totals[LANES_SIDE];
        ptrdiff_t entries = corner ? j + 1 : m;
        double *into = task->gram + i0 + (j0 + j) * task->ld_gram;
        lanes_totals(entries, sums[j], totals);
#pragma GCC unroll 4
        for (ptrdiff_t i = 0; i < entries; i++) {
            into[i] += totals[i];
        }
    }
}

/* Gives the compiler each width as a constant, so that a tile's accumulators can live in registers. */
LANES void gram_width(const solow_gram_task *task, ptrdiff_t i0, ptrdiff_t j0, ptrdiff_t m, ptrdiff_t n, bool corner,
                      bool weighted)
{
    switch (n) {
    case 1:
        gram_tile(task, i0, j0, corner ? 1 : m, 1, corner, weighted);
        break;
    case 2:
        gram_tile(task, i0, j0, corner ? 2 : m, 2, corner, weighted);
        break;
#if LANES_SIDES > 2
    case 3:
        gram_tile(task, i0, j0, corner ? 3 : m, 3, corner, weighted);
        break;
#endif
#if LANES_SIDES > 3
    case 4:
        gram_tile(task, i0, j0, corner ? 4 : m, 4, corner, weighted);
        break;
#endif
    default:
        break;
    }
}

LANES void gram_sweep(const solow_gram_task *task, bool weighted)
{
    for (ptrdiff_t j = 0; j < task->q; j += LANES_SIDE) {
        ptrdiff_t n = task->q - j < LANES_SIDE ? task->q - j : LANES_SIDE;
        ptrdiff_t above = task->upper ? j : task->p, i = 0;
        for (; i + LANES_TALL <= above; i += LANES_TALL) {
            gram_width(task, i, j, LANES_TALL, n, false, weighted);
        }
        for (; i < above; i++) {
            gram_width(task, i, j, 1, n, false, weighted);
        }
        if (task->upper) {
            gram_width(task, j, j, n, n, true, weighted);
        }
    }
}

LANES void gram_all(const solow_gram_task *task)
{
    if (task->weight != NULL) {
        gram_sweep(task, true);
    } else {
        gram_sweep(task, false);
    }
}

#endif
