/* shape.c - what an estimator may know of its sample before the first pass. See task.h, engine/estimators/estimator.h. */
#include "engine/batch/task.h"

#include <stdlib.h>

/* Over all ranks, which levels of a factor have a row in the sample. */
static solow_status count_present(solow_frame *frame, const solow_sample *sample, const solow_factor *factor,
                                  int64_t *present, solow_error *err)
{
    if (sample->present == NULL) {
        *present = factor->filled;
        return SOLOW_OK;
    }
    uint8_t *seen = solow_allocate_zeroed(factor->levels, 1);
    solow_status status = seen != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for levels");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            if (factor->code[i] >= 0 && solow_sample_has(sample, i)) {
                seen[factor->code[i]] = 1;
            }
        }
        status = solow_comm_or_bytes(frame->comm, seen, factor->levels, err);
    }
    *present = 0;
    for (int32_t level = 0; level < factor->levels && status == SOLOW_OK; level++) {
        *present += seen[level];
    }
    free(seen);
    return status;
}

solow_status solow_effect_nests(solow_frame *frame, const solow_sample *sample, const solow_factor *inner,
                                const solow_factor *outer, bool *nested, solow_error *err)
{
    *nested = inner->code == outer->code || (outer == frame->unit_factor && inner->local);
    if (*nested || (sample->present == NULL && outer->filled > inner->filled)) {
        return SOLOW_OK; /* more levels outside than inside: some inner level has rows of two */
    }
    int32_t *least = solow_allocate(inner->levels, sizeof *least), *most = solow_allocate(inner->levels, sizeof *most);
    int64_t crossed = 0;
    solow_status status =
        least != NULL && most != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for levels");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        for (int32_t level = 0; level < inner->levels; level++) {
            least[level] = INT32_MAX;
            most[level] = -1;
        }
        for (ptrdiff_t i = 0; i < frame->rows && crossed == 0; i++) {
            int32_t level = inner->code[i], code = outer->code[i];
            if (level >= 0 && solow_sample_has(sample, i)) {
                crossed = most[level] >= 0 && code != most[level];
                least[level] = most[level] = code;
            }
        }
        status = solow_comm_max_int64(frame->comm, &crossed, 1, err);
    }
    if (status == SOLOW_OK && crossed == 0) {
        status = solow_comm_min_int32(frame->comm, least, inner->levels, err);
    }
    if (status == SOLOW_OK && crossed == 0) {
        status = solow_comm_max_int32(frame->comm, most, inner->levels, err);
    }
    *nested = crossed == 0;
    for (int32_t level = 0; level < inner->levels && status == SOLOW_OK && *nested; level++) {
        *nested = most[level] < 0 || least[level] == most[level];
    }
    free(least);
    free(most);
    return status;
}

static solow_status shape_keys(solow_frame *frame, solow_task *task, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t k = 0; k < task->keys && status == SOLOW_OK; k++) {
        const solow_factor *factor = task->key[k];
        int64_t present = 0;
        status = count_present(frame, &task->sample, factor, &present, err);
        task->shape_key[k] = (solow_shape_key){
            .name = factor->name,
            .levels = factor->levels,
            .present = present,
            .local = factor->local,
            .first_period = k >= task->cluster_keys ? frame->facts.first_period : 0,
        };
    }
    return status;
}

/* Levels of an effect with rows in the sample; a factor that is a key too was counted already. */
static solow_status count_effect(solow_frame *frame, const solow_task *task, const solow_factor *factor,
                                 int64_t *levels, solow_error *err)
{
    for (ptrdiff_t k = 0; k < task->keys; k++) {
        if (task->key[k] == factor) {
            *levels = task->shape_key[k].present;
            return SOLOW_OK;
        }
    }
    return count_present(frame, &task->sample, factor, levels, err);
}

static solow_status shape_effects(solow_frame *frame, solow_task *task, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t e = 0; e < task->effects.count && status == SOLOW_OK; e++) {
        const solow_model_effect *effect = &task->effects.effect[e];
        int64_t levels = 0;
        bool *nested = task->nested + e * task->keys;
        status = count_effect(frame, task, effect->factor, &levels, err);
        for (ptrdiff_t k = 0; k < task->keys && status == SOLOW_OK; k++) {
            status = solow_effect_nests(frame, &task->sample, effect->factor, task->key[k], &nested[k], err);
        }
        task->shape_effect[e] = (solow_shape_effect){
            .name = effect->name,
            .levels = levels,
            .parameters = levels * ((effect->level ? 1 : 0) + effect->slopes),
            .nested = nested,
            .spelled = e < 32 && ((task->spelled >> e) & 1U) != 0,
        };
    }
    return status;
}

enum { MOST_SPELLED = 400 }; /* dummies: their cross products are as many squared, for each cluster */

solow_status solow_task_spell(solow_frame *frame, solow_task *task, solow_error *err)
{
    const solow_vcov_spec *vcov = &task->model->vcov;
    bool leverage =
        vcov->kind == SOLOW_VCOV_CLUSTER && (vcov->type == SOLOW_CLUSTER_CR2 || vcov->type == SOLOW_CLUSTER_CR3);
    bool across = false;
    int64_t dummies = 0;
    uint32_t spelled = 0;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t e = 0; leverage && e < task->effects.count && status == SOLOW_OK; e++) {
        const solow_model_effect *effect = &task->effects.effect[e];
        bool nested = false;
        status = solow_effect_nests(frame, &task->sample, effect->factor, task->key[0], &nested, err);
        across = across || !nested;
        if (!nested || frame->unit_factor == NULL || effect->factor->code != frame->unit_factor->code) {
            spelled |= e < 32 ? (uint32_t)1 << e : 0;
            dummies += effect->factor->levels;
        }
        leverage = effect->level && effect->slopes == 0 && dummies <= MOST_SPELLED && e < 32;
    }
    if (status != SOLOW_OK || !leverage || !across || vcov->cluster.count != 1) {
        return status;
    }
    for (ptrdiff_t e = 0; e < task->effects.count && status == SOLOW_OK; e++) {
        if ((spelled >> e) & 1U) {
            status = solow_design_spell(&task->design, task->effects.effect[e].factor, err);
        }
    }
    task->spelled = spelled;
    return solow_comm_agree(frame->comm, status, err);
}

static solow_status make_room(solow_task *task, solow_error *err)
{
    task->shape_column = solow_allocate_zeroed(task->design.columns, sizeof *task->shape_column);
    task->shape_effect = solow_allocate_zeroed(task->effects.count, sizeof *task->shape_effect);
    task->shape_key = solow_allocate_zeroed(task->keys, sizeof *task->shape_key);
    task->nested = solow_allocate_zeroed(task->effects.count * task->keys, sizeof *task->nested);
    if (task->shape_column == NULL || task->shape_effect == NULL || task->shape_key == NULL || task->nested == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a model's shape");
    }
    return SOLOW_OK;
}

solow_status solow_task_shape(solow_frame *frame, const solow_absorb *absorb, solow_task *task, solow_error *err)
{
    solow_status status = solow_comm_agree(frame->comm, make_room(task, err), err);
    if (status == SOLOW_OK) {
        status = shape_keys(frame, task, err);
    }
    if (status == SOLOW_OK) {
        status = shape_effects(frame, task, err);
    }
    for (ptrdiff_t c = 0; c < task->design.columns && status == SOLOW_OK; c++) {
        task->shape_column[c] = (solow_shape_column){task->design.column[c].name, task->design.column[c].role};
    }
    task->shape = (solow_shape){
        .rows = task->sample.rows,
        .sum_weights = task->sample.sum_weights,
        .nobs = task->sample.nobs,
        .has_units = frame->has_unit,
        .has_time = frame->has_time,
        .units = task->sample.units,
        .periods = task->sample.periods,
        .longest_unit = task->sample.longest,
        .balanced = task->sample.balanced,
        .columns = task->design.columns,
        .column = task->shape_column,
        .effects = task->effects.count,
        .effect = task->shape_effect,
        .effects_rank = absorb->rank,
        .effects_rank_exact = absorb->rank_exact,
        .components = absorb->components,
        .keys = task->keys,
        .key = task->shape_key,
        .cluster_keys = task->cluster_keys,
    };
    return status;
}
