/* ssc.c - see ssc.h. */
#include "engine/inference/ssc.h"

#include <math.h>

static bool is_robust_to_time(solow_vcov_kind kind)
{
    return kind == SOLOW_VCOV_NEWEY_WEST || kind == SOLOW_VCOV_DRISCOLL_KRAAY;
}

/* Several ways in the order of shape.key: the ways themselves, then intersections by rising bit mask. */
static solow_status list_terms(const solow_vcov_spec *vcov, const solow_shape *shape, solow_small_sample *sample,
                               solow_error *err)
{
    ptrdiff_t ways = vcov->cluster.count, next = ways;
    if (ways > SOLOW_CLUSTER_WAYS) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "clusters in %td ways: at most %d are possible", ways,
                          (int)SOLOW_CLUSTER_WAYS);
    }
    sample->ways = ways;
    sample->least_g = INFINITY;
    sample->terms = 0;
    for (unsigned mask = 1; mask < (1U << ways); mask++) {
        int bits = 0, way = 0;
        for (int bit = 0; bit < ways; bit++) {
            bits += (int)((mask >> bit) & 1U);
            way = ((mask >> bit) & 1U) != 0 ? bit : way;
        }
        ptrdiff_t key = bits == 1 ? way : next++, term = sample->terms++;
        sample->key[term] = key;
        sample->sign[term] = bits % 2 == 1 ? 1 : -1;
        sample->groups[term] = (double)shape->key[key].present;
        if (bits == 1) {
            sample->least_g = fmin(sample->least_g, sample->groups[term]);
            if (sample->groups[term] < 2) {
                return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the sample has only one cluster of %s, and two are needed",
                                  shape->key[key].name);
            }
        }
    }
    return SOLOW_OK;
}

/* (2) with clusters: the effects that lie inside the clusters of some way are not counted. */
static double count_nested(const solow_shape *shape, ptrdiff_t ways, double effects_rank, solow_small_sample *sample)
{
    double nested_rank = 0;
    ptrdiff_t nested = 0;
    for (ptrdiff_t q = 0; q < shape->effects && q < 32; q++) {
        for (ptrdiff_t way = 0; way < ways; way++) {
            if (shape->effect[q].nested != NULL && shape->effect[q].nested[way]) {
                sample->nested |= (uint32_t)1 << q;
            }
        }
        if ((sample->nested >> q) & 1U) {
            nested_rank += (double)shape->effect[q].parameters - (nested > 0 ? 1 : 0);
            nested++;
        }
    }
    if (nested == 0) {
        return effects_rank;
    }
    sample->bounded = nested > 1 && nested < shape->effects;
    return nested == shape->effects ? 1 : fmax(1, 1 + effects_rank - nested_rank);
}

static double factor_of_rows(const solow_ssc_spec *ssc, const solow_small_sample *s, bool hc1)
{
    double rest = s->n - s->k_counted, all = hc1 || ssc->rows == SOLOW_ROWS_ALL ? s->n : s->n - 1;
    return ssc->rows == SOLOW_ROWS_NONE ? 1 : rest > 0 ? all / rest : NAN;
}

static double scale_over_time(const solow_ssc_spec *ssc, const solow_small_sample *s)
{
    double periods = ssc->g == SOLOW_G_NONE ? 1 : s->least_g / (s->least_g - 1);
    switch (ssc->hac) {
    case SOLOW_HAC_PERIODS:
        return periods * factor_of_rows(ssc, s, false);
    case SOLOW_HAC_ROWS:
        return factor_of_rows(ssc, s, true);
    default:
        return 1;
    }
}

static double scale(const solow_vcov_spec *vcov, const solow_ssc_spec *ssc, const solow_small_sample *s, double groups)
{
    double g = ssc->g == SOLOW_G_EACH ? groups : s->least_g;
    switch (vcov->kind) {
    case SOLOW_VCOV_IID:
        return s->df_residual > 0 ? s->n / s->df_residual : NAN;
    case SOLOW_VCOV_HC1:
        return factor_of_rows(ssc, s, true);
    case SOLOW_VCOV_CLUSTER:
        if (vcov->type != SOLOW_CLUSTER_CR1) {
            return 1;
        }
        return (ssc->g == SOLOW_G_NONE ? 1 : g / (g - 1)) * factor_of_rows(ssc, s, false);
    case SOLOW_VCOV_NEWEY_WEST:
    case SOLOW_VCOV_DRISCOLL_KRAAY:
        return scale_over_time(ssc, s);
    default:
        return 1;
    }
}

solow_status solow_small_sample_of(const solow_vcov_spec *vcov, const solow_ssc_spec *ssc, const solow_shape *shape,
                                   ptrdiff_t k, double effects_rank, double nobs, solow_small_sample *sample,
                                   solow_error *err)
{
    solow_small_sample s = {.n = nobs, .k = (double)k, .least_g = NAN, .terms = 1, .key = {-1}, .sign = {1}};
    s.k_all = s.k + effects_rank;
    s.k_counted = ssc->k == SOLOW_K_NONE ? s.k : s.k_all;
    s.df_residual = nobs - s.k_all;
    s.df = s.df_residual;
    if (vcov->kind == SOLOW_VCOV_CLUSTER) {
        solow_status status = list_terms(vcov, shape, &s, err);
        if (status != SOLOW_OK) {
            return status;
        }
        if (ssc->k == SOLOW_K_NESTED && effects_rank > 0) {
            s.k_counted = s.k + count_nested(shape, s.ways, effects_rank, &s);
        }
        s.df = s.least_g - 1;
    } else if (is_robust_to_time(vcov->kind)) {
        if (!shape->has_time || shape->periods < 2) {
            return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "this variance needs `time:` and at least two periods");
        }
        s.least_g = (double)shape->periods;
        s.groups[0] = s.least_g;
        s.df = s.least_g - 1;
    }
    s.df = ssc->df == SOLOW_DF_RESIDUAL ? s.df_residual : ssc->df == SOLOW_DF_INFINITE ? INFINITY : s.df;
    for (ptrdiff_t term = 0; term < s.terms; term++) {
        s.factor[term] = scale(vcov, ssc, &s, s.groups[term]);
    }
    *sample = s;
    return SOLOW_OK;
}
