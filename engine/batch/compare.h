/* compare.h - the job's `compare:` section: equality of a coefficient across models or groups.
 *
 * Place in the data's way: sweeps keep the influences of compared coefficients (influence.h); when all models are done,
 * each entry becomes rows: /tests (test `compare`), /diagnostics (`estimate:ID`, `std_error:ID` of each estimate) and, of
 * two estimates, /tidy (first minus second), under the entry's id as model.
 * across: group    one test a model, over its groups; with several models the rows' group is `model=ID`
 * across: models   one test over all; where a model has several estimates, one a group that several models have
 * bootstrap: NAME  the estimates' joint variance is that of their joint draws: of what they share, whatever the estimators;
 *                  of a jackknife (G - 1) / G times the sum of squares. chi2, of a jackknife F with G - 1
 */
#ifndef SOLOW_ENGINE_BATCH_COMPARE_H
#define SOLOW_ENGINE_BATCH_COMPARE_H

#include "engine/batch/run.h"

/* Whether an entry says `across: group`. */
bool solow_compares_groups(const solow_yaml *item);

/* Whether an entry stacks scores, which are not kept with finished estimates; draws are. */
bool solow_compare_needs_scores(const solow_job *job);

/* Entries that cannot be tested whatever the data: at their place in the job file. */
void solow_compare_check(const solow_job *job, solow_diagnostics *diagnostics);

/* Tests every entry; rows on rank 0. Members that failed or lack the term make a row that says so. Collective.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_run_compare(solow_run *run, solow_error *err);

#endif
