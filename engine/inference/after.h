/* after.h - what a model asks for once it is estimated: `combine:` and `tests:`.
 *
 *   combine   (1) g(b), standard error sqrt(g'V g) by the delta method: one more term, with its covariances
 *   wald      wald.h        hausman   hausman.h, {against: MODEL, sigmamore: true}
 *   lr        2 (l1 - l0), chi2 with the difference of the numbers of parameters, {against: MODEL}
 *
 * Tests that an estimator makes by itself (sargan, first_stage, ...) are in the record already: asking for one by name is
 * no error here.
 * Place in the data's way: engine/batch calls both on a finished record, before it becomes rows.
 */
#ifndef SOLOW_ENGINE_INFERENCE_AFTER_H
#define SOLOW_ENGINE_INFERENCE_AFTER_H

#include "engine/estimators/record.h"
#include "io/job/job.h"

/* Finds the finished record of another model of the job in the same group; NULL: none, or failed. */
typedef const solow_record *(*solow_record_finder)(const void *context, const char *model);

/* Appends a term for each combination. A combination that fails adds a sentence to the message and a warning, no error.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_combine(const solow_model *model, solow_record *record, solow_error *err);

/* Appends the tests that model->tests lists; a test that fails adds a sentence, no error. */
solow_status solow_tests(const solow_model *model, solow_record_finder find, const void *context, solow_record *record,
                         solow_error *err);

#endif
