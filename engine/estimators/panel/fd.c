/* fd.c - see fd.h. */
#include "engine/estimators/panel/fd.h"

#include "engine/estimators/linear/least_squares.h"
#include "engine/estimators/panel/between.h"

static const solow_option fd_options[] = {{.name = NULL}};

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
    solow_least_squares *machine = NULL;
    solow_status status = solow_panel_refuse_effects("fd", shape, err);
    if (status == SOLOW_OK) {
        status = solow_least_squares_begin(model, shape, (solow_transform){.kind = SOLOW_TRANSFORM_DIFFERENCE}, 0,
                                           arena, &machine, first, err);
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
    const solow_least_squares *machine = state;
    solow_status status = solow_least_squares_report(machine, record, err);
    if (status == SOLOW_OK) {
        status =
            solow_record_add_diagnostic(record, "rows_without_difference", (double)machine->shape->rows - machine->rows,
                                        "first periods and gaps", err);
    }
    return status;
}

static void influence(const void *state, ptrdiff_t term, solow_influence *out)
{
    solow_least_squares_influence(state, term, out);
}

const solow_estimator solow_fd = {
    .name = "fd",
    .also_known_as = "first_difference xtreg_fd",
    .title = "Least squares on first differences",
    .cite = "Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, 10.6",
    .revision = 1,
    .needs_units = true,
    .needs_time = true,
    .options = fd_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
    .influence = influence,
};
