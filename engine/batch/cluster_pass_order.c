/* cluster_pass_order.c - Grams of clusters from where they were summed to every rank, without what others explain. See
 * cluster_pass.h. */
#include "engine/batch/cluster_pass_data.h"

#include "engine/frame/factor.h"
#include "kernels/dense/cholesky.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the Grams of clusters");
}

/* Everybody's clusters on every rank. code: malloc'ed, of each cluster in the order of all. */
static solow_status bring_together(const solow_cluster_visit *s, int32_t **code, double **all, ptrdiff_t *clusters,
                                   solow_error *err)
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
static solow_status order(solow_cluster_visit *s, ptrdiff_t count, const int32_t *code, const double *from,
                          solow_error *err)
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
static solow_status list_present(const solow_cluster_visit *s, int32_t **code, ptrdiff_t *count, solow_error *err)
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
static solow_status drop_explained(solow_cluster_visit *s, solow_error *err)
{
    solow_cluster_pass *pass = s->pass;
    ptrdiff_t p = s->columns, w = p - 1 - pass->endogenous, rank = 0, instruments = w - pass->instruments;
    double *total = solow_allocate(p * p, sizeof *total), *factor = solow_allocate(w * w, sizeof *factor),
           *size = solow_allocate(w, sizeof *size);
    bool *keep = solow_allocate_zeroed(p, sizeof *keep);
    ptrdiff_t *to = solow_allocate(p, sizeof *to);
    if (total == NULL || factor == NULL || size == NULL || keep == NULL || to == NULL) {
        free(total);
        free(factor);
        free(size);
        free(keep);
        free(to);
        return no_memory(err);
    }
    for (ptrdiff_t c = 0; c < w; c++) {
        double sum = s->moments[2 * c], square = s->moments[2 * c + 1];
        size[c] = s->inside.count > 0 ? square - sum * (sum / s->moments[2 * p]) : square;
    }
    solow_cluster_grams_total(&pass->grams, total);
    solow_cholesky_ranked(w, total, p, size, SOLOW_CHOLESKY_TOLERANCE, factor, keep, &rank);
    pass->instruments = 0;
    for (ptrdiff_t c = 0, kept = 0; c < p; c++) {
        keep[c] = keep[c] || c >= w;
        to[c] = kept;
        kept += keep[c] ? 1 : 0;
        pass->instruments += c >= instruments && c < w && keep[c] ? 1 : 0;
        if (c >= s->dummies && c < instruments && !keep[c]) {
            snprintf(pass->refusal, sizeof pass->refusal,
                     "`%.200s` is collinear with the effects that cross the clusters", s->column[c]->name);
        }
    }
    for (ptrdiff_t t = 0; t < s->task->record.terms; t++) {
        pass->term[t] = to[pass->term[t]];
    }
    solow_cluster_grams_keep(&pass->grams, keep);
    free(to);
    free(total);
    free(factor);
    free(size);
    free(keep);
    return SOLOW_OK;
}

solow_status solow_cluster_pass_order(solow_cluster_visit *s, const double *sums, solow_error *err)
{
    double *all = NULL;
    int32_t *code = NULL;
    ptrdiff_t count = 0;
    solow_status status =
        s->pass->local ? bring_together(s, &code, &all, &count, err) : list_present(s, &code, &count, err);
    if (status == SOLOW_OK) {
        status = order(s, count, code, s->pass->local ? all : sums, err);
    }
    if (status == SOLOW_OK) {
        status = drop_explained(s, err);
    }
    free(all);
    free(code);
    return solow_comm_agree(s->run->comm, status, err);
}
