/* tasks.c - models that read nothing of one another: made into tasks, gathered into sweeps, driven, kept. See run.h. */
#include "engine/batch/compare.h"
#include "engine/batch/drawn.h"
#include "engine/batch/plan.h"
#include "engine/batch/redraw.h"
#include "engine/batch/run.h"

#include "engine/estimators/registry.h"

#include <stdlib.h>

enum {
    SWEEP_COLUMNS = 64, /* columns of one union: its Gram stays small beside the block */
    LOOK_UP = 16        /* tasks that are prepared between two looks at signals and the clock */
};

ptrdiff_t solow_sweep_gather(solow_task *tasks, ptrdiff_t count, bool *taken, solow_task **group)
{
    ptrdiff_t size = 0, columns = 0;
    for (ptrdiff_t t = 0; t < count; t++) {
        if (taken[t] || tasks[t].error.status != SOLOW_OK) {
            continue;
        }
        bool fits =
            size == 0 || (columns + tasks[t].design.columns <= SWEEP_COLUMNS && solow_task_shares(group[0], &tasks[t]));
        if (fits) {
            taken[t] = true;
            group[size++] = &tasks[t];
            columns += size == 1 ? tasks[t].design.columns : 1; /* most companions share their regressors */
        }
    }
    return size;
}

typedef struct round_state { /* models that read nothing of one another */
    solow_run *run;
    ptrdiff_t count, made;  /* models; tasks that were created */
    solow_outcome *outcome; /* [count] */
    solow_task *task;       /* [count] */
    solow_task_unit *unit;  /* [count] */
    bool *taken;            /* [count] part of a sweep, or beyond one */
} round_state;

static void count_done(solow_run *run, const solow_outcome *outcome)
{
    run->done++;
    run->failed += outcome->error.status != SOLOW_OK;
    if (run->progress != NULL) {
        run->progress(run->progress_context, run->done, run->total, run->failed);
    }
}

/* A sweep of open tasks from ledger to ledger; tasks that failed before need none, and are kept all the same. */
static solow_status finish_tasks(round_state *round, ptrdiff_t size, solow_task **group, bool swept, solow_error *err)
{
    solow_run *run = round->run;
    const solow_task_unit **unit = solow_allocate(size, sizeof *unit);
    const solow_outcome **outcome = solow_allocate(size, sizeof *outcome);
    solow_status status = unit != NULL && outcome != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a sweep of %td models", size);
    for (ptrdiff_t g = 0; g < size && status == SOLOW_OK; g++) {
        ptrdiff_t t = group[g] - round->task;
        unit[g] = &round->unit[t];
        outcome[g] = &round->outcome[t];
    }
    if (status == SOLOW_OK && run->resume != NULL) {
        status = solow_resume_take(run->resume, size, unit, err);
    }
    double since = solow_comm_seconds();
    if (status == SOLOW_OK && swept) {
        status = solow_run_sweep(run, size, group, err);
    }
    for (ptrdiff_t g = 0; g < size && status == SOLOW_OK && swept; g++) {
        status = solow_redraw_task(run, group[g], err);
    }
    double each = (solow_comm_seconds() - since) / (double)size;
    for (ptrdiff_t g = 0; g < size && status == SOLOW_OK; g++) {
        solow_outcome *own = &round->outcome[group[g] - round->task];
        status = solow_judge_draws(group[g], err);
        status = status != SOLOW_OK ? status : solow_outcome_take(group[g], own, err);
        solow_task_clear(group[g]); /* at once: a thousand models need the memory of one */
        round->unit[group[g] - round->task].fate = SOLOW_TASK_FINISHED;
        round->taken[group[g] - round->task] = true;
        count_done(run, own);
        if (swept) {
            solow_effort_note(&run->effort, own, each, run->part > 0 ? run->rank : -1);
        }
    }
    if (status == SOLOW_OK && run->resume != NULL) {
        status = solow_resume_finish(run->resume, run->frame, size, unit, outcome, err);
    }
    free(unit);
    free(outcome);
    return solow_comm_agree(run->comm, status, err);
}

static solow_status restore(round_state *round, ptrdiff_t t, solow_error *err)
{
    solow_run *run = round->run;
    solow_outcome *outcome = &round->outcome[t];
    solow_status status = solow_resume_restore(run->resume, run->frame, &round->unit[t], outcome, err);
    if (status == SOLOW_OK) {
        solow_task_clear(&round->task[t]);
        count_done(run, outcome);
    }
    return status;
}

/* The members of a planned sweep that are finished come back; those under suspicion wait; the others are swept. */
static solow_status run_group(round_state *round, ptrdiff_t size, solow_task **group, solow_error *err)
{
    ptrdiff_t open = 0;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t g = 0; g < size && status == SOLOW_OK; g++) {
        solow_task_fate fate = round->unit[group[g] - round->task].fate;
        if (fate == SOLOW_TASK_FINISHED) {
            status = restore(round, group[g] - round->task, err);
        } else if (fate == SOLOW_TASK_OPEN) {
            group[open++] = group[g];
        }
    }
    return status == SOLOW_OK && open > 0 ? finish_tasks(round, open, group, true, err) : status;
}

/* Tasks that have no sweep: finished ones that failed come back, failures of this run are kept. */
static solow_status run_failures(round_state *round, solow_task **group, solow_error *err)
{
    ptrdiff_t failed = 0;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < round->made && status == SOLOW_OK; t++) {
        solow_error poison;
        if (round->unit[t].fate == SOLOW_TASK_POISON) {
            solow_resume_poison(&poison);
            solow_task_fail(&round->task[t], &poison);
            status = solow_outcome_take(&round->task[t], &round->outcome[t], err);
            count_done(round->run, &round->outcome[t]);
            round->taken[t] = true;
        } else if (round->task[t].error.status != SOLOW_OK && round->unit[t].fate == SOLOW_TASK_FINISHED) {
            round->taken[t] = true;
            status = restore(round, t, err);
        } else if (round->task[t].error.status != SOLOW_OK) {
            group[failed++] = &round->task[t];
        }
    }
    return status == SOLOW_OK && failed > 0 ? finish_tasks(round, failed, group, false, err) : status;
}

static solow_status run_sweeps(round_state *round, solow_error *err)
{
    solow_task **group = solow_allocate(round->count, sizeof(solow_task *));
    solow_status status =
        group != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td models", round->count);
    status = solow_comm_agree(round->run->comm, status, err);
    status = status == SOLOW_OK ? run_failures(round, group, err) : status;
    ptrdiff_t size = status == SOLOW_OK ? solow_sweep_gather(round->task, round->made, round->taken, group) : 0;
    while (size > 0 && status == SOLOW_OK) {
        status = run_group(round, size, group, err);
        size = solow_sweep_gather(round->task, round->made, round->taken, group);
    }
    for (ptrdiff_t t = 0; t < round->made && status == SOLOW_OK; t++) {
        if (round->unit[t].fate == SOLOW_TASK_SUSPECT && round->task[t].error.status == SOLOW_OK) {
            group[0] = &round->task[t]; /* alone, so that a crash tells which */
            status = finish_tasks(round, 1, group, true, err);
        }
    }
    free(group);
    return status;
}

/* When all is finished, and the order in which columns come back is the job's, sweeps need not be planned. */
static solow_status restore_round(round_state *round, bool *whole, solow_error *err)
{
    *whole = true;
    for (ptrdiff_t t = 0; t < round->count && *whole; t++) {
        *whole = round->unit[t].fate == SOLOW_TASK_FINISHED && round->unit[t].model->save_count == 0;
    }
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < round->count && *whole && status == SOLOW_OK; t++) {
        status = restore(round, t, err);
    }
    return status;
}

/* What a rank cannot hold is told before anything of the round is estimated; little is tried all the same. */
static solow_status refuse_large(const round_state *round, solow_error *err)
{
    static const double little = 16e6, mega = 1e6;
    double memory = round->run->memory;
    for (ptrdiff_t t = 0; t < round->made && memory > 0; t++) {
        const solow_task *task = &round->task[t];
        double need = task->error.status == SOLOW_OK ? solow_plan_least_bytes(task, task->design.columns) : 0;
        if (need > little && need > memory) {
            return SOLOW_FAIL(
                err, SOLOW_ERR_CONFIG,
                "model `%s` needs at least %.0f MB of memory on each rank beside the data, and %.0f MB are "
                "left of what is allowed: use more nodes, or fewer ranks on each (see solow plan)",
                task->model->id, need / mega, memory / mega);
        }
    }
    return SOLOW_OK;
}

static solow_status run_round(round_state *round, solow_error *err)
{
    solow_run *run = round->run;
    bool whole = false;
    solow_status status = SOLOW_OK;
    if (run->resume != NULL) {
        status = solow_resume_look_up(run->resume, run->frame, round->count, round->unit, err);
        for (ptrdiff_t t = 0; t < round->count && solow_compare_needs_scores(run->job); t++) {
            if (round->unit[t].fate ==
                SOLOW_TASK_FINISHED) { /* what comparisons need of it lies on its ranks and is not kept */
                round->unit[t].fate = SOLOW_TASK_OPEN;
            }
        }
        status = status == SOLOW_OK ? restore_round(round, &whole, err) : status;
    }
    for (ptrdiff_t t = 0; t < round->count && status == SOLOW_OK && !whole; t++) {
        const solow_model *model = round->unit[t].model;
        if (run->resume != NULL && t % LOOK_UP == LOOK_UP - 1) {
            status = solow_resume_may_go_on(run->resume, err);
            if (status != SOLOW_OK) {
                break;
            }
        }
        status = solow_task_create(run->frame, model, solow_estimator_find(model->estimator),
                                   &round->task[round->made++], err);
    }
    status = status == SOLOW_OK && !whole ? refuse_large(round, err) : status;
    return status == SOLOW_OK && !whole ? run_sweeps(round, err) : status;
}

solow_status solow_run_tasks(solow_run *run, ptrdiff_t count, const solow_model *const *model, solow_outcome *outcome,
                             solow_error *err)
{
    round_state round = {.run = run,
                         .count = count,
                         .outcome = outcome,
                         .task = solow_allocate_zeroed(count, sizeof *round.task),
                         .unit = solow_allocate_zeroed(count, sizeof *round.unit),
                         .taken = solow_allocate_zeroed(count, sizeof *round.taken)};
    solow_status status = round.task != NULL && round.unit != NULL && round.taken != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td models", count);
    for (ptrdiff_t t = 0; t < count && status == SOLOW_OK; t++) {
        round.unit[t].model = model[t];
        round.unit[t].place = &outcome[t];
    }
    status = solow_comm_agree(run->comm, status, err);
    status = status == SOLOW_OK ? run_round(&round, err) : status;
    for (ptrdiff_t t = 0; t < round.made; t++) {
        solow_task_clear(&round.task[t]);
    }
    if (round.unit != NULL) {
        solow_task_units_clear(count, round.unit);
    }
    free(round.task);
    free(round.unit);
    free(round.taken);
    return solow_comm_agree(run->comm, status, err);
}
