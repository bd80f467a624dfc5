/* global_runs.h - sums and subtraction for a set whose codes rise by one from row to row, as periods do in a panel.
 *
 * Whole stretches of a column are then added to, or taken off, a small column-major copy of the block's levels, which is
 * turned into panels once a block. One column at a time it serves engine/pass.
 */
#ifndef SOLOW_KERNELS_SPARSE_GLOBAL_RUNS_H
#define SOLOW_KERNELS_SPARSE_GLOBAL_RUNS_H

#include "kernels/sparse/global.h"

enum { SOLOW_RUNS = 512, SOLOW_RUN_LEVELS = 512 };

typedef struct solow_code_runs {
    int32_t lowest, levels; /* codes lowest .. lowest + levels - 1 occur */
    int32_t count;
    int32_t row[SOLOW_RUNS], code[SOLOW_RUNS], length[SOLOW_RUNS]; /* code code[i] + t at row row[i] + t */
} solow_code_runs;

/* Whether code [rows] is made of few runs over few levels; -1 is in no run. */
bool solow_code_runs_find(ptrdiff_t rows, const int32_t *code, solow_code_runs *runs);

/* Whether code[i] = code[0] + i for all i < n. */
bool solow_is_code_run(ptrdiff_t n, const int32_t *code);

/* Rows in runs. */
ptrdiff_t solow_code_runs_rows(const solow_code_runs *runs);

/* One panel of columns <= 8: sums [..][8] += column sums by code; sums points at the set's first level. */
void solow_code_runs_add(const solow_code_runs *runs, ptrdiff_t columns, const double *x, ptrdiff_t ld, double *sums);

/* The same: x = from - gamma at each row's code; rows in no run are not touched. from may be x. */
void solow_code_runs_subtract(const solow_code_runs *runs, ptrdiff_t columns, const double *gamma, const double *from,
                              double *x, ptrdiff_t ld);

#endif
