/* goodness.c - see goodness.h. */
#include "engine/estimators/linear/goodness.h"

#include <math.h>

static const double perfect_share = 1e-22; /* of y'y: what rounding of the data leaves */

bool solow_linear_fit_is_perfect(const solow_linear_fit *fit)
{
    return fit->rss <= perfect_share * fit->within_tss;
}

solow_status solow_linear_fit_check(const solow_linear_fit *fit, solow_error *err)
{
    double taken = (double)fit->kept + fit->effects_rank;
    if (fit->tss <= 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the outcome is constant over the %.0f rows of the sample", fit->rows);
    }
    if ((double)fit->offered + fit->effects_rank > fit->rows) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "the model has more regressors than rows: %td regressors and %.0f columns of "
                          "effects, but %.0f rows",
                          fit->offered, fit->effects_rank, fit->rows);
    }
    if (fit->rows - taken <= 0 || fit->nobs - taken <= 0) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "%.0f rows are fewer rows than the model needs: %td regressors%s and %.0f columns of effects leave no "
            "degree of freedom",
            fit->rows, fit->kept, fit->kept < fit->offered ? " (after collinear ones were dropped)" : "",
            fit->effects_rank);
    }
    return SOLOW_OK;
}

/* (3); analytic weights are relative precisions. */
static double loglik(const solow_linear_fit *fit)
{
    const double log_two_pi = 1.8378770664093454836;
    double n = fit->nobs, half_log_weights = fit->weights == SOLOW_WEIGHT_ANALYTIC ? fit->log_weights / 2 : 0;
    if (fit->weights == SOLOW_WEIGHT_PROBABILITY) {
        return NAN;
    }
    return half_log_weights - n / 2 * (log_two_pi + 1 + log(fit->rss / n));
}

void solow_linear_fit_report(const solow_linear_fit *fit, solow_record *record)
{
    double n = fit->nobs, taken = (double)fit->kept + fit->effects_rank;
    record->nobs = (int64_t)n;
    record->k = (double)fit->kept;
    record->df_residual = n - taken;
    record->mean_y = fit->mean_y;
    record->r_squared = fit->tss > 0 ? 1 - fit->rss / fit->tss : NAN;
    record->adj_r_squared = 1 - (1 - record->r_squared) * (fit->centred ? n - 1 : n) / (n - taken);
    record->within_r_squared = fit->effects_rank > 0 && fit->within_tss > 0 ? 1 - fit->rss / fit->within_tss : NAN;
    record->sigma = sqrt(fit->rss / (n - taken));
    record->loglik = fit->rss > 0 && !solow_linear_fit_is_perfect(fit) ? loglik(fit) : NAN;
    record->aic = -2 * record->loglik + 2 * taken;
    record->bic = -2 * record->loglik + taken * log(n);
}
