/* ols.c - see ols.h. */
#include "engine/estimators/linear/ols.h"

#include "engine/estimators/linear/least_squares.h"

static const solow_option ols_options[] = {{.name = NULL}};

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    double p = (double)shape->columns, n = (double)shape->rows;
    (void)err;
    *cost = (solow_cost){.arena_bytes = solow_least_squares_bytes(model, shape), .passes = 2, .flops = n * p * p};
    return SOLOW_OK;
}

static solow_status begin(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **state,
                          solow_wants *first, solow_error *err)
{
    solow_transform within = {.kind = SOLOW_TRANSFORM_WITHIN};
    solow_least_squares *machine = NULL;
    solow_status status =
        solow_least_squares_begin(model, shape, within, (double)shape->effects_rank, arena, &machine, first, err);
    *state = machine;
    return status;
}

static solow_status step(void *state, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    return solow_least_squares_step(state, stats, next, err);
}

static solow_status report(const void *state, solow_record *record, solow_error *err)
{
    return solow_least_squares_report(state, record, err);
}

static bool influence(const void *state, ptrdiff_t term, solow_influence *out)
{
    solow_least_squares_influence(state, term, out);
    return true;
}

const solow_estimator solow_ols = {
    .name = "ols",
    .also_known_as = "reghdfe feols areg lm xtreg regress",
    .title = "Least squares, with any number of fixed effects",
    .cite = "Frisch & Waugh (1933), Econometrica 1, 387-401, doi:10.2307/1907330",
    .revision = 1,
    .options = ols_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
    .influence = influence,
};
