/* mundlak.c - see mundlak.h. */
#include "engine/estimators/panel/mundlak.h"

#include "engine/estimators/linear/least_squares.h"
#include "engine/estimators/panel/between.h"
#include "engine/estimators/panel/means.h"
#include "engine/inference/wald.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const solow_option mundlak_options[] = {{.name = NULL}};

typedef struct state {
    solow_means *means;
    solow_least_squares *fit;
} state;

/* The shape with room for the means, for sizes alone. */
static solow_shape widened(const solow_shape *shape, solow_shape_column *column)
{
    solow_shape wide = *shape;
    ptrdiff_t at = shape->columns;
    for (ptrdiff_t c = 0; c < shape->columns; c++) {
        column[c] = shape->column[c];
        if (column[c].role == SOLOW_ROLE_REGRESSOR) {
            column[at++] = column[c];
        }
    }
    wide.column = column;
    wide.columns = at;
    return wide;
}

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    solow_shape_column *column = solow_allocate(2 * shape->columns, sizeof *column);
    double n = (double)shape->rows;
    if (column == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to plan a model");
    }
    solow_shape wide = widened(shape, column);
    ptrdiff_t p = wide.columns, keyed = p + p * (p + 1) / 2;
    size_t bytes = solow_arena_need(1, sizeof(state)) + solow_means_bytes(shape) +
                   solow_least_squares_bytes(model, &wide) + 2 * solow_arena_need(2 * p * p, sizeof(double)) +
                   SOLOW_CLUSTER_TERMS * solow_means_want_bytes(shape, p) + solow_means_want_bytes(shape, keyed + 1);
    *cost = (solow_cost){.arena_bytes = bytes, .passes = 2, .flops = n * (double)(p * p)};
    free(column);
    return SOLOW_OK;
}

static solow_status begin(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **out,
                          solow_wants *first, solow_error *err)
{
    state *s = solow_arena_take(arena, 1, sizeof *s);
    if (s == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "mundlak: arena of %zu bytes", arena->size);
    }
    *s = (state){0};
    solow_status status = solow_panel_refuse_effects("mundlak", shape, err);
    if (status == SOLOW_OK) {
        status = solow_means_create(shape, arena, &s->means, err);
    }
    if (status == SOLOW_OK) {
        status =
            solow_least_squares_begin(model, solow_means_shape(s->means),
                                      (solow_transform){.kind = SOLOW_TRANSFORM_NONE}, 0, arena, &s->fit, first, err);
    }
    if (status == SOLOW_OK) {
        status = solow_means_wrap(s->means, first, err);
        *out = s;
    }
    return status;
}

static solow_status step(void *opaque, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    state *s = opaque;
    solow_stats inner;
    solow_means_unwrap(s->means, stats, &inner);
    solow_status status = solow_least_squares_step(s->fit, &inner, next, err);
    return status == SOLOW_OK ? solow_means_wrap(s->means, next, err) : status;
}

/* (3): the means come last among the terms; q of them are kept. */
static solow_status add_test(const state *s, solow_record *record, solow_error *err)
{
    const solow_least_squares *fit = s->fit;
    ptrdiff_t k = fit->kept, q = 0;
    while (q < k && strncmp(fit->kept_name[k - 1 - q], "mean(", 5) == 0) {
        q++;
    }
    double *v = solow_allocate(q * q, sizeof *v);
    solow_wald_result result;
    solow_error cause = {0};
    if (v == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a test");
    }
    for (ptrdiff_t j = 0; j < q; j++) {
        memcpy(v + j * q, fit->v + (k - q + j) * k + k - q, solow_bytes(q, sizeof *v));
    }
    solow_status status = SOLOW_OK;
    if (q > 0 && solow_wald_quadratic(q, fit->b + k - q, v, fit->df[0], &result, &cause) == SOLOW_OK) {
        status =
            solow_record_add_test(record, "hausman_robust", result.statistic, result.df1, result.df2, result.p_value,
                                  "H0: the unit means have no coefficients: random effects do", err);
    }
    free(v);
    return status;
}

static solow_status report(const void *opaque, solow_record *record, solow_error *err)
{
    const state *s = opaque;
    solow_status status = solow_least_squares_report(s->fit, record, err);
    return status == SOLOW_OK ? add_test(s, record, err) : status;
}

const solow_estimator solow_mundlak = {
    .name = "mundlak",
    .also_known_as = "cre xthybrid",
    .title = "Correlated random effects: least squares with unit means",
    .cite = "Mundlak (1978), Econometrica 46, 69-85, doi:10.2307/1913646",
    .revision = 1,
    .needs_units = true,
    .options = mundlak_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
};
