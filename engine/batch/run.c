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

static solow_status run_round(solow_run *run, const ptrdiff_t *order, ptrdiff_t count, solow_error *err)
{
    solow_task *tasks = solow_allocate_zeroed(count, sizeof *tasks),
               **group = solow_allocate(count, sizeof(solow_task *));
    bool *taken = solow_allocate_zeroed(count, sizeof *taken);
    ptrdiff_t made = 0;
    solow_status status = tasks != NULL && group != NULL && taken != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td models", count);
    status = solow_comm_agree(run->comm, status, err);
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        const solow_model *model = &run->job->model[order[i]];
        status = solow_task_create(run->frame, model, solow_estimator_find(model->estimator), &tasks[made++], err);
    }
    ptrdiff_t size = status == SOLOW_OK ? gather_sweep(tasks, made, taken, group) : 0;
    while (size > 0 && status == SOLOW_OK) {
        status = solow_run_sweep(run, size, group, err);
        size = gather_sweep(tasks, made, taken, group);
    }
    for (ptrdiff_t t = 0; t < made && status == SOLOW_OK; t++) {
        run->done++;
        run->failed += tasks[t].error.status != SOLOW_OK;
        status = solow_outcome_take(&tasks[t], &run->outcome[order[t]], err);
        if (run->progress != NULL) {
            run->progress(run->progress_context, run->done, run->job->models, run->failed);
        }
    }
    for (ptrdiff_t t = 0; t < made; t++) {
        solow_task_clear(&tasks[t]);
    }
    free(tasks);
    free(group);
    free(taken);
    return solow_comm_agree(run->comm, status, err);
}

/* Models of a round may share passes, so a round is as large as memory for samples allows. */
enum { ROUND_MODELS = 1024 };

solow_status solow_run_models(solow_run *run, solow_error *err)
{
    ptrdiff_t *order = solow_allocate(run->job->models, sizeof *order);
    ptrdiff_t *round = solow_allocate(run->job->models, sizeof *round);
    run->outcome = solow_allocate_zeroed(run->job->models, sizeof *run->outcome);
    solow_status status = order != NULL && round != NULL && run->outcome != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to order models");
    if (status == SOLOW_OK) {
        status = solow_model_order(run->job, order, err);
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
