/* re_setup.c - options, sizes and arrays of random effects; see re.h. */
#include "engine/estimators/panel/re_state.h"

#include "engine/estimators/panel/between.h"

#include <math.h>
#include <string.h>

const solow_option solow_re_options[] = {
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
    const char *name = solow_model_option(model, solow_re_options, "effects");
    random[SOLOW_WAY_UNIT] = name == NULL || strcmp(name, "time") != 0;
    random[SOLOW_WAY_TIME] = name != NULL && strcmp(name, "unit") != 0;
}

static ptrdiff_t periods_of(const solow_shape *shape, const bool *random)
{
    return random[SOLOW_WAY_TIME] && shape->has_time && shape->keys > 0 ? (ptrdiff_t)shape->key[shape->keys - 1].levels
                                                                        : 0;
}

size_t solow_re_bytes(const solow_model *model, const solow_shape *shape)
{
    ptrdiff_t p = wanted(shape);
    bool random[SOLOW_WAYS];
    ways_of(model, random);
    ptrdiff_t m = periods_of(shape, random), keyed = p + p * (p + 1) / 2;
    m = m > SOLOW_MOST_PERIODS ? 0 : m; /* refused by begin */
    size_t bytes = solow_arena_need(1, sizeof(solow_re_state)) + solow_arena_need(p, sizeof(ptrdiff_t)) +
                   4 * solow_arena_need(p, sizeof(double)) + 9 * solow_arena_need(p * p, sizeof(double)) +
                   solow_arena_need(solow_panel_sums_length(p, m, random[0] && random[1]), sizeof(double)) +
                   solow_components_bytes(p - 1) + solow_least_squares_bytes(model, shape);
    if (m > 0) {
        bytes += solow_arena_need(2 * m * p, sizeof(double)) + solow_arena_need(m * shape->columns, sizeof(double)) +
                 solow_period_effects_bytes(m, p) + solow_means_bytes(shape) +
                 2 * solow_arena_need(2 * p * p, sizeof(double)) +
                 SOLOW_CLUSTER_TERMS * solow_means_want_bytes(shape, p) + solow_means_want_bytes(shape, keyed + 1);
    }
    return bytes;
}

static void choose(solow_re_state *s)
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
    const char *name = solow_model_option(model, solow_re_options, "method");
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

static solow_status take(solow_re_state *s, solow_error *err)
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

solow_status solow_re_create(const solow_model *model, const solow_shape *shape, solow_arena *arena,
                             solow_re_state **made, solow_error *err)
{
    bool random[SOLOW_WAYS];
    ways_of(model, random);
    solow_status status = refuse(model, shape, random, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_re_state *s = solow_arena_take(arena, 1, sizeof *s);
    if (s == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "re: arena of %zu bytes", arena->size);
    }
    *s = (solow_re_state){.model = model,
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
    *made = s;
    return SOLOW_OK;
}
