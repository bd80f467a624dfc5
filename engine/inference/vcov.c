/* vcov.c - see vcov.h. */
#include "engine/inference/vcov.h"

#include "engine/inference/cr.h"

#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"

#include <math.h>

size_t solow_vcov_bytes(const solow_vcov_spec *spec, const solow_shape *shape, ptrdiff_t k)
{
    return solow_arena_need(1, sizeof(solow_vcov)) + solow_meat_bytes(spec, shape, k, 1) +
           2 * solow_arena_need(k * k, sizeof(double)) + solow_symmetric_need(k);
}

solow_status solow_vcov_begin(const solow_vcov_problem *problem, solow_arena *arena, solow_vcov **vcov,
                              solow_wants *wants, solow_error *err)
{
    ptrdiff_t k = problem->k;
    solow_vcov *made = solow_arena_take(arena, 1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "vcov: arena of %zu bytes", arena->size);
    }
    *made = (solow_vcov){
        .problem = *problem,
        .facts = {.spec = *problem->spec, .ssc = problem->ssc, .shape = problem->shape, .least_eigenvalue = NAN}};
    if (problem->weights == SOLOW_WEIGHT_PROBABILITY && made->facts.spec.kind == SOLOW_VCOV_IID) {
        made->facts.spec.kind = SOLOW_VCOV_HC1;
        made->facts.from_iid = true;
    }
    solow_status status = solow_small_sample_of(&made->facts.spec, problem->ssc, problem->shape, k,
                                                problem->effects_rank, problem->nobs, &made->facts.sample, err);
    made->m = solow_arena_doubles(arena, k * k);
    made->half = solow_arena_doubles(arena, k * k);
    made->arena = arena;
    if (status == SOLOW_OK && (made->m == NULL || made->half == NULL)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "vcov: arena of %zu bytes", arena->size);
    }
    if (status == SOLOW_OK) {
        solow_meat_problem meat = {.spec = &made->facts.spec,
                                   .shape = problem->shape,
                                   .sample = &made->facts.sample,
                                   .frequency = problem->weights == SOLOW_WEIGHT_FREQUENCY,
                                   .transform = problem->transform,
                                   .columns = problem->columns,
                                   .column = problem->column,
                                   .q = k,
                                   .m = 1,
                                   .residual = problem->residual,
                                   .gram = problem->gram,
                                   .bread = problem->bread,
                                   .least_squares = true};
        status = solow_meat_begin(&meat, arena, &made->meat, wants, err);
    }
    if (status == SOLOW_OK) {
        made->facts.lags = made->meat->lags;
        *vcov = made;
    }
    return status;
}

solow_status solow_vcov_finish(solow_vcov *vcov, const solow_stats *stats, double *v, double *df, solow_error *err)
{
    ptrdiff_t k = vcov->problem.k;
    solow_vcov_facts *facts = &vcov->facts;
    solow_status status = solow_meat_finish(vcov->meat, stats, facts->sample.factor, vcov->m, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (facts->spec.kind == SOLOW_VCOV_IID) {
        double variance = vcov->problem.rss / facts->sample.n * facts->sample.factor[0];
        for (ptrdiff_t i = 0; i < k * k; i++) {
            v[i] = variance * vcov->problem.bread[i];
        }
    } else {
        solow_sandwich(k, vcov->problem.bread, vcov->m, vcov->half, v);
    }
    facts->unit_leverage = vcov->meat->unit_leverage;
    facts->satterthwaite = vcov->meat->cr != NULL && vcov->meat->cr->degrees && facts->ssc->df == SOLOW_DF_MIN_G;
    for (ptrdiff_t j = 0; j < k; j++) {
        df[j] = facts->satterthwaite ? vcov->meat->satterthwaite[j] : facts->sample.df;
    }
    if (facts->sample.ways > 1) {
        solow_psd_report repair = {0};
        size_t mark = vcov->arena->used;
        status = solow_psd_repair(k, v, &repair, vcov->arena, err);
        vcov->arena->used = mark;
        facts->least_eigenvalue = repair.smallest;
        facts->repaired = repair.changed ? repair.largest_move : 0;
    }
    return status;
}
