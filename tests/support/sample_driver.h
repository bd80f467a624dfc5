/* sample_driver.h - drives one estimator over a small panel in memory, without passes, ranks or files.
 *
 * The dense oracle of the pass engine: effects are dummies projected out by a pseudo-inverse, every want is answered by
 * plain loops over blocks of a few units. Rows whose `keep` is 0, or with a missing value in a used column, stay in place as
 * absent rows.
 */
#ifndef SOLOW_TESTS_SUPPORT_SAMPLE_DRIVER_H
#define SOLOW_TESTS_SUPPORT_SAMPLE_DRIVER_H

#include "engine/estimators/estimator.h"
#include "tests/support/sample_data.h"

enum { SAMPLE_NAMES = 24 };

typedef struct sample_model {
    const char *outcome;
    bool constant;
    const char *regressor[SAMPLE_NAMES], *endogenous[SAMPLE_NAMES], *instrument[SAMPLE_NAMES]; /* NULL ends each */
    const char *effect[4], *slope[4]; /* slope[q]: continuous variable beside the level of effect q, or NULL */
    const char *cluster[4];
    const char *unit, *time, *weights, *keep; /* columns, NULL: none */
    solow_weight_type weight_type;
    solow_vcov_spec vcov;  /* its cluster terms are filled from cluster[] */
    solow_ssc_spec ssc;    /* zero: fixest */
    const char *option[8]; /* name, value, name, value, ..., NULL */
    bool save;
    ptrdiff_t block_rows; /* 0: 48 */
} sample_model;

typedef struct sample_result {
    solow_status status;
    solow_error error;
    solow_record record;
    double *saved; /* [rows of data] residuals, when save */
    size_t arena_bytes, arena_peak;
} sample_result;

/* The names of CONTRACT 3: "fixest", "reghdfe", "areg", "xtreg", "cgm", "sandwich", "plm", "none". */
solow_ssc_spec sample_ssc(const char *name);

/* data must be sorted by (unit, time). */
void sample_run(const sample_data *data, const sample_model *model, const solow_estimator *estimator,
                sample_result *result);
void sample_result_clear(sample_result *result);

/* Figures of a record; the test fails when there is none. */
double sample_estimate(const sample_result *result, const char *term);
double sample_std_error(const sample_result *result, const char *term);
const solow_record_test *sample_test(const sample_result *result, const char *test);
const solow_record_diagnostic *sample_diagnostic(const sample_result *result, const char *name);

/* |a - b| <= tolerance |b|, with a message that names what. */
void sample_close(double ours, double theirs, double tolerance, const char *what);

#endif
