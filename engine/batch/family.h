/* family.h - the job's `families:` section: p-values of many estimates, adjusted for their being many.
 *
 * A family is every named term of every named estimate that did not fail, in the order of the job. Each becomes a row of
 * /adjusted; what a reader must know of the family, or why it could not be adjusted, is in /diagnostics under its name
 * (name `family`).
 *   holm, bh                    of the estimates' own p-values; with `bootstrap:`, of those of its draws
 *   romano_wolf, westfall_young step-down over joint draws of the design (kernels/stats/multiple.h): |t*| is what the draws
 *                               hold where they are studentised, else |b* - b| / std_error; of permutations |b*| / std_error
 * A draw that failed in one member is left out of all.
 */
#ifndef SOLOW_ENGINE_BATCH_FAMILY_H
#define SOLOW_ENGINE_BATCH_FAMILY_H

#include "engine/batch/run.h"

/* Errors at their place in the job file: a method that needs draws and names none. */
void solow_family_check(const solow_job *job, solow_diagnostics *diagnostics);

/* Rank 0. Errors  SOLOW_ERR_MEMORY */
solow_status solow_run_families(solow_run *run, solow_error *err);

#endif
