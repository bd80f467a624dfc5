/* after.c - see after.h. */
#include "engine/inference/after.h"

#include "engine/inference/hausman.h"
#include "engine/inference/wald.h"

#include "kernels/dense/sandwich.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct borrowed { /* a record seen as estimates; owns its arrays */
    solow_estimates estimates;
    const char **term;
    double *estimate;
} borrowed;

static bool borrow(const solow_record *record, borrowed *b)
{
    double df = INFINITY;
    b->term = solow_allocate(record->terms, sizeof *b->term);
    b->estimate = solow_allocate(record->terms, sizeof *b->estimate);
    if (b->term == NULL || b->estimate == NULL) {
        return false;
    }
    for (ptrdiff_t i = 0; i < record->terms; i++) {
        b->term[i] = record->term[i].term;
        b->estimate[i] = record->term[i].estimate;
        df = fmin(df, record->term[i].df);
    }
    b->estimates = (solow_estimates){
        .terms = record->terms, .term = b->term, .estimate = b->estimate, .vcov = record->vcov, .df = df};
    return true;
}

static void give_back(borrowed *b)
{
    free(b->term);
    free(b->estimate);
}

/* A sentence in the record in place of an error: one bad wish does not take the estimate away. */
static solow_status complain(solow_record *record, const char *what, const solow_error *cause, solow_error *err)
{
    char text[SOLOW_MESSAGE_BYTES + 128];
    if (cause->status == SOLOW_ERR_MEMORY) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s", cause->message);
    }
    snprintf(text, sizeof text, "%s: %s.", what, cause->message);
    return solow_record_say(record, true, text, err);
}

/* Adds g with its variance and covariances as the last term. */
static solow_status append(solow_record *record, const char *name, double value, const double *gradient, double df,
                           solow_error *err)
{
    ptrdiff_t k = record->terms;
    double *v = solow_allocate((k + 1) * (k + 1), sizeof *v), *cross = solow_allocate(k, sizeof *cross);
    solow_status status = SOLOW_OK;
    if (v == NULL || cross == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a combination of terms");
        goto done;
    }
    solow_multiply_vector(k, k, record->vcov, gradient, cross);
    double variance = solow_dot(k, gradient, cross);
    for (ptrdiff_t j = 0; j < k; j++) {
        memcpy(v + j * (k + 1), record->vcov + j * k, solow_bytes(k, sizeof *v));
        v[j * (k + 1) + k] = v[k * (k + 1) + j] = cross[j];
    }
    v[k * (k + 1) + k] = variance;
    status = solow_record_add_term(record, name, value, sqrt(variance), df, err);
    if (status == SOLOW_OK) {
        status = solow_record_set_vcov(record, k + 1, v, err);
    }
done:
    free(v);
    free(cross);
    return status;
}

static solow_status combine_one(const struct solow_combination *wish, solow_record *record, ptrdiff_t own,
                                solow_error *err)
{
    borrowed b = {0};
    double value = NAN, *gradient = solow_allocate_zeroed(record->terms, sizeof *gradient);
    solow_error cause = {0};
    solow_status status = SOLOW_OK;
    if (gradient == NULL || !borrow(record, &b)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a combination of terms");
        goto done;
    }
    b.estimates.terms = own; /* a combination is over the model's terms, not over other combinations */
    if (solow_derivative(&b.estimates, wish->expression, &value, gradient, &cause) != SOLOW_OK) {
        status = complain(record, wish->name, &cause, err);
    } else {
        status = append(record, wish->name, value, gradient, b.estimates.df, err);
    }
done:
    give_back(&b);
    free(gradient);
    return status;
}

solow_status solow_combine(const solow_model *model, solow_record *record, solow_error *err)
{
    ptrdiff_t own = record->terms;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < model->combine_count && record->vcov != NULL && status == SOLOW_OK; i++) {
        status = combine_one(&model->combine[i], record, own, err);
    }
    return status;
}

static solow_status wald(const solow_yaml *list, solow_record *record, solow_error *err)
{
    borrowed b = {0};
    ptrdiff_t count = list->kind == SOLOW_YAML_LIST ? list->count : 1;
    const char **text = solow_allocate(count, sizeof *text);
    solow_wald_result result;
    solow_error cause = {0};
    solow_status status = SOLOW_OK;
    char note[1024] = "";
    if (text == NULL || !borrow(record, &b)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Wald test");
        goto done;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        const solow_yaml *item = list->kind == SOLOW_YAML_LIST ? list->item[i] : list;
        size_t used = strlen(note);
        text[i] = item->text != NULL ? item->text : "";
        snprintf(note + used, sizeof note - used, "%s%s", i > 0 ? "; " : "H0: ", text[i]);
    }
    if (record->vcov == NULL || solow_wald(&b.estimates, count, text, &result, &cause) != SOLOW_OK) {
        status = complain(record, "wald", &cause, err);
    } else {
        status =
            solow_record_add_test(record, "wald", result.statistic, result.df1, result.df2, result.p_value, note, err);
    }
done:
    give_back(&b);
    free(text);
    return status;
}

static solow_status likelihood_ratio(const solow_record *other, const char *name, solow_record *record,
                                     solow_error *err)
{
    double df = fabs((double)(record->nobs) - record->df_residual - ((double)other->nobs - other->df_residual));
    double statistic = 2 * fabs(record->loglik - other->loglik);
    char note[256];
    solow_error cause = {0};
    if (!isfinite(statistic) || !(df > 0) || record->nobs != other->nobs) {
        solow_fail(&cause, SOLOW_ERR_NUMERIC, __FILE__, __LINE__, __func__,
                   "%s is not nested in this model on the same rows, or has no likelihood", name);
        return complain(record, "lr", &cause, err);
    }
    snprintf(note, sizeof note, "against %s", name);
    return solow_record_add_test(record, "lr", statistic, df, NAN, solow_chi2_upper(statistic, df), note, err);
}

static solow_status against(const char *test, const solow_yaml *wish, solow_record_finder find, const void *context,
                            solow_record *record, solow_error *err)
{
    const solow_yaml *name = wish->kind == SOLOW_YAML_MAPPING ? solow_yaml_get(wish, "against") : NULL;
    const solow_yaml *sigmamore = wish->kind == SOLOW_YAML_MAPPING ? solow_yaml_get(wish, "sigmamore") : NULL;
    const solow_record *other = name != NULL && find != NULL ? find(context, name->text) : NULL;
    solow_error cause = {0};
    if (other == NULL) {
        solow_fail(&cause, SOLOW_ERR_NUMERIC, __FILE__, __LINE__, __func__, "%s%s has no estimate to compare with",
                   name != NULL ? "model " : "no model is named in against:", name != NULL ? name->text : ", and");
        return complain(record, test, &cause, err);
    }
    if (strcmp(test, "lr") == 0) {
        return likelihood_ratio(other, name->text, record, err);
    }
    if (solow_hausman(record, other, name->text, sigmamore != NULL && solow_yaml_is_true(sigmamore), record, &cause) !=
        SOLOW_OK) {
        return complain(record, test, &cause, err);
    }
    return SOLOW_OK;
}

solow_status solow_tests(const solow_model *model, solow_record_finder find, const void *context, solow_record *record,
                         solow_error *err)
{
    const solow_yaml *list = model->tests;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; list != NULL && i < list->count && status == SOLOW_OK; i++) {
        const solow_yaml *item = list->item[i];
        for (ptrdiff_t j = 0; item->kind == SOLOW_YAML_MAPPING && j < item->count && status == SOLOW_OK; j++) {
            const char *test = item->key[j]->text;
            if (strcmp(test, "wald") == 0) {
                status = wald(item->item[j], record, err);
            } else if (strcmp(test, "hausman") == 0 || strcmp(test, "lr") == 0) {
                status = against(test, item->item[j], find, context, record, err);
            }
        }
    }
    return status;
}
