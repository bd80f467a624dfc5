/* recover.h - the estimated effects themselves, for `save: [fixed_effects]`.
 *
 *   (1) r = y - X b;  all effects but the local one:  a = Gamma_y - Gamma_X b, the coefficients that took y and X apart
 *   (2) local effect: the coefficients of r - D2 a on each level's own 1 and slopes
 *
 * Effects of several sets are identified up to a constant for each connected component: one level of each further set is 0
 * there (those that the factorisation grounded), and the local effect carries the constant. Said in /diagnostics.
 */
#ifndef SOLOW_ENGINE_BATCH_RECOVER_H
#define SOLOW_ENGINE_BATCH_RECOVER_H

#include "engine/batch/task.h"

/* Fills task->level on rank 0 from the task's finished record. Collective. Errors: SOLOW_ERR_MEMORY */
solow_status solow_recover_effects(const solow_sweep *sweep, solow_task *task, solow_error *err);

#endif
