/* pass.h - one visit of every block for any number of wants: fill, transform, hand out, sum.
 *
 * A sweep is the set of models that share rows, weights and effects; its columns are the union of theirs. Each pass fills
 * and transforms the union once a block; Grams of all models are read off one union Gram (an entry does not depend on its
 * companions), other consumers get a view of their own columns.
 *
 * Cost  8 bytes x rows x columns read once; 2 flops x rows x columns (columns + 1) / 2 for the Gram.
 */
#ifndef SOLOW_ENGINE_PASS_PASS_H
#define SOLOW_ENGINE_PASS_PASS_H

#include "engine/estimators/estimator.h"
#include "engine/pass/absorb.h"

typedef struct solow_sweep {
    solow_frame *frame;
    const solow_sample *sample;
    const solow_model_effects *effects;
    ptrdiff_t columns;                        /* of the union */
    const solow_design_column *const *column; /* [columns] */
    solow_absorb absorb;
    double passes, bytes, flops, seconds; /* made so far, by this rank */
} solow_sweep;

/* Collective: the effects are made ready for all columns. */
solow_status solow_sweep_create(solow_frame *frame, const solow_sample *sample, const solow_model_effects *effects,
                                ptrdiff_t columns, const solow_design_column *const *column, solow_sweep *sweep,
                                solow_error *err);
void solow_sweep_clear(solow_sweep *sweep);

/* One want of one model on its way through a pass. */
typedef struct solow_request {
    const solow_want *want;
    const ptrdiff_t *place; /* [model's columns] place of each in the union */
    ptrdiff_t keys;
    const solow_factor *const *key; /* [keys] */
    solow_frame_column **saved;     /* MAP: [want->sums] columns to write */
    double *result;                 /* out: malloc'ed, as estimator.h says; NULL for MAP */
    int64_t rows;                   /* out: rows that the transform left */
} solow_request;

/* Whether two wants see the same columns. */
bool solow_transform_same(solow_transform a, solow_transform b);

/* Requests of one transform stand together. Collective. On failure results made so far are freed. */
solow_status solow_pass_run(solow_sweep *sweep, ptrdiff_t count, solow_request *request, solow_error *err);

#endif
