/* drawn.h - what the draws of an estimate become: rows of /resampling and /diagnostics, and a warning where many failed. */
#ifndef SOLOW_ENGINE_BATCH_DRAWN_H
#define SOLOW_ENGINE_BATCH_DRAWN_H

#include "engine/batch/outcome.h"
#include "io/result/results.h"

/* A task with more than 1 % failed draws of a design becomes a warning that gives the reasons. Errors  SOLOW_ERR_MEMORY */
solow_status solow_judge_draws(solow_task *task, solow_error *err);

/* A row of /resampling for each term and design; in /diagnostics of each design what was drawn (resampling:NAME) and how many
 * draws failed for each reason (resampling_failed:NAME). Errors  SOLOW_ERR_MEMORY */
solow_status solow_collect_draws(solow_results *results, const char *group, const solow_outcome *outcome,
                                 solow_error *err);

/* The draws of an estimate under the design of that name, or NULL. */
const solow_replicates *solow_outcome_draws(const solow_outcome *outcome, const char *design);

#endif
