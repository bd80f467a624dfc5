/* components.h - variances of the unit effect and of the rest, for random effects.
 *
 *   (1) y_it = x_it'b + a_i + e_it;  s2e = var e, s2u = var a;  T_i rows of unit i, n rows, N units
 *   (2) Q sums over deviations from unit means, P over T_i times unit means: X'X = X'QX + X'PX
 *   (3) swar      s2e = RSS within / (n - N - K within);   u from the regression of means, weight T_i:
 *                 s2u = (u'Pu - (N - K) s2e) / (n - tr((X'PX)^-1 X'P2X)),  P2 over T_i^2 times means
 *   (4) walhus    u from pooled least squares:    s2e = u'Qu / (n - N), s2u = (u'Pu - N s2e) / n
 *   (5) amemiya   u from the within slopes, about its mean: s2e = u'Qu / (n - N), s2u = (u'Pu - N s2e) / n
 *   (6) nerlove   s2e = RSS within / n, s2u = sum_i T_i (a_i - mean a)^2 / n x N / (N - 1)
 *   (7) Breusch-Pagan  LM = n^2 / 2 (1 - sum_i (T_i mean_i u)^2 / u'u)^2 / (sum T_i^2 - n), u pooled: chi2(1) if s2u = 0
 *
 * A negative s2u is set to zero and flagged. Balanced panels give plm's and Baltagi's figures. With a constant, the P sums
 * may be of columns less any numbers: the caller takes the means over rows off, so that few digits cancel.
 *
 * Source    Swamy & Arora (1972), Wallace & Hussain (1969), Amemiya (1971), Nerlove (1971); unbalanced (3): Baltagi & Chang
 *           (1994), J. Econometrics 62, 67-89; (7) Baltagi & Li (1990).
 * Departs   unbalanced (4) and (5) treat u as the error itself, without traces for the estimation of b.
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_COMPONENTS_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_COMPONENTS_H

#include "engine/estimators/linear/normal.h"

typedef struct solow_component_sums {
    ptrdiff_t k;             /* regressors with the constant */
    ptrdiff_t constant;      /* its place; -1: none */
    double rows, units;      /* n, N */
    double square_rows;      /* sum T_i^2 */
    const double *within;    /* [k+1 x k+1] Q sums of [X y], full */
    const double *means;     /* [k+1 x k+1] P sums, full */
    const double *means2;    /* [k+1 x k+1] P2 sums, full */
    const double *before;    /* [k] sums of squares of the raw columns */
    const double *raw_means; /* [k] P sums of squares of the raw columns: what `means` was before a shift */
} solow_component_sums;

typedef struct solow_components {
    double sigma2_e, sigma2_u; /* after (negative) */
    bool negative;             /* s2u came out negative and is zero */
    double breusch_pagan;      /* (7) */
} solow_components;

typedef enum { SOLOW_SWAR, SOLOW_WALHUS, SOLOW_AMEMIYA, SOLOW_NERLOVE } solow_component_method;

size_t solow_components_bytes(ptrdiff_t k);
/* Errors  SOLOW_ERR_NUMERIC: no degrees of freedom within or between units */
solow_status solow_components_estimate(solow_component_method method, const solow_component_sums *sums,
                                       solow_arena *arena, solow_components *components, solow_error *err);

#endif
