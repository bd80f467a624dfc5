/* fitted.h - fitted values of a model, for `save: [fitted]` and saved(MODEL, fitted).
 *
 *   (1) fitted = y - residual on the model's rows: with effects they are in it
 */
#ifndef SOLOW_ENGINE_BATCH_FITTED_H
#define SOLOW_ENGINE_BATCH_FITTED_H

#include "engine/batch/task.h"

/* Adds the column saved(MODEL,fitted) if the model saves it and want is the one that wrote its residuals, column, of the
 * outcome as it is (not of its differences or means). Collective. Errors: SOLOW_ERR_MEMORY */
solow_status solow_save_fitted(solow_frame *frame, const solow_task *task, const solow_want *want,
                               const solow_frame_column *residuals, solow_error *err);

#endif
