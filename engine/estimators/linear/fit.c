/* fit.c - what a least-squares estimate says of itself: terms, goodness of fit, dropped columns, warnings; see
 * least_squares.h. */
#include "engine/estimators/linear/least_squares.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double perfect_share = 1e-22; /* of y'y: what rounding of the data leaves */

static bool is_perfect(const solow_least_squares *m)
{
    return m->normal->rss <= perfect_share * m->normal->yy;
}

static solow_status report_terms(const solow_least_squares *m, solow_record *record, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < m->kept && status == SOLOW_OK; j++) {
        double df = m->normal_law ? INFINITY : m->df[j];
        status = solow_record_add_term(record, m->kept_name[j], m->b[j], sqrt(m->v[j * m->kept + j]), df, err);
    }
    return status == SOLOW_OK ? solow_record_set_vcov(record, m->kept, m->v, err) : status;
}

/* Normal law with sigma2 at its maximum; analytic weights are relative precisions. */
static double loglik(const solow_least_squares *m)
{
    const double log_two_pi = 1.8378770664093454836;
    double n = m->nobs, half_log_weights = m->weights == SOLOW_WEIGHT_ANALYTIC ? m->moments[2 * m->k + 3] / 2 : 0;
    if (m->weights == SOLOW_WEIGHT_PROBABILITY) {
        return NAN;
    }
    return half_log_weights - n / 2 * (log_two_pi + 1 + log(m->normal->rss / n));
}

static void report_fit(const solow_least_squares *m, solow_record *record)
{
    double n = m->nobs, taken = (double)m->kept + m->effects_rank;
    bool centred = m->constant >= 0 || m->effects_rank > 0;
    record->nobs = (int64_t)m->nobs;
    record->k = (double)m->kept;
    record->df_residual = n - taken;
    record->mean_y = m->mean_y;
    record->r_squared = m->tss > 0 ? 1 - m->normal->rss / m->tss : NAN;
    record->adj_r_squared = 1 - (1 - record->r_squared) * (centred ? n - 1 : n) / (n - taken);
    record->within_r_squared = m->effects_rank > 0 && m->within_tss > 0 ? 1 - m->normal->rss / m->within_tss : NAN;
    record->sigma = sqrt(m->normal->rss / (n - taken));
    record->loglik = m->normal->rss > 0 && !is_perfect(m) ? loglik(m) : NAN;
    record->aic = -2 * record->loglik + 2 * taken;
    record->bic = -2 * record->loglik + taken * log(n);
}

static solow_status report_dropped(const solow_least_squares *m, solow_record *record, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < m->k && status == SOLOW_OK; j++) {
        char text[1024], sentence[1200];
        if (m->normal->kept[j]) {
            continue;
        }
        solow_normal_describe(m->normal, j, m->name, (ptrdiff_t)sizeof text, text);
        snprintf(sentence, sizeof sentence, "dropped:%s", m->name[j]);
        status = solow_record_add_diagnostic(record, sentence, NAN, text, err);
        if (status == SOLOW_OK) {
            snprintf(sentence, sizeof sentence, "%s was dropped as collinear: it is %s.", m->name[j], text);
            status = solow_record_say(record, m->normal->absorbed[j], sentence, err);
        }
    }
    return status;
}

static solow_status warn(const solow_least_squares *m, solow_record *record, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (is_perfect(m)) {
        status = solow_record_say(record, true, "The fit is perfect: standard errors are rounding noise or zero.", err);
    }
    if (status == SOLOW_OK && m->kept == 0) {
        status = solow_record_say(record, false, "The model has no regressors.", err);
    }
    return status;
}

solow_status solow_least_squares_report(const solow_least_squares *m, solow_record *record, solow_error *err)
{
    solow_status status = report_terms(m, record, err);
    report_fit(m, record);
    record->units = m->shape->units;
    record->periods = m->shape->periods;
    if (status == SOLOW_OK) {
        status = solow_record_add_diagnostic(record, "condition", m->normal->condition, "reciprocal, scaled", err);
    }
    if (status == SOLOW_OK) {
        status = solow_record_add_diagnostic(record, "arithmetic", NAN, m->normal->precise ? "double-double" : "double",
                                             err);
    }
    if (status == SOLOW_OK) {
        status = report_dropped(m, record, err);
    }
    if (status == SOLOW_OK) {
        status = solow_vcov_report(&m->vcov->facts, record, err);
    }
    return status == SOLOW_OK ? warn(m, record, err) : status;
}

void solow_least_squares_influence(const solow_least_squares *m, ptrdiff_t term, solow_influence *influence)
{
    influence->transform = m->transform;
    influence->columns = m->kept + 1;
    influence->column = m->kept_column;
    influence->residual = m->residual;
    influence->k = (double)m->kept;
    influence->effects_rank = m->effects_rank;
    influence->nobs = m->nobs;
    memcpy(influence->weight, m->bread + term * m->kept, solow_bytes(m->kept, sizeof *influence->weight));
    influence->weight[m->kept] = 0;
}
