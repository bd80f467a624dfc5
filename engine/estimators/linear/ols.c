/* ols.c - see ols.h. */
#include "engine/estimators/linear/ols.h"

#include "engine/estimators/linear/least_squares.h"

#include <math.h>
#include <stdlib.h>

static const solow_option ols_options[] = {{.name = NULL}};

typedef struct state {
    const solow_model *model;
    const solow_shape *shape;
    solow_least_squares *fit;
    /* cr2 and cr3 of effects that reach across the clusters: the same regression once more, with their dummies */
    bool spelled;
    solow_model plain, again; /* the model with iid; the model without saved columns */
    solow_shape wide;         /* dummies as regressors; no effects */
    solow_least_squares *dummies;
    solow_arena *arena;
} state;

static bool is_spelled(const solow_shape *shape)
{
    bool spelled = false;
    for (ptrdiff_t e = 0; e < shape->effects; e++) {
        spelled = spelled || shape->effect[e].spelled;
    }
    return spelled;
}

/* column [shape->columns] out. */
static solow_shape widen(const solow_shape *shape, solow_shape_column *column)
{
    solow_shape wide = *shape;
    for (ptrdiff_t c = 0; c < shape->columns; c++) {
        column[c] = shape->column[c];
        column[c].role = column[c].role == SOLOW_ROLE_DUMMY ? SOLOW_ROLE_REGRESSOR : column[c].role;
    }
    wide.column = column;
    wide.effects = 0;
    return wide;
}

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    double p = (double)shape->columns, n = (double)shape->rows;
    bool spelled = is_spelled(shape);
    size_t bytes = solow_arena_need(1, sizeof(state)) + solow_least_squares_bytes(model, shape);
    if (spelled) {
        solow_shape_column *column = solow_allocate(shape->columns, sizeof *column);
        if (column == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to plan a model");
        }
        solow_shape wide = widen(shape, column);
        bytes += solow_arena_need(shape->columns, sizeof *column) + solow_least_squares_bytes(model, &wide);
        free(column);
    }
    bool scores = model->vcov.kind != SOLOW_VCOV_IID || model->save_count > 0;
    *cost = (solow_cost){.arena_bytes = bytes, .passes = spelled ? 4 : scores ? 2 : 1, .flops = n * p * p};
    return SOLOW_OK;
}

static solow_status begin(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **out,
                          solow_wants *first, solow_error *err)
{
    solow_transform within = {.kind = SOLOW_TRANSFORM_WITHIN};
    state *s = solow_arena_take(arena, 1, sizeof *s);
    if (s == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "ols: arena of %zu bytes", arena->size);
    }
    *s = (state){.model = model, .shape = shape, .spelled = is_spelled(shape), .arena = arena};
    s->plain = s->again = *model;
    s->plain.vcov.kind = s->spelled ? SOLOW_VCOV_IID : model->vcov.kind;
    s->again.save_count = 0;
    *out = s;
    return solow_least_squares_begin(&s->plain, shape, within, (double)shape->effects_rank, arena, &s->fit, first, err);
}

static solow_status begin_dummies(state *s, solow_wants *next, solow_error *err)
{
    bool units = false; /* left to be absorbed */
    solow_shape_column *column = solow_arena_take(s->arena, s->shape->columns, sizeof *column);
    if (column == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "ols: arena of %zu bytes", s->arena->size);
    }
    for (ptrdiff_t e = 0; e < s->shape->effects; e++) {
        units = units || !s->shape->effect[e].spelled;
    }
    s->wide = widen(s->shape, column);
    solow_transform transform = {.kind = units ? SOLOW_TRANSFORM_UNIT_WITHIN : SOLOW_TRANSFORM_NONE};
    return solow_least_squares_begin(&s->again, &s->wide, transform, units ? (double)s->shape->units : 0, s->arena,
                                     &s->dummies, next, err);
}

/* The variance of the model's own terms, under the rule of the model with absorbed effects. */
static solow_status adopt(state *s, solow_error *err)
{
    solow_least_squares *fit = s->fit;
    const solow_least_squares *wide = s->dummies;
    solow_vcov_facts facts = wide->vcov->facts;
    for (ptrdiff_t j = 0; j < fit->kept; j++) {
        ptrdiff_t cj = 0, ci = 0;
        while (cj < wide->kept && wide->kept_column[cj] != fit->kept_column[j]) {
            cj++;
        }
        for (ptrdiff_t i = 0; i < fit->kept && cj < wide->kept; i++) {
            for (ci = 0; ci < wide->kept && wide->kept_column[ci] != fit->kept_column[i]; ci++) {
            }
            fit->v[j * fit->kept + i] = ci < wide->kept ? wide->v[cj * wide->kept + ci] : NAN;
        }
        fit->df[j] = cj < wide->kept ? wide->df[cj] : NAN;
    }
    facts.shape = s->shape;
    fit->vcov->facts = facts;
    return solow_small_sample_of(&s->model->vcov, &s->model->ssc, s->shape, fit->kept, fit->effects_rank, fit->nobs,
                                 &fit->vcov->facts.sample, err);
}

static solow_status step(void *opaque, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    state *s = opaque;
    solow_status status = SOLOW_OK;
    if (s->dummies == NULL) {
        status = solow_least_squares_step(s->fit, stats, next, err);
        return status == SOLOW_OK && next->count == 0 && s->spelled ? begin_dummies(s, next, err) : status;
    }
    status = solow_least_squares_step(s->dummies, stats, next, err);
    return status == SOLOW_OK && next->count == 0 ? adopt(s, err) : status;
}

static solow_status report(const void *opaque, solow_record *record, solow_error *err)
{
    const state *s = opaque;
    return solow_least_squares_report(s->fit, record, err);
}

static void influence(const void *opaque, ptrdiff_t term, solow_influence *out)
{
    const state *s = opaque;
    solow_least_squares_influence(s->fit, term, out);
}

const solow_estimator solow_ols = {
    .name = "ols",
    .also_known_as = "reghdfe feols areg lm xtreg regress",
    .title = "Least squares, with any number of fixed effects",
    .cite = "Frisch & Waugh (1933), Econometrica 1, 387-401, doi:10.2307/1907330",
    .revision = 2,
    .options = ols_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
    .influence = influence,
};
