/* between.h - unit means: the between transform, one row a unit.
 *
 *   (1) mean_i(x) = sum w x / sum w over the rows of unit i in the sample, in the unit's first such row; other rows leave
 *       the sample and become 0
 *
 * Checked   tests/kernels/panel/test_transforms.c
 */
#ifndef SOLOW_KERNELS_PANEL_BETWEEN_H
#define SOLOW_KERNELS_PANEL_BETWEEN_H

#include <stddef.h>
#include <stdint.h>

/* Which rows (1) keeps: the first present row of each unit. start [units + 1]; present [rows] or NULL for all; kept [rows]
 * out, not the array present. Returns how many are kept: units with a row in the sample. */
ptrdiff_t solow_between_rows(ptrdiff_t units, const ptrdiff_t *start, const uint8_t *present, uint8_t *kept);

/* (1) in place for p columns; x [ld x p] column-major, 0 on absent rows; weight [rows], positive on present rows, or NULL. */
void solow_between_means(ptrdiff_t units, const ptrdiff_t *start, const uint8_t *present, const double *weight,
                         ptrdiff_t p, double *x, ptrdiff_t ld);

#endif
