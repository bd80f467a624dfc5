/* iv_report.c - the record of an instrumental-variables estimate. */
#include "engine/estimators/linear/iv_tests.h"

#include "kernels/dense/sandwich.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static solow_status report_terms(const solow_iv_state *s, solow_record *record, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < s->k && status == SOLOW_OK; j++) {
        status =
            solow_record_add_term(record, s->name[solow_iv_x(s, j)], s->b[j], sqrt(s->v[j * s->k + j]), s->df[j], err);
    }
    return status == SOLOW_OK ? solow_record_set_vcov(record, s->k, s->v, err) : status;
}

static void report_fit(const solow_iv_state *s, solow_record *record)
{
    ptrdiff_t y = s->moment_columns - 1;
    double count = s->moments[2 * s->moment_columns], sum = s->moments[2 * y], square = s->moments[2 * y + 1];
    bool centred = s->constant >= 0 || s->effects_rank > 0;
    double tss = centred ? square - sum * sum / count : square, n = s->nobs, taken = s->sample.k_all;
    record->nobs = (int64_t)s->nobs;
    record->units = s->shape->units;
    record->periods = s->shape->periods;
    record->k = (double)s->k;
    record->df_residual = s->sample.df_residual;
    record->mean_y = sum / count;
    record->r_squared = tss > 0 ? 1 - s->rss / tss : NAN;
    record->adj_r_squared = 1 - (1 - record->r_squared) * (centred ? n - 1 : n) / (n - taken);
    record->within_r_squared = s->effects_rank > 0 ? 1 - s->rss / s->gram[s->p * s->p - 1] : NAN;
    record->sigma = sqrt(s->rss / s->sample.df_residual);
    record->converged = s->converged;
}

static solow_status report_dropped(const solow_iv_state *s, solow_record *record, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < s->offered && status == SOLOW_OK; j++) {
        char text[1024], sentence[1200];
        if (s->rank->kept[j]) {
            continue;
        }
        solow_normal_describe(s->rank, j, s->wanted_name, (ptrdiff_t)sizeof text, text);
        snprintf(sentence, sizeof sentence, "dropped:%s", s->wanted_name[j]);
        status = solow_record_add_diagnostic(record, sentence, NAN, text, err);
        for (ptrdiff_t i = 0; i < s->exogenous && j >= s->exogenous; i++) {
            if (strcmp(s->wanted_name[i], s->wanted_name[j]) == 0) {
                snprintf(text, sizeof text, "already among the regressors, which are instruments of themselves");
            }
        }
        snprintf(sentence, sizeof sentence, "%s %s was dropped: it is %s.",
                 j < s->exogenous ? "Regressor" : "Instrument", s->wanted_name[j], text);
        if (status == SOLOW_OK) {
            status = solow_record_say(record, true, sentence, err);
        }
    }
    return status;
}

static solow_status report_method(const solow_iv_state *s, solow_record *record, solow_error *err)
{
    static const char *const names[] = {"2sls", "liml", "fuller", "gmm", "cue"};
    solow_status status = solow_record_add_diagnostic(record, "method", NAN, names[s->method], err);
    if (status == SOLOW_OK && (s->method == SOLOW_IV_LIML || s->method == SOLOW_IV_FULLER)) {
        status = solow_record_add_diagnostic(record, "k_class", s->kappa, "", err);
    }
    if (status == SOLOW_OK && s->method == SOLOW_IV_CUE) {
        status = solow_record_add_diagnostic(record, "iterations", s->iterations, "", err);
    }
    if (status == SOLOW_OK && !s->converged) {
        status = solow_record_say(record, true, "The continuously updated criterion did not converge.", err);
    }
    if (status == SOLOW_OK) {
        status = solow_record_add_diagnostic(record, "arithmetic", NAN, s->precise ? "double-double" : "double", err);
    }
    return status;
}

static solow_status name_instruments(const solow_iv_state *s, solow_record *record, solow_error *err)
{
    char text[2048] = "";
    for (ptrdiff_t i = s->k1; i < s->l; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", i > s->k1 ? " + " : "", s->name[i]);
    }
    return solow_record_set_text(&record->instruments, text, err);
}

/* Coefficients of one regression on Z, standard errors from the meat of its residual. */
static solow_status report_stage(const solow_iv_state *s, ptrdiff_t which, ptrdiff_t residual, const char *effect,
                                 double *block, solow_record *record, solow_error *err)
{
    ptrdiff_t l = s->l;
    double ratio = s->first.factor[0] / s->sample.factor[0];
    double *half = block + l * l, *v = half + l * l;
    solow_status status = SOLOW_OK;
    solow_iv_block(s, s->s, residual, residual, block);
    solow_sandwich(l, s->zz_inverse, block, half, v);
    for (ptrdiff_t i = 0; i < l && status == SOLOW_OK; i++) {
        status = solow_record_add_effect(record, s->name[i], effect, "static", s->pi[which * l + i],
                                         sqrt(ratio * v[i * l + i]), err);
    }
    return status;
}

static solow_status report_stages(const solow_iv_state *s, solow_record *record, solow_error *err)
{
    size_t mark = s->arena->used;
    double *block = solow_arena_doubles(s->arena, 3 * s->l * s->l);
    solow_status status = SOLOW_OK;
    if (block == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv: arena of %zu bytes", s->arena->size);
    }
    for (ptrdiff_t j = 0; j < s->k2 && s->report_first && status == SOLOW_OK; j++) {
        char effect[256];
        snprintf(effect, sizeof effect, "first_stage:%s", s->name[s->l + j]);
        status = report_stage(s, j, SOLOW_IV_V + j, effect, block, record, err);
    }
    if (status == SOLOW_OK && s->report_reduced) {
        status = report_stage(s, s->k2, solow_iv_reduced(s), "reduced_form", block, record, err);
    }
    s->arena->used = mark;
    return status;
}

static solow_status report_all_tests(const solow_iv_state *s, solow_record *record, solow_error *err)
{
    solow_iv_weak weak;
    size_t mark = s->arena->used;
    solow_status status = solow_iv_weak_create(s, &weak, err);
    if (status == SOLOW_OK) {
        status = solow_iv_report_tests(&weak, record, err);
    }
    if (status == SOLOW_OK) {
        status = solow_iv_report_weak(&weak, record, err);
    }
    if (status == SOLOW_OK) {
        status = solow_iv_report_robust(&weak, record, err);
    }
    s->arena->used = mark;
    return status;
}

solow_status solow_iv_report(const solow_iv_state *s, solow_record *record, solow_error *err)
{
    solow_status status = report_terms(s, record, err);
    report_fit(s, record);
    if (status == SOLOW_OK) {
        status = name_instruments(s, record, err);
    }
    if (status == SOLOW_OK) {
        status = report_method(s, record, err);
    }
    if (status == SOLOW_OK) {
        status = solow_vcov_report(&s->facts, record, err);
    }
    if (status == SOLOW_OK) {
        status = report_dropped(s, record, err);
    }
    if (status == SOLOW_OK) {
        status = report_stages(s, record, err);
    }
    return status == SOLOW_OK ? report_all_tests(s, record, err) : status;
}
