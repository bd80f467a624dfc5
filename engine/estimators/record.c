/* record.c - see record.h. */
#include "engine/estimators/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void solow_record_init(solow_record *record)
{
    *record = (solow_record){
        .converged = true,
        .clusters = NAN,
        .k = NAN,
        .df_residual = NAN,
        .r_squared = NAN,
        .adj_r_squared = NAN,
        .within_r_squared = NAN,
        .sigma = NAN,
        .loglik = NAN,
        .aic = NAN,
        .bic = NAN,
        .mean_y = NAN,
    };
}

void solow_record_clear(solow_record *record)
{
    for (ptrdiff_t i = 0; i < record->terms; i++) {
        free(record->term[i].term);
    }
    for (ptrdiff_t i = 0; i < record->tests; i++) {
        free(record->test[i].test);
        free(record->test[i].note);
    }
    for (ptrdiff_t i = 0; i < record->diagnostics; i++) {
        free(record->diagnostic[i].name);
        free(record->diagnostic[i].text);
    }
    for (ptrdiff_t i = 0; i < record->effects; i++) {
        free(record->effect[i].term);
        free(record->effect[i].effect);
        free(record->effect[i].horizon);
    }
    free(record->term);
    free(record->test);
    free(record->diagnostic);
    free(record->effect);
    free(record->vcov);
    free(record->message);
    free(record->vcov_text);
    free(record->ssc_text);
    free(record->instruments);
    solow_record_init(record);
}

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for an estimate's record");
}

solow_status solow_record_set_text(char **field, const char *text, solow_error *err)
{
    char *copy = solow_copy_text(text);
    if (copy == NULL) {
        return no_memory(err);
    }
    free(*field);
    *field = copy;
    return SOLOW_OK;
}

solow_status solow_record_add_term(solow_record *record, const char *term, double estimate, double std_error, double df,
                                   solow_error *err)
{
    char *copy = solow_copy_text(term);
    solow_record_term *room = copy != NULL ? solow_resize(record->term, record->terms + 1, sizeof *room) : NULL;
    if (copy == NULL || room == NULL) {
        record->term = room != NULL ? room : record->term;
        free(copy);
        return no_memory(err);
    }
    record->term = room;
    record->term[record->terms++] = (solow_record_term){copy, estimate, std_error, df};
    return SOLOW_OK;
}

solow_status solow_record_add_test(solow_record *record, const char *test, double statistic, double df1, double df2,
                                   double p_value, const char *note, solow_error *err)
{
    char *copy = solow_copy_text(test), *note_copy = solow_copy_text(note != NULL ? note : "");
    solow_record_test *room = copy != NULL ? solow_resize(record->test, record->tests + 1, sizeof *room) : NULL;
    if (copy == NULL || note_copy == NULL || room == NULL) {
        record->test = room != NULL ? room : record->test;
        free(copy);
        free(note_copy);
        return no_memory(err);
    }
    record->test = room;
    record->test[record->tests++] = (solow_record_test){copy, statistic, df1, df2, p_value, note_copy};
    return SOLOW_OK;
}

solow_status solow_record_add_diagnostic(solow_record *record, const char *name, double value, const char *text,
                                         solow_error *err)
{
    char *copy = solow_copy_text(name), *text_copy = solow_copy_text(text != NULL ? text : "");
    solow_record_diagnostic *room =
        copy != NULL ? solow_resize(record->diagnostic, record->diagnostics + 1, sizeof *room) : NULL;
    if (copy == NULL || text_copy == NULL || room == NULL) {
        record->diagnostic = room != NULL ? room : record->diagnostic;
        free(copy);
        free(text_copy);
        return no_memory(err);
    }
    record->diagnostic = room;
    record->diagnostic[record->diagnostics++] = (solow_record_diagnostic){copy, value, text_copy};
    return SOLOW_OK;
}

solow_status solow_record_add_effect(solow_record *record, const char *term, const char *effect, const char *horizon,
                                     double estimate, double std_error, solow_error *err)
{
    char *copy = solow_copy_text(term), *effect_copy = solow_copy_text(effect), *when = solow_copy_text(horizon);
    solow_record_effect *room = copy != NULL ? solow_resize(record->effect, record->effects + 1, sizeof *room) : NULL;
    if (copy == NULL || effect_copy == NULL || when == NULL || room == NULL) {
        record->effect = room != NULL ? room : record->effect;
        free(copy);
        free(effect_copy);
        free(when);
        return no_memory(err);
    }
    record->effect = room;
    record->effect[record->effects++] = (solow_record_effect){copy, effect_copy, when, estimate, std_error};
    return SOLOW_OK;
}

solow_status solow_record_say(solow_record *record, bool warn, const char *sentence, solow_error *err)
{
    size_t before = record->message != NULL ? strlen(record->message) : 0, more = strlen(sentence);
    char *message = malloc(before + more + 2);
    if (message == NULL) {
        return no_memory(err);
    }
    if (before > 0) {
        memcpy(message, record->message, before);
        message[before++] = ' ';
    }
    memcpy(message + before, sentence, more + 1);
    free(record->message);
    record->message = message;
    record->warning = record->warning || warn;
    return SOLOW_OK;
}

solow_status solow_record_set_vcov(solow_record *record, ptrdiff_t terms, const double *vcov, solow_error *err)
{
    ptrdiff_t cells = solow_product(terms, terms);
    double *copy = solow_allocate(cells, sizeof *copy);
    if (copy == NULL) {
        return no_memory(err);
    }
    memcpy(copy, vcov, solow_bytes(cells, sizeof *copy));
    free(record->vcov);
    record->vcov = copy;
    return SOLOW_OK;
}
