/* record.h - the outcome of one estimate, on its way to the result tables.
 *
 * Plain data in growing arrays; text is copied. The engine turns a record into rows of tidy, glance, tests, diagnostics and
 * models (engine/batch/collect.c), where ids, groups and reference laws are the same for every estimator.
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_RECORD_H
#define SOLOW_ENGINE_ESTIMATORS_RECORD_H

#include "kernels/core/size.h"

#include <stdbool.h>

typedef struct solow_record_term {
    char *term;
    double estimate, std_error;
    double df; /* reference law: t with df, or z if infinite */
} solow_record_term;

typedef struct solow_record_test {
    char *test;
    double statistic, df1, df2, p_value; /* NAN where they do not apply */
    char *note;
} solow_record_test;

typedef struct solow_record_diagnostic {
    char *name;
    double value; /* NAN if only text */
    char *text;   /* "" if only a value */
} solow_record_diagnostic;

typedef struct solow_record_effect { /* rows of /effects: effect by name, horizon "static" and so on */
    char *term, *effect, *horizon;
    double estimate, std_error;
} solow_record_effect;

struct solow_record {
    solow_status status; /* OK; NUMERIC: failed */
    bool warning;
    char *message; /* "" or sentences, each ended by a full stop */
    bool converged;
    ptrdiff_t terms, tests, diagnostics, effects;
    solow_record_term *term;
    solow_record_test *test;
    solow_record_diagnostic *diagnostic;
    solow_record_effect *effect;
    double *vcov; /* [terms x terms], owned; NULL before it is set */
    int64_t nobs, units, periods;
    double clusters; /* min G, NAN without clusters */
    double k, df_residual, r_squared, adj_r_squared, within_r_squared, sigma, loglik, aic, bic, mean_y; /* NAN: none */
    char *vcov_text, *ssc_text; /* "cluster: state", "fixest" */
    char *instruments;          /* "" without */
};
typedef struct solow_record solow_record;

void solow_record_init(solow_record *record);
void solow_record_clear(solow_record *record);
solow_status solow_record_add_term(solow_record *record, const char *term, double estimate, double std_error, double df,
                                   solow_error *err);
solow_status solow_record_add_test(solow_record *record, const char *test, double statistic, double df1, double df2,
                                   double p_value, const char *note, solow_error *err);
solow_status solow_record_add_diagnostic(solow_record *record, const char *name, double value, const char *text,
                                         solow_error *err);
solow_status solow_record_add_effect(solow_record *record, const char *term, const char *effect, const char *horizon,
                                     double estimate, double std_error, solow_error *err);
/* Adds a sentence to message; warn also sets warning. */
solow_status solow_record_say(solow_record *record, bool warn, const char *sentence, solow_error *err);
solow_status solow_record_set_vcov(solow_record *record, ptrdiff_t terms, const double *vcov, solow_error *err);
solow_status solow_record_set_text(char **field, const char *text, solow_error *err);

#endif
