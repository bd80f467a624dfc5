/* re.c - see re.h. */
#include "engine/estimators/panel/re.h"

#include "engine/estimators/panel/re_state.h"

#include "kernels/dense/sandwich.h"

#include <string.h>

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    double n = (double)shape->rows, p = (double)shape->columns;
    (void)err;
    *cost = (solow_cost){.arena_bytes = solow_re_bytes(model, shape), .passes = 4, .flops = 3 * n * p * p};
    return SOLOW_OK;
}

static solow_status begin(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **out,
                          solow_wants *first, solow_error *err)
{
    solow_re_state *s = NULL;
    solow_status status = solow_re_create(model, shape, arena, &s, err);
    if (status != SOLOW_OK) {
        return status;
    }
    *first = (solow_wants){.count = 1,
                           .want = {{.kind = SOLOW_UNIT,
                                     .columns = s->p,
                                     .column = s->column,
                                     .sums = 2 * s->p + 2,
                                     .unit = solow_moments_unit,
                                     .context = &s->p}}};
    *out = s;
    return SOLOW_OK;
}

static solow_want sums_want(const solow_re_state *s)
{
    return (solow_want){.kind = SOLOW_UNIT,
                        .columns = s->p,
                        .column = s->column,
                        .sums = solow_panel_sums_length(s->p, s->sums.periods, s->sums.crossed),
                        .unit = solow_panel_sums_unit,
                        .context = &s->sums};
}

static solow_want within_want(const solow_re_state *s, solow_want_kind kind)
{
    return (solow_want){
        .kind = kind, .transform = {.kind = SOLOW_TRANSFORM_UNIT_WITHIN}, .columns = s->p, .column = s->column};
}

/* With a constant, everything else is summed about column means: nothing is lost to a mean far from zero. */
static void set_centre(solow_re_state *s, const double *moments, solow_wants *next)
{
    double rows = moments[2 * s->p];
    for (ptrdiff_t c = 0; c < s->p; c++) {
        s->centre[c] = s->constant >= 0 && c != s->constant ? moments[2 * c] / rows : 0;
        s->sum[c] = s->constant >= 0 && c != s->constant ? 0 : moments[2 * c];
        s->before[c] = moments[2 * c + 1];
    }
    *next = (solow_wants){.count = 2, .want = {within_want(s, SOLOW_GRAM), sums_want(s)}};
    s->phase = SOLOW_RE_SUMS;
}

/* Period means and sums of the columns, as p x p sums. */
static void sum_periods(solow_re_state *s)
{
    ptrdiff_t p = s->p, m = s->sums.periods;
    double *mean = s->scratch;
    for (ptrdiff_t c = 0; c < p; c++) {
        for (ptrdiff_t t = 0; t < m; t++) {
            mean[c * m + t] = s->sums.count[t] > 0 ? s->sums.period[c * m + t] / s->sums.count[t] : 0;
        }
    }
    solow_multiply_left(p, p, m, mean, s->sums.period, s->between);
    solow_multiply_left(p, p, m, s->sums.period, s->sums.period, s->summed);
    if (s->sums.crossed) {
        solow_multiply_left(p, p, m, s->sums.cross, s->sums.cross, s->across[SOLOW_WAY_UNIT]);
        solow_multiply_left(p, p, m, s->sums.cross, s->sums.period, s->through[SOLOW_WAY_UNIT]);
        solow_multiply(m, p, m, s->sums.overlap2, mean, mean + m * p);
        solow_multiply_left(p, p, m, mean, mean + m * p, s->across[SOLOW_WAY_TIME]);
        solow_multiply_left(p, p, m, mean, s->sums.cross2, s->through[SOLOW_WAY_TIME]);
    }
}

/* A column of which taking effects out by subtraction leaves nothing but rounding is zero. */
static void clear_rounding(solow_re_state *s)
{
    ptrdiff_t p = s->p;
    for (ptrdiff_t j = 0; j < p - 1; j++) {
        bool nothing = s->within[j * p + j] <= 1e-11 * s->total[j * p + j];
        for (ptrdiff_t i = 0; nothing && i < p; i++) {
            s->within[j * p + i] = s->within[i * p + j] = 0;
        }
    }
}

/* X'QX of the random ways, X'X and the rest. */
static solow_status gather(solow_re_state *s, const solow_stats *stats, solow_error *err)
{
    ptrdiff_t p = s->p, rank = 0;
    solow_status status = SOLOW_OK;
    memcpy(s->within, stats->result[0], solow_bytes(p * p, sizeof *s->within));
    solow_panel_sums_read(&s->sums, stats->result[1], s->store);
    for (ptrdiff_t i = 0; i < p * p; i++) {
        s->total[i] = s->within[i] + s->sums.unit[i];
    }
    s->ways_rank = (double)s->shape->units;
    if (!s->random[SOLOW_WAY_TIME]) {
        return SOLOW_OK;
    }
    sum_periods(s);
    if (s->random[SOLOW_WAY_UNIT]) {
        solow_period_effects_set(s->effects, &s->sums, 1);
        status = solow_period_effects_remove(s->effects, s->within, &rank, err);
        s->ways_rank += (double)rank;
    } else {
        for (ptrdiff_t i = 0; i < p * p; i++) {
            s->within[i] = s->total[i] - s->between[i];
        }
        s->ways_rank = (double)s->shape->periods;
    }
    clear_rounding(s);
    return status;
}

static double square_periods(const solow_re_state *s)
{
    return solow_dot(s->sums.periods, s->sums.count, s->sums.count);
}

static solow_status estimate(solow_re_state *s, bool precise, solow_error *err)
{
    bool time = s->random[SOLOW_WAY_TIME];
    solow_component_sums sums = {.k = s->p - 1,
                                 .balanced = s->shape->balanced,
                                 .rows = (double)s->shape->rows,
                                 .ways_rank = s->ways_rank,
                                 .within = s->within,
                                 .precise = precise,
                                 .total = s->total,
                                 .before = s->before,
                                 .sum = s->sum,
                                 .way = {{.random = s->random[SOLOW_WAY_UNIT],
                                          .levels = (double)s->shape->units,
                                          .square_rows = s->sums.squares[0],
                                          .means = s->sums.unit,
                                          .summed = s->sums.unit2,
                                          .across = s->across[SOLOW_WAY_UNIT],
                                          .through = s->through[SOLOW_WAY_UNIT]},
                                         {.random = time,
                                          .levels = (double)s->shape->periods,
                                          .square_rows = time ? square_periods(s) : 0,
                                          .means = s->between,
                                          .summed = s->summed,
                                          .across = s->across[SOLOW_WAY_TIME],
                                          .through = s->through[SOLOW_WAY_TIME]}}};
    return solow_components_estimate(s->method, &sums, s->arena, &s->components, err);
}

/* (3) of re.h: the last regression, by the engine's transform or by the layer of means.h. */
static solow_status begin_last(solow_re_state *s, solow_wants *next, solow_error *err)
{
    const solow_components *c = &s->components;
    solow_transform quasi = {
        .kind = SOLOW_TRANSFORM_QUASI, .sigma2_e = c->sigma2_e, .sigma2_u = c->sigma2[SOLOW_WAY_UNIT]};
    solow_status status = SOLOW_OK;
    ptrdiff_t m = s->sums.periods;
    s->phase = SOLOW_RE_LAST;
    if (s->random[SOLOW_WAY_TIME]) {
        solow_quasi_levels levels = {
            .level = s->level, .periods = m, .sigma2_e = quasi.sigma2_e, .sigma2_u = quasi.sigma2_u};
        status =
            solow_period_effects_level(s->effects, c->sigma2[SOLOW_WAY_TIME] / c->sigma2_e, s->centre, s->scratch, err);
        for (ptrdiff_t j = 0; j < s->p; j++) {
            memcpy(s->level + s->column[j] * m, s->scratch + j * m, solow_bytes(m, sizeof *s->level));
        }
        if (status == SOLOW_OK) {
            status = solow_means_create_quasi(s->shape, &levels, s->arena, &s->layer, err);
        }
    }
    if (status == SOLOW_OK) {
        status = solow_least_squares_begin(s->model, s->shape, quasi, 0, s->arena, &s->gls, next, err);
    }
    if (status == SOLOW_OK) {
        s->gls->normal_law = true;
    }
    return status == SOLOW_OK && s->layer != NULL ? solow_means_wrap(s->layer, next, err) : status;
}

/* The components are known: units with periods once more with shrunk unit means, unless they are a multiple. */
static solow_status after_components(solow_re_state *s, solow_wants *next, solow_error *err)
{
    const solow_components *c = &s->components;
    double ratio = c->sigma2[SOLOW_WAY_UNIT] / c->sigma2_e, t = (double)s->shape->longest_unit;
    if (s->sums.crossed && !s->shape->balanced) {
        s->sums.ratio = ratio;
        *next = (solow_wants){.count = 1, .want = {sums_want(s)}};
        s->phase = SOLOW_RE_SHRUNK;
        return SOLOW_OK;
    }
    if (s->random[SOLOW_WAY_TIME]) {
        solow_period_effects_set(s->effects, &s->sums, t * ratio / (1 + t * ratio));
    }
    return begin_last(s, next, err);
}

static solow_status step_sums(solow_re_state *s, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    solow_normal *trial = NULL;
    size_t mark = s->arena->used;
    solow_status status = gather(s, stats, err);
    if (status == SOLOW_OK && !s->random[SOLOW_WAY_TIME]) {
        status = solow_normal_create(s->p - 1, s->arena, &trial, err);
        bool safe = status == SOLOW_OK && solow_normal_solve(trial, s->within, s->before);
        s->arena->used = mark;
        if (status == SOLOW_OK && !safe) {
            *next = (solow_wants){.count = 1, .want = {within_want(s, SOLOW_GRAM_PRECISE)}};
            s->phase = SOLOW_RE_PRECISE;
            return SOLOW_OK;
        }
    }
    status = status == SOLOW_OK ? estimate(s, false, err) : status;
    return status == SOLOW_OK ? after_components(s, next, err) : status;
}

static solow_status step(void *opaque, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    solow_re_state *s = opaque;
    solow_stats inner;
    solow_status status = SOLOW_OK;
    switch (s->phase) {
    case SOLOW_RE_CENTRE:
        set_centre(s, stats->result[0], next);
        return SOLOW_OK;
    case SOLOW_RE_SUMS:
        return step_sums(s, stats, next, err);
    case SOLOW_RE_PRECISE:
        memcpy(s->within, stats->result[0], solow_bytes(2 * s->p * s->p, sizeof *s->within));
        status = estimate(s, true, err);
        return status == SOLOW_OK ? after_components(s, next, err) : status;
    case SOLOW_RE_SHRUNK:
        solow_panel_sums_read(&s->sums, stats->result[0], s->store);
        solow_period_effects_set(s->effects, &s->sums, 1);
        return begin_last(s, next, err);
    default:
        break;
    }
    if (s->layer == NULL) {
        return solow_least_squares_step(s->gls, stats, next, err);
    }
    solow_means_unwrap(s->layer, stats, &inner);
    status = solow_least_squares_step(s->gls, &inner, next, err);
    return status == SOLOW_OK ? solow_means_wrap(s->layer, next, err) : status;
}

static solow_status report(const void *opaque, solow_record *record, solow_error *err)
{
    const solow_re_state *s = opaque;
    solow_status status = solow_least_squares_report(s->gls, record, err);
    return status == SOLOW_OK ? solow_re_report_components(s, record, err) : status;
}

static void influence(const void *opaque, ptrdiff_t term, solow_influence *out)
{
    const solow_re_state *s = opaque;
    if (s->layer != NULL) { /* its columns are combinations of means, which no plain want has */
        out->columns = 0;
        return;
    }
    solow_least_squares_influence(s->gls, term, out);
}

const solow_estimator solow_re = {
    .name = "re",
    .also_known_as = "random xtreg_re",
    .title = "Random effects of units, periods, or both",
    .cite = "Swamy & Arora (1972), Econometrica 40, 261-275, doi:10.2307/1909405",
    .revision = 2,
    .needs_units = true,
    .options = solow_re_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
    .influence = influence,
};
