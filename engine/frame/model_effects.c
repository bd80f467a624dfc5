/* model_effects.c - the effects of a formula as factors and slopes. See sample.h. */
#include "engine/frame/sample.h"

#include <stdlib.h>

static solow_status make_effect(solow_frame *frame, const solow_effect *from, solow_model_effect *made,
                                solow_error *err)
{
    made->level = from->level;
    made->slope = solow_allocate_zeroed(from->slopes.count, sizeof *made->slope);
    made->name = solow_node_print(from->factor);
    if (made->slope == NULL || made->name == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for effects");
    }
    made->slopes = from->slopes.count;
    solow_status status = solow_frame_factor(frame, from->factor, &made->factor, err);
    for (ptrdiff_t s = 0; s < from->slopes.count && status == SOLOW_OK; s++) {
        status = solow_program_create(frame, from->slopes.node[s], &made->slope[s], err);
    }
    return status;
}

solow_status solow_model_effects_create(solow_frame *frame, const solow_model *model, solow_model_effects *effects,
                                        solow_error *err)
{
    ptrdiff_t count = model->formula.effects;
    *effects = (solow_model_effects){.effect = solow_allocate_zeroed(count, sizeof *effects->effect)};
    if (effects->effect == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for effects");
    }
    effects->count = count;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t e = 0; e < count && status == SOLOW_OK; e++) {
        status = make_effect(frame, &model->formula.effect[e], &effects->effect[e], err);
    }
    if (status != SOLOW_OK) {
        solow_model_effects_clear(effects);
    }
    return status;
}

void solow_model_effects_clear(solow_model_effects *effects)
{
    for (ptrdiff_t e = 0; e < effects->count; e++) {
        for (ptrdiff_t s = 0; s < effects->effect[e].slopes; s++) {
            solow_program_destroy(effects->effect[e].slope[s]);
        }
        free(effects->effect[e].slope);
        free(effects->effect[e].name);
    }
    free(effects->effect);
    *effects = (solow_model_effects){0};
}
