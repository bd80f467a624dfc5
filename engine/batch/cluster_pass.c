/* cluster_pass.c - see cluster_pass.h. */
#include "engine/batch/cluster_pass.h"

#include "engine/estimators/linear/least_squares.h"
#include "engine/frame/factor.h"
#include "kernels/dense/cholesky.h"
#include "kernels/dense/gram.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DUMMIES = 400, TREE_COPIES = 8 };
static const double MOST_BYTES = 1073741824; /* of cluster Grams, on a rank */

/* What the visit of a block adds runs of rows to. */
typedef struct runs {
    ptrdiff_t columns, packed;
    const int32_t *slot; /* [levels] of a cluster inside units; NULL: sums by level */
    double *own;         /* [slots x packed] */
    double *gram;        /* [columns x columns] of one run */
} runs;

typedef struct state {
    solow_run *run;
    const solow_task *task;
    const solow_factor *cluster;
    solow_cluster_pass *pass;
    solow_model_effects inside;         /* effects that lie inside the clusters; borrowed */
    ptrdiff_t columns, dummies;         /* dummies first */
    solow_design_column *dummy;         /* [dummies] recipes; borrow programs */
    const solow_design_column **column; /* [columns] */
    ptrdiff_t *place;                   /* 0, 1, 2, ... */
    int32_t *slot;                      /* [levels] of this rank's clusters, -1: none */
    ptrdiff_t slots;
    runs add;
    double *moments;
} state;

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

static void clear(state *s)
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
static solow_status sort_effects(state *s, solow_error *err)
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
static solow_status list_clusters(state *s, solow_error *err)
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

static void spell(state *s)
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

static solow_status list_columns(state *s, solow_error *err)
{
    ptrdiff_t terms = s->task->record.terms;
    s->columns = s->dummies + terms + 1;
    s->dummy = solow_allocate_zeroed(s->dummies, sizeof *s->dummy);
    s->column = solow_allocate_zeroed(s->columns, sizeof *s->column);
    s->place = solow_allocate(s->columns, sizeof *s->place);
    s->pass->term = solow_allocate(terms, sizeof *s->pass->term);
    if (s->dummy == NULL || s->column == NULL || s->place == NULL || s->pass->term == NULL) {
        return no_memory(err);
    }
    spell(s);
    for (ptrdiff_t c = 0; c < s->columns; c++) {
        ptrdiff_t t = c - s->dummies;
        s->place[c] = c;
        s->column[c] = t < 0        ? &s->dummy[c]
                       : t == terms ? find(s->task, NULL)
                                    : find(s->task, s->task->record.term[t].term);
        if (s->column[c] == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "term %td of model `%s` is no column", t, s->task->model->id);
        }
        if (t >= 0 && t < terms) {
            s->pass->term[t] = c;
        }
    }
    s->pass->local = s->cluster->local;
    ptrdiff_t packed = solow_packed(s->columns);
    double bytes = 8.0 * (double)packed * s->cluster->levels * (s->pass->local ? 1 : TREE_COPIES);
    if (bytes > MOST_BYTES) {
        snprintf(s->pass->refusal, sizeof s->pass->refusal, "the cross products of %ld clusters would take %.1f GB",
                 (long)s->cluster->levels, bytes * 1e-9);
        return SOLOW_OK;
    }
    s->add = (runs){.columns = s->columns,
                    .packed = packed,
                    .slot = s->pass->local ? s->slot : NULL,
                    .own = solow_allocate_zeroed(s->pass->local ? solow_product(s->slots, packed) : 0, sizeof(double)),
                    .gram = solow_allocate(s->columns * s->columns, sizeof(double))};
    return s->add.own != NULL && s->add.gram != NULL ? SOLOW_OK : no_memory(err);
}

/* UNIT want: Grams of runs of rows of one cluster. Absent rows are zero, and belong to any run. */
static void add_runs(const void *context, const solow_view *view, double *sums)
{
    const runs *add = context;
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
static solow_status visit(state *s, double **sums, solow_error *err)
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

/* Everybody's clusters on every rank. code: malloc'ed, of each cluster in the order of all. */
static solow_status bring_together(const state *s, int32_t **code, double **all, ptrdiff_t *clusters, solow_error *err)
{
    ptrdiff_t ranks = solow_comm_size(s->run->comm);
    int32_t *mine = solow_allocate(s->slots, sizeof *mine);
    size_t *offset = solow_allocate(ranks + 1, sizeof *offset);
    void *codes = NULL, *grams = NULL;
    solow_status status = mine != NULL && offset != NULL ? SOLOW_OK : no_memory(err);
    status = solow_comm_agree(s->run->comm, status, err);
    for (int32_t l = 0; status == SOLOW_OK && l < s->cluster->levels; l++) {
        if (s->slot[l] >= 0) {
            mine[s->slot[l]] = l;
        }
    }
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(s->run->comm, mine, solow_bytes(s->slots, sizeof *mine), &codes, offset, err);
    }
    if (status == SOLOW_OK) {
        *clusters = (ptrdiff_t)(offset[ranks] / sizeof *mine);
        status = solow_comm_allgather(s->run->comm, s->add.own, solow_bytes(s->slots * s->add.packed, sizeof(double)),
                                      &grams, offset, err);
    }
    free(mine);
    free(offset);
    *code = codes;
    *all = grams;
    return status;
}

/* Grams of the clusters that have rows, in the order of their codes, and their numbers. from [levels] or by place. */
static solow_status order(state *s, ptrdiff_t count, const int32_t *code, const double *from, solow_error *err)
{
    ptrdiff_t packed = s->add.packed, levels = s->cluster->levels, found = 0;
    ptrdiff_t *where = solow_allocate(levels, sizeof *where);
    s->pass->grams = (solow_cluster_grams){
        .clusters = count, .columns = s->columns, .gram = solow_allocate(solow_product(count, packed), sizeof(double))};
    s->pass->number = solow_allocate(count, sizeof *s->pass->number);
    if (where == NULL || s->pass->grams.gram == NULL || s->pass->number == NULL) {
        free(where);
        return no_memory(err);
    }
    for (ptrdiff_t l = 0; l < levels; l++) {
        where[l] = -1;
    }
    for (ptrdiff_t c = 0; c < count; c++) {
        where[code[c]] = s->pass->local ? c : code[c];
    }
    for (int32_t l = 0; l < levels; l++) {
        if (where[l] < 0) {
            continue;
        }
        char *label = solow_factor_label(s->cluster, l);
        if (label == NULL) {
            free(where);
            return no_memory(err);
        }
        s->pass->number[found] = solow_cluster_number(label);
        free(label);
        memcpy(s->pass->grams.gram + packed * found++, from + where[l] * packed, (size_t)packed * sizeof *from);
    }
    free(where);
    return SOLOW_OK;
}

/* The clusters with rows, over all ranks; the same list everywhere. */
static solow_status list_present(const state *s, int32_t **code, ptrdiff_t *count, solow_error *err)
{
    ptrdiff_t levels = s->cluster->levels;
    int32_t *present = solow_allocate(levels, sizeof *present);
    solow_status status = solow_comm_agree(s->run->comm, present != NULL ? SOLOW_OK : no_memory(err), err);
    for (ptrdiff_t l = 0; status == SOLOW_OK && l < levels; l++) {
        present[l] = s->slot[l] >= 0;
    }
    status = status == SOLOW_OK ? solow_comm_max_int32(s->run->comm, present, levels, err) : status;
    *count = 0;
    for (int32_t l = 0; status == SOLOW_OK && l < levels; l++) {
        if (present[l] != 0) {
            present[(*count)++] = l;
        }
    }
    *code = present;
    return status;
}

/* (3) */
static solow_status drop_explained(state *s, solow_error *err)
{
    solow_cluster_pass *pass = s->pass;
    ptrdiff_t p = s->columns, k = p - 1, rank = 0, kept = 0;
    double *total = solow_allocate(p * p, sizeof *total), *factor = solow_allocate(k * k, sizeof *factor),
           *size = solow_allocate(k, sizeof *size);
    bool *keep = solow_allocate_zeroed(p, sizeof *keep);
    if (total == NULL || factor == NULL || size == NULL || keep == NULL) {
        free(total);
        free(factor);
        free(size);
        free(keep);
        return no_memory(err);
    }
    for (ptrdiff_t c = 0; c < k; c++) {
        double sum = s->moments[2 * c], square = s->moments[2 * c + 1];
        size[c] = s->inside.count > 0 ? square - sum * (sum / s->moments[2 * p]) : square;
    }
    solow_cluster_grams_total(&pass->grams, total);
    solow_cholesky_ranked(k, total, p, size, SOLOW_CHOLESKY_TOLERANCE, factor, keep, &rank);
    keep[k] = true;
    for (ptrdiff_t c = 0; c < k; c++) {
        if (c >= s->dummies) {
            pass->term[c - s->dummies] = kept;
        }
        if (c >= s->dummies && !keep[c]) {
            snprintf(pass->refusal, sizeof pass->refusal,
                     "`%.200s` is collinear with the effects that cross the clusters", s->column[c]->name);
        }
        kept += keep[c] ? 1 : 0;
    }
    solow_cluster_grams_keep(&pass->grams, keep);
    free(total);
    free(factor);
    free(size);
    free(keep);
    return SOLOW_OK;
}

static solow_status make(state *s, solow_error *err)
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
    double *sums = NULL, *all = NULL;
    int32_t *code = NULL;
    ptrdiff_t count = 0;
    status = visit(s, &sums, err);
    if (status == SOLOW_OK) {
        status = s->pass->local ? bring_together(s, &code, &all, &count, err) : list_present(s, &code, &count, err);
    }
    if (status == SOLOW_OK) {
        status = order(s, count, code, s->pass->local ? all : sums, err);
    }
    if (status == SOLOW_OK) {
        status = drop_explained(s, err);
    }
    free(sums);
    free(all);
    free(code);
    return solow_comm_agree(s->run->comm, status, err);
}

solow_status solow_cluster_pass_make(solow_run *run, const solow_task *task, const solow_factor *cluster,
                                     solow_cluster_pass *pass, solow_error *err)
{
    *pass = (solow_cluster_pass){0};
    state s = {.run = run, .task = task, .cluster = cluster, .pass = pass};
    solow_status status = make(&s, err);
    clear(&s);
    if (status != SOLOW_OK) {
        solow_cluster_pass_clear(pass);
    }
    return status;
}
