/* bounds.h - what draws of one coefficient say: standard error, median, p-value, interval.
 *
 *   (1) quantile    type 7 of R over the draws that did not fail
 *   (2) std_error   standard deviation of the draws, divisor B - 1; of a jackknife sqrt((G - 1) / G sum (b_g - mean)^2)
 *   (3) symmetric   share of draws with |t*| >= |t|; differences below 1e-10 of |t| are ties and count as >=
 *   (4) equal tails 2 min(share of t* <= t, share of t* >= t), ties in both, at most 1
 *   (5) percentile  quantiles alpha / 2 and 1 - alpha / 2 of b*; p: 2 min(share b* <= 0, share b* >= 0), at most 1
 *   (6) percentile-t   b - q(1 - alpha / 2) se, b - q(alpha / 2) se, with quantiles q of t*; p: (3)
 *   (7) symmetric t    b -+ c se, c the least |t*| that (3) does not reject at alpha: it holds 0 if and only if p > alpha
 *   (8) BCa         percentiles at Phi(z0 + (z0 + z) / (1 - a (z0 + z))), z0 = Phi^-1(share b* < b, ties by half),
 *                   a = sum d^3 / (6 (sum d^2)^1.5), d_g = mean - b_g of the jackknife; p: the alpha at which an end is 0
 *   (9) normal      b -+ quantile x (2), normal or t with df; p of the same law
 *
 * Source    Efron (1987), J. American Statistical Association 82, 171-185, for (8); MacKinnon & Webb (2018) for ties.
 * Checked   tests/kernels/resample/test_bounds.c
 */
#ifndef SOLOW_KERNELS_RESAMPLE_BOUNDS_H
#define SOLOW_KERNELS_RESAMPLE_BOUNDS_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stdint.h>

#define SOLOW_TIE 1e-10 /* relative difference of two statistics that counts as none */

typedef enum {
    SOLOW_BOUNDS_PERCENTILE,
    SOLOW_BOUNDS_PERCENTILE_T,
    SOLOW_BOUNDS_SYMMETRIC_T,
    SOLOW_BOUNDS_BCA,
    SOLOW_BOUNDS_NORMAL
} solow_bounds_kind;

typedef struct solow_bounds {
    double std_error, median, p_value, low, high; /* NAN where the draws do not say it */
} solow_bounds;

typedef struct solow_bounds_problem {
    solow_bounds_kind kind;
    bool jackknife;             /* draws leave one out: (2), and the law of (9) */
    double estimate, std_error; /* of the original; std_error NAN where there is none */
    double level, df;           /* 0.95; reference law of (9), INFINITY: normal */
    double acceleration;        /* a of (8) */
} solow_bounds_problem;

/* value [reps] b*, NaN where a draw failed; statistic [reps] t*, or NULL where no draw has one.
 * Errors  SOLOW_ERR_MEMORY. With fewer than two draws left all is NAN. */
solow_status solow_bounds_of(const solow_bounds_problem *problem, int64_t reps, const double *value,
                             const double *statistic, solow_bounds *bounds, solow_error *err);

/* (3) and (4); NaN draws are left out; NAN without any. */
double solow_symmetric_p(double t, int64_t reps, const double *statistic);
double solow_equal_tail_p(double t, int64_t reps, const double *statistic);

/* a of (8) from leave-one-out estimates; 0 where they do not vary. */
double solow_acceleration(ptrdiff_t count, const double *left_out);

#endif
