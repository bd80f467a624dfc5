/* vcov.c - see vcov.h. */
#include "engine/inference/vcov.h"

#include "engine/inference/cr.h"

#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

size_t solow_vcov_bytes(const solow_vcov_spec *spec, const solow_shape *shape, ptrdiff_t k)
{
    return solow_arena_need(1, sizeof(solow_vcov)) + solow_meat_bytes(spec, shape, k, 1) +
           solow_arena_need(k * k, sizeof(double)) + solow_arena_need(3 * k * k + 3 * k + 1, sizeof(double));
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
    made->half = solow_arena_doubles(arena, 3 * k * k + 3 * k + 1);
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

static void sandwich(ptrdiff_t k, const double *bread, const double *m, double *half, double *v)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            double sum = 0;
            for (ptrdiff_t h = 0; h < k; h++) {
                sum = fma(m[h * k + i], bread[j * k + h], sum);
            }
            half[j * k + i] = sum;
        }
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            double sum = 0;
            for (ptrdiff_t h = 0; h < k; h++) {
                sum = fma(bread[h * k + i], half[j * k + h], sum);
            }
            v[j * k + i] = v[i * k + j] = sum;
        }
    }
}

double solow_repair(ptrdiff_t k, double *v, double *work, double *moved)
{
    double *u = work, *fixed = work + k * k, *values = work + 2 * k * k, *lapack = values + k, least = INFINITY;
    ptrdiff_t room = k * k + 2 * k + 1;
    memcpy(u, v, solow_bytes(k * k, sizeof *u));
    *moved = 0;
    if (k == 0 || LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'U', solow_int(k), u, solow_int(k), values, lapack,
                                     solow_int(room > 3 * k ? room : 3 * k)) != 0) {
        return NAN;
    }
    least = values[0];
    if (least >= 0) {
        return least;
    }
    memset(fixed, 0, solow_bytes(k * k, sizeof *fixed));
    for (ptrdiff_t h = 0; h < k; h++) {
        for (ptrdiff_t j = 0; j < k && values[h] > 0; j++) {
            for (ptrdiff_t i = 0; i < k; i++) {
                fixed[j * k + i] += values[h] * u[h * k + i] * u[h * k + j];
            }
        }
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            double size = sqrt(fabs(fixed[i * k + i] * fixed[j * k + j]));
            *moved = fmax(*moved, size > 0 ? fabs(fixed[j * k + i] - v[j * k + i]) / size : 0);
        }
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            v[j * k + i] = v[i * k + j] = fixed[j * k + i];
        }
    }
    return least;
}

solow_status solow_vcov_finish(solow_vcov *vcov, const solow_stats *stats, double *v, double *df, solow_error *err)
{
    ptrdiff_t k = vcov->problem.k;
    solow_vcov_facts *facts = &vcov->facts;
    solow_status status = solow_meat_finish(vcov->meat, stats, facts->sample.factor, vcov->m, err);
    if (status != SOLOW_OK) {
        return status;
    }
    sandwich(k, vcov->problem.bread, vcov->m, vcov->half, v);
    facts->unit_leverage = vcov->meat->unit_leverage;
    facts->satterthwaite = vcov->meat->cr != NULL && vcov->meat->cr->degrees && facts->ssc->df == SOLOW_DF_MIN_G;
    for (ptrdiff_t j = 0; j < k; j++) {
        df[j] = facts->satterthwaite ? vcov->meat->satterthwaite[j] : facts->sample.df;
    }
    if (facts->sample.ways > 1) {
        facts->least_eigenvalue = solow_repair(k, v, vcov->half, &facts->repaired);
    }
    return SOLOW_OK;
}
