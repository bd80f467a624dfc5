/* run.c - variables, then models in rounds: those of one round read nothing of one another. See run.h. */
#include "engine/batch/run.h"

#include "engine/estimators/registry.h"
#include "engine/frame/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEP_COLUMNS = 64 }; /* columns of one union: its Gram stays small beside the block */

static solow_status add_variable(solow_run *run, const solow_variable *variable, solow_error *err)
{
    solow_frame *frame = run->frame;
    if (solow_frame_find(frame, variable->name) != NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "the variable `%s` has the name of a column of the data; choose another name",
                          variable->name);
    }
    double *value = solow_allocate(frame->rows, sizeof *value);
    solow_status status =
        value != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for variable `%s`", variable->name);
    status = solow_comm_agree(run->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_frame_evaluate(frame, variable->expression, value, err);
    }
    solow_frame_column *column = NULL;
    if (status == SOLOW_OK) {
        status = solow_frame_add_number(frame, variable->name, &column, err);
    }
    if (status == SOLOW_OK) {
        memcpy(column->number, value, solow_bytes(frame->rows, sizeof *value));
        status = solow_frame_column_check(frame, column, err);
    }
    free(value);
    return status;
}

static bool variable_waits(const solow_node *node, const solow_job *job, const bool *made)
{
    if (node->kind == SOLOW_NODE_NAME) {
        for (ptrdiff_t v = 0; v < job->variables; v++) {
            if (!made[v] && strcmp(job->variable[v].name, node->text) == 0) {
                return true;
            }
        }
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        if (variable_waits(node->child[i], job, made)) {
            return true;
        }
    }
    return false;
}

static bool has_saved(const solow_node *node)
{
    bool found = node->kind == SOLOW_NODE_CALL && strcmp(node->text, "saved") == 0;
    for (ptrdiff_t i = 0; i < node->count && !found; i++) {
        found = has_saved(node->child[i]);
    }
    return found;
}

solow_status solow_run_variables(solow_run *run, solow_error *err)
{
    const solow_job *job = run->job;
    bool *made = solow_allocate_zeroed(job->variables, sizeof *made), moved = true;
    solow_status status = made != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for variables");
    while (moved && status == SOLOW_OK) {
        moved = false;
        for (ptrdiff_t v = 0; v < job->variables && status == SOLOW_OK; v++) {
            const solow_node *expression = job->variable[v].expression;
            if (made[v] || variable_waits(expression, job, made)) {
                continue;
            }
            if (has_saved(expression)) {
                status = SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                    "the variable `%s` reads saved(); write saved() in the formula that needs it",
                                    job->variable[v].name);
                break;
            }
            status = add_variable(run, &job->variable[v], err);
            made[v] = moved = true;
        }
    }
    for (ptrdiff_t v = 0; v < job->variables && status == SOLOW_OK; v++) {
        if (!made[v]) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "variables read one another in a circle: `%s` is one of them",
                                job->variable[v].name);
        }
    }
    free(made);
    return status;
}

/* Whether a model saves: kept for saved() and for the results. */
static bool wanted(const solow_run *run, const solow_model *model)
{
    bool all = run->only == NULL;
    for (ptrdiff_t i = 0; i < run->only_count && !all; i++) {
        all = strcmp(run->only[i], model->id) == 0;
    }
    return all;
}

/* Tasks that share a sweep with the first waiting one, up to SWEEP_COLUMNS columns. */
static ptrdiff_t gather_sweep(solow_task *tasks, ptrdiff_t count, bool *taken, solow_task **group)
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

/* A round: models that read nothing of one another. */
typedef struct round_state {
    solow_run *run;
    ptrdiff_t count, made;  /* models; tasks that were created */
    const ptrdiff_t *order; /* [count] models of the job */
    solow_task *task;       /* [count] */
    solow_task_unit *unit;  /* [count] */
    bool *taken;            /* [count] part of a sweep, or beyond one */
} round_state;

static void count_done(solow_run *run, const solow_outcome *outcome)
{
    run->done++;
    run->failed += outcome->error.status != SOLOW_OK;
    if (run->progress != NULL) {
        run->progress(run->progress_context, run->done, run->job->models, run->failed);
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
    status = solow_comm_agree(run->comm, status, err);
    for (ptrdiff_t g = 0; g < size && status == SOLOW_OK; g++) {
        ptrdiff_t t = group[g] - round->task;
        unit[g] = &round->unit[t];
        outcome[g] = &run->outcome[round->order[t]];
    }
    if (status == SOLOW_OK && run->resume != NULL) {
        status = solow_resume_take(run->resume, size, unit, err);
    }
    if (status == SOLOW_OK && swept) {
        status = solow_run_sweep(run, size, group, err);
    }
    for (ptrdiff_t g = 0; g < size && status == SOLOW_OK; g++) {
        solow_outcome *own = &run->outcome[round->order[group[g] - round->task]];
        status = solow_outcome_take(group[g], own, err);
        count_done(run, own);
    }
    status = solow_comm_agree(run->comm, status, err);
    if (status == SOLOW_OK && run->resume != NULL) {
        status = solow_resume_finish(run->resume, run->frame, size, unit, outcome, err);
    }
    free(unit);
    free(outcome);
    return status;
}

static solow_status restore(round_state *round, ptrdiff_t t, solow_error *err)
{
    solow_run *run = round->run;
    solow_outcome *outcome = &run->outcome[round->order[t]];
    solow_status status = solow_resume_restore(run->resume, run->frame, &round->unit[t], outcome, err);
    if (status == SOLOW_OK) {
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
            status = solow_outcome_take(&round->task[t], &round->run->outcome[round->order[t]], err);
            count_done(round->run, &round->run->outcome[round->order[t]]);
            round->taken[t] = true;
        } else if (round->task[t].error.status != SOLOW_OK && round->unit[t].fate == SOLOW_TASK_FINISHED) {
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
    ptrdiff_t size = status == SOLOW_OK ? gather_sweep(round->task, round->made, round->taken, group) : 0;
    while (size > 0 && status == SOLOW_OK) {
        status = run_group(round, size, group, err);
        size = gather_sweep(round->task, round->made, round->taken, group);
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

static solow_status run_tasks(round_state *round, solow_error *err)
{
    solow_run *run = round->run;
    bool whole = false;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < round->count; t++) {
        round->unit[t].model = &run->job->model[round->order[t]];
    }
    if (run->resume != NULL) {
        status = solow_resume_look_up(run->resume, run->frame, round->count, round->unit, err);
        status = status == SOLOW_OK ? restore_round(round, &whole, err) : status;
    }
    for (ptrdiff_t t = 0; t < round->count && status == SOLOW_OK && !whole; t++) {
        const solow_model *model = round->unit[t].model;
        status = solow_task_create(run->frame, model, solow_estimator_find(model->estimator),
                                   &round->task[round->made++], err);
    }
    return status == SOLOW_OK && !whole ? run_sweeps(round, err) : status;
}

static solow_status run_round(solow_run *run, const ptrdiff_t *order, ptrdiff_t count, solow_error *err)
{
    round_state round = {.run = run,
                         .count = count,
                         .order = order,
                         .task = solow_allocate_zeroed(count, sizeof *round.task),
                         .unit = solow_allocate_zeroed(count, sizeof *round.unit),
                         .taken = solow_allocate_zeroed(count, sizeof *round.taken)};
    solow_status status = round.task != NULL && round.unit != NULL && round.taken != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td models", count);
    status = solow_comm_agree(run->comm, status, err);
    status = status == SOLOW_OK ? run_tasks(&round, err) : status;
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

/* Models of a round may share passes, so a round is as large as memory for samples allows. */
enum { ROUND_MODELS = 1024 };

solow_status solow_run_models(solow_run *run, solow_error *err)
{
    ptrdiff_t *order = solow_allocate(run->job->models, sizeof *order), *round = NULL;
    run->outcome = solow_allocate_zeroed(run->job->models, sizeof *run->outcome);
    solow_status status = order != NULL && run->outcome != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to order models");
    if (status == SOLOW_OK) {
        round = solow_allocate(run->job->models, sizeof *round);
        status = round != NULL ? solow_model_order(run->job, order, err) : SOLOW_ERR_MEMORY;
    }
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < run->job->models && status == SOLOW_OK; i++) {
        const solow_model *model = &run->job->model[order[i]];
        bool reads = false, any = solow_model_reads(model, NULL);
        for (ptrdiff_t r = 0; r < count && any && !reads; r++) {
            reads = solow_model_reads(model, run->job->model[round[r]].id);
        }
        if (count == ROUND_MODELS || reads) {
            status = run_round(run, round, count, err);
            count = 0;
        }
        if (wanted(run, model)) {
            round[count++] = order[i];
        }
    }
    if (status == SOLOW_OK && count > 0) {
        status = run_round(run, round, count, err);
    }
    free(order);
    free(round);
    return status;
}

void solow_run_clear(solow_run *run)
{
    for (ptrdiff_t m = 0; run->outcome != NULL && m < run->job->models; m++) {
        solow_outcome_clear(&run->outcome[m]);
    }
    free(run->outcome);
    run->outcome = NULL;
}
