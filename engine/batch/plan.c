/* plan.c - see plan.h. */
#include "engine/batch/plan.h"

#include "engine/batch/run.h"
#include "engine/estimators/registry.h"
#include "engine/frame/factor.h"
#include "io/job/universe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUND_MODELS = 1024 };

static const double bandwidth = 12e9, row_seconds = 0.5e-9, gram_flops = 60e9, score_flops = 8e9;
static const double model_seconds = 300e-6, group_seconds = 50e-6, specification_seconds = 20e-6;
static const double reading_copies = 6, rank_bytes = 128.0 * 1048576, schur_most = 4e9;

/* Levels of the effects that reach across units. */
static int64_t crossing_levels(const solow_task *task)
{
    int64_t levels = 0, local = 0;
    for (ptrdiff_t e = 0; e < task->effects.count; e++) {
        const solow_model_effect *effect = &task->effects.effect[e];
        int64_t own = effect->factor->levels * ((effect->level ? 1 : 0) + (int64_t)effect->slopes);
        levels += own;
        local = effect->factor->local && own > local ? own : local;
    }
    return levels - local;
}

static int64_t most_clusters(const solow_task *task)
{
    int64_t most = 0;
    for (ptrdiff_t k = 0; k < task->cluster_keys; k++) {
        most = task->key[k]->levels > most ? task->key[k]->levels : most;
    }
    return most;
}

double solow_plan_least_bytes(const solow_task *task, ptrdiff_t columns)
{
    double m = (double)crossing_levels(task), p = (double)columns, clusters = (double)most_clusters(task);
    return 24 * m * p + 16 * clusters * p + 8 * p * p + 4 * 8.0 * SOLOW_BLOCK_ROWS * p;
}

/* Columns of the union of a sweep's models, by name. */
static ptrdiff_t count_union(ptrdiff_t count, solow_task *const *task, const solow_design_column **seen)
{
    ptrdiff_t found = 0;
    for (ptrdiff_t t = 0; t < count; t++) {
        for (ptrdiff_t c = 0; c < task[t]->design.columns; c++) {
            const solow_design_column *column = &task[t]->design.column[c];
            ptrdiff_t at = 0;
            while (at < found && strcmp(seen[at]->name, column->name) != 0) {
                at++;
            }
            if (at == found) {
                seen[found++] = column;
            }
        }
    }
    return found;
}

static solow_plan_note *add_note(solow_plan *plan, const solow_model *model, const char *kind, solow_error *err)
{
    if (plan->notes == plan->note_capacity) {
        ptrdiff_t capacity = 2 * plan->note_capacity + 16;
        solow_plan_note *grown = solow_resize(plan->note, capacity, sizeof *grown);
        if (grown == NULL) {
            SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the notes of a plan");
            return NULL;
        }
        plan->note = grown;
        plan->note_capacity = capacity;
    }
    solow_plan_note *made = &plan->note[plan->notes++];
    *made = (solow_plan_note){.model = model, .kind = kind};
    return made;
}

/* The variances that no sums over clusters or rows can give: leverages are inverses. */
static solow_status tell_variance(solow_plan *plan, const solow_task *task, const solow_plan_sweep *sweep,
                                  solow_error *err)
{
    const solow_vcov_spec *vcov = &task->model->vcov;
    double n = (double)sweep->rows, k = (double)task->design.columns - 1, times = (double)sweep->times;
    double clusters = (double)most_clusters(task);
    bool rows = vcov->kind == SOLOW_VCOV_HC2 || vcov->kind == SOLOW_VCOV_HC3;
    bool cr2 = vcov->kind == SOLOW_VCOV_CLUSTER && vcov->type == SOLOW_CLUSTER_CR2;
    bool cr3 = vcov->kind == SOLOW_VCOV_CLUSTER && vcov->type == SOLOW_CLUSTER_CR3;
    if (!rows && !cr2 && !cr3) {
        return SOLOW_OK;
    }
    solow_plan_note *note = add_note(plan, task->model, "not shared", err);
    if (note == NULL) {
        return SOLOW_ERR_MEMORY;
    }
    if (rows) {
        snprintf(note->text, sizeof note->text, "%s needs the leverage of every row: %.3g flops",
                 vcov->kind == SOLOW_VCOV_HC2 ? "hc2" : "hc3", 2 * n * k * k * times);
    } else {
        snprintf(note->text, sizeof note->text, "%s needs %s of each of %.0f clusters: %.3g flops", cr2 ? "cr2" : "cr3",
                 cr2 ? "the eigenvectors" : "a factor", clusters, clusters * k * k * k * (cr2 ? 9 : 1));
    }
    return SOLOW_OK;
}

/* What the estimator states of a model: passes beside that of the effects, which are taken as if nothing of them were
 * redundant. */
static solow_status cost_of(solow_frame *frame, solow_task *task, solow_cost *cost, solow_error *err)
{
    solow_absorb absorb = {.rank_exact = true};
    for (ptrdiff_t e = 0; e < task->effects.count; e++) {
        absorb.rank += task->effects.effect[e].factor->filled;
    }
    absorb.rank = absorb.rank < task->sample.rows ? absorb.rank : task->sample.rows;
    solow_status status = solow_task_shape(frame, &absorb, task, err);
    return status == SOLOW_OK ? task->estimator->plan(task->model, &task->shape, cost, err) : status;
}

/* How often a model is estimated, and on which share of its rows. */
static solow_status count_times(solow_frame *frame, const solow_model *model, int64_t *times, double *share,
                                solow_error *err)
{
    const solow_factor *by = NULL;
    solow_status status = SOLOW_OK;
    *times = solow_model_windows(frame, model);
    *share = 1;
    if (*times > 1) {
        *share =
            (double)model->window_length / ((double)frame->facts.last_period - (double)frame->facts.first_period + 1);
    }
    if (model->by.count > 0) {
        status = solow_frame_factor_join(frame, model->by.count, model->by.node, &by, err);
    }
    if (status == SOLOW_OK && by != NULL && by->filled > 0) {
        *times *= by->filled;
        *share /= by->filled;
    }
    return status;
}

static solow_plan_sweep *add_sweep(solow_plan *plan, const solow_model *model, solow_error *err)
{
    if (plan->sweeps == plan->capacity) {
        ptrdiff_t capacity = 2 * plan->capacity + 16;
        solow_plan_sweep *grown = solow_resize(plan->sweep, capacity, sizeof *grown);
        if (grown == NULL) {
            SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the plan of %td sweeps", capacity);
            return NULL;
        }
        plan->sweep = grown;
        plan->capacity = capacity;
    }
    solow_plan_sweep *made = &plan->sweep[plan->sweeps++];
    *made = (solow_plan_sweep){.model = model, .models = 1, .times = 1};
    return made;
}

/* (1) to (4) of one sweep; own: passes that the models' estimators state, the most of any and of all together. */
static void predict(const solow_frame *frame, const solow_task *task, double most, double sum, int ranks,
                    solow_plan_sweep *sweep)
{
    double effects = sweep->levels > 0 ? 1 : 0, p = (double)sweep->columns, times = (double)sweep->times;
    double n = (double)frame->layout.rows, visited = sweep->times > 1 ? (double)sweep->rows * times : n;
    sweep->passes = (most + effects) * times;
    sweep->alone = (sum + effects * (double)sweep->models) * times;
    sweep->bytes = 8 * visited * p * (most + effects);
    sweep->flops = visited * p * (p + 1) + 2 * visited * p * (double)sweep->models;
    sweep->seconds = (sweep->bytes / bandwidth + visited * p * (most + effects) * row_seconds +
                      visited * p * (p + 1) / gram_flops + visited * p * (double)sweep->models / score_flops) /
                     ranks;
    sweep->seconds += (double)sweep->models * times * (sweep->times > 1 ? group_seconds / ranks : model_seconds);
    double m = (double)sweep->levels, schur = 8 * m * m < schur_most ? 8 * m * m : schur_most;
    sweep->least = solow_plan_least_bytes(task, sweep->columns);
    sweep->memory = sweep->least + schur;
}

static solow_status plan_sweep(solow_frame *frame, ptrdiff_t count, solow_task *const *task, solow_plan *plan,
                               solow_error *err)
{
    ptrdiff_t total = 0;
    double share = 1, most = 0, sum = 0;
    solow_plan_sweep *sweep = add_sweep(plan, task[0]->model, err);
    for (ptrdiff_t t = 0; t < count; t++) {
        total += task[t]->design.columns;
    }
    const solow_design_column **seen = solow_allocate(total, sizeof *seen);
    solow_status status =
        sweep != NULL && seen != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a plan");
    if (status == SOLOW_OK) {
        sweep->models = count;
        sweep->counted = true;
        sweep->columns = count_union(count, task, seen);
        sweep->levels = crossing_levels(task[0]);
        status = count_times(frame, task[0]->model, &sweep->times, &share, err);
    }
    for (ptrdiff_t t = 0; t < count && status == SOLOW_OK; t++) {
        solow_cost cost = {0};
        int64_t clusters = most_clusters(task[t]);
        status = cost_of(frame, task[t], &cost, err);
        most = cost.passes > most ? cost.passes : most;
        sum += cost.passes;
        sweep->clusters = clusters > sweep->clusters ? clusters : sweep->clusters;
    }
    if (status == SOLOW_OK) {
        sweep->rows = (int64_t)((double)task[0]->sample.rows * share + 0.5);
        sweep->clusters = sweep->clusters < sweep->rows ? sweep->clusters : sweep->rows;
        predict(frame, task[0], most, sum, plan->ranks, sweep);
    }
    for (ptrdiff_t t = 0; t < count && status == SOLOW_OK; t++) {
        status = tell_variance(plan, task[t], sweep, err);
    }
    free(seen);
    return status;
}

/* A multiverse in place of its first specification: strata of 3 passes over the union, then microseconds each; what needs leverages
 * costs as much as models of their own. task: of the formula's own part. */
static solow_status plan_universe(const solow_frame *frame, const solow_task *task, solow_plan *plan, solow_error *err)
{
    const solow_universe *u = task->model->universe;
    solow_plan_sweep *sweep = &plan->sweep[plan->sweeps - 1];
    double strata = (double)(u->effects * u->samples * u->vcovs), apart = 0;
    double specifications = (double)(u->draw > 0 ? u->draw : u->product), alone = sweep->passes;
    for (ptrdiff_t v = 0; v < u->vcovs; v++) {
        const solow_vcov_spec *vcov = &u->vcov[v].spec;
        bool leverage = vcov->kind == SOLOW_VCOV_HC2 || vcov->kind == SOLOW_VCOV_HC3 ||
                        (vcov->kind == SOLOW_VCOV_CLUSTER && vcov->type >= SOLOW_CLUSTER_CR2);
        apart += leverage ? specifications / (double)u->vcovs : 0;
    }
    sweep->columns += u->any + u->one_of + u->always.count + u->outcome.count - 1;
    double p = (double)sweep->columns, pairs = p * (p + 1) / 2, n = (double)frame->layout.rows;
    sweep->models = (ptrdiff_t)specifications;
    sweep->passes = 3 * strata + apart * alone;
    sweep->alone = specifications * alone;
    sweep->bytes = 8 * n * p * sweep->passes;
    sweep->flops = strata * (2 * n * p * p + (double)sweep->clusters * pairs * pairs) + specifications * pairs * pairs;
    sweep->seconds =
        (sweep->bytes / bandwidth + n * p * sweep->passes * row_seconds + sweep->flops / gram_flops) / plan->ranks +
        (specifications - apart) * specification_seconds / plan->ranks + apart * model_seconds;
    if (apart > 0) {
        solow_plan_note *note = add_note(plan, task->model, "not shared", err);
        if (note == NULL) {
            return SOLOW_ERR_MEMORY;
        }
        snprintf(note->text, sizeof note->text,
                 "%.0f of %.0f specifications need leverages and go one by one: %.3g flops", apart, specifications,
                 apart * 2 * n * p * p);
    }
    return SOLOW_OK;
}

/* A model that has no task: what it reads is not there yet (problem NULL), or the data cannot serve it. */
static solow_status note_model(solow_frame *frame, const solow_model *model, const char *problem, solow_plan *plan,
                               solow_error *err)
{
    double share = 1;
    solow_plan_sweep *sweep = add_sweep(plan, model, err);
    solow_plan_note *note = add_note(plan, model, problem == NULL ? "not counted" : "will fail", err);
    if (sweep == NULL || note == NULL) {
        return SOLOW_ERR_MEMORY;
    }
    snprintf(note->text, sizeof note->text, "%s", problem != NULL ? problem : "it reads what another model saves");
    return problem == NULL ? count_times(frame, model, &sweep->times, &share, err) : SOLOW_OK;
}

/* Models without `by:` and windows may share; the others' groups share nothing, but models of one `by:` would. */
static solow_status plan_round(solow_frame *frame, ptrdiff_t count, solow_task *task, bool *taken, solow_task **group,
                               solow_plan *plan, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < count && status == SOLOW_OK; t++) {
        if (task[t].error.status != SOLOW_OK) {
            status = note_model(frame, task[t].model, task[t].error.message, plan, err);
            taken[t] = true;
        } else if (task[t].model->by.count > 0 || task[t].model->window_length > 0 || task[t].model->universe != NULL) {
            group[0] = &task[t];
            status = plan_sweep(frame, 1, group, plan, err);
            if (status == SOLOW_OK && task[t].model->universe != NULL) {
                status = plan_universe(frame, &task[t], plan, err);
            }
            taken[t] = true;
        }
    }
    ptrdiff_t size = status == SOLOW_OK ? solow_sweep_gather(task, count, taken, group) : 0;
    while (size > 0 && status == SOLOW_OK) {
        status = plan_sweep(frame, size, group, plan, err);
        size = solow_sweep_gather(task, count, taken, group);
    }
    return status;
}

static void add_up(solow_plan *plan)
{
    double largest = 0, least = 0;
    for (ptrdiff_t s = 0; s < plan->sweeps; s++) {
        const solow_plan_sweep *sweep = &plan->sweep[s];
        plan->estimates += (double)sweep->models * (double)sweep->times;
        plan->passes += sweep->passes;
        plan->alone += sweep->alone;
        plan->bytes += sweep->bytes;
        plan->flops += sweep->flops;
        plan->seconds += sweep->seconds;
        largest = sweep->memory > largest ? sweep->memory : largest;
        least = sweep->least > least ? sweep->least : least;
    }
    double columns = 8 * (double)plan->rows * (double)plan->frame_columns / plan->ranks;
    plan->reading = reading_copies * columns + rank_bytes;
    plan->working = columns + largest + rank_bytes;
    plan->least = columns + least;
}

solow_status solow_plan_make(solow_frame *frame, const solow_job *job, int ranks, solow_plan *plan, solow_error *err)
{
    *plan = (solow_plan){.ranks = ranks, .rows = frame->layout.rows, .frame_columns = frame->columns};
    solow_task *task = solow_allocate_zeroed(ROUND_MODELS, sizeof *task);
    solow_task **group = solow_allocate(ROUND_MODELS, sizeof(solow_task *));
    bool *taken = solow_allocate(ROUND_MODELS, sizeof *taken);
    solow_status status = task != NULL && group != NULL && taken != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a plan");
    for (ptrdiff_t next = 0; next < job->models && status == SOLOW_OK;) {
        ptrdiff_t made = 0;
        for (; next < job->models && made < ROUND_MODELS && status == SOLOW_OK; next++) {
            const solow_model *model = &job->model[next];
            if (solow_model_reads(model, NULL)) {
                status = note_model(frame, model, NULL, plan, err);
                continue;
            }
            status = solow_task_create(frame, model, solow_estimator_find(model->estimator), &task[made++], err);
        }
        memset(taken, 0, ROUND_MODELS * sizeof *taken);
        status = status == SOLOW_OK ? plan_round(frame, made, task, taken, group, plan, err) : status;
        for (ptrdiff_t t = 0; t < made; t++) {
            solow_task_clear(&task[t]);
        }
    }
    if (status == SOLOW_OK) {
        add_up(plan);
    } else {
        solow_plan_clear(plan);
    }
    free(task);
    free(group);
    free(taken);
    return status;
}

void solow_plan_clear(solow_plan *plan)
{
    free(plan->sweep);
    free(plan->note);
    *plan = (solow_plan){0};
}
