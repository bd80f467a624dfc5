/* iv.c - see iv.h: columns, rank, passes. The algebra is in iv_solve.c and iv_cue.c, the tests in iv_tests.c and iv_weak.c. */
#include "engine/estimators/linear/iv.h"

#include "engine/estimators/linear/iv_data.h"
#include "engine/estimators/linear/iv_tests.h"
#include "engine/estimators/linear/least_squares.h"

#include "kernels/dense/compensated.h"
#include "kernels/dense/symmetric.h"

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

ptrdiff_t solow_iv_work(ptrdiff_t p, ptrdiff_t m, ptrdiff_t l)
{
    return 4 * p * p + 4 * p + 4 * m * l + 4 * l * l + solow_precise_work(p);
}

ptrdiff_t solow_iv_x(const solow_iv_state *s, ptrdiff_t j)
{
    return j < s->k1 ? j : s->l + j - s->k1;
}

ptrdiff_t solow_iv_partialled(const solow_iv_state *s)
{
    return SOLOW_IV_V + s->k2;
}

ptrdiff_t solow_iv_reduced(const solow_iv_state *s)
{
    return SOLOW_IV_V + 2 * s->k2;
}

ptrdiff_t solow_iv_moving(const solow_iv_state *s)
{
    return SOLOW_IV_V + 2 * s->k2 + 1;
}

static ptrdiff_t count(const solow_shape *shape, solow_role from, solow_role to)
{
    ptrdiff_t n = 0;
    for (ptrdiff_t c = 0; c < shape->columns; c++) {
        n += shape->column[c].role >= from && shape->column[c].role <= to ? 1 : 0;
    }
    return n;
}

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

/* Sizes before the rank decision, the largest they can become. */
typedef struct sizes {
    ptrdiff_t exogenous, offered, k2, all, k, m;
} sizes;

static sizes sizes_of(const solow_model *model, const solow_shape *shape)
{
    sizes n = {.exogenous = count(shape, SOLOW_ROLE_CONSTANT, SOLOW_ROLE_REGRESSOR),
               .k2 = count(shape, SOLOW_ROLE_ENDOGENOUS, SOLOW_ROLE_ENDOGENOUS)};
    n.offered = n.exogenous + count(shape, SOLOW_ROLE_INSTRUMENT, SOLOW_ROLE_INSTRUMENT);
    n.all = n.offered + n.k2 + 1;
    n.k = n.exogenous + n.k2;
    n.m = 2 + 2 * n.k2 + (method_of(model) == SOLOW_IV_CUE ? n.k : 0);
    return n;
}

static size_t bytes(const solow_model *model, const solow_shape *shape)
{
    sizes n = sizes_of(model, shape);
    ptrdiff_t ml = n.m * n.offered;
    return solow_arena_need(1, sizeof(solow_iv_state)) + 2 * solow_arena_need(n.all, sizeof(ptrdiff_t)) +
           2 * solow_arena_need(n.all, sizeof(char *)) + solow_normal_bytes(n.offered) +
           2 * solow_arena_need(n.all * n.all, sizeof(double)) + solow_arena_need(2 * n.all + 2, sizeof(double)) +
           solow_arena_need(n.offered * n.k, sizeof(double)) + 2 * solow_arena_need(n.offered * n.all, sizeof(double)) +
           3 * solow_arena_need(n.offered * n.offered, sizeof(double)) +
           2 * solow_arena_need(n.k * n.k, sizeof(double)) + 3 * solow_arena_need(n.k, sizeof(double)) +
           solow_arena_need(n.k * n.k, sizeof(double)) + solow_arena_need(n.all * n.m, sizeof(double)) +
           2 * solow_arena_need(ml * ml, sizeof(double)) +
           solow_arena_need(solow_iv_work(n.all, n.m, n.offered), sizeof(double)) +
           2 * solow_meat_bytes(&model->vcov, shape, n.offered, n.m) + solow_iv_inverse_bytes(n.all) +
           solow_symmetric_need(n.all) + solow_iv_cue_bytes(n.k, n.offered) + solow_iv_tests_bytes(n.offered, n.k2);
}

static solow_status plan(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err)
{
    double p = (double)shape->columns, rows = (double)shape->rows;
    (void)err;
    *cost = (solow_cost){.arena_bytes = bytes(model, shape), .passes = 2, .flops = 3 * rows * p * p};
    return SOLOW_OK;
}

static bool doubles(solow_arena *arena, ptrdiff_t count, double **out)
{
    *out = solow_arena_doubles(arena, count);
    return *out != NULL;
}

static solow_status take(solow_iv_state *s, sizes n, solow_error *err)
{
    solow_arena *a = s->arena;
    ptrdiff_t ml = n.m * n.offered;
    s->wanted = solow_arena_take(a, n.all, sizeof *s->wanted);
    s->column = solow_arena_take(a, n.all, sizeof *s->column);
    s->wanted_name = solow_arena_take(a, n.all, sizeof *s->wanted_name);
    s->name = solow_arena_take(a, n.all, sizeof *s->name);
    bool all = s->wanted != NULL && s->column != NULL && s->wanted_name != NULL && s->name != NULL;
    all = all && doubles(a, n.all * n.all, &s->gram) && doubles(a, n.all * n.all, &s->low);
    all = all && doubles(a, 2 * n.all + 2, &s->moments) && doubles(a, n.offered * n.k, &s->c);
    all = all && doubles(a, n.offered * n.all, &s->pi) && doubles(a, n.offered * n.all, &s->phi);
    all = all && doubles(a, n.offered * n.offered, &s->zz_inverse) && doubles(a, n.offered * n.offered, &s->weight);
    all = all && doubles(a, n.offered * n.offered, &s->second);
    all = all && doubles(a, n.k * n.k, &s->bread) && doubles(a, n.k * n.k, &s->v);
    all = all && doubles(a, n.k, &s->b) && doubles(a, n.k, &s->df) && doubles(a, n.all * n.m, &s->residual);
    all = all && doubles(a, ml * ml, &s->s) && doubles(a, ml * ml, &s->raw);
    all = all && doubles(a, solow_iv_work(n.all, n.m, n.offered), &s->work);
    if (!all) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv: arena of %zu bytes", a->size);
    }
    return solow_normal_create(n.offered, a, &s->rank, err);
}

/* X1, Z2, Y2, y as the first passes want them. */
static void choose_columns(solow_iv_state *s)
{
    static const solow_role order[] = {SOLOW_ROLE_CONSTANT, SOLOW_ROLE_REGRESSOR, SOLOW_ROLE_INSTRUMENT,
                                       SOLOW_ROLE_ENDOGENOUS, SOLOW_ROLE_OUTCOME};
    ptrdiff_t at = 0;
    for (size_t r = 0; r < sizeof order / sizeof order[0]; r++) {
        for (ptrdiff_t c = 0; c < s->shape->columns; c++) {
            if (s->shape->column[c].role == order[r]) {
                s->constant = order[r] == SOLOW_ROLE_CONSTANT ? at : s->constant;
                s->wanted_name[at] = s->shape->column[c].name;
                s->wanted[at++] = c;
            }
        }
    }
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
    sizes n = sizes_of(model, shape);
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
    solow_status status = take(s, n, err);
    if (status != SOLOW_OK) {
        return status;
    }
    choose_columns(s);
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

/* [Z y] as the rank decision wants it, from the Gram of all wanted columns. */
static void instruments_and_outcome(const solow_iv_state *s, const double *gram, double *out)
{
    ptrdiff_t all = s->offered + s->k2 + 1, n = s->offered + 1;
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t i = 0; i < n; i++) {
            ptrdiff_t from_j = j < s->offered ? j : all - 1, from_i = i < s->offered ? i : all - 1;
            out[j * n + i] = gram[from_j * all + from_i];
        }
    }
}

/* Sizes and the Gram of what is kept of Z, with Y2 and y. */
static void keep(solow_iv_state *s, const double *gram)
{
    ptrdiff_t all = s->offered + s->k2 + 1, at = 0;
    ptrdiff_t *from = (ptrdiff_t *)s->work;
    for (ptrdiff_t j = 0; j < all; j++) {
        if (j >= s->offered || s->rank->kept[j]) {
            s->k1 += j < s->exogenous ? 1 : 0;
            s->l += j < s->offered ? 1 : 0;
            s->name[at] = s->wanted_name[j];
            s->column[at] = s->wanted[j];
            from[at++] = j;
        }
    }
    s->p = at;
    s->l2 = s->l - s->k1;
    s->k = s->k1 + s->k2;
    s->m = 2 + 2 * s->k2 + (s->method == SOLOW_IV_CUE ? s->k : 0);
    for (ptrdiff_t j = 0; j < s->p; j++) {
        for (ptrdiff_t i = 0; i < s->p; i++) {
            s->gram[j * s->p + i] = gram[from[j] * all + from[i]];
            s->low[j * s->p + i] = s->precise ? gram[all * all + from[j] * all + from[i]] : 0;
        }
    }
}

static const double *before(solow_iv_state *s)
{
    for (ptrdiff_t j = 0; j < s->offered; j++) { /* phi is not yet in use */
        s->phi[j] = s->moments[2 * j + 1];
    }
    return s->shape->effects > 0 ? s->phi : NULL;
}

/* false: the double-double Gram is needed. */
static bool find_rank(solow_iv_state *s, const double *gram)
{
    ptrdiff_t n = s->offered + 1, all = s->offered + s->k2 + 1;
    const double *sizes_before = before(s);
    instruments_and_outcome(s, gram, s->work);
    if (!s->precise) {
        return solow_normal_solve(s->rank, s->work, sizes_before);
    }
    instruments_and_outcome(s, gram + all * all, s->work + n * n);
    solow_normal_solve_precise(s->rank, s->work, sizes_before);
    return true;
}

static solow_status check_order(const solow_iv_state *s, solow_error *err)
{
    if (s->l2 < s->k2) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                          "not identified: of %td excluded instruments %td are left after collinear ones, for %td "
                          "endogenous regressors",
                          s->offered - s->exogenous, s->l2, s->k2);
    }
    if (s->nobs - (double)s->l - s->effects_rank <= 0) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_NUMERIC,
            "%.0f rows leave no degree of freedom to the first stage: %td instruments and %.0f columns of "
            "effects",
            s->nobs, s->l, s->effects_rank);
    }
    return SOLOW_OK;
}

static solow_status state_meat(solow_iv_state *s, ptrdiff_t m, solow_wants *next, solow_error *err)
{
    solow_meat_problem problem = {.spec = &s->facts.spec,
                                  .shape = s->shape,
                                  .sample = &s->sample,
                                  .frequency = s->weights == SOLOW_WEIGHT_FREQUENCY,
                                  .transform = {.kind = SOLOW_TRANSFORM_WITHIN},
                                  .columns = s->p,
                                  .column = s->column,
                                  .q = s->l,
                                  .m = m,
                                  .residual = s->residual,
                                  .gram = s->gram};
    return solow_meat_begin(&problem, s->arena, &s->meat, next, err);
}

static void residual_rows(const void *context, const solow_view *view, double *values)
{
    const solow_iv_state *s = context;
    memset(values, 0, solow_bytes(view->ld, sizeof *values));
    for (ptrdiff_t c = 0; c < s->p; c++) {
        for (ptrdiff_t i = 0; i < view->rows; i++) {
            values[i] = fma(s->residual[c], view->x[c * view->ld + i], values[i]);
        }
    }
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
    if (s->method == SOLOW_IV_GMM) {
        status = state_meat(s, 1, next, err);
    } else {
        status = solow_iv_variance(s, err);
    }
    if (status == SOLOW_OK) {
        state_map(s, next);
    }
    s->phase = 3;
    return status == SOLOW_OK && next->count == 0 && s->method == SOLOW_IV_GMM ? solow_iv_second_meat(s, NULL, err)
                                                                               : status;
}

static solow_status solved(solow_iv_state *s, const double *gram, solow_wants *next, solow_error *err)
{
    keep(s, gram);
    solow_status status = check_order(s, err);
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
        status = state_meat(s, s->m, next, err);
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
        if (!find_rank(s, stats->result[0])) {
            s->phase = 1;
            *next = (solow_wants){.count = 1, .want = {want(s, SOLOW_GRAM_PRECISE)}};
            return SOLOW_OK;
        }
        return solved(s, stats->result[0], next, err);
    }
    if (s->phase == 1) {
        s->precise = true;
        (void)find_rank(s, stats->result[0]);
        return solved(s, stats->result[0], next, err);
    }
    if (s->phase == 2) {
        return first_meat(s, stats, next, err);
    }
    return s->method == SOLOW_IV_GMM ? solow_iv_second_meat(s, stats, err) : SOLOW_OK;
}

static solow_status report(const void *state, solow_record *record, solow_error *err)
{
    return solow_iv_report(state, record, err);
}

const solow_estimator solow_iv = {
    .name = "iv",
    .also_known_as = "ivreg ivreg2 ivreghdfe ivregress xtivreg tsls 2sls gmm",
    .title = "Instrumental variables: 2SLS, LIML, Fuller, GMM, with any number of fixed effects",
    .cite = "Hayashi (2000), Econometrics, Princeton University Press, ch. 3",
    .revision = 1,
    .instruments = true,
    .options = iv_options,
    .plan = plan,
    .begin = begin,
    .step = step,
    .report = report,
};
