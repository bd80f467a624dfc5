/* resample_weights.c - pairs, Bayesian and block bootstrap, jackknife. See resample.h (5). */
#include "engine/batch/resample_draws.h"
#include "engine/batch/resample_one.h"
#include "kernels/resample/reweight.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const solow_weights_kind kind_of_distribution[] = {
    [SOLOW_DISTRIBUTION_NONE] = SOLOW_WEIGHTS_MULTINOMIAL, [SOLOW_DISTRIBUTION_RADEMACHER] = SOLOW_WEIGHTS_RADEMACHER,
    [SOLOW_DISTRIBUTION_WEBB] = SOLOW_WEIGHTS_WEBB,        [SOLOW_DISTRIBUTION_MAMMEN] = SOLOW_WEIGHTS_MAMMEN,
    [SOLOW_DISTRIBUTION_NORMAL] = SOLOW_WEIGHTS_NORMAL,    [SOLOW_DISTRIBUTION_MULTINOMIAL] = SOLOW_WEIGHTS_MULTINOMIAL,
    [SOLOW_DISTRIBUTION_POISSON] = SOLOW_WEIGHTS_POISSON};

solow_weights solow_resample_weights_of(const solow_resample_one *one)
{
    const solow_resampling *design = one->design;
    solow_weights weights = {.kind = kind_of_distribution[design->distribution],
                             .seed = design->seed,
                             .stream = one->stream,
                             .clusters = one->pass->grams.clusters,
                             .number = one->pass->number,
                             .length = design->length};
    weights.kind = design->type == SOLOW_RESAMPLING_BAYESIAN    ? SOLOW_WEIGHTS_EXPONENTIAL
                   : design->type == SOLOW_RESAMPLING_BLOCK     ? SOLOW_WEIGHTS_BLOCK
                   : design->type == SOLOW_RESAMPLING_JACKKNIFE ? SOLOW_WEIGHTS_JACKKNIFE
                                                                : weights.kind;
    return weights;
}

solow_status solow_resample_create(const solow_resample_one *one, int64_t reps, bool studentised,
                                   solow_replicates **made, solow_error *err)
{
    const solow_record *record = &one->task->record;
    const char **term = solow_allocate(record->terms, sizeof *term);
    if (term == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for draws");
    }
    for (ptrdiff_t t = 0; t < record->terms; t++) {
        term[t] = record->term[t].term;
    }
    solow_status status = solow_replicates_create(one->design->name, solow_resampling_scheme(one->design->type), reps,
                                                  record->terms, term, studentised, made, err);
    for (ptrdiff_t t = 0; status == SOLOW_OK && t < record->terms; t++) {
        (*made)->estimate[t] = record->term[t].estimate;
        (*made)->std_error[t] = record->term[t].std_error;
        (*made)->clusters = (double)one->pass->grams.clusters;
    }
    free(term);
    return status;
}

solow_status solow_resample_settle(solow_resample_one *one, solow_status status, const solow_error *local,
                                   solow_error *err)
{
    if (status != SOLOW_ERR_NUMERIC) {
        return status == SOLOW_OK ? SOLOW_OK : SOLOW_FAIL(err, status, "%s", local->message);
    }
    snprintf(one->pass->refusal, sizeof one->pass->refusal, "%.500s", local->message);
    return SOLOW_OK;
}

bool solow_resample_checks(solow_resample_one *one, ptrdiff_t term, double estimate, double std_error)
{
    static const char lost[] = "the cross products of the clusters do not give back the estimate: the regressors are "
                               "too close to collinear";
    double known = one->task->record.term[term].estimate, scale = fmax(fabs(known), std_error);
    bool good = fabs(estimate - known) <= 1e-6 * scale;
    if (!good) {
        memcpy(one->pass->refusal, lost, sizeof lost);
    }
    return good;
}

static solow_status create(solow_resample_one *one, const double *estimate, bool studentised, solow_weights weights,
                           solow_reweight **reweight, solow_error *err)
{
    solow_error local = {0};
    solow_reweight_problem problem = {.grams = &one->pass->grams,
                                      .instruments = one->pass->instruments,
                                      .endogenous = one->pass->endogenous,
                                      .terms = one->task->record.terms,
                                      .term = one->pass->term,
                                      .estimate = estimate,
                                      .studentised = studentised,
                                      .weights = weights};
    return solow_resample_settle(one, solow_reweight_create(&problem, reweight, &local), &local, err);
}

/* b(1) beside the estimates that it stands for. */
static solow_status check(solow_resample_one *one, solow_error *err)
{
    solow_reweight *plain = NULL;
    solow_weights weights = solow_resample_weights_of(one);
    weights.kind = SOLOW_WEIGHTS_JACKKNIFE; /* of all, the one whose creation takes no product */
    solow_status status = create(one, NULL, false, weights, &plain, err);
    for (ptrdiff_t t = 0; plain != NULL && t < one->task->record.terms; t++) {
        solow_resample_checks(one, t, solow_reweight_estimate(plain, t), one->task->record.term[t].std_error);
    }
    solow_reweight_destroy(plain);
    return status;
}

static const solow_draw_failure failure_of[] = {[SOLOW_REWEIGHT_MADE] = SOLOW_DRAW_MADE,
                                                [SOLOW_REWEIGHT_SINGULAR] = SOLOW_DRAW_SINGULAR,
                                                [SOLOW_REWEIGHT_LOST] = SOLOW_DRAW_LOST_LEVEL};

/* t* = (b* - b) / se*, se* with the factor of the original. */
static void studentise(solow_resample_one *one, solow_replicates *made)
{
    for (ptrdiff_t t = 0; t < made->terms; t++) {
        for (int64_t r = 0; r < made->reps; r++) {
            ptrdiff_t at = t * (ptrdiff_t)made->reps + (ptrdiff_t)r;
            double error = made->statistic[at] * sqrt(one->factor);
            made->statistic[at] = error > 0 ? (made->value[at] - made->estimate[t]) / error : NAN;
            if (!(error > 0) && made->failure[r] == SOLOW_DRAW_MADE) {
                made->failure[r] = SOLOW_DRAW_NO_VARIANCE;
            }
        }
    }
}

/* This rank's draws, then everybody's. */
static solow_status draw(solow_resample_one *one, solow_reweight *reweight, solow_replicates *made, solow_error *err)
{
    solow_comm *comm = one->run->comm;
    ptrdiff_t terms = made->terms, draws, series = (made->statistic != NULL ? 2 : 1) * terms;
    int64_t first, reps = made->reps;
    solow_deal_draws(comm, reps, &first, &draws);
    double *mine = solow_allocate((series + 1) * draws, sizeof *mine);
    double *all = solow_allocate((series + 1) * (ptrdiff_t)reps, sizeof *all);
    uint8_t *outcome = solow_allocate(draws, sizeof *outcome);
    solow_status status = mine != NULL && all != NULL && outcome != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %lld draws", (long long)reps);
    if (status == SOLOW_OK && draws > 0) {
        status = solow_reweight_draw(reweight, first, draws, mine, series > terms ? mine + terms * draws : NULL,
                                     outcome, err);
        for (ptrdiff_t d = 0; d < draws && status == SOLOW_OK; d++) {
            mine[series * draws + d] = outcome[d];
        }
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_gather_draws(comm, reps, series + 1, mine, all, err);
    }
    if (status == SOLOW_OK) {
        size_t bytes = solow_bytes(terms * (ptrdiff_t)reps, sizeof *all);
        memcpy(made->value, all, bytes);
        if (made->statistic != NULL) {
            memcpy(made->statistic, all + terms * reps, bytes);
        }
        for (int64_t r = 0; r < reps; r++) {
            made->failure[r] = (uint8_t)failure_of[(int)all[series * reps + r]];
        }
    }
    free(mine);
    free(all);
    free(outcome);
    return status;
}

/* a of BCa, from leave-one-out estimates: acceleration [terms] out. Every rank makes them all. */
static solow_status accelerate(solow_resample_one *one, double *acceleration, solow_error *err)
{
    solow_reweight *left = NULL;
    solow_weights weights = solow_resample_weights_of(one);
    ptrdiff_t clusters = weights.clusters, terms = one->task->record.terms;
    weights.kind = SOLOW_WEIGHTS_JACKKNIFE;
    double *value = solow_allocate(solow_product(terms, clusters), sizeof *value);
    uint8_t *outcome = solow_allocate(clusters, sizeof *outcome);
    solow_status status = value != NULL && outcome != NULL
                              ? create(one, NULL, false, weights, &left, err)
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a jackknife");
    if (left != NULL) {
        status = solow_reweight_draw(left, 0, clusters, value, NULL, outcome, err);
    }
    for (ptrdiff_t t = 0; t < terms && status == SOLOW_OK && left != NULL; t++) {
        ptrdiff_t made = 0;
        for (ptrdiff_t g = 0; g < clusters; g++) {
            if (!isnan(value[t * clusters + g])) {
                value[t * clusters + made++] = value[t * clusters + g];
            }
        }
        acceleration[t] = solow_acceleration(made, value + t * clusters);
    }
    solow_reweight_destroy(left);
    free(value);
    free(outcome);
    return status;
}

static const solow_bounds_kind bounds_of[] = {[SOLOW_INTERVAL_NONE] = SOLOW_BOUNDS_PERCENTILE,
                                              [SOLOW_INTERVAL_PERCENTILE] = SOLOW_BOUNDS_PERCENTILE,
                                              [SOLOW_INTERVAL_PERCENTILE_T] = SOLOW_BOUNDS_PERCENTILE_T,
                                              [SOLOW_INTERVAL_BCA] = SOLOW_BOUNDS_BCA,
                                              [SOLOW_INTERVAL_NORMAL] = SOLOW_BOUNDS_NORMAL,
                                              [SOLOW_INTERVAL_INVERSION] = SOLOW_BOUNDS_PERCENTILE};

static solow_status summarise(solow_resample_one *one, solow_replicates *made, solow_error *err)
{
    bool jackknife = one->design->type == SOLOW_RESAMPLING_JACKKNIFE;
    solow_bounds_kind kind = jackknife ? SOLOW_BOUNDS_NORMAL : bounds_of[one->design->interval];
    double *acceleration = NULL;
    solow_status status = SOLOW_OK;
    if (kind == SOLOW_BOUNDS_BCA) {
        acceleration = solow_allocate_zeroed(made->terms, sizeof *acceleration);
        status = acceleration != NULL ? accelerate(one, acceleration, err)
                                      : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a jackknife");
    }
    if (status == SOLOW_OK) {
        status = solow_replicates_summarise(made, kind, one->task->model->level,
                                            jackknife ? made->clusters - 1 : INFINITY, acceleration, err);
    }
    free(acceleration);
    return status;
}

/* Draws into an object that is there. */
static solow_status fill(solow_resample_one *one, solow_replicates *made, bool studentised, solow_error *err)
{
    solow_reweight *reweight = NULL;
    solow_status status = create(one, made->estimate, studentised, solow_resample_weights_of(one), &reweight, err);
    status = solow_comm_agree(one->run->comm, status, err);
    if (status == SOLOW_OK && reweight != NULL) {
        status = draw(one, reweight, made, err);
        for (ptrdiff_t t = 0; t < made->terms && studentised; t++) {
            made->std_error[t] = solow_reweight_std_error(reweight, t) * sqrt(one->factor);
        }
    }
    solow_reweight_destroy(reweight);
    if (status == SOLOW_OK && studentised) {
        studentise(one, made);
    }
    return status == SOLOW_OK ? summarise(one, made, err) : status;
}

solow_status solow_resample_weights(solow_resample_one *one, solow_error *err)
{
    bool jackknife = one->design->type == SOLOW_RESAMPLING_JACKKNIFE;
    bool studentised = one->design->interval == SOLOW_INTERVAL_PERCENTILE_T && !jackknife;
    solow_replicates *made = NULL;
    solow_status status = check(one, err);
    if (status == SOLOW_OK && one->pass->refusal[0] == '\0') {
        status = solow_resample_create(one, jackknife ? one->pass->grams.clusters : one->design->reps, studentised,
                                       &made, err);
    }
    status = solow_comm_agree(one->run->comm, status, err);
    if (status == SOLOW_OK && made != NULL) {
        status = fill(one, made, studentised, err);
    }
    status = solow_comm_agree(one->run->comm, status, err);
    if (status != SOLOW_OK || one->pass->refusal[0] != '\0') {
        solow_replicates_destroy(made);
        return status;
    }
    one->made = made;
    return SOLOW_OK;
}
