/* within_runs.h - the two effects of a panel without gaps, taken out of a column in one go.
 *
 *   (1) t = x - gamma        gamma by code; each level of the local effect (a unit) is one run of rows whose codes (periods)
 *                            rise by one
 *   (2) x~ = t - mean(t)     inside each level
 *   (3) sums += x~ by code;  raw = sum |x|,  left = sum |x~|
 *
 * Bit for bit what solow_code_runs_subtract, solow_local_within and solow_code_runs_add give one after the other, (3) apart,
 * whose two sizes add up level by level. A level stays in registers and in the nearest cache from (1) to (3), and the next
 * column is on its way meanwhile.
 *
 * Checked   tests/kernels/sparse/test_within_runs.c
 */
#ifndef SOLOW_KERNELS_SPARSE_WITHIN_RUNS_H
#define SOLOW_KERNELS_SPARSE_WITHIN_RUNS_H

#include "kernels/panel/local.h"
#include "kernels/sparse/global_runs.h"

typedef struct solow_within_sizes {
    double raw, left;
} solow_within_sizes;

/* Whether the levels of local, whole and without weights and slopes, are just the runs. */
bool solow_within_runs_fit(const solow_local *local, const solow_code_runs *runs);

/* gamma  panel column of the set's first level, stride 8 (kernels/sparse/global.h); NULL: (1) takes nothing off
 * from   [rows] may be x, any alignment
 * next   [rows] what will be read next: asked of memory, not read; NULL: nothing
 * x      [rows] out
 * sums   panel column as gamma, added to; NULL: not wanted
 * size   out: (3); of meaning only if sums is given */
void solow_within_runs(const solow_local *local, const solow_code_runs *runs, const double *gamma, const double *from,
                       const double *next, double *x, double *sums, solow_within_sizes *size);

#endif
