/* sweep.c - the step machines of one sweep, driven together. See run.h.
 *
 * Each round: the wants of all running tasks, in one pass; every task steps. Rank by rank the
 * same numbers reach the same machines, so all ranks take the same turns.
 */
#include "engine/batch/fitted.h"
#include "engine/batch/influence.h"
#include "engine/batch/recover.h"
#include "engine/batch/resample.h"
#include "engine/batch/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct sweep_state {
    solow_run *run;
    ptrdiff_t count;
    solow_task *const *task;
    const solow_design_column **column; /* union */
    ptrdiff_t columns;
    solow_sweep sweep;
} sweep_state;

/* Places of the columns of one task that are outcomes, or of the others. */
static void place_columns(sweep_state *state, solow_task *task, bool outcomes)
{
    for (ptrdiff_t c = 0; c < task->design.columns; c++) {
        const solow_design_column *column = &task->design.column[c];
        ptrdiff_t place = 0;
        if ((column->role == SOLOW_ROLE_OUTCOME) != outcomes) {
            continue;
        }
        while (place < state->columns && strcmp(state->column[place]->name, column->name) != 0) {
            place++;
        }
        if (place == state->columns) {
            state->column[state->columns++] = column;
        }
        task->place[c] = place;
    }
}

/* Union of columns by name; fills each task's places. Outcomes come last, as estimators ask for them: what a model wants is
 * then a window of the block, not a copy. */
static solow_status join_columns(sweep_state *state, solow_error *err)
{
    ptrdiff_t total = 0;
    for (ptrdiff_t t = 0; t < state->count; t++) {
        total += state->task[t]->design.columns;
    }
    state->column = solow_allocate(total, sizeof *state->column);
    if (state->column == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a sweep");
    }
    for (ptrdiff_t t = 0; t < state->count; t++) {
        solow_task *task = state->task[t];
        task->place = solow_allocate(task->design.columns, sizeof *task->place);
        if (task->place == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a sweep");
        }
        place_columns(state, task, false);
    }
    for (ptrdiff_t t = 0; t < state->count; t++) {
        place_columns(state, state->task[t], true);
    }
    return SOLOW_OK;
}

static bool is_fatal(solow_status status)
{
    return status != SOLOW_OK && status != SOLOW_ERR_NUMERIC && status != SOLOW_ERR_INPUT;
}

/* Plan, arena, begin. */
static solow_status begin(sweep_state *state, solow_task *task, solow_error *err)
{
    solow_cost cost = {0};
    solow_error local = {0};
    solow_status status = solow_task_shape(state->run->frame, &state->sweep.absorb, task, err);
    if (status != SOLOW_OK) {
        return status;
    }
    status = task->estimator->plan(task->model, &task->shape, &cost, &local);
    if (status == SOLOW_OK) {
        status = solow_arena_init(&task->arena, cost.arena_bytes, &local);
    }
    if (status == SOLOW_OK) {
        status = task->estimator->begin(task->model, &task->shape, &task->arena, &task->state, &task->wants, &local);
    }
    if (is_fatal(status)) {
        return SOLOW_FAIL(err, status, "model `%s`: %s", task->model->id, local.message);
    }
    if (status != SOLOW_OK) {
        solow_task_fail(task, &local);
        return SOLOW_OK;
    }
    task->running = true;
    return SOLOW_OK;
}

/* Frame columns for what a MAP want writes: saved(model,name). */
static solow_status add_saved(solow_run *run, solow_task *task, const solow_want *want, solow_request *request,
                              solow_error *err)
{
    request->saved = solow_allocate(want->sums, sizeof(solow_frame_column *));
    if (request->saved == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
    }
    for (ptrdiff_t s = 0; s < want->sums; s++) {
        char name[512];
        snprintf(name, sizeof name, "saved(%s,%s)", task->model->id, want->save[s]);
        solow_frame_column *column = solow_frame_find(run->frame, name);
        solow_status status = column != NULL ? SOLOW_OK : solow_frame_add_number(run->frame, name, &column, err);
        if (status != SOLOW_OK) {
            return status;
        }
        request->saved[s] = column;
    }
    return SOLOW_OK;
}

/* The wants of all running tasks, those of one transform together. */
static ptrdiff_t order_requests(const sweep_state *state, bool *listed, solow_request **list)
{
    ptrdiff_t count = 0;
    bool more = true;
    while (more) {
        const solow_transform *transform = NULL;
        for (ptrdiff_t t = 0; t < state->count; t++) {
            solow_task *task = state->task[t];
            for (ptrdiff_t w = 0; task->running && w < task->wants.count; w++) {
                const solow_want *want = &task->wants.want[w];
                if (listed[t * SOLOW_WANTS + w] ||
                    (transform != NULL && !solow_transform_same(*transform, want->transform))) {
                    continue;
                }
                transform = &want->transform;
                listed[t * SOLOW_WANTS + w] = true;
                list[count++] = &task->request[w];
            }
        }
        more = transform != NULL;
    }
    return count;
}

/* One pass for every want of the round. */
static solow_status serve(sweep_state *state, bool *listed, solow_request **list, solow_error *err)
{
    ptrdiff_t count = order_requests(state, listed, list);
    if (count == 0) {
        return SOLOW_OK;
    }
    solow_request *request = solow_allocate(count, sizeof *request);
    solow_status status = request != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a pass");
    status = solow_comm_agree(state->run->comm, status, err);
    for (ptrdiff_t r = 0; r < count && status == SOLOW_OK; r++) {
        request[r] = *list[r];
    }
    if (status == SOLOW_OK) {
        status = solow_pass_run(&state->sweep, count, request, err);
        for (ptrdiff_t r = 0; r < count; r++) {
            *list[r] = request[r];
        }
    }
    free(request);
    return status;
}

/* A model that wants leverages of effects that have none fails alone. */
static solow_status make_leverage(sweep_state *state, solow_task *task, solow_error *err)
{
    solow_error local = {0};
    solow_status status = solow_absorb_invert(&state->sweep.absorb, &local);
    if (is_fatal(status)) {
        return SOLOW_FAIL(err, status, "model `%s`: %s", task->model->id, local.message);
    }
    if (status != SOLOW_OK) {
        solow_task_fail(task, &local);
    }
    return SOLOW_OK;
}

static solow_status open_requests(sweep_state *state, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < state->count && status == SOLOW_OK; t++) {
        solow_task *task = state->task[t];
        for (ptrdiff_t w = 0; task->running && w < task->wants.count && status == SOLOW_OK; w++) {
            const solow_want *want = &task->wants.want[w];
            task->request[w] =
                (solow_request){.want = want, .place = task->place, .keys = task->keys, .key = task->key};
            if (want->kind == SOLOW_MAP) {
                status = add_saved(state->run, task, want, &task->request[w], err);
            }
            if (want->effect_leverage && status == SOLOW_OK) {
                status = make_leverage(state, task, err);
            }
        }
    }
    return status;
}

/* Checks saved columns, hands statistics over, frees them. */
static solow_status step(sweep_state *state, solow_task *task, solow_error *err)
{
    solow_stats stats = {.count = task->wants.count};
    solow_error local = {0};
    solow_status status = SOLOW_OK;
    for (ptrdiff_t w = 0; w < task->wants.count; w++) {
        const solow_want *want = &task->wants.want[w];
        stats.result[w] = task->request[w].result;
        stats.rows[w] = task->request[w].rows;
        for (ptrdiff_t s = 0; want->kind == SOLOW_MAP && s < want->sums && status == SOLOW_OK; s++) {
            solow_frame_column *saved = task->request[w].saved[s];
            status = solow_frame_column_check(state->run->frame, saved, err);
            if (status == SOLOW_OK && strcmp(want->save[s], "residuals") == 0) {
                status = solow_save_fitted(state->run->frame, task, want, saved, err);
            }
        }
    }
    if (status != SOLOW_OK) {
        return status;
    }
    solow_wants next = {0};
    ptrdiff_t given = task->wants.count;
    status = task->estimator->step(task->state, &stats, &next, &local);
    for (ptrdiff_t w = 0; w < given; w++) {
        free(task->request[w].result);
        free(task->request[w].saved);
        task->request[w] = (solow_request){0};
    }
    if (is_fatal(status)) {
        return SOLOW_FAIL(err, status, "model `%s`: %s", task->model->id, local.message);
    }
    task->wants = next;
    if (status != SOLOW_OK) {
        solow_task_fail(task, &local);
    } else if (next.count == 0) {
        task->running = false;
        status = task->estimator->report(task->state, &task->record, &local);
        if (is_fatal(status)) {
            return SOLOW_FAIL(err, status, "model `%s`: %s", task->model->id, local.message);
        }
        if (status != SOLOW_OK) {
            solow_task_fail(task, &local);
        }
    }
    return SOLOW_OK;
}

/* Each model's turn is a pass that it would need alone. */
static solow_status drive(sweep_state *state, solow_error *err)
{
    bool *listed = solow_allocate(state->count * SOLOW_WANTS, sizeof *listed);
    solow_request **list = solow_allocate(state->count * SOLOW_WANTS, sizeof(solow_request *));
    solow_status status =
        listed != NULL && list != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a sweep");
    bool any = status == SOLOW_OK;
    while (any && status == SOLOW_OK) {
        memset(listed, 0, (size_t)(state->count * SOLOW_WANTS) * sizeof *listed);
        status = solow_comm_agree(state->run->comm, open_requests(state, err), err);
        if (status == SOLOW_OK) {
            status = serve(state, listed, list, err);
        }
        any = false;
        for (ptrdiff_t t = 0; t < state->count && status == SOLOW_OK; t++) {
            if (state->task[t]->running) {
                state->run->effort.alone++;
                status = step(state, state->task[t], err);
                any = any || state->task[t]->running;
            }
        }
    }
    free(listed);
    free(list);
    return status;
}

/* The effects' facts go into every record: how they were taken out, and the certificate. */
static solow_status report_effects(const solow_absorb *absorb, solow_task *task, solow_error *err)
{
    static const char *const kinds[] = {"dense Schur complement", "sparse Schur complement",
                                        "preconditioned iteration"};
    solow_record *record = &task->record;
    if (absorb->effects->count == 0 || task->error.status != SOLOW_OK) {
        return SOLOW_OK;
    }
    double worst = 0;
    for (ptrdiff_t c = 0; c < task->design.columns; c++) {
        double own = absorb->worst[task->place[c]];
        worst = own <= worst || isnan(worst) ? worst : own;
    }
    solow_status status = solow_record_add_diagnostic(record, "effects_solver", (double)absorb->layout.unknowns,
                                                      absorb->layout.sets > 0 ? kinds[absorb->kind] : "within", err);
    if (status == SOLOW_OK && absorb->layout.sets > 0) {
        status = solow_record_add_diagnostic(record, "effects_certificate", worst, "", err);
    }
    if (status == SOLOW_OK && absorb->components > 0) {
        status = solow_record_add_diagnostic(record, "effects_components", (double)absorb->components, "", err);
    }
    if (status == SOLOW_OK && !(worst <= SOLOW_CERTIFICATE)) {
        char sentence[256];
        snprintf(sentence, sizeof sentence,
                 "The normal equations of the effects leave a relative residual of %.2g, above %.0g: digits are lost.",
                 worst, SOLOW_CERTIFICATE);
        status = solow_record_say(record, true, sentence, err);
    }
    return status;
}

/* One way of clustering that cuts through levels of an effect: the effect is counted in K, and independence across
 * clusters is doubtful. */
static solow_status report_nesting(solow_task *task, solow_error *err)
{
    char sentence[400];
    const solow_shape *shape = &task->shape;
    if (task->error.status != SOLOW_OK || task->cluster_keys != 1) {
        return SOLOW_OK;
    }
    for (ptrdiff_t e = 0; e < shape->effects; e++) {
        if (!shape->effect[e].nested[0] && task->effects.effect[e].factor->local) {
            snprintf(sentence, sizeof sentence,
                     "Levels of `%.100s` do not nest in the clusters `%.100s`: one unit has rows in several clusters, "
                     "and the effect counts "
                     "in K.",
                     shape->effect[e].name, shape->key[0].name);
            return solow_record_say(&task->record, true, sentence, err);
        }
    }
    return SOLOW_OK;
}

/* A log that takes most of the rows is seldom meant. */
static solow_status report_logs(const solow_frame *frame, solow_task *task, solow_error *err)
{
    static const char log_reason[] = "log of a non-positive number";
    char sentence[400];
    for (ptrdiff_t d = 0; d < task->sample.drops && task->error.status == SOLOW_OK; d++) {
        const solow_drop *drop = &task->sample.drop[d];
        if (strncmp(drop->reason, log_reason, sizeof log_reason - 1) == 0 && drop->rows > frame->layout.rows / 2) {
            snprintf(sentence, sizeof sentence,
                     "%lld of %lld rows are dropped for the %.200s; log1p, asinh or poisson keep zeros.",
                     (long long)drop->rows, (long long)frame->layout.rows, drop->reason);
            return solow_record_say(&task->record, true, sentence, err);
        }
    }
    return SOLOW_OK;
}

solow_status solow_report_sample(const solow_frame *frame, const solow_absorb *absorb, solow_task *task,
                                 solow_error *err)
{
    solow_status status = report_effects(absorb, task, err);
    status = status == SOLOW_OK ? report_nesting(task, err) : status;
    return status == SOLOW_OK ? report_logs(frame, task, err) : status;
}

static bool wants_effects(const solow_task *task)
{
    bool wants = false;
    for (ptrdiff_t s = 0; s < task->model->save_count; s++) {
        wants = wants || strcmp(task->model->save[s], "fixed_effects") == 0;
    }
    return wants && task->effects.count > 0 && task->error.status == SOLOW_OK;
}

solow_status solow_run_sweep(solow_run *run, ptrdiff_t count, solow_task *const *task, solow_error *err)
{
    sweep_state state = {.run = run, .count = count, .task = task};
    solow_status status = solow_comm_agree(run->comm, join_columns(&state, err), err);
    if (status == SOLOW_OK) {
        status = solow_sweep_create(run->frame, &task[0]->sample, &task[0]->effects, state.columns, state.column,
                                    &state.sweep, err);
    }
    run->effort.alone += state.sweep.passes * (double)count; /* those that made the effects ready */
    for (ptrdiff_t t = 0; t < count && status == SOLOW_OK; t++) {
        status = begin(&state, task[t], err);
    }
    if (status == SOLOW_OK) {
        status = drive(&state, err);
    }
    for (ptrdiff_t t = 0; t < count && status == SOLOW_OK; t++) {
        status = solow_report_sample(run->frame, &state.sweep.absorb, task[t], err);
        if (status == SOLOW_OK && wants_effects(task[t])) {
            status = solow_recover_effects(&state.sweep, task[t], err);
        }
    }
    if (status == SOLOW_OK) {
        status = solow_take_influences(run, &state.sweep, count, task, err);
    }
    if (status == SOLOW_OK) {
        status = solow_resample_tasks(run, count, task, err);
    }
    run->passes += state.sweep.passes;
    run->pass_bytes += state.sweep.bytes;
    run->pass_flops += state.sweep.flops;
    run->pass_seconds += state.sweep.seconds;
    solow_sweep_clear(&state.sweep);
    free(state.column);
    return status;
}
