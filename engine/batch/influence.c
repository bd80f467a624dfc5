/* influence.c - see influence.h. */
#include "engine/batch/influence.h"

#include "engine/frame/factor.h"
#include "io/job/named.h"
#include "io/report/pattern.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct one_task { /* of the pass */
    solow_task *task;
    solow_vcov_spec spec; /* stacked */
    solow_influence shared;
    solow_influence_rows rows;
    double **weight;          /* [terms] */
    solow_want *want;         /* [wants] one for each set of ways, or one by row */
    solow_frame_column *made; /* [terms] by row: where MAP writes */
    solow_frame_column **made_at;
    ptrdiff_t wants;
} one_task;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a comparison of models");
}

void solow_kept_influences_clear(ptrdiff_t count, solow_kept_influence *influence)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        free(influence[i].term);
        free(influence[i].row);
        for (ptrdiff_t t = 0; t < SOLOW_CLUSTER_TERMS; t++) {
            free(influence[i].cluster[t]);
        }
    }
    free(influence);
}

bool solow_compares(const solow_yaml *entry, const char *id, const char *group)
{
    return solow_names_estimate(solow_yaml_get(entry, "models"), id, group);
}

char *solow_compared_term(const solow_yaml *entry)
{
    return solow_term_name(solow_yaml_get(entry, "term")->text);
}

/* Adds the term to the task's influences unless it is there, or the record lacks it. */
static solow_status ask(solow_task *task, char *term, solow_error *err)
{
    bool there = false;
    ptrdiff_t at = 0;
    while (at < task->record.terms && !solow_same_term(task->record.term[at].term, term)) {
        at++;
    }
    for (ptrdiff_t i = 0; i < task->influences; i++) {
        there = there || strcmp(task->influence[i].term, term) == 0;
    }
    if (at == task->record.terms || there) {
        free(term);
        return SOLOW_OK;
    }
    solow_kept_influence *grown = solow_resize(task->influence, task->influences + 1, sizeof *grown);
    if (grown == NULL) {
        free(term);
        return no_memory(err);
    }
    task->influence = grown;
    grown[task->influences++] = (solow_kept_influence){
        .term = term, .estimate = task->record.term[at].estimate, .df = task->record.term[at].df};
    return SOLOW_OK;
}

static solow_status ask_all(const solow_run *run, solow_task *task, solow_error *err)
{
    const solow_yaml *compare = run->job->compare;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; status == SOLOW_OK && c < compare->count; c++) {
        bool drawn = solow_yaml_get(compare->item[c], "bootstrap") != NULL; /* that needs no scores */
        if (!drawn && solow_compares(compare->item[c], task->model->id, NULL)) {
            char *term = solow_compared_term(compare->item[c]);
            status = term != NULL ? ask(task, term, err) : no_memory(err);
        }
    }
    return status;
}

/* The terms' weights; the small-sample rule under the stacked pattern. */
static solow_status weigh(one_task *one, solow_error *err)
{
    solow_task *task = one->task;
    one->weight = solow_allocate_zeroed(task->influences, sizeof *one->weight);
    for (ptrdiff_t i = 0; i < task->influences; i++) {
        double *weight = solow_allocate(task->design.columns, sizeof *weight);
        ptrdiff_t at = 0;
        if (one->weight == NULL || weight == NULL) {
            free(weight);
            return no_memory(err);
        }
        one->weight[i] = weight;
        while (!solow_same_term(task->record.term[at].term, task->influence[i].term)) {
            at++;
        }
        one->shared.weight = weight;
        task->estimator->influence(task->state, at, &one->shared);
    }
    one->rows = (solow_influence_rows){.columns = one->shared.columns,
                                       .terms = task->influences,
                                       .residual = one->shared.residual,
                                       .weight = (const double *const *)one->weight,
                                       .root = one->spec.kind != SOLOW_VCOV_CLUSTER && task->model->weights != NULL &&
                                               task->model->weight_type == SOLOW_WEIGHT_FREQUENCY};
    solow_small_sample sample;
    solow_status status = solow_small_sample_of(&one->spec, &task->model->ssc, &task->shape, (ptrdiff_t)one->shared.k,
                                                one->shared.effects_rank, one->shared.nobs, &sample, err);
    for (ptrdiff_t i = 0; i < task->influences && status == SOLOW_OK; i++) {
        solow_kept_influence *kept = &task->influence[i];
        kept->terms = sample.terms;
        memcpy(kept->key, sample.key, sizeof kept->key);
        memcpy(kept->sign, sample.sign, sizeof kept->sign);
        memcpy(kept->factor, sample.factor, sizeof kept->factor);
    }
    return status;
}

/* Arrays for a coefficient that is wanted by row. */
static solow_status make_rows(one_task *one, ptrdiff_t rows, solow_error *err)
{
    solow_task *task = one->task;
    one->made = solow_allocate_zeroed(task->influences, sizeof *one->made);
    one->made_at = solow_allocate_zeroed(task->influences, sizeof *one->made_at);
    for (ptrdiff_t i = 0; i < task->influences && one->made != NULL && one->made_at != NULL; i++) {
        task->influence[i].row = solow_allocate(rows, sizeof(double));
        one->made[i] = (solow_frame_column){.kind = SOLOW_COLUMN_NUMBER, .number = task->influence[i].row};
        one->made_at[i] = &one->made[i];
        if (task->influence[i].row == NULL) {
            return no_memory(err);
        }
    }
    return one->made != NULL && one->made_at != NULL ? SOLOW_OK : no_memory(err);
}

static solow_status prepare(one_task *one, ptrdiff_t rows, solow_error *err)
{
    solow_task *task = one->task;
    bool by_row = one->spec.kind != SOLOW_VCOV_CLUSTER;
    solow_status status = weigh(one, err);
    if (status != SOLOW_OK || one->shared.columns == 0) {
        return status;
    }
    one->wants = by_row ? 1 : task->influence[0].terms;
    one->want = solow_allocate_zeroed(one->wants, sizeof *one->want);
    if (one->want == NULL) {
        return no_memory(err);
    }
    for (ptrdiff_t t = 0; t < one->wants; t++) {
        one->want[t] = (solow_want){.kind = by_row ? SOLOW_MAP : SOLOW_KEYED,
                                    .transform = one->shared.transform,
                                    .columns = one->shared.columns,
                                    .column = one->shared.column,
                                    .sums = task->influences,
                                    .key = by_row ? 0 : task->influence[0].key[t],
                                    .rows = solow_influence_values,
                                    .context = &one->rows};
    }
    return by_row ? make_rows(one, rows, err) : SOLOW_OK;
}

static solow_status number_levels(const solow_factor *factor, uint64_t *number, solow_error *err)
{
    for (int32_t level = 0; level < factor->levels; level++) {
        char *label = solow_factor_label(factor, level);
        if (label == NULL) {
            return no_memory(err);
        }
        number[level] = solow_cluster_number(label);
        free(label);
    }
    return SOLOW_OK;
}

/* Sums by level of one set of ways to sums by cluster number. */
static solow_status keep_clusters(solow_task *task, ptrdiff_t t, const double *result, solow_error *err)
{
    const solow_factor *factor = task->key[task->influence[0].key[t]];
    uint64_t *number = solow_allocate(factor->levels, sizeof *number);
    solow_status status = number != NULL ? number_levels(factor, number, err) : no_memory(err);
    for (ptrdiff_t i = 0; i < task->influences && status == SOLOW_OK; i++) {
        solow_kept_influence *kept = &task->influence[i];
        kept->cluster[t] = solow_allocate(factor->levels, sizeof *kept->cluster[t]);
        if (kept->cluster[t] == NULL) {
            status = no_memory(err);
            break;
        }
        kept->clusters[t] = solow_cluster_sort(factor->levels, number, result + i, task->influences, kept->cluster[t]);
    }
    free(number);
    return status;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    char text[48];
    snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64, a, b);
    return solow_cluster_number(text);
}

/* Numbers of the rows of a group's frame, the same in every group that has the row. */
static solow_status number_rows(const solow_run *run, uint64_t *number, solow_error *err)
{
    const solow_frame *frame = run->frame;
    bool named = frame->has_unit && frame->has_time && frame->unit_factor != NULL;
    uint64_t *unit = named ? solow_allocate(frame->unit_factor->levels, sizeof *unit) : NULL;
    solow_status status = SOLOW_OK;
    if (named) {
        status = unit != NULL ? number_levels(frame->unit_factor, unit, err) : no_memory(err);
    }
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        number[i] = named ? mix(unit[frame->unit[i]], (uint64_t)frame->time[i]) : mix((uint64_t)run->part, (uint64_t)i);
    }
    free(unit);
    return status;
}

/* A group's rows become clusters of one row. */
static solow_status rows_to_clusters(const solow_run *run, solow_task *task, solow_error *err)
{
    ptrdiff_t rows = run->frame->rows;
    uint64_t *number = solow_allocate(rows, sizeof *number);
    solow_status status = number != NULL ? number_rows(run, number, err) : no_memory(err);
    for (ptrdiff_t i = 0; i < task->influences && status == SOLOW_OK; i++) {
        solow_kept_influence *kept = &task->influence[i];
        kept->cluster[0] = solow_allocate(rows, sizeof *kept->cluster[0]);
        if (kept->cluster[0] == NULL) {
            status = no_memory(err);
            break;
        }
        kept->clusters[0] = solow_cluster_sort(rows, number, kept->row, 1, kept->cluster[0]);
        kept->rows_by_place = !(run->frame->has_unit && run->frame->has_time);
        free(kept->row);
        kept->row = NULL;
    }
    free(number);
    return status;
}

static solow_status keep(const solow_run *run, one_task *one, const solow_request *request, solow_error *err)
{
    solow_task *task = one->task;
    solow_status status = SOLOW_OK;
    bool first = solow_comm_rank(run->comm) == 0;
    for (ptrdiff_t t = 0; one->made == NULL && t < one->wants && first && status == SOLOW_OK; t++) {
        status = keep_clusters(task, t, request[t].result, err);
    }
    for (ptrdiff_t i = 0; one->made != NULL && i < task->influences; i++) {
        for (ptrdiff_t r = 0; r < run->frame->rows; r++) {
            double value = task->influence[i].row[r];
            task->influence[i].row[r] = isnan(value) ? 0 : value;
        }
    }
    return one->made != NULL && run->part > 0 ? rows_to_clusters(run, task, err) : status;
}

/* Without scores there is nothing to keep; what it meant is said by the comparison. */
static void forget(solow_task *task)
{
    solow_kept_influences_clear(task->influences, task->influence);
    task->influences = 0;
    task->influence = NULL;
}

static void clear(ptrdiff_t count, one_task *one)
{
    for (ptrdiff_t i = 0; one != NULL && i < count; i++) {
        for (ptrdiff_t w = 0; one[i].weight != NULL && w < one[i].task->influences; w++) {
            free(one[i].weight[w]);
        }
        free(one[i].weight);
        free(one[i].want);
        free(one[i].made);
        free(one[i].made_at);
        if (one[i].wants == 0) {
            forget(one[i].task);
        }
    }
    free(one);
}

/* The wants of one task through one pass: those of a model stand under one transform. */
static solow_status pass(solow_run *run, solow_sweep *sweep, one_task *one, solow_error *err)
{
    solow_request *request = solow_allocate_zeroed(one->wants, sizeof *request);
    solow_status status = request != NULL ? SOLOW_OK : no_memory(err);
    status = solow_comm_agree(run->comm, status, err);
    for (ptrdiff_t w = 0; w < one->wants && status == SOLOW_OK; w++) {
        request[w] = (solow_request){.want = &one->want[w],
                                     .place = one->task->place,
                                     .keys = one->task->keys,
                                     .key = one->task->key,
                                     .saved = one->made_at};
    }
    if (status == SOLOW_OK) {
        status = solow_pass_run(sweep, one->wants, request, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_agree(run->comm, keep(run, one, request, err), err);
    }
    for (ptrdiff_t w = 0; request != NULL && w < one->wants; w++) {
        free(request[w].result);
    }
    free(request);
    return status;
}

solow_status solow_take_influences(solow_run *run, solow_sweep *sweep, ptrdiff_t count, solow_task *const *task,
                                   solow_error *err)
{
    if (run->job->compare == NULL) {
        return SOLOW_OK;
    }
    one_task *one = solow_allocate_zeroed(count, sizeof *one);
    ptrdiff_t used = 0;
    solow_status status = one != NULL ? SOLOW_OK : no_memory(err);
    for (ptrdiff_t t = 0; t < count && status == SOLOW_OK; t++) {
        one[used].task = task[t];
        if (task[t]->error.status != SOLOW_OK || task[t]->estimator->influence == NULL ||
            !solow_compare_pattern(&task[t]->model->vcov, &one[used].spec)) {
            continue;
        }
        status = ask_all(run, task[t], err);
        if (status == SOLOW_OK && task[t]->influences > 0) {
            status = prepare(&one[used++], run->frame->rows, err);
        }
    }
    status = solow_comm_agree(run->comm, status, err);
    for (ptrdiff_t i = 0; i < used && status == SOLOW_OK; i++) {
        status = one[i].wants > 0 ? pass(run, sweep, &one[i], err) : SOLOW_OK;
    }
    clear(used, one);
    return status;
}
