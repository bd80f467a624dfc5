/* meat.c - see meat.h: chooses the pattern, states its wants, adds up the terms. */
#include "engine/inference/meat.h"

#include "engine/inference/cr.h"
#include "engine/inference/scores.h"

#include "kernels/dense/gram.h"

#include <math.h>
#include <string.h>

static bool is_cr(const solow_vcov_spec *spec)
{
    return spec->kind == SOLOW_VCOV_CLUSTER && (spec->type == SOLOW_CLUSTER_CR2 || spec->type == SOLOW_CLUSTER_CR3);
}

static ptrdiff_t score_rows(const solow_vcov_spec *spec, const solow_shape *shape)
{
    return spec->kind == SOLOW_VCOV_NEWEY_WEST ? (ptrdiff_t)shape->longest_unit : 1;
}

size_t solow_meat_bytes(const solow_vcov_spec *spec, const solow_shape *shape, ptrdiff_t q, ptrdiff_t m)
{
    ptrdiff_t rows = score_rows(spec, shape);
    return solow_arena_need(1, sizeof(solow_meat)) + solow_arena_need((m + 2) * SOLOW_MEAT_CHUNK, sizeof(double)) +
           solow_arena_need(rows * q * m, sizeof(double)) + solow_arena_need(rows, sizeof(int32_t)) +
           solow_arena_need(q * q + q, sizeof(double)) + solow_arena_need(q, sizeof(double)) +
           solow_arena_need(SOLOW_CLUSTER_TERMS, sizeof(solow_cluster_term)) +
           (is_cr(spec) ? solow_cr_bytes(q) + solow_arena_need(q * q + 1 + q * (q * q + 4), sizeof(double)) : 0);
}

/* Effects that do not lie inside the clusters make a deletion change the effects of other clusters too. */
static solow_status check_cr(const solow_meat_problem *p, solow_error *err)
{
    const char *name = p->spec->type == SOLOW_CLUSTER_CR2 ? "cr2" : "cr3";
    if (!p->least_squares) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "%s is defined for least squares only; use cr1", name);
    }
    if (p->sample->ways != 1) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "%s is defined for one way of clustering, not %td", name,
                          p->sample->ways);
    }
    for (ptrdiff_t e = 0; e < p->shape->effects && p->transform.kind == SOLOW_TRANSFORM_WITHIN; e++) {
        if (p->shape->effect[e].nested == NULL || !p->shape->effect[e].nested[0]) {
            return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                              "%s of effects that reach across the clusters needs their dummies, and here they have "
                              "slopes or more than 400 levels (%s does not lie inside %s)",
                              name, p->shape->effect[e].name, p->shape->key[0].name);
        }
    }
    return SOLOW_OK;
}

solow_status solow_meat_check(const solow_meat_problem *p, solow_error *err)
{
    switch (p->spec->kind) {
    case SOLOW_VCOV_CONLEY:
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the conley variance is not available in this version");
    case SOLOW_VCOV_NEWEY_WEST:
        return p->shape->has_units
                   ? SOLOW_OK
                   : SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                                "newey_west works inside units and the data name no `unit:`; for one time series "
                                "driscoll_kraay is the same");
    case SOLOW_VCOV_HC2:
    case SOLOW_VCOV_HC3:
        return p->bread != NULL || p->leverage != NULL
                   ? SOLOW_OK
                   : SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                                "hc2 and hc3 need leverages, which this estimator does not "
                                "define; use hc1");
    case SOLOW_VCOV_CLUSTER:
        return is_cr(p->spec) ? check_cr(p, err) : SOLOW_OK;
    default:
        return SOLOW_OK;
    }
}

/* Values a row of KEYED: the score; for cr2 and cr3 the packed upper triangle of w z z' too. */
static void cr_rows(const void *context, const solow_view *view, double *values)
{
    const solow_meat *meat = context;
    ptrdiff_t q = meat->problem.q;
    solow_scores_rows(context, view, values);
    double *value = values + q * view->ld;
    for (ptrdiff_t j = 0; j < q; j++) {
        for (ptrdiff_t i = 0; i <= j; i++, value += view->ld) {
            const double *a = view->x + i * view->ld, *b = view->x + j * view->ld;
            for (ptrdiff_t r = 0; r < view->rows; r++) {
                value[r] = a[r] * b[r] * (view->weight != NULL ? view->weight[r] : 1);
            }
        }
    }
}

static void add_want(const solow_meat *meat, solow_wants *wants, solow_want want)
{
    const solow_meat_problem *p = &meat->problem;
    want.transform = p->transform;
    want.columns = p->columns;
    want.column = p->column;
    want.context = want.context != NULL ? want.context : meat;
    wants->want[wants->count++] = want;
}

static solow_status add_cluster_wants(solow_meat *meat, solow_arena *arena, solow_wants *wants, solow_error *err)
{
    const solow_meat_problem *p = &meat->problem;
    const solow_small_sample *s = p->sample;
    ptrdiff_t d = p->q * p->m, tail = meat->cr != NULL ? p->q * (p->q + 1) / 2 : 0;
    solow_cluster_term *term = solow_arena_take(arena, SOLOW_CLUSTER_TERMS, sizeof *term);
    if (term == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "meat: arena of %zu bytes", arena->size);
    }
    if (wants->count + s->terms > SOLOW_WANTS) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "clusters in %td ways are too many beside the model's other passes",
                          s->ways);
    }
    for (ptrdiff_t t = 0; t < s->terms; t++) {
        const solow_shape_key *key = &p->shape->key[s->key[t]];
        if (key->local) {
            term[t] = (solow_cluster_term){meat, s->key[t]};
            add_want(meat, wants,
                     (solow_want){.kind = SOLOW_UNIT,
                                  .sums = meat->cr != NULL ? solow_cr_sums(meat->cr) : d * d,
                                  .unit = solow_cluster_unit,
                                  .context = &term[t]});
        } else {
            add_want(meat, wants,
                     (solow_want){.kind = SOLOW_KEYED,
                                  .sums = d + tail,
                                  .key = s->key[t],
                                  .rows = meat->cr != NULL ? cr_rows : solow_scores_rows});
        }
    }
    return SOLOW_OK;
}

static solow_status add_wants(solow_meat *meat, solow_arena *arena, solow_wants *wants, solow_error *err)
{
    const solow_meat_problem *p = &meat->problem;
    ptrdiff_t d = p->q * p->m;
    switch (p->spec->kind) {
    case SOLOW_VCOV_HC0:
    case SOLOW_VCOV_HC1:
    case SOLOW_VCOV_HC2:
    case SOLOW_VCOV_HC3:
        add_want(meat, wants,
                 (solow_want){.kind = SOLOW_UNIT,
                              .sums = d * d + 1,
                              .unit = solow_hc_unit,
                              .effect_leverage = (p->bread != NULL || p->leverage != NULL) &&
                                                 p->transform.kind == SOLOW_TRANSFORM_WITHIN && p->shape->effects > 0 &&
                                                 p->spec->kind >= SOLOW_VCOV_HC2});
        return SOLOW_OK;
    case SOLOW_VCOV_CLUSTER:
        return add_cluster_wants(meat, arena, wants, err);
    case SOLOW_VCOV_NEWEY_WEST:
        add_want(meat, wants, (solow_want){.kind = SOLOW_UNIT, .sums = d * d, .unit = solow_newey_west_unit});
        return SOLOW_OK;
    case SOLOW_VCOV_DRISCOLL_KRAAY:
        add_want(meat, wants,
                 (solow_want){.kind = SOLOW_KEYED, .sums = d, .key = p->shape->keys - 1, .rows = solow_scores_rows});
        return SOLOW_OK;
    default:
        return SOLOW_OK;
    }
}

int solow_meat_lags(const solow_vcov_spec *spec, const solow_shape *shape)
{
    if (spec->kind != SOLOW_VCOV_NEWEY_WEST && spec->kind != SOLOW_VCOV_DRISCOLL_KRAAY) {
        return -1;
    }
    return spec->lags >= 0 ? spec->lags : (int)floor(pow((double)shape->periods, 0.25) + 1e-9);
}

solow_status solow_meat_begin(const solow_meat_problem *problem, solow_arena *arena, solow_meat **meat,
                              solow_wants *wants, solow_error *err)
{
    ptrdiff_t q = problem->q, m = problem->m, rows = score_rows(problem->spec, problem->shape);
    solow_status status = solow_meat_check(problem, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_meat *made = solow_arena_take(arena, 1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "meat: arena of %zu bytes", arena->size);
    }
    *made = (solow_meat){
        .problem = *problem, .first = wants->count, .lags = solow_meat_lags(problem->spec, problem->shape)};
    made->chunk = solow_arena_doubles(arena, (m + 2) * SOLOW_MEAT_CHUNK);
    made->score = solow_arena_doubles(arena, rows * q * m);
    made->time = solow_arena_take(arena, rows, sizeof *made->time);
    made->block = solow_arena_doubles(arena, q * q + q);
    made->satterthwaite = solow_arena_doubles(arena, q);
    if (made->chunk == NULL || made->score == NULL || made->time == NULL || made->block == NULL ||
        made->satterthwaite == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "meat: arena of %zu bytes", arena->size);
    }
    if (is_cr(problem->spec)) {
        status = solow_cr_begin(q, problem->spec->type == SOLOW_CLUSTER_CR3, problem->bread, arena, &made->cr, err);
        made->cr_sums = status == SOLOW_OK ? solow_arena_doubles(arena, solow_cr_sums(made->cr)) : NULL;
    }
    if (status == SOLOW_OK) {
        status = add_wants(made, arena, wants, err);
    }
    made->wants = wants->count - made->first;
    *meat = status == SOLOW_OK ? made : *meat;
    return status;
}

static void finish_iid(const solow_meat *meat, double scale, double *out)
{
    const solow_meat_problem *p = &meat->problem;
    ptrdiff_t d = p->q * p->m;
    for (ptrdiff_t a = 0; a < p->m; a++) {
        for (ptrdiff_t b = a; b < p->m; b++) {
            double cross = 0;
            for (ptrdiff_t j = 0; j < p->columns; j++) {
                for (ptrdiff_t i = 0; i < p->columns; i++) {
                    cross +=
                        p->residual[a * p->columns + i] * p->gram[j * p->columns + i] * p->residual[b * p->columns + j];
                }
            }
            for (ptrdiff_t j = 0; j < p->q; j++) {
                for (ptrdiff_t i = 0; i < p->q; i++) {
                    out[(b * p->q + j) * d + a * p->q + i] = scale * cross / p->sample->n * p->gram[j * p->columns + i];
                }
            }
        }
    }
}

static void finish_cr(solow_meat *meat, const double *result, bool local, ptrdiff_t levels, double *out)
{
    const solow_meat_problem *p = &meat->problem;
    ptrdiff_t q = p->q, width = q + q * (q + 1) / 2;
    const double *sums = result;
    if (!local) {
        memset(meat->cr_sums, 0, solow_bytes(solow_cr_sums(meat->cr), sizeof *meat->cr_sums));
        for (ptrdiff_t g = 0; g < levels; g++) {
            const double *packed = result + g * width + q;
            double size = 0;
            for (ptrdiff_t j = 0; j < q; j++) {
                for (ptrdiff_t i = 0; i <= j; i++, packed++) {
                    meat->block[j * q + i] = meat->block[i * q + j] = *packed;
                }
                size += meat->block[j * q + j];
            }
            if (size > 0) {
                solow_cr_add(meat->cr, meat->block, result + g * width, meat->cr_sums);
            }
        }
        sums = meat->cr_sums;
    }
    for (ptrdiff_t j = 0; j < q; j++) {
        meat->satterthwaite[j] = NAN;
    }
    solow_cr_finish(meat->cr, sums, out, meat->satterthwaite, &meat->unit_leverage);
}

/* The upper triangle of out += factor x (sum over levels of s s'). */
static void add_levels(const double *result, ptrdiff_t levels, ptrdiff_t d, double factor, double *out)
{
    for (ptrdiff_t g = 0; g < levels; g++) {
        solow_outer_add(d, result + g * d, factor, out);
    }
}

static void finish_clusters(solow_meat *meat, const solow_stats *stats, const double *scale, double *out)
{
    const solow_meat_problem *p = &meat->problem;
    const solow_small_sample *s = p->sample;
    ptrdiff_t d = p->q * p->m;
    for (ptrdiff_t t = 0; t < s->terms; t++) {
        const double *result = stats->result[meat->first + t];
        const solow_shape_key *key = &p->shape->key[s->key[t]];
        double factor = s->sign[t] * (scale != NULL ? scale[t] : 1);
        if (meat->cr != NULL) {
            finish_cr(meat, result, key->local, (ptrdiff_t)key->levels, out);
        } else if (key->local) {
            for (ptrdiff_t i = 0; i < d * d; i++) {
                out[i] += factor * result[i];
            }
        } else {
            add_levels(result, (ptrdiff_t)key->levels, d, factor, out);
        }
    }
}

solow_status solow_meat_finish(solow_meat *meat, const solow_stats *stats, const double *scale, double *m,
                               solow_error *err)
{
    const solow_meat_problem *p = &meat->problem;
    ptrdiff_t d = p->q * p->m;
    double factor = scale != NULL ? scale[0] : 1;
    const double *result = meat->wants > 0 ? stats->result[meat->first] : NULL;
    memset(m, 0, solow_bytes(d * d, sizeof *m));
    if (p->spec->kind == SOLOW_VCOV_IID) {
        finish_iid(meat, factor, m);
    } else if (p->spec->kind == SOLOW_VCOV_CLUSTER) {
        finish_clusters(meat, stats, scale, m);
    } else if (p->spec->kind == SOLOW_VCOV_DRISCOLL_KRAAY) {
        solow_bartlett_sum((ptrdiff_t)p->shape->key[p->shape->keys - 1].levels, d, result, NULL, meat->lags, m);
    } else if (result != NULL) {
        memcpy(m, result, solow_bytes(d * d, sizeof *m));
        meat->unit_leverage = p->spec->kind == SOLOW_VCOV_NEWEY_WEST ? 0 : result[d * d];
    }
    for (ptrdiff_t i = 0; i < d * d && result != NULL && p->spec->kind != SOLOW_VCOV_CLUSTER; i++) {
        m[i] *= factor;
    }
    for (ptrdiff_t i = 0; i < d * d; i++) {
        if (!isfinite(m[i])) {
            return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                              "the variance is not finite: no degrees of freedom are left, the residuals overflow, or "
                              "hc2 meets a leverage above 1");
        }
    }
    solow_mirror_upper(d, m);
    return SOLOW_OK;
}
