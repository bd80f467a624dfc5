/* resample_wild.c - the wild cluster bootstrap of one model, with its inverted interval. See resample.h (4). */
#include "engine/batch/resample_draws.h"
#include "engine/batch/resample_one.h"
#include "kernels/resample/invert.h"
#include "kernels/resample/wild.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = SOLOW_WILD_NUMBERS, MOST_ENUMERATED = 40 };

/* All sign vectors in place of random ones, where they are not more than the draws asked. */
static bool enumerates(const solow_resample_one *one)
{
    ptrdiff_t clusters = one->pass->grams.clusters;
    return one->design->distribution == SOLOW_DISTRIBUTION_RADEMACHER && clusters <= MOST_ENUMERATED &&
           ((int64_t)1 << (clusters - 1)) <= one->design->reps;
}

static solow_status create(solow_resample_one *one, solow_wild **wild, solow_error *err)
{
    solow_error local = {0};
    solow_wild_problem problem = {.grams = &one->pass->grams,
                                  .terms = one->task->record.terms,
                                  .term = one->pass->term,
                                  .restricted = one->design->restricted,
                                  .enumerate = enumerates(one),
                                  .weights = solow_resample_weights_of(one)};
    return solow_resample_settle(one, solow_wild_create(&problem, wild, &local), &local, err);
}

/* five [terms x 5 x reps] on every rank. */
static solow_status draw(solow_resample_one *one, solow_wild *wild, int64_t reps, double *five, solow_error *err)
{
    ptrdiff_t series = one->task->record.terms * NUMBERS, draws;
    int64_t first;
    if (solow_comm_size(one->run->comm) == 1) {
        return solow_wild_draw(wild, 0, (ptrdiff_t)reps, five, err);
    }
    solow_deal_draws(one->run->comm, reps, &first, &draws);
    double *mine = solow_allocate(solow_product(series, draws), sizeof *mine);
    solow_status status =
        mine != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %lld draws", (long long)reps);
    if (status == SOLOW_OK && draws > 0) {
        status = solow_wild_draw(wild, first, draws, mine, err);
    }
    status = solow_comm_agree(one->run->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_gather_draws(one->run->comm, reps, series, mine, five, err);
    }
    free(mine);
    return status;
}

/* b* and t* of term t. */
static void finish_term(const solow_resample_one *one, ptrdiff_t t, const double *five, solow_replicates *made)
{
    int64_t reps = made->reps;
    const double *n = five + t * NUMBERS * reps;
    bool restricted = one->design->restricted;
    double rho = restricted ? made->estimate[t] : 0, centre = restricted ? 0 : made->estimate[t];
    for (int64_t r = 0; r < reps; r++) {
        double delta = n[r] + n[reps + r] * rho;
        double variance = n[2 * reps + r] + rho * (n[3 * reps + r] + rho * n[4 * reps + r]);
        made->value[t * reps + r] = centre + delta;
        made->statistic[t * reps + r] = variance > 0 ? delta / sqrt(variance * one->factor) : NAN;
        if (!(variance > 0)) {
            made->failure[r] = SOLOW_DRAW_NO_VARIANCE;
        }
    }
}

/* Intervals by inversion, term t on rank t mod ranks; ends [terms x 3] on every rank. */
static solow_status invert(solow_resample_one *one, const double *error, double *five, solow_replicates *made,
                           solow_error *err)
{
    solow_comm *comm = one->run->comm;
    ptrdiff_t terms = made->terms, ranks = solow_comm_size(comm), own = 0;
    double *mine = solow_allocate(3 * terms, sizeof *mine);
    size_t *offset = solow_allocate(ranks + 1, sizeof *offset);
    void *all = NULL;
    solow_status status =
        mine != NULL && offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for intervals");
    status = solow_comm_agree(comm, status, err);
    for (ptrdiff_t t = solow_comm_rank(comm); t < terms && status == SOLOW_OK; t += ranks, own += 3) {
        solow_inversion inversion = {.estimate = made->estimate[t],
                                     .std_error = error[t],
                                     .draws = made->reps,
                                     .five = five + t * NUMBERS * made->reps};
        bool disconnected = false;
        solow_inversion_prepare(&inversion);
        status = solow_invert(&inversion, one->task->model->level, &mine[own], &mine[own + 1], &disconnected, err);
        mine[own + 2] = disconnected;
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(comm, mine, solow_bytes(own, sizeof *mine), &all, offset, err);
    }
    for (ptrdiff_t t = 0; t < terms && status == SOLOW_OK; t++) {
        const double *ends = (const double *)all + offset[t % ranks] / sizeof *ends + t / ranks * 3;
        made->bounds[t].low = ends[0];
        made->bounds[t].high = ends[1];
        made->disconnected[t] = ends[2] != 0;
    }
    for (ptrdiff_t t = 0; t < terms && status == SOLOW_OK; t++) {
        if (made->disconnected[t]) {
            char sentence[400];
            snprintf(sentence, sizeof sentence,
                     "What the test of %.200s does not reject is not one interval; the ends span it.", made->term[t]);
            status = solow_replicates_say(made, sentence, err);
        }
    }
    free(mine);
    free(offset);
    free(all);
    return status;
}

static solow_bounds_kind kind_of(const solow_resampling *design)
{
    switch (design->interval) {
    case SOLOW_INTERVAL_PERCENTILE:
        return design->restricted ? SOLOW_BOUNDS_SYMMETRIC_T : SOLOW_BOUNDS_PERCENTILE;
    case SOLOW_INTERVAL_NORMAL:
        return design->restricted ? SOLOW_BOUNDS_SYMMETRIC_T : SOLOW_BOUNDS_NORMAL;
    case SOLOW_INTERVAL_PERCENTILE_T:
        return design->restricted ? SOLOW_BOUNDS_SYMMETRIC_T : SOLOW_BOUNDS_PERCENTILE_T;
    default:
        return SOLOW_BOUNDS_SYMMETRIC_T;
    }
}

/* Bounds of all 2^G sign vectors: draws beside their mirror images, which are not kept. */
static solow_status summarise_mirrored(const solow_resample_one *one, solow_bounds_kind kind, solow_replicates *made,
                                       solow_error *err)
{
    int64_t reps = made->reps;
    double *value = solow_allocate(4 * (ptrdiff_t)reps, sizeof *value), *statistic = value + 2 * reps;
    solow_status status = value != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for draws");
    for (ptrdiff_t t = 0; t < made->terms && status == SOLOW_OK; t++) {
        double centre = one->design->restricted ? 0 : made->estimate[t];
        const solow_bounds_problem problem = {.kind = kind,
                                              .estimate = made->estimate[t],
                                              .std_error = made->std_error[t],
                                              .level = one->task->model->level,
                                              .df = INFINITY};
        for (int64_t r = 0; r < reps; r++) {
            value[r] = made->value[t * reps + r];
            value[reps + r] = centre - (value[r] - centre);
            statistic[r] = made->statistic[t * reps + r];
            statistic[reps + r] = -statistic[r];
        }
        status = solow_bounds_of(&problem, 2 * reps, value, statistic, &made->bounds[t], err);
    }
    free(value);
    return status;
}

static solow_status finish(solow_resample_one *one, const solow_wild *wild, double *five, solow_replicates *made,
                           solow_error *err)
{
    double *error = solow_allocate(made->terms, sizeof *error);
    if (error == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for intervals");
    }
    for (ptrdiff_t t = 0; t < made->terms; t++) {
        error[t] = solow_wild_std_error(wild, t);
        made->std_error[t] = error[t] * sqrt(one->factor);
        finish_term(one, t, five, made);
    }
    solow_status status =
        solow_replicates_summarise(made, kind_of(one->design), one->task->model->level, INFINITY, NULL, err);
    if (status == SOLOW_OK && made->enumerated) {
        status = summarise_mirrored(one, kind_of(one->design), made, err);
    }
    if (status == SOLOW_OK && one->design->restricted) {
        status = invert(one, error, five, made, err);
    }
    free(error);
    return status;
}

static solow_status fill(solow_resample_one *one, solow_wild *wild, solow_error *err)
{
    int64_t reps = enumerates(one) ? (int64_t)1 << (one->pass->grams.clusters - 1) : one->design->reps;
    solow_replicates *made = NULL;
    double *five = solow_allocate(solow_product(one->task->record.terms * NUMBERS, (ptrdiff_t)reps), sizeof *five);
    solow_status status = five != NULL ? solow_resample_create(one, reps, true, &made, err)
                                       : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %lld draws", (long long)reps);
    status = solow_comm_agree(one->run->comm, status, err);
    if (status == SOLOW_OK) {
        made->enumerated = enumerates(one);
        status = draw(one, wild, reps, five, err);
    }
    if (status == SOLOW_OK) {
        status = finish(one, wild, five, made, err);
    }
    free(five);
    if (status != SOLOW_OK) {
        solow_replicates_destroy(made);
        return status;
    }
    one->made = made;
    return SOLOW_OK;
}

solow_status solow_resample_wild(solow_resample_one *one, solow_error *err)
{
    solow_wild *wild = NULL;
    solow_status status = solow_comm_agree(one->run->comm, create(one, &wild, err), err);
    for (ptrdiff_t t = 0; wild != NULL && t < one->task->record.terms; t++) {
        solow_resample_checks(one, t, solow_wild_estimate(wild, t), solow_wild_std_error(wild, t));
    }
    if (status == SOLOW_OK && one->pass->refusal[0] == '\0') {
        status = fill(one, wild, err);
    }
    solow_wild_destroy(wild);
    return status;
}
