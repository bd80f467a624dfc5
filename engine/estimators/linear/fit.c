/* fit.c - what a least-squares estimate says of itself: terms, goodness of fit, dropped columns, warnings; see
 * least_squares.h. */
#include "engine/estimators/linear/least_squares.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static solow_status report_terms(const solow_least_squares *m, solow_record *record, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < m->kept && status == SOLOW_OK; j++) {
        double df = m->normal_law ? INFINITY : m->df[j];
        status = solow_record_add_term(record, m->kept_name[j], m->b[j], sqrt(m->v[j * m->kept + j]), df, err);
    }
    return status == SOLOW_OK ? solow_record_set_vcov(record, m->kept, m->v, err) : status;
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
    const solow_linear_fit fit = solow_least_squares_fit(m);
    if (solow_linear_fit_is_perfect(&fit)) {
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
    const solow_linear_fit fit = solow_least_squares_fit(m);
    solow_linear_fit_report(&fit, record);
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
