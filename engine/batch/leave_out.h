/* leave_out.h - `leave_out:`: a model once without each level of a factor, to see whether one group makes the result.
 *
 * The level's rows stay where they are, outside the sample, as with windows: lags still reach them. Rows without a level are in
 * every estimate. Levels go in their order (numbers by size, text by bytes); a level that a `by` group lacks makes no estimate
 * there.
 */
#ifndef SOLOW_ENGINE_BATCH_LEAVE_OUT_H
#define SOLOW_ENGINE_BATCH_LEAVE_OUT_H

#include "engine/frame/frame.h"

/* Makes the factors that the job's models leave out levels of, so that the others below find them. Collective.
 * Errors  SOLOW_ERR_INPUT: a factor with more levels than may be left out */
solow_status solow_leave_out_prepare(solow_frame *frame, const solow_job *job, solow_error *err);

/* The model's factor, NULL if it leaves nothing out. */
const solow_factor *solow_leave_out_factor(const solow_frame *frame, const solow_model *model);

/* The condition that keeps all rows but the level's; NULL: no memory. */
solow_node *solow_leave_out_condition(const solow_factor *factor, const solow_model *model, int32_t level);

/* Whether a part of the frame has rows of the level, as far as its columns tell. */
bool solow_leave_out_has_rows(const solow_factor *factor, const solow_model *model, int32_t level,
                              const solow_frame *part);

#endif
