/* invert.h - the confidence set of a coefficient: every r whose restricted wild test is not rejected.
 *
 *   (1) t*(r)^2 >= t(r)^2 for a draw   (n0 + n1 rho)^2 se^2 >= rho^2 (v0 + v1 rho + v2 rho^2),  rho = b - r  (wild.h (4)); ties
 *       (bounds.h) count as >=
 *   (2) p(rho)     share of draws with (1), a step function, 1 at rho = 0
 *   (3) end        the largest rho, on each side, with p(rho) > 1 - level: found on a grid of 32 points to four times the first
 *                  rejected power of two of se, then by bisection until no double lies between accepted and rejected
 *   (4) unbounded  v = 1 in all clusters reproduces the sample under every r: v1 = v2 = 0 but for rounding, (1) always. Where
 *                  such draws are more than 1 - level of all, the side has no end: infinite
 *
 * While a bracket narrows, draws whose quartic cannot change sign in it (its value in the middle is larger than its steepest
 * slope times the width) are counted once and left aside, so a bisection to the last bit costs a few visits of all draws.
 * If the grid has a rejected point inside an accepted one the set is disconnected; the ends span it all.
 * Source    Davidson & MacKinnon (2010); Roodman et al. (2019), Stata Journal 19, section 3.5.
 * Checked   tests/kernels/resample/test_invert.c
 */
#ifndef SOLOW_KERNELS_RESAMPLE_INVERT_H
#define SOLOW_KERNELS_RESAMPLE_INVERT_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct solow_inversion {
    double estimate, std_error; /* b; se as the numbers have it (CR0) */
    int64_t draws;
    double *five; /* [5 x draws]; those with (4) get v1 = v2 = 0 */
} solow_inversion;

/* Must come before the others: (4). */
void solow_inversion_prepare(solow_inversion *inversion);

/* (2) */
double solow_inversion_p(const solow_inversion *inversion, double rho);

/* Interval of r; low and high may be infinite, or NaN without a standard error.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_invert(const solow_inversion *inversion, double level, double *low, double *high, bool *disconnected,
                          solow_error *err);

#endif
