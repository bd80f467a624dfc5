/* least_squares.c - see least_squares.h. */
#include "engine/estimators/linear/least_squares.h"

#include "kernels/dense/compensated.h"
#include "kernels/panel/combine.h"

#include <math.h>
#include <string.h>

static ptrdiff_t count_regressors(const solow_shape *shape)
{
    ptrdiff_t k = 0;
    for (ptrdiff_t c = 0; c < shape->columns; c++) {
        k += shape->column[c].role == SOLOW_ROLE_CONSTANT || shape->column[c].role == SOLOW_ROLE_REGRESSOR ? 1 : 0;
    }
    return k;
}

size_t solow_least_squares_bytes(const solow_model *model, const solow_shape *shape)
{
    ptrdiff_t k = count_regressors(shape);
    return solow_arena_need(1, sizeof(solow_least_squares)) + 2 * solow_arena_need(k + 1, sizeof(ptrdiff_t)) +
           2 * solow_arena_need(k, sizeof(char *)) + solow_arena_need(2 * k + 4, sizeof(double)) +
           solow_normal_bytes(k) + solow_vcov_bytes(&model->vcov, shape, k) +
           3 * solow_arena_need(k + 1, sizeof(double)) + 2 * solow_arena_need(k * k, sizeof(double)) +
           solow_arena_need((k + 1) * (k + 1), sizeof(double));
}

static solow_status take(solow_least_squares *m, ptrdiff_t k, solow_error *err)
{
    solow_arena *arena = m->arena;
    m->column = solow_arena_take(arena, k + 1, sizeof *m->column);
    m->kept_column = solow_arena_take(arena, k + 1, sizeof *m->kept_column);
    m->name = solow_arena_take(arena, k, sizeof *m->name);
    m->kept_name = solow_arena_take(arena, k, sizeof *m->kept_name);
    m->moments = solow_arena_doubles(arena, 2 * k + 4);
    m->residual = solow_arena_doubles(arena, k + 1);
    m->b = solow_arena_doubles(arena, k + 1);
    m->df = solow_arena_doubles(arena, k + 1);
    m->bread = solow_arena_doubles(arena, k * k);
    m->v = solow_arena_doubles(arena, k * k);
    m->gram = solow_arena_doubles(arena, (k + 1) * (k + 1));
    if (m->column == NULL || m->kept_column == NULL || m->name == NULL || m->kept_name == NULL || m->moments == NULL ||
        m->residual == NULL || m->b == NULL || m->df == NULL || m->bread == NULL || m->v == NULL || m->gram == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "least squares: arena of %zu bytes", arena->size);
    }
    return solow_normal_create(k, arena, &m->normal, err);
}

static void choose_columns(solow_least_squares *m)
{
    ptrdiff_t k = 0;
    m->constant = -1;
    for (ptrdiff_t c = 0; c < m->shape->columns; c++) {
        const solow_shape_column *column = &m->shape->column[c];
        if (column->role == SOLOW_ROLE_OUTCOME) {
            m->column[m->k] = c;
        } else if (column->role == SOLOW_ROLE_CONSTANT || column->role == SOLOW_ROLE_REGRESSOR) {
            m->constant = column->role == SOLOW_ROLE_CONSTANT ? k : m->constant;
            m->name[k] = column->name;
            m->column[k++] = c;
        }
    }
}

void solow_moments_unit(const void *context, const solow_view *view, double *sums)
{
    ptrdiff_t columns = *(const ptrdiff_t *)context;
    double *total = sums + 2 * columns;
    for (ptrdiff_t c = 0; c < columns; c++) {
        solow_moments(view->rows, view->x + c * view->ld, view->weight, sums + 2 * c);
    }
    ptrdiff_t present = 0;
    for (ptrdiff_t i = 0; i < view->rows; i++) {
        present += view->present[i] != 0;
    }
    total[0] += view->weight == NULL ? (double)present : 0;
    for (ptrdiff_t i = 0; view->weight != NULL && i < view->rows; i++) {
        double w = view->present[i] == 0 ? 0 : view->weight[i];
        total[0] += w;
        total[1] += w > 0 ? log(w) : 0;
    }
}

static solow_want gram_want(const solow_least_squares *m, solow_want_kind kind)
{
    return (solow_want){.kind = kind, .transform = m->transform, .columns = m->k + 1, .column = m->column};
}

static bool is_within(const solow_least_squares *m)
{
    return m->transform.kind == SOLOW_TRANSFORM_WITHIN && m->shape->effects > 0;
}

solow_status solow_least_squares_begin(const solow_model *model, const solow_shape *shape, solow_transform transform,
                                       double effects_rank, solow_arena *arena, solow_least_squares **machine,
                                       solow_wants *first, solow_error *err)
{
    solow_least_squares *m = solow_arena_take(arena, 1, sizeof *m);
    if (m == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "least squares: arena of %zu bytes", arena->size);
    }
    *m = (solow_least_squares){.model = model,
                               .shape = shape,
                               .arena = arena,
                               .transform = transform,
                               .effects_rank = effects_rank,
                               .weights = model->weights != NULL ? model->weight_type : SOLOW_WEIGHT_NONE,
                               .save = {"residuals"},
                               .k = count_regressors(shape)};
    solow_status status = take(m, m->k, err);
    if (status != SOLOW_OK) {
        return status;
    }
    choose_columns(m);
    m->columns = m->k + 1;
    m->has_moments =
        is_within(m) || m->constant < 0 || m->weights != SOLOW_WEIGHT_NONE || transform.kind == SOLOW_TRANSFORM_QUASI;
    *first = (solow_wants){.count = 1, .want = {gram_want(m, SOLOW_GRAM)}};
    if (m->has_moments) {
        bool keeps_rows = is_within(m) || transform.kind == SOLOW_TRANSFORM_QUASI;
        solow_transform raw = transform;
        raw.kind = keeps_rows ? SOLOW_TRANSFORM_NONE : transform.kind;
        first->want[first->count++] = (solow_want){.kind = SOLOW_UNIT,
                                                   .transform = raw,
                                                   .columns = m->k + 1,
                                                   .column = m->column,
                                                   .sums = 2 * (m->k + 1) + 2,
                                                   .unit = solow_moments_unit,
                                                   .context = &m->columns};
    }
    *machine = m;
    return SOLOW_OK;
}

/* Sums of squares of the outcome: about its mean, or not, before the transform; and after it. */
static void sum_outcome(solow_least_squares *m, const double *low)
{
    const solow_normal *n = m->normal;
    ptrdiff_t k = m->k, p = k + 1;
    m->constant = m->constant >= 0 && n->kept[m->constant] ? m->constant : -1;
    const double *c = m->constant >= 0 ? n->gram + m->constant * p : NULL;
    double rounding = 32 * 2.220446049250313e-16; /* of a constant outcome the difference is noise */
    m->within_tss = n->yy;
    m->mean_y = m->has_moments ? m->moments[2 * k] / m->moments[2 * p] : c != NULL ? c[k] / c[m->constant] : NAN;
    m->tss = n->yy;
    if (is_within(m)) {
        double square = m->moments[2 * k + 1];
        m->tss = square - m->moments[2 * k] * m->mean_y;
        m->tss = m->tss <= rounding * square ? 0 : m->tss;
    } else if (c != NULL && low != NULL) {
        m->tss = solow_centred_square_precise(n->gram, low, p, m->constant, k);
        m->tss = m->tss <= 1e-28 * n->yy ? 0 : m->tss;
    } else if (c != NULL) {
        m->tss = n->yy - c[k] * c[k] / c[m->constant];
        m->tss = m->tss <= rounding * n->yy ? 0 : m->tss;
    }
}

/* Kept columns, their coefficients, bread and Gram, and the residual as a combination. */
static void keep(solow_least_squares *m)
{
    const solow_normal *n = m->normal;
    ptrdiff_t k = m->k, p = k + 1, kept = 0;
    for (ptrdiff_t j = 0; j < k; j++) {
        if (n->kept[j]) {
            m->b[kept] = n->b[j];
            m->residual[kept] = -n->b[j];
            m->kept_name[kept] = m->name[j];
            m->kept_column[kept++] = m->column[j];
        }
    }
    m->kept = kept;
    m->residual[kept] = 1;
    m->kept_column[kept] = m->column[k];
    for (ptrdiff_t j = 0, col = 0; j < p; j++) {
        for (ptrdiff_t i = 0, row = 0; i < p && (j == k || n->kept[j]); i++) {
            if (i == k || n->kept[i]) {
                if (i < k && j < k) {
                    m->bread[col * kept + row] = n->inverse[j * k + i];
                }
                m->gram[col * (kept + 1) + row++] = n->gram[j * p + i];
            }
        }
        col += j == k || n->kept[j] ? 1 : 0;
    }
}

solow_linear_fit solow_least_squares_fit(const solow_least_squares *m)
{
    return (solow_linear_fit){
        .rows = m->rows,
        .nobs = m->nobs,
        .offered = m->k,
        .kept = m->kept,
        .effects_rank = m->effects_rank,
        .centred = m->constant >= 0 || m->effects_rank > 0,
        .rss = m->normal->rss,
        .within_tss = m->within_tss,
        .tss = m->tss,
        .mean_y = m->mean_y,
        .weights = m->weights,
        .log_weights = m->weights == SOLOW_WEIGHT_ANALYTIC ? m->moments[2 * m->k + 3] : 0,
    };
}

static void residual_rows(const void *context, const solow_view *view, double *values)
{
    const solow_least_squares *m = context;
    solow_combine_columns(view->rows, m->kept + 1, m->residual, view->x, view->ld, values);
}

bool solow_saves_rows(const solow_model *model)
{
    for (ptrdiff_t i = 0; i < model->save_count; i++) {
        if (strcmp(model->save[i], "residuals") == 0 || strcmp(model->save[i], "fitted") == 0 ||
            strcmp(model->save[i], "fixed_effects") == 0) {
            return true;
        }
    }
    return false;
}

static solow_status solved(solow_least_squares *m, const double *low, solow_wants *next, solow_error *err)
{
    sum_outcome(m, low);
    keep(m);
    const solow_linear_fit fit = solow_least_squares_fit(m);
    solow_status status = solow_linear_fit_check(&fit, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_vcov_problem problem = {.spec = &m->model->vcov,
                                  .ssc = &m->model->ssc,
                                  .shape = m->shape,
                                  .weights = m->weights,
                                  .transform = m->transform,
                                  .nobs = m->nobs,
                                  .effects_rank = m->effects_rank,
                                  .rss = m->normal->rss,
                                  .k = m->kept,
                                  .columns = m->kept + 1,
                                  .column = m->kept_column,
                                  .residual = m->residual,
                                  .bread = m->bread,
                                  .gram = m->gram};
    *next = (solow_wants){0};
    status = solow_vcov_begin(&problem, m->arena, &m->vcov, next, err);
    if (status == SOLOW_OK && solow_saves_rows(m->model)) {
        next->want[next->count++] = (solow_want){.kind = SOLOW_MAP,
                                                 .transform = m->transform,
                                                 .columns = m->kept + 1,
                                                 .column = m->kept_column,
                                                 .sums = SOLOW_SAVED_RESIDUALS,
                                                 .rows = residual_rows,
                                                 .save = m->save,
                                                 .context = m};
    }
    m->phase = 2;
    if (status == SOLOW_OK && next->count == 0) {
        return solow_vcov_finish(m->vcov, NULL, m->v, m->df, err);
    }
    return status;
}

/* Sums of squares before the transform, in front of the pivots' scale. */
static const double *before(const solow_least_squares *m)
{
    double *square = m->gram; /* not yet in use */
    if (!is_within(m)) {
        return NULL;
    }
    for (ptrdiff_t j = 0; j < m->k; j++) {
        square[j] = m->moments[2 * j + 1];
    }
    return square;
}

static void count_rows(solow_least_squares *m, const solow_stats *stats)
{
    bool all = m->transform.kind != SOLOW_TRANSFORM_BETWEEN && m->transform.kind != SOLOW_TRANSFORM_DIFFERENCE;
    m->rows = all ? (double)m->shape->rows : (double)stats->rows[0];
    m->nobs = all ? (double)m->shape->nobs : m->rows;
}

solow_status solow_least_squares_step(solow_least_squares *m, const solow_stats *stats, solow_wants *next,
                                      solow_error *err)
{
    next->count = 0;
    if (m->phase == 2) {
        return solow_vcov_finish(m->vcov, stats, m->v, m->df, err);
    }
    if (m->phase == 1) {
        solow_normal_solve_precise(m->normal, stats->result[0], before(m));
        return solved(m, stats->result[0] + (m->k + 1) * (m->k + 1), next, err);
    }
    count_rows(m, stats);
    if (m->has_moments) {
        memcpy(m->moments, stats->result[1], solow_bytes(2 * m->k + 4, sizeof *m->moments));
    }
    if (!solow_normal_solve(m->normal, stats->result[0], before(m))) {
        *next = (solow_wants){.count = 1, .want = {gram_want(m, SOLOW_GRAM_PRECISE)}};
        m->phase = 1;
        return SOLOW_OK;
    }
    return solved(m, NULL, next, err);
}
