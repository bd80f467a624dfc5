/* run.c - variables, then models in rounds: those of one round read nothing of one another. See run.h. */
#include "engine/batch/run.h"

#include "engine/batch/leave_out.h"
#include "engine/batch/universe.h"

#include "engine/frame/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
            if (solow_reads_saved(expression, NULL)) {
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

/* Whether the model is among those that were asked for. */
static bool wanted(const solow_run *run, const solow_model *model)
{
    bool all = run->only == NULL;
    for (ptrdiff_t i = 0; i < run->only_count && !all; i++) {
        all = strcmp(run->only[i], model->id) == 0;
    }
    return all;
}

/* A model's windows as models of their own, each with its name. */
static solow_status list_windows(solow_run *run, ptrdiff_t index, solow_model *made, solow_outcome *outcome,
                                 solow_error *err)
{
    const solow_model *model = &run->job->model[index];
    ptrdiff_t windows = solow_model_windows(run->frame, model);
    solow_status status = SOLOW_OK;
    for (ptrdiff_t w = 0; w < windows && status == SOLOW_OK; w++) {
        status = solow_window_model(run->frame, run->job, model, w, &made[w], err);
        outcome[w].model = model;
        outcome[w].index = index;
        outcome[w].window = (int32_t)w;
        status = status == SOLOW_OK ? solow_name_group(run->frame, model, NULL, 0, w, &outcome[w], err) : status;
    }
    return status;
}

static solow_status run_whole(solow_run *run, ptrdiff_t count, const ptrdiff_t *index, solow_error *err)
{
    ptrdiff_t total = 0, listed = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        total += solow_model_windows(run->frame, &run->job->model[index[i]]);
    }
    solow_model *made = solow_allocate_zeroed(total, sizeof *made);
    const solow_model **model = solow_allocate(total, sizeof *model);
    solow_outcome *outcome = solow_run_more(run, total, err);
    solow_status status = made != NULL && model != NULL && outcome != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td models", total);
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        status = list_windows(run, index[i], made + listed, outcome + listed, err);
        listed += solow_model_windows(run->frame, &run->job->model[index[i]]);
    }
    for (ptrdiff_t m = 0; m < total && status == SOLOW_OK; m++) {
        model[m] = &made[m];
    }
    run->total += total - count;
    status = solow_comm_agree(run->comm, status, err);
    if (status == SOLOW_OK && run->resume != NULL) {
        status = solow_resume_expect(run->resume, run->total - run->bundled, err);
    }
    if (status == SOLOW_OK) {
        status = solow_run_tasks(run, total, model, outcome, err);
    }
    for (ptrdiff_t m = 0; m < total && made != NULL && outcome != NULL; m++) {
        solow_window_clear(outcome[m].model, &made[m]);
    }
    free(made);
    free(model);
    return status;
}

/* Those of a round that are universes. */
static solow_status run_universes(solow_run *run, const ptrdiff_t *order, ptrdiff_t count, bool *taken,
                                  solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        if (run->job->model[order[i]].universe != NULL) {
            taken[i] = true;
            status = solow_run_universe(run, order[i], err);
        }
    }
    return status;
}

/* A round's models by their `by`: those without it first, then each kind of groups. */
static solow_status run_round(solow_run *run, const ptrdiff_t *order, ptrdiff_t count, solow_error *err)
{
    ptrdiff_t *together = solow_allocate(count, sizeof *together);
    bool *taken = solow_allocate_zeroed(count, sizeof *taken);
    solow_status status =
        together != NULL && taken != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for models");
    status = solow_comm_agree(run->comm, status, err);
    const solow_terms none = {0}, *kind = &none;
    status = status == SOLOW_OK ? run_universes(run, order, count, taken, err) : status;
    while (kind != NULL && status == SOLOW_OK) {
        ptrdiff_t found = 0;
        const solow_terms *next = NULL;
        for (ptrdiff_t i = 0; i < count; i++) {
            const solow_terms *by = &run->job->model[order[i]].by;
            if (!taken[i] && solow_terms_equal(kind, by)) {
                taken[i] = true;
                together[found++] = order[i];
            } else if (!taken[i] && next == NULL) {
                next = by;
            }
        }
        if (found > 0) {
            status =
                kind->count == 0 ? run_whole(run, found, together, err) : solow_run_groups(run, found, together, err);
        }
        kind = next;
    }
    free(together);
    free(taken);
    return status;
}

/* Models of a round may share passes, so a round is as large as memory for samples allows. */
enum { ROUND_MODELS = 1024 };

solow_outcome *solow_run_more(solow_run *run, ptrdiff_t count, solow_error *err)
{
    ptrdiff_t needed = run->outcomes + count;
    if (needed > run->outcome_capacity) {
        ptrdiff_t capacity = needed + run->outcomes;
        solow_outcome *grown = solow_resize(run->outcome, capacity, sizeof *grown);
        if (grown == NULL) {
            SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td estimates", needed);
            return NULL;
        }
        run->outcome = grown;
        run->outcome_capacity = capacity;
    }
    solow_outcome *first = &run->outcome[run->outcomes];
    for (ptrdiff_t o = 0; o < count; o++) {
        first[o] = (solow_outcome){0};
    }
    run->outcomes = needed;
    return first;
}

static int by_place(const void *a, const void *b)
{
    const solow_outcome *x = a, *y = b;
    if (x->index != y->index) {
        return x->index < y->index ? -1 : 1;
    }
    if (x->by_level != y->by_level) {
        return x->by_level < y->by_level ? -1 : 1;
    }
    return (x->window > y->window) - (x->window < y->window);
}

solow_status solow_run_models(solow_run *run, solow_error *err)
{
    ptrdiff_t *order = solow_allocate(run->job->models, sizeof *order);
    ptrdiff_t *round = solow_allocate(run->job->models, sizeof *round);
    solow_status status =
        order != NULL && round != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to order models");
    if (status == SOLOW_OK) {
        status = solow_model_order(run->job, order, err);
    }
    status = status == SOLOW_OK ? solow_leave_out_prepare(run->frame, run->job, err) : status;
    ptrdiff_t count = 0;
    for (ptrdiff_t m = 0; m < run->job->models; m++) {
        run->total += wanted(run, &run->job->model[m]);
    }
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
    if (status == SOLOW_OK && run->outcomes > 0) {
        qsort(run->outcome, (size_t)run->outcomes, sizeof *run->outcome, by_place);
    }
    free(order);
    free(round);
    return status;
}

void solow_run_clear(solow_run *run)
{
    for (ptrdiff_t o = 0; o < run->outcomes; o++) {
        solow_outcome_clear(&run->outcome[o]);
    }
    free(run->outcome);
    run->outcome = NULL;
    run->outcomes = run->outcome_capacity = 0;
}
