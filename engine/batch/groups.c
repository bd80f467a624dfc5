/* groups.c - models with `by:`: the panel is taken apart by its levels, each level is estimated where it lies. See run.h.
 *
 * The same driver runs a group as runs the whole panel, on a frame of its own (engine/frame/part.h) and a communicator of one
 * process; what comes out travels to rank 0 as bytes. Groups share nothing, so no rank waits for another before the end. Where
 * they are too few or too large for that, all ranks estimate them one after the other: the blocks are the same, and the bits.
 *
 * Cost  a group: one gather of its rows, and what its models cost on so many rows.
 */
#include "engine/batch/groups_data.h"
#include "engine/batch/redraw_data.h"

#include "engine/frame/factor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const solow_model *model_of(const solow_group_work *work, ptrdiff_t m)
{
    return &work->run->job->model[work->index[m]];
}

static solow_status make_by(solow_group_work *work, solow_error *err)
{
    const solow_terms *by = &model_of(work, 0)->by;
    return solow_frame_factor_join(work->run->frame, by->count, by->node, &work->by, err);
}

/* Names of the columns that the groups may make. */
static solow_status list_saved(solow_group_work *work, solow_error *err)
{
    ptrdiff_t most = 0;
    for (ptrdiff_t m = 0; m < work->count; m++) {
        most += model_of(work, m)->save_count;
    }
    work->saved_name = solow_allocate_zeroed(most, sizeof *work->saved_name);
    work->saved_value = solow_allocate_zeroed(most, sizeof *work->saved_value);
    work->shared_value = solow_allocate_zeroed(most, sizeof *work->shared_value);
    if (work->saved_name == NULL || work->saved_value == NULL || work->shared_value == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
    }
    for (ptrdiff_t m = 0; m < work->count; m++) {
        const solow_model *model = model_of(work, m);
        for (ptrdiff_t s = 0; s < model->save_count; s++) {
            char name[512];
            if (strcmp(model->save[s], "fixed_effects") == 0) {
                continue;
            }
            snprintf(name, sizeof name, "saved(%s,%s)", model->id, model->save[s]);
            work->saved_name[work->saved] = solow_copy_text(name);
            if (work->saved_name[work->saved++] == NULL) {
                return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
            }
        }
    }
    return SOLOW_OK;
}

/* What the inputs of a model read, too: its draws estimate them again. */
static solow_status need_inputs(solow_group_work *work, ptrdiff_t m, solow_error *err)
{
    const solow_job *job = work->run->job;
    bool *needed = solow_allocate_zeroed(job->models, sizeof *needed);
    solow_status status = needed != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for groups");
    status = solow_comm_agree(work->run->comm, status, err);
    if (status == SOLOW_OK) {
        solow_redraw_inputs(job, model_of(work, m), needed);
    }
    for (ptrdiff_t input = 0; input < job->models && status == SOLOW_OK; input++) {
        if (needed[input]) {
            status = solow_needs_model(work->run->frame, &job->model[input], &work->needs, err);
        }
    }
    free(needed);
    return status;
}

static solow_status prepare(solow_group_work *work, solow_error *err)
{
    solow_frame *frame = work->run->frame;
    solow_status status = make_by(work, err);
    status = status == SOLOW_OK ? solow_comm_agree(frame->comm, list_saved(work, err), err) : status;
    for (ptrdiff_t m = 0; m < work->count && status == SOLOW_OK; m++) {
        status = solow_needs_model(frame, model_of(work, m), &work->needs, err);
        status = status == SOLOW_OK && model_of(work, m)->designs > 0 ? need_inputs(work, m, err) : status;
        work->windows += solow_model_windows(frame, model_of(work, m));
    }
    status = status == SOLOW_OK ? solow_groups_choose(work, err) : status;
    return status == SOLOW_OK ? solow_parts_create(frame, work->by, &work->needs, work->shared, &work->parts, err)
                              : status;
}

/* Values of so many rows, all missing. */
double *solow_group_missing(ptrdiff_t rows)
{
    double *value = solow_allocate(rows, sizeof *value);
    for (ptrdiff_t i = 0; value != NULL && i < rows; i++) {
        value[i] = NAN;
    }
    return value;
}

/* What the models of one group saved, by the numbers of its rows. */
static solow_status keep_saved(solow_group_work *work, ptrdiff_t p, const solow_frame *frame, solow_error *err)
{
    const solow_parts *parts = &work->parts;
    for (ptrdiff_t s = 0; s < work->saved; s++) {
        const solow_frame_column *column = solow_frame_find(frame, work->saved_name[s]);
        if (column == NULL) {
            continue;
        }
        if (work->saved_value[s] == NULL) {
            work->saved_value[s] = solow_group_missing(parts->rows);
        }
        if (work->saved_value[s] == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
        }
        for (ptrdiff_t i = parts->start[p]; i < parts->start[p + 1]; i++) {
            work->saved_value[s][parts->row[i]] = column->number[i - parts->start[p]];
        }
    }
    return SOLOW_OK;
}

/* An outcome's place among those of the run. */
static solow_status name_outcome(solow_group_work *work, int32_t level, ptrdiff_t m, int32_t window,
                                 solow_outcome *outcome, solow_error *err)
{
    outcome->model = model_of(work, m);
    outcome->index = work->index[m];
    outcome->by_level = level;
    outcome->window = window;
    return outcome->own_groups > 0
               ? SOLOW_OK
               : solow_name_group(work->run->frame, outcome->model, work->by, level, window, outcome, err);
}

/* What a group gave: rank 0 takes it as it is, the others make bytes of it. */
static solow_status hand_in(solow_group_work *work, int32_t level, solow_outcome *outcome, solow_error *err)
{
    if (solow_comm_rank(work->run->comm) == 0) {
        solow_outcome *taken = solow_run_more(work->run, 1, err);
        if (taken == NULL) {
            return SOLOW_ERR_MEMORY;
        }
        *taken = *outcome;
        *outcome = (solow_outcome){0};
        return name_outcome(work, level, taken->index, taken->window, taken, err);
    }
    solow_put_integer(&work->bytes, level);
    solow_put_integer(&work->bytes, outcome->index);
    solow_put_integer(&work->bytes, outcome->window);
    solow_outcome_put(outcome, &work->bytes);
    return SOLOW_OK;
}

solow_status solow_group_models_make(const solow_group_work *work, solow_group_models *models, solow_error *err)
{
    *models = (solow_group_models){.made = solow_allocate_zeroed(work->windows, sizeof *models->made),
                                   .model = solow_allocate(work->windows, sizeof *models->model),
                                   .outcome = solow_allocate_zeroed(work->windows, sizeof *models->outcome)};
    return models->made != NULL && models->model != NULL && models->outcome != NULL
               ? SOLOW_OK
               : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for groups");
}

/* Takes what was not handed in with it. */
void solow_group_models_clear(solow_group_models *models)
{
    for (ptrdiff_t o = 0; o < models->listed; o++) {
        solow_outcome_clear(&models->outcome[o]);
    }
    free(models->made);
    free(models->model);
    free(models->outcome);
}

void solow_group_count(solow_run *run, const solow_run *own)
{
    run->passes += own->passes;
    run->pass_bytes += own->pass_bytes;
    run->pass_flops += own->pass_flops;
    run->pass_seconds += own->pass_seconds;
}

/* The models of one group, of each window that has a row of it. */
static solow_status list_models(solow_group_work *work, const solow_run *own, int32_t level, solow_group_models *models,
                                solow_error *err)
{
    const solow_frame *whole = work->run->frame;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < work->count && status == SOLOW_OK; m++) {
        for (ptrdiff_t w = 0; w < solow_model_windows(whole, model_of(work, m)) && status == SOLOW_OK; w++) {
            int64_t has = solow_window_has_rows(whole, model_of(work, m), w, own->frame);
            status = solow_comm_max_int64(own->comm, &has, 1, err);
            if (status != SOLOW_OK || has == 0) {
                continue;
            }
            ptrdiff_t at = models->listed++;
            solow_outcome *outcome = &models->outcome[at];
            *outcome = (solow_outcome){.model = model_of(work, m), .index = m, .window = (int32_t)w};
            models->model[at] = &models->made[at];
            if (own->resume != NULL) { /* by which the ledger names it */
                status = solow_name_group(whole, outcome->model, work->by, level, w, outcome, err);
            }
            if (status == SOLOW_OK) {
                status = solow_window_model(whole, work->run->job, outcome->model, w, &models->made[at], err);
            }
            status = solow_comm_agree(own->comm, status, err);
        }
    }
    return status;
}

/* The estimates of one group, by all ranks of own, whose frame it is. */
solow_status solow_group_run(solow_group_work *work, solow_run *own, int32_t level, solow_group_models *models,
                             solow_error *err)
{
    models->listed = 0;
    own->part = level + 1;
    solow_status status = list_models(work, own, level, models, err);
    return status == SOLOW_OK ? solow_run_tasks(own, models->listed, models->model, models->outcome, err) : status;
}

/* Outcomes to where they belong; `keeps`: this rank hands them in. */
solow_status solow_group_finish(solow_group_work *work, int32_t level, bool keeps, solow_status status,
                                solow_group_models *models, solow_error *err)
{
    for (ptrdiff_t o = 0; o < models->listed; o++) {
        solow_window_clear(models->outcome[o].model, &models->made[o]);
        status = status == SOLOW_OK && keeps ? hand_in(work, level, &models->outcome[o], err) : status;
        solow_outcome_clear(&models->outcome[o]);
    }
    models->listed = 0;
    return status;
}

/* One group of this rank alone. */
static solow_status run_part(solow_group_work *work, ptrdiff_t p, solow_group_models *models, solow_error *err)
{
    solow_frame frame = {0};
    solow_status status = solow_parts_frame(&work->parts, p, &frame, err);
    if (status == SOLOW_OK) {
        work->own.frame = &frame;
        status = solow_group_run(work, &work->own, work->parts.level[p], models, err);
    }
    if (status == SOLOW_OK) {
        status = keep_saved(work, p, &frame, err);
    }
    status = solow_group_finish(work, work->parts.level[p], true, status, models, err);
    work->own.frame = NULL;
    if (frame.comm != NULL) {
        solow_frame_clear(&frame);
    }
    return status;
}

static solow_status run_parts(solow_group_work *work, solow_error *err)
{
    solow_run *run = work->run;
    solow_group_models models;
    solow_status status = solow_group_models_make(work, &models, err);
    work->own = (solow_run){.comm = work->parts.alone, .job = run->job, .rank = solow_comm_rank(run->comm)};
    double since = solow_comm_seconds();
    if (status == SOLOW_OK && run->resume != NULL) {
        status = solow_resume_open_part(run->resume, work->parts.alone, &work->own.resume, err);
    }
    for (ptrdiff_t p = 0; p < work->parts.parts && status == SOLOW_OK; p++) {
        status = run_part(work, p, &models, err);
        if (run->progress != NULL && status == SOLOW_OK) { /* as if the other ranks were as far */
            double all = (double)(run->total - run->done) / (double)work->parts.parts;
            run->progress(run->progress_context, run->done + (int64_t)(all * (double)(p + 1)), run->total,
                          run->failed + work->own.failed);
        }
    }
    work->own.effort.busy = solow_comm_seconds() - since;
    solow_group_models_clear(&models);
    status = status == SOLOW_OK ? solow_buffer_finish(&work->bytes, err) : status;
    return run->resume != NULL ? solow_resume_close_part(run->resume, work->own.resume, status, err)
                               : solow_comm_agree(run->comm, status, err);
}

/* Rank 0 reads the others' outcomes back, in whatever order ranks had them; the run sorts them at its end. */
static solow_status read_outcomes(solow_group_work *work, const void *all, size_t bytes, solow_error *err)
{
    solow_cursor cursor = {.next = all, .left = bytes};
    solow_status status = SOLOW_OK;
    while (cursor.left > 0 && status == SOLOW_OK) {
        int64_t level = solow_get_integer(&cursor), m = solow_get_integer(&cursor), window = solow_get_integer(&cursor);
        solow_outcome *outcome = solow_run_more(work->run, 1, err);
        if (outcome == NULL || cursor.bad || m < 0 || m >= work->count) {
            return outcome == NULL
                       ? SOLOW_ERR_MEMORY
                       : SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the outcomes of groups were lost on their way");
        }
        status = solow_outcome_get(&cursor, outcome, err);
        if (status == SOLOW_OK) {
            status = name_outcome(work, (int32_t)level, (ptrdiff_t)m, (int32_t)window, outcome, err);
        }
    }
    return status;
}

static solow_status gather(solow_group_work *work, solow_error *err)
{
    solow_run *run = work->run;
    int64_t counts[2] = {work->own.done, work->own.failed};
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(run->comm) + 1, sizeof *offset);
    void *all = NULL;
    solow_status status =
        offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the outcomes of groups");
    status = solow_comm_agree(run->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_gather(run->comm, work->bytes.text, work->bytes.length, &all, offset, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_sum_int64(run->comm, counts, 2, err);
    }
    if (status == SOLOW_OK) {
        status = solow_effort_join(&run->effort, &work->own.effort, run->comm, err);
    }
    if (status == SOLOW_OK && solow_comm_rank(run->comm) == 0) {
        status = read_outcomes(work, all, offset[solow_comm_size(run->comm)], err);
    }
    run->done += counts[0];
    run->failed += counts[1];
    solow_group_count(run, &work->own);
    free(offset);
    free(all);
    return solow_comm_agree(run->comm, status, err);
}

/* Saved columns become columns of the frame: a row has the value of its own group. */
static solow_status return_saved(solow_group_work *work, ptrdiff_t s, solow_error *err)
{
    solow_frame *frame = work->run->frame;
    const double *shared = work->shared_value[s];
    int64_t made = work->saved_value[s] != NULL || shared != NULL;
    solow_status status = solow_comm_max_int64(frame->comm, &made, 1, err);
    if (status != SOLOW_OK || made == 0) {
        return status;
    }
    double *value = work->saved_value[s];
    if (value == NULL) {
        value = work->saved_value[s] = solow_group_missing(work->parts.rows);
    }
    solow_frame_column *column = NULL;
    status = value != NULL ? solow_frame_add_number(frame, work->saved_name[s], &column, err)
                           : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
    status = solow_comm_agree(frame->comm, status, err);
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        column->number[i] = NAN;
    }
    if (status == SOLOW_OK) {
        status = solow_parts_return(&work->parts, value, column->number, err);
    }
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK && shared != NULL; i++) {
        if (work->by->code[i] >= 0 && work->shared[work->by->code[i]]) {
            column->number[i] = shared[i];
        }
    }
    return status == SOLOW_OK ? solow_frame_column_check(frame, column, err) : status;
}

static void clear_work(solow_group_work *work)
{
    for (ptrdiff_t s = 0; s < work->saved; s++) {
        free(work->saved_name[s]);
        free(work->saved_value[s]);
        free(work->shared_value[s]);
    }
    free(work->saved_name);
    free(work->saved_value);
    free(work->shared_value);
    free(work->shared);
    solow_buffer_clear(&work->bytes);
    solow_parts_clear(&work->parts);
    solow_needs_clear(&work->needs);
}

solow_status solow_run_groups(solow_run *run, ptrdiff_t count, const ptrdiff_t *index, solow_error *err)
{
    solow_group_work work = {.run = run, .count = count, .index = index};
    int64_t groups = 0, done = run->done;
    solow_status status = prepare(&work, err);
    if (status == SOLOW_OK) {
        groups = work.parts.parts;
        status = solow_comm_sum_int64(run->comm, &groups, 1, err);
        groups += work.shared_count;
        run->total += groups * work.windows - count;
    }
    if (status == SOLOW_OK && run->resume != NULL) {
        status = solow_resume_expect(run->resume, run->total - run->bundled, err);
    }
    if (status == SOLOW_OK && work.shared_count > 0) {
        status = solow_groups_shared(&work, err);
    }
    if (status == SOLOW_OK) {
        status = run_parts(&work, err);
    }
    if (status == SOLOW_OK) {
        status = gather(&work, err);
        run->total += run->done - done - groups * work.windows; /* windows without a row of a group are no estimates */
    }
    if (status == SOLOW_OK && run->progress != NULL) {
        run->progress(run->progress_context, run->done, run->total, run->failed);
    }
    for (ptrdiff_t s = 0; s < work.saved && status == SOLOW_OK; s++) {
        status = return_saved(&work, s, err);
    }
    clear_work(&work);
    return status;
}
