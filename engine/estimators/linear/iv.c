/* iv.c - see iv.h: options and passes. Columns and rank are in iv_setup.c, the algebra is in iv_solve.c and iv_cue.c,
 * the tests in iv_tests.c, iv_weak.c and iv_robust.c. */
#include "engine/estimators/linear/iv.h"

#include "engine/estimators/linear/iv_data.h"
#include "engine/estimators/linear/iv_tests.h"
#include "engine/estimators/linear/least_squares.h"

#include "kernels/panel/combine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const solow_option iv_options[] = {
    {.name = "method",
     .type = SOLOW_OPTION_CHOICE,
     .choices = "2sls liml fuller gmm cue",
     .default_text = "2sls",
     .help = "two-stage least squares, limited-information maximum likelihood, Fuller's modification, two-step or "
             "continuously updated GMM (weighted by the model's variance)"},
    {.name = "fuller",
     .type = SOLOW_OPTION_NUMBER,
     .default_text = "1",
     .minimum = 0,
     .maximum = 100,
     .help = "the constant of Fuller's modification: 1 for least bias, 4 for least mean squared error"},
    {.name = "report",
     .type = SOLOW_OPTION_LIST,
     .choices = "first_stage reduced_form",
     .help = "rows of the first stage or the reduced form, in /effects"},
    {.name = NULL}};

static solow_iv_method method_of(const solow_model *model)
{
    static const char *const names[] = {"2sls", "liml", "fuller", "gmm", "cue"};
    const char *name = solow_model_option(model, iv_options, "method");
    for (int i = 0; name != NULL && i < 5; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (solow_iv_method)i;
        }
    }
    return SOLOW_IV_2SLS;
}

static bool reports(const solow_model *model, const char *what)
{
    const solow_yaml *list = model->options != NULL ? solow_yaml_get(model->options, "report") : NULL;
    bool found = list != NULL && list->kind == SOLOW_YAML_SCALAR && strcmp(list->text, what) == 0;
    for (ptrdiff_t i = 0; list != NULL && list->kind == SOLOW_YAML_LIST && i < list->count; i++) {
        found = found || (list->item[i]->text != NULL && strcmp(list->item[i]->text, what) == 0);
    }
    return found;
}

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    double p = (double)shape->columns, rows = (double)shape->rows;
    (void)err;
    *cost = (solow_cost){
        .arena_bytes = solow_iv_bytes(model, shape, method_of(model)), .passes = 2, .flops = 3 * rows * p * p};
    return SOLOW_OK;
}

static solow_want want(const solow_iv_state *s, solow_want_kind kind)
{
    return (solow_want){.kind = kind,
                        .transform = {.kind = SOLOW_TRANSFORM_WITHIN},
                        .columns = s->offered + s->k2 + 1,
                        .column = s->wanted};
}

static solow_status begin(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **state,
                          solow_wants *first, solow_error *err)
{
    solow_iv_sizes n = solow_iv_sizes_of(shape, method_of(model));
    if (n.k2 == 0 || n.offered - n.exogenous < n.k2) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_NUMERIC,
            "not identified: %td excluded instruments for %td endogenous regressors; write the formula as "
            "y ~ x | effects | endogenous ~ instruments",
            n.offered - n.exogenous, n.k2);
    }
    solow_iv_state *s = solow_arena_take(arena, 1, sizeof *s);
    if (s == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv: arena of %zu bytes", arena->size);
    }
    const char *fuller = solow_model_option(model, iv_options, "fuller");
    *s = (solow_iv_state){.model = model,
                          .shape = shape,
                          .arena = arena,
                          .method = method_of(model),
                          .fuller = fuller != NULL ? strtod(fuller, NULL) : 1,
                          .kappa = 1,
                          .report_first = reports(model, "first_stage"),
                          .report_reduced = reports(model, "reduced_form"),
                          .weights = model->weights != NULL ? model->weight_type : SOLOW_WEIGHT_NONE,
                          .effects_rank = (double)shape->effects_rank,
                          .nobs = (double)shape->nobs,
                          .offered = n.offered,
                          .exogenous = n.exogenous,
                          .constant = -1,
                          .k2 = n.k2,
                          .j = NAN,
                          .converged = true,
                          .save = {"residuals"}};
    solow_status status = solow_iv_take(s, n, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_iv_choose_columns(s);
    s->moment_columns = n.all;
    solow_want moments = want(s, SOLOW_UNIT);
    moments.transform.kind = SOLOW_TRANSFORM_NONE;
    moments.sums = 2 * n.all + 2;
    moments.unit = solow_moments_unit;
    moments.context = &s->moment_columns;
    *first = (solow_wants){.count = 2, .want = {want(s, SOLOW_GRAM), moments}};
    *state = s;
    return SOLOW_OK;
}

static solow_status state_meat(solow_iv_state *s, solow_wants *next, solow_error *err)
{
    solow_meat_problem problem = {.spec = &s->facts.spec,
                                  .shape = s->shape,
                                  .sample = &s->sample,
                                  .frequency = s->weights == SOLOW_WEIGHT_FREQUENCY,
                                  .transform = {.kind = SOLOW_TRANSFORM_WITHIN},
                                  .columns = s->p,
                                  .column = s->column,
                                  .q = s->l,
                                  .m = s->m,
                                  .residual = s->residual,
                                  .gram = s->gram,
                                  .leverage = s->leverage};
    return solow_meat_begin(&problem, s->arena, &s->meat, next, err);
}

static void residual_rows(const void *context, const solow_view *view, double *values)
{
    const solow_iv_state *s = context;
    solow_combine_columns(view->rows, s->p, s->residual, view->x, view->ld, values);
}

static void state_map(const solow_iv_state *s, solow_wants *next)
{
    if (solow_saves_rows(s->model)) {
        next->want[next->count++] = (solow_want){.kind = SOLOW_MAP,
                                                 .transform = {.kind = SOLOW_TRANSFORM_WITHIN},
                                                 .columns = s->p,
                                                 .column = s->column,
                                                 .sums = 1,
                                                 .rows = residual_rows,
                                                 .save = s->save,
                                                 .context = s};
    }
}

static solow_status small_samples(solow_iv_state *s, solow_error *err)
{
    s->facts = (solow_vcov_facts){
        .spec = s->model->vcov, .ssc = &s->model->ssc, .shape = s->shape, .least_eigenvalue = NAN, .lags = -1};
    if (s->weights == SOLOW_WEIGHT_PROBABILITY && s->facts.spec.kind == SOLOW_VCOV_IID) {
        s->facts.spec.kind = SOLOW_VCOV_HC1;
        s->facts.from_iid = true;
    }
    solow_status status = solow_small_sample_of(&s->facts.spec, &s->model->ssc, s->shape, s->k, s->effects_rank,
                                                s->nobs, &s->sample, err);
    if (status == SOLOW_OK) {
        status = solow_small_sample_of(&s->facts.spec, &s->model->ssc, s->shape, s->l, s->effects_rank, s->nobs,
                                       &s->first, err);
    }
    s->facts.sample = s->sample;
    return status;
}

/* The two-step criterion beside an estimate that is not GMM: Hansen's statistic under a robust variance. */
static solow_status criterion(solow_iv_state *s, solow_error *err)
{
    ptrdiff_t k = s->k;
    size_t mark = s->arena->used;
    if (s->l2 == s->k2 || s->facts.spec.kind == SOLOW_VCOV_IID) {
        return SOLOW_OK;
    }
    double *b = solow_arena_doubles(s->arena, k), *bread = solow_arena_doubles(s->arena, k * k);
    if (b == NULL || bread == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv: arena of %zu bytes", s->arena->size);
    }
    memcpy(b, s->b, solow_bytes(k, sizeof *b));
    memcpy(bread, s->bread, solow_bytes(k * k, sizeof *bread));
    solow_error cause = {0};
    if (solow_iv_gmm(s, &cause) != SOLOW_OK) {
        s->j = NAN; /* more moments than clusters: no criterion, but an estimate */
    }
    memcpy(s->b, b, solow_bytes(k, sizeof *b));
    memcpy(s->bread, bread, solow_bytes(k * k, sizeof *bread));
    s->arena->used = mark;
    return SOLOW_OK;
}

/* The sums of the pass at the first residuals are there: estimates that need no other, or the next pass. */
static solow_status first_meat(solow_iv_state *s, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    solow_status status = solow_meat_finish(s->meat, stats, s->sample.factor, s->s, err);
    if (status == SOLOW_OK) {
        status = solow_meat_finish(s->meat, stats, NULL, s->raw, err);
    }
    s->facts.lags = s->meat->lags;
    if (status == SOLOW_OK && s->method < SOLOW_IV_GMM) {
        status = criterion(s, err);
        return status == SOLOW_OK ? solow_iv_variance(s, err) : status;
    }
    if (status != SOLOW_OK) {
        return status;
    }
    status = s->method == SOLOW_IV_GMM ? solow_iv_gmm(s, err) : solow_iv_cue(s, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_iv_residuals(s);
    state_map(s, next);
    s->phase = 3;
    return solow_iv_variance(s, err);
}

static solow_status solved(solow_iv_state *s, const double *gram, solow_wants *next, solow_error *err)
{
    solow_status status = solow_iv_keep(s, gram, err);
    if (status == SOLOW_OK) {
        status = small_samples(s, err);
    }
    if (status == SOLOW_OK) {
        status = solow_iv_project(s, err);
    }
    if (status == SOLOW_OK) {
        status = solow_iv_k_class(s, err);
    }
    if (status == SOLOW_OK) {
        solow_iv_residuals(s);
        status = solow_iv_leverages(s, err);
    }
    if (status == SOLOW_OK) {
        status = state_meat(s, next, err);
    }
    if (status == SOLOW_OK && s->method < SOLOW_IV_GMM) {
        state_map(s, next);
    }
    s->phase = 2;
    return status == SOLOW_OK && next->count == 0 ? first_meat(s, NULL, next, err) : status;
}

static solow_status step(void *state, const solow_stats *stats, solow_wants *next, solow_error *err)
{
    solow_iv_state *s = state;
    next->count = 0;
    if (s->phase == 0) {
        memcpy(s->moments, stats->result[1], solow_bytes(2 * s->moment_columns + 2, sizeof *s->moments));
        if (!solow_iv_find_rank(s, stats->result[0])) {
            s->phase = 1;
            *next = (solow_wants){.count = 1, .want = {want(s, SOLOW_GRAM_PRECISE)}};
            return SOLOW_OK;
        }
        return solved(s, stats->result[0], next, err);
    }
    if (s->phase == 1) {
        s->precise = true;
        (void)solow_iv_find_rank(s, stats->result[0]);
        return solved(s, stats->result[0], next, err);
    }
    if (s->phase == 2) {
        return first_meat(s, stats, next, err);
    }
    return SOLOW_OK; /* the rows that gmm and cue save have been written */
}

static solow_status report(const void *state, solow_record *record, solow_error *err)
{
    return solow_iv_report(state, record, err);
}

static void influence(const void *state, ptrdiff_t term, solow_influence *out)
{
    solow_iv_influence(state, term, out);
}

const solow_estimator solow_iv = {
    .name = "iv",
    .also_known_as = "ivreg ivreg2 ivreghdfe ivregress xtivreg tsls 2sls gmm",
    .title = "Instrumental variables: 2SLS, LIML, Fuller, GMM, with any number of fixed effects",
    .cite = "Hayashi (2000), Econometrics, Princeton University Press, ch. 3",
    .revision = 2,
    .instruments = true,
    .options = iv_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
    .influence = influence,
};
