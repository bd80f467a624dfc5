/* resample.h - draws of least-squares estimates from cluster Grams: after a sweep, one more pass, no refits.
 *
 *   (1) who      ols, and iv by two stages but for wild draws, whose columns are not estimated themselves; others are driven again with weights, draw by draw
 *   (2) pass     Grams of the design's clusters on every rank (cluster_pass.h)
 *   (3) draws    by number: each rank makes a run of them, and all get all; the bits do not depend on who made which
 *   (4) wild     t* and interval by clusters of the design with CR1 (the model's small-sample rule), whatever the model's
 *                own variance clusters by; the restricted test inverted, terms dealt to ranks
 *   (5) others   b*, and with percentile_t its standard error; BCa from leave-one-out estimates
 */
#ifndef SOLOW_ENGINE_BATCH_RESAMPLE_H
#define SOLOW_ENGINE_BATCH_RESAMPLE_H

#include "engine/batch/run.h"

/* Fills task->replicates [model->designs] where (1) holds: NULL stays where a design is not served. Collective; the tasks
 * are those of one sweep, estimated.
 * Errors  SOLOW_ERR_MEMORY, SOLOW_ERR_IO */
solow_status solow_resample_tasks(solow_run *run, ptrdiff_t count, solow_task *const *task, solow_error *err);

/* Whether (1) holds for the task and design number d of its model. */
bool solow_resample_applies(const solow_task *task, ptrdiff_t d);

#endif
