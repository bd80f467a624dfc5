/* cluster_pass.c - see cluster_pass.h. */
#include "engine/batch/cluster_pass_data.h"

#include "engine/estimators/linear/least_squares.h"
#include "kernels/dense/gram.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DUMMIES = 400, TREE_COPIES = 8 };
static const double MOST_BYTES = 1073741824; /* of cluster Grams, on a rank */

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the Grams of clusters");
}

void solow_cluster_pass_clear(solow_cluster_pass *pass)
{
    free(pass->grams.gram);
    free(pass->term);
    free(pass->number);
    free(pass->nested);
    *pass = (solow_cluster_pass){0};
}

static void clear(solow_cluster_visit *s)
{
    free(s->inside.effect);
    free(s->dummy);
    free(s->column);
    free(s->place);
    free(s->slot);
    free(s->add.own);
    free(s->add.gram);
    free(s->moments);
}

/* Which effects lie inside the clusters, and how many columns the others are. */
static solow_status sort_effects(solow_cluster_visit *s, solow_error *err)
{
    const solow_model_effects *effects = &s->task->effects;
    s->pass->nested = solow_allocate_zeroed(effects->count, sizeof *s->pass->nested);
    s->inside.effect = solow_allocate_zeroed(effects->count, sizeof *s->inside.effect);
    solow_status status = s->pass->nested != NULL && s->inside.effect != NULL ? SOLOW_OK : no_memory(err);
    status = solow_comm_agree(s->run->comm, status, err);
    for (ptrdiff_t e = 0; e < effects->count && status == SOLOW_OK; e++) {
        const solow_model_effect *effect = &effects->effect[e];
        status =
            solow_effect_nests(s->run->frame, &s->task->sample, effect->factor, s->cluster, &s->pass->nested[e], err);
        if (s->pass->nested[e]) {
            s->inside.effect[s->inside.count++] = *effect;
        } else {
            s->dummies += (effect->level + effect->slopes) * (ptrdiff_t)effect->factor->levels;
        }
        if (s->dummies > MOST_DUMMIES && s->pass->refusal[0] == '\0') {
            snprintf(
                s->pass->refusal, sizeof s->pass->refusal,
                "levels of `%.100s` have rows in several of the clusters `%.100s`, and there are more than %d of them",
                effect->name, s->cluster->name, MOST_DUMMIES);
        }
    }
    return status;
}

/* Every row of the sample has a cluster; the clusters of this rank get their slots. */
static solow_status list_clusters(solow_cluster_visit *s, solow_error *err)
{
    int64_t lost = 0;
    s->slot = solow_allocate(s->cluster->levels, sizeof *s->slot);
    solow_status status = solow_comm_agree(s->run->comm, s->slot != NULL ? SOLOW_OK : no_memory(err), err);
    if (status != SOLOW_OK) {
        return status;
    }
    for (int32_t l = 0; l < s->cluster->levels; l++) {
        s->slot[l] = -1;
    }
    for (ptrdiff_t i = 0; i < s->run->frame->rows; i++) {
        int32_t code = s->cluster->code[i];
        if (!solow_sample_has(&s->task->sample, i)) {
            continue;
        }
        lost += code < 0;
        if (code >= 0 && s->slot[code] < 0) {
            s->slot[code] = (int32_t)s->slots++;
        }
    }
    status = solow_comm_sum_int64(s->run->comm, &lost, 1, err);
    if (status == SOLOW_OK && lost > 0) {
        snprintf(s->pass->refusal, sizeof s->pass->refusal, "%lld rows of the sample have no `%.200s`", (long long)lost,
                 s->cluster->name);
    }
    return status;
}

static void spell(solow_cluster_visit *s)
{
    const solow_model_effects *effects = &s->task->effects;
    ptrdiff_t at = 0;
    for (ptrdiff_t e = 0; e < effects->count; e++) {
        const solow_model_effect *effect = &effects->effect[e];
        for (ptrdiff_t part = effect->level ? -1 : 0; part < effect->slopes && !s->pass->nested[e]; part++) {
            for (int32_t l = 0; l < effect->factor->levels; l++) {
                s->dummy[at++] = (solow_design_column){.name = effect->name,
                                                       .role = SOLOW_ROLE_DUMMY,
                                                       .program = part < 0 ? NULL : effect->slope[part],
                                                       .factor = effect->factor,
                                                       .level = l};
            }
        }
    }
}

/* The column of the design that a term is; NULL: none. */
static const solow_design_column *find(const solow_task *task, const char *term)
{
    for (ptrdiff_t c = 0; c < task->design.columns; c++) {
        const solow_design_column *column = &task->design.column[c];
        bool own = term == NULL ? column->role == SOLOW_ROLE_OUTCOME
                                : column->role != SOLOW_ROLE_OUTCOME && strcmp(column->name, term) == 0;
        if (own) {
            return column;
        }
    }
    return NULL;
}

/* Appends the columns of the record's terms with such a role, or all instruments. */
static void append(solow_cluster_visit *s, solow_role from, solow_role to, ptrdiff_t *at)
{
    const solow_task *task = s->task;
    for (ptrdiff_t t = 0; from != SOLOW_ROLE_INSTRUMENT && t < task->record.terms; t++) {
        const solow_design_column *column = find(task, task->record.term[t].term);
        if (column != NULL && column->role >= from && column->role <= to) {
            s->pass->term[t] = *at;
            s->column[(*at)++] = column;
        }
    }
    for (ptrdiff_t c = 0; from == SOLOW_ROLE_INSTRUMENT && c < task->design.columns; c++) {
        if (task->design.column[c].role == from) {
            s->column[(*at)++] = &task->design.column[c];
        }
    }
}

static solow_status list_columns(solow_cluster_visit *s, solow_error *err)
{
    ptrdiff_t terms = s->task->record.terms, at = 0;
    s->columns = s->dummies + s->task->design.columns + 1;
    s->dummy = solow_allocate_zeroed(s->dummies, sizeof *s->dummy);
    s->column = solow_allocate_zeroed(s->columns, sizeof *s->column);
    s->place = solow_allocate(s->columns, sizeof *s->place);
    s->pass->term = solow_allocate_zeroed(terms, sizeof *s->pass->term);
    if (s->dummy == NULL || s->column == NULL || s->place == NULL || s->pass->term == NULL) {
        return no_memory(err);
    }
    spell(s);
    while (at < s->dummies) {
        s->column[at] = &s->dummy[at];
        at++;
    }
    append(s, SOLOW_ROLE_CONSTANT, SOLOW_ROLE_REGRESSOR, &at);
    ptrdiff_t exogenous = at;
    append(s, SOLOW_ROLE_INSTRUMENT, SOLOW_ROLE_INSTRUMENT, &at);
    s->pass->instruments = at - exogenous;
    append(s, SOLOW_ROLE_ENDOGENOUS, SOLOW_ROLE_ENDOGENOUS, &at);
    s->pass->endogenous = at - exogenous - s->pass->instruments;
    if (at - s->pass->instruments - s->dummies != terms) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "a term of model `%s` is no column", s->task->model->id);
    }
    s->column[at++] = find(s->task, NULL);
    s->columns = at;
    for (ptrdiff_t c = 0; c < at; c++) {
        s->place[c] = c;
    }
    s->pass->local = s->cluster->local;
    ptrdiff_t packed = solow_packed(s->columns);
    double bytes = 8.0 * (double)packed * s->cluster->levels * (s->pass->local ? 1 : TREE_COPIES);
    if (bytes > MOST_BYTES) {
        snprintf(s->pass->refusal, sizeof s->pass->refusal, "the cross products of %ld clusters would take %.1f GB",
                 (long)s->cluster->levels, bytes * 1e-9);
        return SOLOW_OK;
    }
    s->add = (solow_cluster_runs){
        .columns = s->columns,
        .packed = packed,
        .slot = s->pass->local ? s->slot : NULL,
        .own = solow_allocate_zeroed(s->pass->local ? solow_product(s->slots, packed) : 0, sizeof(double)),
        .gram = solow_allocate(s->columns * s->columns, sizeof(double))};
    return s->add.own != NULL && s->add.gram != NULL ? SOLOW_OK : no_memory(err);
}

/* UNIT want: Grams of runs of rows of one cluster. Absent rows are zero, and belong to any run. */
static void add_runs(const void *context, const solow_view *view, double *sums)
{
    const solow_cluster_runs *add = context;
    const int32_t *code = view->key[0];
    ptrdiff_t p = add->columns, end;
    for (ptrdiff_t first = 0; first < view->rows; first = end) {
        end = first + 1;
        if (view->present[first] == 0) {
            continue;
        }
        while (end < view->rows && (view->present[end] == 0 || code[end] == code[first])) {
            end++;
        }
        double *into =
            add->slot != NULL ? add->own + add->slot[code[first]] * add->packed : sums + code[first] * add->packed;
        memset(add->gram, 0, (size_t)(p * p) * sizeof *add->gram);
        solow_gram(end - first, p, view->x + first, view->ld, view->weight != NULL ? view->weight + first : NULL,
                   add->gram);
        for (ptrdiff_t j = 0; j < p; j++) {
            for (ptrdiff_t i = 0; i <= j; i++) {
                *into++ += add->gram[j * p + i];
            }
        }
    }
}

/* The pass: Grams by cluster, and sums and squares of the columns before anything is taken out. */
static solow_status visit(solow_cluster_visit *s, double **sums, solow_error *err)
{
    const solow_factor *key[1] = {s->cluster};
    solow_want want[2] = {{.kind = SOLOW_UNIT,
                           .transform = {.kind = SOLOW_TRANSFORM_WITHIN},
                           .columns = s->columns,
                           .column = s->place,
                           .sums = s->pass->local ? 1 : s->cluster->levels * s->add.packed,
                           .unit = add_runs,
                           .context = &s->add},
                          {.kind = SOLOW_UNIT,
                           .transform = {.kind = SOLOW_TRANSFORM_NONE},
                           .columns = s->columns,
                           .column = s->place,
                           .sums = 2 * s->columns + 2,
                           .unit = solow_moments_unit,
                           .context = &s->columns}};
    solow_request request[2];
    for (int r = 0; r < 2; r++) {
        request[r] = (solow_request){.want = &want[r], .place = s->place, .keys = 1, .key = key};
    }
    solow_sweep sweep;
    solow_status status =
        solow_sweep_create(s->run->frame, &s->task->sample, &s->inside, s->columns, s->column, &sweep, err);
    if (status == SOLOW_OK) {
        status = solow_pass_run(&sweep, 2, request, err);
    }
    if (status == SOLOW_OK) {
        *sums = request[0].result;
        s->moments = request[1].result;
    }
    s->run->passes += sweep.passes;
    s->run->pass_bytes += sweep.bytes;
    s->run->pass_seconds += sweep.seconds;
    solow_sweep_clear(&sweep);
    return status;
}

static solow_status make(solow_cluster_visit *s, solow_error *err)
{
    solow_status status = sort_effects(s, err);
    if (status == SOLOW_OK) {
        status = list_clusters(s, err);
    }
    if (status == SOLOW_OK && s->pass->refusal[0] == '\0') {
        status = solow_comm_agree(s->run->comm, list_columns(s, err), err);
    }
    if (status != SOLOW_OK || s->pass->refusal[0] != '\0') {
        return status;
    }
    double *sums = NULL;
    status = visit(s, &sums, err);
    if (status == SOLOW_OK) {
        status = solow_cluster_pass_order(s, sums, err);
    }
    free(sums);
    return status;
}

solow_status solow_cluster_pass_make(solow_run *run, const solow_task *task, const solow_factor *cluster,
                                     solow_cluster_pass *pass, solow_error *err)
{
    *pass = (solow_cluster_pass){0};
    solow_cluster_visit s = {.run = run, .task = task, .cluster = cluster, .pass = pass};
    solow_status status = make(&s, err);
    clear(&s);
    if (status != SOLOW_OK) {
        solow_cluster_pass_clear(pass);
    }
    return status;
}
