/* difference.h - first differences inside a unit, between consecutive calendar periods only.
 *
 *   (1) x_t <- x_t - x_{t-1}    if the row before is of the same unit, both are in the sample, and the periods are
 *                               consecutive; other rows leave the sample and become 0
 *
 * Checked   tests/kernels/panel/test_transforms.c
 */
#ifndef SOLOW_KERNELS_PANEL_DIFFERENCE_H
#define SOLOW_KERNELS_PANEL_DIFFERENCE_H

#include <stddef.h>
#include <stdint.h>

/* Which rows (1) keeps. start [units + 1] rows of each unit; time [rows] rising inside a unit; present [rows] or NULL for
 * all; kept [rows] out, 1 or 0, not the array present. Returns how many are kept. */
ptrdiff_t solow_difference_rows(ptrdiff_t units, const ptrdiff_t *start, const int32_t *time, const uint8_t *present,
                                uint8_t *kept);

/* (1) in place for p columns; x [ld x p] column-major, kept [rows] from solow_difference_rows. */
void solow_difference(ptrdiff_t rows, const uint8_t *kept, ptrdiff_t p, double *x, ptrdiff_t ld);

#endif
