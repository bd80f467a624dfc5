/* task.c - see task.h. */
#include "engine/batch/task.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_WAYS = 4 };

void solow_task_fail(solow_task *task, const solow_error *error)
{
    task->error = *error;
    task->running = false;
    task->record.status = SOLOW_ERR_NUMERIC;
    solow_record_say(&task->record, false, error->message[0] != '\0' ? error->message : "It failed.", NULL);
}

/* Whether a status ends the run (memory, communication) or only the model. */
static bool is_fatal(solow_status status)
{
    return status == SOLOW_ERR_MEMORY || status == SOLOW_ERR_INTERNAL || status == SOLOW_ERR_IO;
}

static solow_status settle(solow_task *task, solow_status status, solow_error *local, solow_error *err)
{
    if (status == SOLOW_OK) {
        return SOLOW_OK;
    }
    if (is_fatal(status)) {
        return SOLOW_FAIL(err, status, "%s", local->message);
    }
    solow_task_fail(task, local);
    return SOLOW_OK;
}

/* The combination of the ways in mask. */
static solow_status combine_ways(solow_frame *frame, const solow_terms *ways, unsigned mask,
                                 const solow_factor **factor, solow_error *err)
{
    solow_node *chosen[MOST_WAYS];
    ptrdiff_t count = 0;
    for (ptrdiff_t w = 0; w < ways->count; w++) {
        if ((mask >> w & 1U) != 0) {
            chosen[count++] = ways->node[w];
        }
    }
    return solow_frame_factor_join(frame, count, chosen, factor, err);
}

/* Cluster keys, their intersections, and "(time)". */
static solow_status make_keys(solow_frame *frame, solow_task *task, solow_error *err)
{
    const solow_terms *ways = &task->model->vcov.cluster;
    if (ways->count > MOST_WAYS) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "model `%s` clusters in %td ways; at most %d are possible",
                          task->model->id, ways->count, MOST_WAYS);
    }
    ptrdiff_t most = ((ptrdiff_t)1 << ways->count) + ways->count + 1;
    task->key = solow_allocate_zeroed(most, sizeof *task->key);
    if (task->key == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for clusters");
    }
    solow_status status = SOLOW_OK;
    for (ptrdiff_t w = 0; w < ways->count && status == SOLOW_OK; w++) {
        status = solow_frame_factor(frame, ways->node[w], &task->key[task->keys++], err);
    }
    for (unsigned mask = 3; mask < 1U << ways->count && status == SOLOW_OK; mask++) {
        if ((mask & (mask - 1)) != 0) {
            status = combine_ways(frame, ways, mask, &task->key[task->keys++], err);
        }
    }
    task->cluster_keys = task->keys;
    if (status == SOLOW_OK && frame->has_time) {
        status = solow_frame_time_factor(frame, &task->key[task->keys++], err);
    }
    return status;
}

static solow_status check_needs(const solow_frame *frame, const solow_task *task, solow_error *err)
{
    const solow_estimator *estimator = task->estimator;
    if (estimator->needs_units && !frame->has_unit) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "estimator `%s` needs a panel: name the `unit:` column under `data:`",
                          estimator->name);
    }
    if (estimator->needs_time && !frame->has_time) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "estimator `%s` needs periods: name the `time:` column under `data:`",
                          estimator->name);
    }
    return SOLOW_OK;
}

static solow_status prepare(solow_frame *frame, solow_task *task, solow_error *err)
{
    uint8_t *where = NULL;
    solow_status status = check_needs(frame, task, err);
    if (status == SOLOW_OK) {
        status = solow_sample_where(frame, task->model, &where, err);
    }
    if (status == SOLOW_OK) {
        status = solow_design_create(frame, task->model, where, &task->design, err);
    }
    if (status == SOLOW_OK) {
        status = solow_model_effects_create(frame, task->model, &task->effects, err);
    }
    if (status == SOLOW_OK) {
        status = make_keys(frame, task, err);
    }
    if (status != SOLOW_OK) {
        free(where);
        return status;
    }
    status = solow_sample_create(frame, task->model, where, &task->design, &task->effects, task->cluster_keys,
                                 task->key, &task->sample, err);
    return status == SOLOW_OK ? solow_task_spell(frame, task, err) : status;
}

solow_status solow_task_create(solow_frame *frame, const solow_model *model, const solow_estimator *estimator,
                               solow_task *task, solow_error *err)
{
    *task = (solow_task){.model = model, .estimator = estimator};
    solow_record_init(&task->record);
    solow_error local = {0};
    solow_status status = prepare(frame, task, &local);
    return settle(task, status, &local, err);
}

bool solow_task_shares(const solow_task *a, const solow_task *b)
{
    const solow_formula *x = &a->model->formula, *y = &b->model->formula;
    bool same = a->sample.hash == b->sample.hash && a->sample.rows == b->sample.rows &&
                (a->sample.weight == NULL) == (b->sample.weight == NULL) && a->effects.count == b->effects.count;
    for (ptrdiff_t e = 0; same && e < a->effects.count; e++) {
        const solow_effect *p = &x->effect[e], *q = &y->effect[e];
        same = a->effects.effect[e].factor == b->effects.effect[e].factor && p->level == q->level &&
               solow_terms_equal(&p->slopes, &q->slopes);
    }
    return same;
}

void solow_task_clear(solow_task *task)
{
    if (task->estimator != NULL && task->estimator->end != NULL && task->state != NULL) {
        task->estimator->end(task->state);
    }
    for (ptrdiff_t r = 0; r < SOLOW_WANTS; r++) {
        free(task->request[r].result);
        free(task->request[r].saved);
    }
    solow_design_clear(&task->design);
    solow_model_effects_clear(&task->effects);
    solow_sample_clear(&task->sample);
    solow_arena_clear(&task->arena);
    solow_record_clear(&task->record);
    for (ptrdiff_t l = 0; l < task->levels; l++) {
        free(task->level[l].level);
    }
    for (ptrdiff_t n = 0; n < task->effect_names; n++) {
        free(task->effect_name[n]);
    }
    solow_kept_influences_clear(task->influences, task->influence);
    for (ptrdiff_t d = 0; task->replicates != NULL && d < task->model->designs; d++) {
        solow_replicates_destroy(task->replicates[d]);
    }
    free(task->replicates);
    free(task->level);
    free(task->effect_name);
    free(task->key);
    free(task->shape_column);
    free(task->shape_effect);
    free(task->shape_key);
    free(task->nested);
    free(task->place);
    *task = (solow_task){0};
}
