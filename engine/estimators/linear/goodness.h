/* goodness.h - what a least-squares fit says of itself, from its sums of squares: the same for one model and for thousands.
 *
 *   (1) r_squared 1 - rss / tss; adjusted by (n - 1) / (n - K) about a mean, n / (n - K) else; within 1 - rss / y'My
 *   (2) sigma^2 = rss / (n - K), K = kept regressors + columns of the effects
 *   (3) loglik of the normal law with sigma^2 at its maximum; aic = -2 loglik + 2 K, bic = -2 loglik + K ln n
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_LINEAR_GOODNESS_H
#define SOLOW_ENGINE_ESTIMATORS_LINEAR_GOODNESS_H

#include "engine/estimators/estimator.h"

typedef struct solow_linear_fit {
    double rows, nobs;       /* of the sample; what it counts for (frequency weights) */
    ptrdiff_t offered, kept; /* regressors, the constant among them, before and after collinear ones went */
    double effects_rank;
    bool centred; /* tss is about a mean: there is a constant or an effect */
    double rss, within_tss, tss, mean_y;
    solow_weight_type weights;
    double log_weights; /* sum of ln w */
} solow_linear_fit;

/* Residuals that are rounding of the data. */
bool solow_linear_fit_is_perfect(const solow_linear_fit *fit);
/* Errors  SOLOW_ERR_INPUT with a sentence: a constant outcome, more regressors than rows, no degree of freedom */
solow_status solow_linear_fit_check(const solow_linear_fit *fit, solow_error *err);
/* (1) to (3) into record, with nobs, k, df_residual and mean_y. */
void solow_linear_fit_report(const solow_linear_fit *fit, solow_record *record);

#endif
