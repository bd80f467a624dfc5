/* quasi.h - the transform of random effects: a share of each unit's mean is taken off.
 *
 *   (1) theta_i = 1 - sqrt(sigma2_e / (T_i sigma2_u + sigma2_e)),   T_i rows of unit i in the sample
 *   (2) x_it <- x_it - theta_i mean_i(x)
 *
 * The constant column becomes 1 - theta_i, by the same rule.
 *
 * Source    Baltagi (2013), Econometric Analysis of Panel Data, 5th ed., section 9.2, for unbalanced panels.
 * Checked   tests/kernels/panel/test_transforms.c
 */
#ifndef SOLOW_KERNELS_PANEL_QUASI_H
#define SOLOW_KERNELS_PANEL_QUASI_H

#include <stddef.h>
#include <stdint.h>

/* (1) for a unit of periods rows; sigma2_e > 0 or sigma2_u > 0; both >= 0. */
double solow_quasi_theta(ptrdiff_t periods, double sigma2_e, double sigma2_u);

/* (2) in place for p columns; x [ld x p] column-major, 0 on absent rows, which stay 0; start [units + 1]; present [rows] or
 * NULL for all. */
void solow_quasi(ptrdiff_t units, const ptrdiff_t *start, const uint8_t *present, const double *theta, ptrdiff_t p,
                 double *x, ptrdiff_t ld);

/* theta [units] out, from the rows present. */
void solow_quasi_thetas(ptrdiff_t units, const ptrdiff_t *start, const uint8_t *present, double sigma2_e,
                        double sigma2_u, double *theta);

#endif
