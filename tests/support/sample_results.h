/* sample_results.h - a small result file's content with a row or more in every table, for the tests of io. */
#ifndef SOLOW_TESTS_SUPPORT_SAMPLE_RESULTS_H
#define SOLOW_TESTS_SUPPORT_SAMPLE_RESULTS_H

#include "io/result/results.h"

/* Two models (`within`, and `east` in two groups), every table, saved columns, fixed effects, provenance; `created` and
 * `engine_version` fixed. Fails the running test on any error. */
void solow_sample_results(solow_results *results);

/* More estimates named `m0001`, ..., two terms each. */
void solow_sample_many(solow_results *results, int count);

#endif
