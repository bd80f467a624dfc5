/* re.c - see re.h. */
#include "engine/estimators/panel/re.h"

#include "engine/estimators/linear/least_squares.h"
#include "engine/estimators/panel/between.h"
#include "engine/estimators/panel/components.h"

#include "kernels/dense/gram.h"
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
    {.name = NULL}};

typedef struct state {
    const solow_model *model;
    const solow_shape *shape;
    solow_arena *arena;
    solow_component_method method;
    ptrdiff_t p;        /* regressors with the constant, and the outcome */
    ptrdiff_t *column;  /* [p] regressors, then the outcome */
    double *mean;       /* [p] of one unit */
    double *sums;       /* [2 p^2 + 1] P and P2 sums, sum T_i^2; of the pass, full after it */
    double *before;     /* [p - 1] */
    ptrdiff_t constant; /* among the regressors, -1: none */
    solow_components components;
    solow_least_squares *gls; /* NULL in the first step */
} state;

static ptrdiff_t wanted(const solow_shape *shape)
{
    ptrdiff_t p = 0;
    for (ptrdiff_t c = 0; c < shape->columns; c++) {
        p += shape->column[c].role <= SOLOW_ROLE_REGRESSOR ? 1 : 0;
    }
    return p;
}

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    ptrdiff_t p = wanted(shape);
    double n = (double)shape->rows;
    (void)err;
    *cost = (solow_cost){.arena_bytes = solow_arena_need(1, sizeof(state)) + solow_arena_need(p, sizeof(ptrdiff_t)) +
                                        2 * solow_arena_need(p, sizeof(double)) +
                                        solow_arena_need(2 * p * p + 1, sizeof(double)) +
                                        solow_components_bytes(p - 1) + solow_least_squares_bytes(model, shape),
                         .passes = 3,
                         .flops = 2 * n * (double)(p * p)};
    return SOLOW_OK;
}

/* P and P2 sums of [X y], upper triangles, unit by unit. */
static void means_unit(const void *context, const solow_view *view, double *sums)
{
    const state *s = context;
    ptrdiff_t p = s->p;
    for (ptrdiff_t u = 0; u < view->units; u++) {
        double rows = 0;
        for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
            rows += view->present[i];
        }
        for (ptrdiff_t c = 0; rows > 0 && c < p; c++) {
            double sum = 0;
            for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
                sum += view->x[c * view->ld + i];
            }
            s->mean[c] = sum / rows;
            for (ptrdiff_t b = 0; b <= c; b++) {
                double product = rows * s->mean[b] * s->mean[c];
                sums[c * p + b] += product;
                sums[p * p + c * p + b] += rows * product;
            }
        }
        sums[2 * p * p] += rows * rows;
    }
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
    const char *name = solow_model_option(model, re_options, "method");
    if (name != NULL && strcmp(name, "walhus") == 0) {
        return SOLOW_WALHUS;
    }
    if (name != NULL && strcmp(name, "amemiya") == 0) {
        return SOLOW_AMEMIYA;
    }
    return name != NULL && strcmp(name, "nerlove") == 0 ? SOLOW_NERLOVE : SOLOW_SWAR;
}

static solow_status begin(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **out,
                          solow_wants *first, solow_error *err)
{
    solow_status status = solow_panel_refuse_effects("re", shape, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (model->weights != NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "re takes no weights: the variance components are not defined");
    }
    state *s = solow_arena_take(arena, 1, sizeof *s);
    if (s == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "re: arena of %zu bytes", arena->size);
    }
    *s = (state){
        .model = model, .shape = shape, .arena = arena, .method = method_of(model), .p = wanted(shape), .gls = NULL};
    s->column = solow_arena_take(arena, s->p, sizeof *s->column);
    s->mean = solow_arena_doubles(arena, s->p);
    s->before = solow_arena_doubles(arena, s->p);
    s->sums = solow_arena_doubles(arena, 2 * s->p * s->p + 1);
    if (s->column == NULL || s->mean == NULL || s->before == NULL || s->sums == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "re: arena of %zu bytes", arena->size);
    }
    choose(s);
    *first = (solow_wants){.count = 2,
                           .want = {{.kind = SOLOW_GRAM,
                                     .transform = {.kind = SOLOW_TRANSFORM_UNIT_WITHIN},
                                     .columns = s->p,
                                     .column = s->column},
                                    {.kind = SOLOW_UNIT,
                                     .transform = {.kind = SOLOW_TRANSFORM_NONE},
                                     .columns = s->p,
                                     .column = s->column,
                                     .sums = 2 * s->p * s->p + 1,
                                     .unit = means_unit,
                                     .context = s}}};
    *out = s;
    return SOLOW_OK;
}

static solow_status components(state *s, const solow_stats *stats, solow_error *err)
{
    ptrdiff_t p = s->p;
    const double *within = stats->result[0];
    memcpy(s->sums, stats->result[1], solow_bytes(2 * p * p + 1, sizeof *s->sums));
    solow_mirror_upper(p, s->sums);
    solow_mirror_upper(p, s->sums + p * p);
    for (ptrdiff_t j = 0; j < p - 1; j++) {
        s->before[j] = within[j * p + j] + s->sums[j * p + j];
    }
    solow_component_sums sums = {.k = p - 1,
                                 .constant = s->constant,
                                 .rows = (double)s->shape->rows,
                                 .units = (double)s->shape->units,
                                 .square_rows = s->sums[2 * p * p],
                                 .within = within,
                                 .means = s->sums,
                                 .means2 = s->sums + p * p,
                                 .before = s->before};
    return solow_components_estimate(s->method, &sums, s->arena, &s->components, err);
}

static solow_status step(void *opaque, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    state *s = opaque;
    if (s->gls != NULL) {
        return solow_least_squares_step(s->gls, stats, next, err);
    }
    solow_status status = components(s, stats, err);
    if (status == SOLOW_OK) {
        solow_transform quasi = {
            .kind = SOLOW_TRANSFORM_QUASI, .sigma2_e = s->components.sigma2_e, .sigma2_u = s->components.sigma2_u};
        status = solow_least_squares_begin(s->model, s->shape, quasi, 0, s->arena, &s->gls, next, err);
    }
    if (status == SOLOW_OK) {
        s->gls->normal_law = true;
    }
    return status;
}

static solow_status report_components(const state *s, solow_record *record, solow_error *err)
{
    const solow_components *c = &s->components;
    double longest = (double)s->shape->longest_unit;
    double theta = 1 - sqrt(c->sigma2_e / (longest * c->sigma2_u + c->sigma2_e));
    solow_status status = solow_record_add_diagnostic(record, "sigma2_idiosyncratic", c->sigma2_e, "", err);
    if (status == SOLOW_OK) {
        status = solow_record_add_diagnostic(record, "sigma2_unit", c->sigma2_u,
                                             c->negative ? "negative, set to zero" : "", err);
    }
    if (status == SOLOW_OK) {
        status =
            solow_record_add_diagnostic(record, "theta", theta, s->shape->balanced ? "" : "of the longest unit", err);
    }
    if (status == SOLOW_OK && c->negative) {
        status = solow_record_say(record, true,
                                  "The variance of the unit effect came out negative and was set to zero: this is "
                                  "pooled least squares.",
                                  err);
    }
    if (status == SOLOW_OK) {
        status = solow_record_add_test(
            record, "breusch_pagan", c->breusch_pagan, 1, NAN, solow_chi2_upper(c->breusch_pagan, 1),
            "H0: no unit effect (Lagrange multiplier, Baltagi-Li for unbalanced panels)", err);
    }
    return status;
}

static solow_status report(const void *opaque, solow_record *record, solow_error *err)
{
    const state *s = opaque;
    solow_status status = solow_least_squares_report(s->gls, record, err);
    return status == SOLOW_OK ? report_components(s, record, err) : status;
}

static void influence(const void *opaque, ptrdiff_t term, solow_influence *out)
{
    const state *s = opaque;
    solow_least_squares_influence(s->gls, term, out);
}

const solow_estimator solow_re = {
    .name = "re",
    .also_known_as = "random xtreg_re",
    .title = "Random unit effects",
    .cite = "Swamy & Arora (1972), Econometrica 40, 261-275, doi:10.2307/1909405",
    .revision = 1,
    .needs_units = true,
    .options = re_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
    .influence = influence,
};
