/* shard.h - a finished estimate as bytes, and back: exactly what the tables and later models see of it.
 *
 * The bytes hold the outcome (record, drops, recovered effects, or why it failed) and the model's saved columns over all
 * rows of the frame, so that they come back on any number of ranks.
 */
#ifndef SOLOW_ENGINE_BATCH_SHARD_H
#define SOLOW_ENGINE_BATCH_SHARD_H

#include "engine/batch/outcome.h"
#include "io/ledger/fields.h"

/* Appends the outcome. No columns. */
void solow_pack_outcome(const solow_outcome *outcome, solow_buffer *buffer);
/* The outcome of model at the cursor, which moves past it.
 * Errors  SOLOW_ERR_INTERNAL: other bytes than solow_pack_outcome made; SOLOW_ERR_MEMORY */
solow_status solow_unpack_outcome(const solow_model *model, solow_cursor *cursor, solow_outcome *outcome,
                                  solow_error *err);

/* Appends the frame's columns saved(MODEL,...): on rank 0, whose buffer gets them. Collective.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_pack_saved(solow_frame *frame, const solow_model *model, solow_buffer *buffer, solow_error *err);
/* Puts them back into the frame of any ranks. cursor counts on rank 0. Collective.
 * Errors  SOLOW_ERR_INTERNAL: other bytes, or of a frame with other rows; SOLOW_ERR_MEMORY */
solow_status solow_unpack_saved(solow_frame *frame, const solow_model *model, solow_cursor *cursor, solow_error *err);

#endif
