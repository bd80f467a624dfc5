/* hausman.c - see hausman.h. */
#include "engine/inference/hausman.h"

#include "kernels/core/arena.h"
#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static ptrdiff_t find(const solow_record *record, const char *term)
{
    for (ptrdiff_t i = 0; i < record->terms; i++) {
        if (strcmp(record->term[i].term, term) == 0) {
            return i;
        }
    }
    return -1;
}

/* (1): pairs of places of the common terms. */
static ptrdiff_t match(const solow_record *a, const solow_record *b, ptrdiff_t *in_a, ptrdiff_t *in_b)
{
    ptrdiff_t common = 0;
    for (ptrdiff_t i = 0; i < a->terms; i++) {
        ptrdiff_t j = find(b, a->term[i].term);
        if (j >= 0 && strcmp(a->term[i].term, "(Intercept)") != 0) {
            in_a[common] = i;
            in_b[common++] = j;
        }
    }
    return common;
}

/* Whether a has the larger variances on the whole, so that it is the consistent one: for one residual variance, since that
 * of an efficient estimator which is wrong is the larger one. */
static bool is_consistent(const solow_record *a, const solow_record *b, ptrdiff_t common, const ptrdiff_t *in_a,
                          const ptrdiff_t *in_b)
{
    bool comparable = a->sigma > 0 && b->sigma > 0;
    double ratio = comparable ? (double)common * log(b->sigma / a->sigma) : 0;
    for (ptrdiff_t i = 0; i < common; i++) {
        ratio += log(a->term[in_a[i]].std_error / b->term[in_b[i]].std_error);
    }
    return !(ratio < 0);
}

static solow_status compare(const solow_record *a, const solow_record *b, bool sigmamore, solow_arena *arena,
                            double *statistic, ptrdiff_t *rank, ptrdiff_t *negative, solow_error *err)
{
    ptrdiff_t *in_a = solow_arena_take(arena, a->terms, sizeof *in_a);
    ptrdiff_t *in_b = solow_arena_take(arena, a->terms, sizeof *in_b), k = match(a, b, in_a, in_b);
    double *difference = solow_arena_doubles(arena, k * k), *vectors = solow_arena_doubles(arena, k * k);
    double *values = solow_arena_doubles(arena, k), *d = solow_arena_doubles(arena, k);
    double sign = is_consistent(a, b, k, in_a, in_b) ? 1 : -1, ratio = b->sigma / a->sigma;
    double scale_a = sigmamore ? (sign > 0 ? ratio * ratio : 1) : 1;
    double scale_b = sigmamore ? (sign > 0 ? 1 : 1 / (ratio * ratio)) : 1;
    if (k == 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the two models have no term in common");
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        double sj = a->term[in_a[j]].std_error;
        d[j] = (a->term[in_a[j]].estimate - b->term[in_b[j]].estimate) / sj;
        for (ptrdiff_t i = 0; i < k; i++) {
            double va = a->vcov[in_a[j] * a->terms + in_a[i]], vb = b->vcov[in_b[j] * b->terms + in_b[i]];
            difference[j * k + i] = sign * (scale_a * va - scale_b * vb) / sj / a->term[in_a[i]].std_error;
        }
    }
    solow_status status = solow_symmetric_eigen(k, difference, values, vectors, arena, err);
    *statistic = 0;
    *rank = *negative = 0;
    for (ptrdiff_t h = 0; h < k && status == SOLOW_OK; h++) {
        double projection = solow_dot(k, vectors + h * k, d);
        if (fabs(values[h]) > 1e-10) {
            *statistic += projection * projection / values[h];
            (*rank)++;
        }
        *negative += values[h] < -1e-10 ? 1 : 0;
    }
    if (status == SOLOW_OK && *rank == *negative) {
        status = SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the difference of the variances is not positive in any direction");
    }
    return status;
}

solow_status solow_hausman(const solow_record *record, const solow_record *other, const char *other_name,
                           bool sigmamore, solow_record *into, solow_error *err)
{
    ptrdiff_t k = record->terms, rank = 0, negative = 0;
    double statistic = NAN;
    char note[256];
    solow_arena arena = {0};
    if (record->vcov == NULL || other->vcov == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "one of the models has no variance");
    }
    solow_status status =
        solow_arena_init(&arena,
                         2 * solow_arena_need(k, sizeof(ptrdiff_t)) + 2 * solow_arena_need(k * k, sizeof(double)) +
                             2 * solow_arena_need(k, sizeof(double)) + solow_symmetric_need(k),
                         err);
    if (status == SOLOW_OK) {
        status = compare(record, other, sigmamore, &arena, &statistic, &rank, &negative, err);
        solow_arena_clear(&arena);
    }
    if (status == SOLOW_OK) {
        snprintf(note, sizeof note, "against %s%s%s", other_name, sigmamore ? ", variances on the efficient sigma" : "",
                 negative > 0 ? "; the difference of variances is not positive definite: prefer the robust form" : "");
        status = solow_record_add_test(into, "hausman", statistic, (double)rank, NAN,
                                       solow_chi2_upper(statistic, (double)rank), note, err);
    }
    return status;
}
