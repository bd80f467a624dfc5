/* sample.h - the rows of a model: a mask over the frame, with what was dropped counted by reason.
 *
 * Order (as job files promise): the model's where; missing values; weights of zero; singletons, iterated over all effects
 * until no level has one row. Rows never move: those outside keep their place with value and weight 0.
 */
#ifndef SOLOW_ENGINE_FRAME_SAMPLE_H
#define SOLOW_ENGINE_FRAME_SAMPLE_H

#include "engine/frame/design.h"

typedef struct solow_drop {
    char *reason; /* "where", "missing: log(rd)", "log of a non-positive number: log(rd)", "singletons" */
    int64_t rows;
} solow_drop;

typedef struct solow_sample {
    uint8_t *present;   /* [rows of the rank]; NULL: every row */
    double *weight;     /* [rows of the rank], 0 where absent; NULL: 1 */
    int64_t rows, nobs; /* over all ranks; nobs: rows, or the sum of frequency weights */
    double sum_weights;
    int64_t units, periods, longest;
    bool balanced;
    ptrdiff_t drops;
    solow_drop *drop;
    uint64_t hash; /* of mask and weights, over all ranks */
} solow_sample;

/* The model's effects as factors and compiled slopes. */
typedef struct solow_model_effect {
    const solow_factor *factor;
    bool level;
    ptrdiff_t slopes;
    solow_program **slope; /* [slopes] */
    char *name;            /* as in the formula */
} solow_model_effect;

typedef struct solow_model_effects {
    ptrdiff_t count;
    solow_model_effect *effect;
} solow_model_effects;

solow_status solow_model_effects_create(solow_frame *frame, const solow_model *model, solow_model_effects *effects,
                                        solow_error *err);
void solow_model_effects_clear(solow_model_effects *effects);

/* Where-mask of a model before missing values: malloc'ed [rows], or NULL if the model has no where. Collective. */
solow_status solow_sample_where(solow_frame *frame, const solow_model *model, uint8_t **where, solow_error *err);

/* where is taken over. keys: factors whose missing codes drop a row (clusters). Collective.
 * Errors  SOLOW_ERR_INPUT: negative weights, values that are infinite, no row left (told with the largest reason) */
solow_status solow_sample_create(solow_frame *frame, const solow_model *model, uint8_t *where,
                                 const solow_design *design, const solow_model_effects *effects, ptrdiff_t keys,
                                 const solow_factor *const *key, solow_sample *sample, solow_error *err);
void solow_sample_clear(solow_sample *sample);

static inline bool solow_sample_has(const solow_sample *sample, ptrdiff_t row)
{
    return sample->present == NULL || sample->present[row] != 0;
}

#endif
