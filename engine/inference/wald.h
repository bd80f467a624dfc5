/* wald.h - tests of restrictions on the terms of one estimate.
 *
 *   (1) r(b) = 0, r = left side - right side of each restriction, R = dr/db at the estimate
 *   (2) W = r'(R V R')^- r, q = rank(R V R');  chi2(q), or F = W / q with (q, df) when the reference law has a finite df
 *
 * Restrictions are text: "`log(pcap)` = 0", "a + b = 1", "a * b = c"; without `=`, the expression is zero.
 * Source    Wald (1943); nonlinear by the delta method.
 */
#ifndef SOLOW_ENGINE_INFERENCE_WALD_H
#define SOLOW_ENGINE_INFERENCE_WALD_H

#include "engine/inference/derivative.h"

typedef struct solow_wald_result {
    double statistic, df1, df2, p_value; /* df2 NAN: chi2 */
    double chi2;                         /* W of (2) */
    ptrdiff_t redundant;                 /* restrictions that follow from the others */
} solow_wald_result;

/* Errors  SOLOW_ERR_INPUT for a restriction that does not parse or names no term; SOLOW_ERR_NUMERIC if V is singular in it */
solow_status solow_wald(const solow_estimates *estimates, ptrdiff_t restrictions, const char *const *restriction,
                        solow_wald_result *result, solow_error *err);

/* (2) for r [q] and its variance [q x q], given; the terms' zero is the case R = I. */
solow_status solow_wald_quadratic(ptrdiff_t q, const double *r, const double *variance, double df,
                                  solow_wald_result *result, solow_error *err);

#endif
