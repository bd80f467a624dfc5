/* saved_bytes.h - a model's saved columns as bytes, and back: how they go to disk and come back on any number of ranks. */
#ifndef SOLOW_ENGINE_BATCH_SAVED_BYTES_H
#define SOLOW_ENGINE_BATCH_SAVED_BYTES_H

#include "engine/frame/frame.h"
#include "io/ledger/fields.h"

/* Appends the frame's columns saved(MODEL,...), whole and in the frame's order: on rank 0, whose buffer gets them. Collective.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_saved_put(solow_frame *frame, const solow_model *model, solow_buffer *out, solow_error *err);
/* Puts them back into the frame. in counts on rank 0. Collective.
 * Errors  SOLOW_ERR_INTERNAL: other bytes, or of a frame with other rows; SOLOW_ERR_MEMORY */
solow_status solow_saved_get(solow_frame *frame, const solow_model *model, solow_cursor *in, solow_error *err);

#endif
