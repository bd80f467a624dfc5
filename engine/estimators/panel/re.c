/* re.c - see re.h. */
#include "engine/estimators/panel/re.h"

#include "engine/estimators/linear/least_squares.h"
#include "engine/estimators/panel/between.h"
#include "engine/estimators/panel/components.h"
#include "engine/estimators/panel/means.h"
#include "engine/estimators/panel/period_effects.h"

#include "kernels/dense/sandwich.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const solow_option re_options[] = {
    {.name = "method",
     .type = SOLOW_OPTION_CHOICE,
     .choices = "swar walhus amemiya nerlove",
     .default_text = "swar",
     .help = "how the variance components are estimated: Swamy-Arora, Wallace-Hussain, Amemiya, Nerlove"},
    {.name = "effects",
     .type = SOLOW_OPTION_CHOICE,
     .choices = "unit time twoways",
     .default_text = "unit",
     .help = "whose effects are random: of units, of periods, or of both"},
    {.name = NULL}};

typedef enum { CENTRE, SUMS, PRECISE, SHRUNK, LAST } phase;

typedef struct state {
    const solow_model *model;
    const solow_shape *shape;
    solow_arena *arena;
    phase phase;
    solow_component_method method;
    bool random[SOLOW_WAYS];
    ptrdiff_t p;                              /* regressors with the constant, and the outcome */
    ptrdiff_t *column;                        /* [p] regressors, then the outcome */
    ptrdiff_t constant;                       /* among the regressors, -1: none */
    double *centre, *sum, *before;            /* [p] */
    double *within;                           /* [2 p^2] high and low parts */
    double *total, *between, *summed;         /* [p x p]; the last two by period */
    double *across[2], *through[2], *scratch; /* [p x p], [periods x p] twice */
    solow_panel_sums sums;
    double *store, *level; /* [length of sums], [periods x columns] */
    solow_period_effects *effects;
    double ways_rank;
    solow_components components;
    solow_least_squares *gls;
    solow_means *layer; /* NULL: the engine's own transform serves */
} state;

static ptrdiff_t wanted(const solow_shape *shape)
{
    ptrdiff_t p = 0;
    for (ptrdiff_t c = 0; c < shape->columns; c++) {
        p += shape->column[c].role <= SOLOW_ROLE_REGRESSOR ? 1 : 0;
    }
    return p;
}

static void ways_of(const solow_model *model, bool *random)
{
    const char *name = solow_model_option(model, re_options, "effects");
    random[SOLOW_WAY_UNIT] = name == NULL || strcmp(name, "time") != 0;
    random[SOLOW_WAY_TIME] = name != NULL && strcmp(name, "unit") != 0;
}

static ptrdiff_t periods_of(const solow_shape *shape, const bool *random)
{
    return random[SOLOW_WAY_TIME] && shape->has_time && shape->keys > 0 ? (ptrdiff_t)shape->key[shape->keys - 1].levels
                                                                        : 0;
}

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    ptrdiff_t p = wanted(shape);
    double n = (double)shape->rows;
    bool random[SOLOW_WAYS];
    (void)err;
    ways_of(model, random);
    ptrdiff_t m = periods_of(shape, random), keyed = p + p * (p + 1) / 2;
    m = m > SOLOW_MOST_PERIODS ? 0 : m; /* refused by begin */
    size_t bytes = solow_arena_need(1, sizeof(state)) + solow_arena_need(p, sizeof(ptrdiff_t)) +
                   4 * solow_arena_need(p, sizeof(double)) + 9 * solow_arena_need(p * p, sizeof(double)) +
                   solow_arena_need(solow_panel_sums_length(p, m, random[0] && random[1]), sizeof(double)) +
                   solow_components_bytes(p - 1) + solow_least_squares_bytes(model, shape);
    if (m > 0) {
        bytes += solow_arena_need(2 * m * p, sizeof(double)) + solow_arena_need(m * shape->columns, sizeof(double)) +
                 solow_period_effects_bytes(m, p) + solow_means_bytes(shape) +
                 2 * solow_arena_need(2 * p * p, sizeof(double)) +
                 SOLOW_CLUSTER_TERMS * solow_means_want_bytes(shape, p) + solow_means_want_bytes(shape, keyed + 1);
    }
    *cost = (solow_cost){.arena_bytes = bytes, .passes = 4, .flops = 3 * n * (double)(p * p)};
    return SOLOW_OK;
}

static void choose(state *s)
{
    ptrdiff_t k = 0;
    s->constant = -1;
    for (ptrdiff_t c = 0; c < s->shape->columns; c++) {
        solow_role role = s->shape->column[c].role;
        if (role == SOLOW_ROLE_OUTCOME) {
            s->column[s->p - 1] = c;
        } else if (role == SOLOW_ROLE_CONSTANT || role == SOLOW_ROLE_REGRESSOR) {
            s->constant = role == SOLOW_ROLE_CONSTANT ? k : s->constant;
            s->column[k++] = c;
        }
    }
}

static solow_component_method method_of(const solow_model *model)
{
    static const char *const names[] = {
        [SOLOW_SWAR] = "swar", [SOLOW_WALHUS] = "walhus", [SOLOW_AMEMIYA] = "amemiya", [SOLOW_NERLOVE] = "nerlove"};
    const char *name = solow_model_option(model, re_options, "method");
    for (int m = SOLOW_SWAR; name != NULL && m <= SOLOW_NERLOVE; m++) {
        if (strcmp(name, names[m]) == 0) {
            return (solow_component_method)m;
        }
    }
    return SOLOW_SWAR;
}

static solow_status refuse(const solow_model *model, const solow_shape *shape, const bool *random, solow_error *err)
{
    solow_status status = solow_panel_refuse_effects("re", shape, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (model->weights != NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "re takes no weights: the variance components are not defined");
    }
    if (random[SOLOW_WAY_TIME] && !shape->has_time) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "random period effects need `time:` in the data");
    }
    if (periods_of(shape, random) > SOLOW_MOST_PERIODS) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "random period effects take at most %d periods, and here are %td",
                          (int)SOLOW_MOST_PERIODS, periods_of(shape, random));
    }
    return SOLOW_OK;
}

static solow_status take(state *s, solow_error *err)
{
    ptrdiff_t p = s->p, m = periods_of(s->shape, s->random);
    bool crossed = s->random[0] && s->random[1];
    double **square[] = {&s->total,     &s->between,    &s->summed,    &s->across[0],
                         &s->across[1], &s->through[0], &s->through[1]};
    double **vector[] = {&s->centre, &s->sum, &s->before, &s->sums.mean};
    bool full = true;
    s->column = solow_arena_take(s->arena, p, sizeof *s->column);
    for (size_t i = 0; i < sizeof vector / sizeof *vector; i++) {
        *vector[i] = solow_arena_doubles(s->arena, p);
        full = full && *vector[i] != NULL;
    }
    for (size_t i = 0; i < sizeof square / sizeof *square; i++) {
        *square[i] = solow_arena_doubles(s->arena, p * p);
        full = full && *square[i] != NULL;
    }
    s->within = solow_arena_doubles(s->arena, 2 * p * p);
    s->store = solow_arena_doubles(s->arena, solow_panel_sums_length(p, m, crossed));
    s->scratch = m > 0 ? solow_arena_doubles(s->arena, 2 * m * p) : NULL;
    s->level = m > 0 ? solow_arena_doubles(s->arena, m * s->shape->columns) : NULL;
    if (!full || s->column == NULL || s->within == NULL || s->store == NULL ||
        (m > 0 && (s->scratch == NULL || s->level == NULL))) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "re: arena of %zu bytes", s->arena->size);
    }
    s->sums = (solow_panel_sums){.p = p,
                                 .periods = m,
                                 .crossed = crossed,
                                 .key = s->shape->keys - 1,
                                 .ratio = INFINITY,
                                 .centre = s->centre,
                                 .mean = s->sums.mean};
    return m > 0 ? solow_period_effects_create(m, p, s->arena, &s->effects, err) : SOLOW_OK;
}

static solow_status begin(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **out,
                          solow_wants *first, solow_error *err)
{
    bool random[SOLOW_WAYS];
    ways_of(model, random);
    solow_status status = refuse(model, shape, random, err);
    if (status != SOLOW_OK) {
        return status;
    }
    state *s = solow_arena_take(arena, 1, sizeof *s);
    if (s == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "re: arena of %zu bytes", arena->size);
    }
    *s = (state){.model = model,
                 .shape = shape,
                 .arena = arena,
                 .method = method_of(model),
                 .random = {random[0], random[1]},
                 .p = wanted(shape)};
    status = take(s, err);
    if (status != SOLOW_OK) {
        return status;
    }
    choose(s);
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

static solow_want sums_want(const state *s)
{
    return (solow_want){.kind = SOLOW_UNIT,
                        .columns = s->p,
                        .column = s->column,
                        .sums = solow_panel_sums_length(s->p, s->sums.periods, s->sums.crossed),
                        .unit = solow_panel_sums_unit,
                        .context = &s->sums};
}

static solow_want within_want(const state *s, solow_want_kind kind)
{
    return (solow_want){
        .kind = kind, .transform = {.kind = SOLOW_TRANSFORM_UNIT_WITHIN}, .columns = s->p, .column = s->column};
}

/* With a constant, everything else is summed about column means: nothing is lost to a mean far from zero. */
static void set_centre(state *s, const double *moments, solow_wants *next)
{
    double rows = moments[2 * s->p];
    for (ptrdiff_t c = 0; c < s->p; c++) {
        s->centre[c] = s->constant >= 0 && c != s->constant ? moments[2 * c] / rows : 0;
        s->sum[c] = s->constant >= 0 && c != s->constant ? 0 : moments[2 * c];
        s->before[c] = moments[2 * c + 1];
    }
    *next = (solow_wants){.count = 2, .want = {within_want(s, SOLOW_GRAM), sums_want(s)}};
    s->phase = SUMS;
}

/* Period means and sums of the columns, as p x p sums. */
static void sum_periods(state *s)
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
static void clear_rounding(state *s)
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
static solow_status gather(state *s, const solow_stats *stats, solow_error *err)
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

static double square_periods(const state *s)
{
    return solow_dot(s->sums.periods, s->sums.count, s->sums.count);
}

static solow_status estimate(state *s, bool precise, solow_error *err)
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
static solow_status begin_last(state *s, solow_wants *next, solow_error *err)
{
    const solow_components *c = &s->components;
    solow_transform quasi = {
        .kind = SOLOW_TRANSFORM_QUASI, .sigma2_e = c->sigma2_e, .sigma2_u = c->sigma2[SOLOW_WAY_UNIT]};
    solow_status status = SOLOW_OK;
    ptrdiff_t m = s->sums.periods;
    s->phase = LAST;
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
static solow_status after_components(state *s, solow_wants *next, solow_error *err)
{
    const solow_components *c = &s->components;
    double ratio = c->sigma2[SOLOW_WAY_UNIT] / c->sigma2_e, t = (double)s->shape->longest_unit;
    if (s->sums.crossed && !s->shape->balanced) {
        s->sums.ratio = ratio;
        *next = (solow_wants){.count = 1, .want = {sums_want(s)}};
        s->phase = SHRUNK;
        return SOLOW_OK;
    }
    if (s->random[SOLOW_WAY_TIME]) {
        solow_period_effects_set(s->effects, &s->sums, t * ratio / (1 + t * ratio));
    }
    return begin_last(s, next, err);
}

static solow_status step_sums(state *s, const solow_stats *stats, solow_wants *next, solow_error *err)
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
            s->phase = PRECISE;
            return SOLOW_OK;
        }
    }
    status = status == SOLOW_OK ? estimate(s, false, err) : status;
    return status == SOLOW_OK ? after_components(s, next, err) : status;
}

static solow_status step(void *opaque, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    state *s = opaque;
    solow_stats inner;
    solow_status status = SOLOW_OK;
    switch (s->phase) {
    case CENTRE:
        set_centre(s, stats->result[0], next);
        return SOLOW_OK;
    case SUMS:
        return step_sums(s, stats, next, err);
    case PRECISE:
        memcpy(s->within, stats->result[0], solow_bytes(2 * s->p * s->p, sizeof *s->within));
        status = estimate(s, true, err);
        return status == SOLOW_OK ? after_components(s, next, err) : status;
    case SHRUNK:
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

static const char *const way_names[SOLOW_WAYS] = {"unit", "period"};

static solow_status report_variances(const state *s, solow_record *record, solow_error *err)
{
    static const char *const names[SOLOW_WAYS] = {"sigma2_unit", "sigma2_time"};
    solow_status status = solow_record_add_diagnostic(record, "sigma2_idiosyncratic", s->components.sigma2_e, "", err);
    for (int a = 0; a < SOLOW_WAYS && status == SOLOW_OK; a++) {
        bool negative = s->components.negative[a];
        char text[256];
        if (!s->random[a]) {
            continue;
        }
        status = solow_record_add_diagnostic(record, names[a], s->components.sigma2[a],
                                             negative ? "negative, set to zero" : "", err);
        snprintf(text, sizeof text, "The variance of the %s effect came out negative and was set to zero%s.",
                 way_names[a], s->random[1 - a] ? "" : ": this is pooled least squares");
        if (status == SOLOW_OK && negative) {
            status = solow_record_say(record, true, text, err);
        }
    }
    return status;
}

/* The weights of the means in (3); of an unbalanced panel those of its longest unit and fullest period. */
static solow_status report_weights(const state *s, solow_record *record, solow_error *err)
{
    static const char *const names[SOLOW_WAYS] = {"theta", "theta_time"};
    const solow_components *c = &s->components;
    double rows[SOLOW_WAYS] = {(double)s->shape->longest_unit, 0}, root[SOLOW_WAYS], both = c->sigma2_e;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < s->sums.periods; t++) {
        rows[SOLOW_WAY_TIME] = fmax(rows[SOLOW_WAY_TIME], s->sums.count[t]);
    }
    for (int a = 0; a < SOLOW_WAYS && status == SOLOW_OK; a++) {
        root[a] = sqrt(c->sigma2_e / (rows[a] * c->sigma2[a] + c->sigma2_e));
        both += rows[a] * c->sigma2[a];
        if (s->random[a]) {
            status = solow_record_add_diagnostic(record, names[a], 1 - root[a],
                                                 s->shape->balanced    ? ""
                                                 : a == SOLOW_WAY_UNIT ? "of the longest unit"
                                                                       : "of the fullest period",
                                                 err);
        }
    }
    if (status == SOLOW_OK && s->sums.crossed && s->shape->balanced) {
        status = solow_record_add_diagnostic(record, "theta_total", 1 - root[0] - root[1] + sqrt(c->sigma2_e / both),
                                             "", err);
    }
    return status;
}

static solow_status report_components(const state *s, solow_record *record, solow_error *err)
{
    double ways = s->sums.crossed ? 2 : 1, lm = s->components.breusch_pagan;
    char note[256];
    snprintf(note, sizeof note, "H0: no %s effect (Lagrange multiplier, Baltagi-Li for unbalanced panels)",
             s->sums.crossed ? "unit and period" : way_names[s->random[SOLOW_WAY_UNIT] ? 0 : 1]);
    solow_status status = report_variances(s, record, err);
    if (status == SOLOW_OK) {
        status = report_weights(s, record, err);
    }
    if (status == SOLOW_OK) {
        status = solow_record_add_test(record, "breusch_pagan", lm, ways, NAN, solow_chi2_upper(lm, ways), note, err);
    }
    return status;
}

static solow_status report(const void *opaque, solow_record *record, solow_error *err)
{
    const state *s = opaque;
    solow_status status = solow_least_squares_report(s->gls, record, err);
    return status == SOLOW_OK ? report_components(s, record, err) : status;
}

const solow_estimator solow_re = {
    .name = "re",
    .also_known_as = "random xtreg_re",
    .title = "Random effects of units, periods, or both",
    .cite = "Swamy & Arora (1972), Econometrica 40, 261-275, doi:10.2307/1909405",
    .revision = 2,
    .needs_units = true,
    .options = re_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
};
