/* between.c - see between.h. */
#include "engine/estimators/panel/between.h"

#include "engine/estimators/linear/least_squares.h"

static const solow_option between_options[] = {{.name = NULL}};

solow_status solow_panel_refuse_effects(const char *estimator, const solow_shape *shape, solow_error *err)
{
    if (shape->effects > 0) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_NUMERIC,
            "%s takes no fixed effects, and the formula has %s; write period effects as i(year) among the "
            "regressors",
            estimator, shape->effect[0].name);
    }
    return SOLOW_OK;
}

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    double p = (double)shape->columns;
    (void)err;
    *cost = (solow_cost){
        .arena_bytes = solow_least_squares_bytes(model, shape), .passes = 2, .flops = (double)shape->units * p * p};
    return SOLOW_OK;
}

static solow_status begin(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **state,
                          solow_wants *first, solow_error *err)
{
    solow_least_squares *machine = NULL;
    solow_status status = solow_panel_refuse_effects("between", shape, err);
    if (status == SOLOW_OK) {
        status = solow_least_squares_begin(model, shape, (solow_transform){.kind = SOLOW_TRANSFORM_BETWEEN}, 0, arena,
                                           &machine, first, err);
    }
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

static void influence(const void *state, ptrdiff_t term, solow_influence *out)
{
    solow_least_squares_influence(state, term, out);
}

const solow_estimator solow_between = {
    .name = "between",
    .also_known_as = "xtreg_be be",
    .title = "Least squares on unit means",
    .cite = "Baltagi (2021), Econometric Analysis of Panel Data, doi:10.1007/978-3-030-53953-5",
    .revision = 1,
    .needs_units = true,
    .options = between_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
    .influence = influence,
};
