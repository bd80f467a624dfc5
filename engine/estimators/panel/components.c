/* components.c - see components.h. */
#include "engine/estimators/panel/components.h"

#include "kernels/dense/cholesky.h"
#include "kernels/dense/sandwich.h"

#include <math.h>
#include <string.h>

static const double own_share = 1e-11; /* least own part of a column in a fit of sums in double */

enum { FORMS = 1 + SOLOW_WAYS };

typedef struct workspace {
    double *u;              /* [k+1] residual as a combination */
    double *first, *second; /* [k x k] */
    solow_normal *fit;
    double m[FORMS][FORMS], q[FORMS]; /* (3) */
} workspace;

size_t solow_components_bytes(ptrdiff_t k)
{
    return solow_arena_need(k + 1, sizeof(double)) + 2 * solow_arena_need(k * k, sizeof(double)) +
           solow_normal_bytes(k);
}

/* Fits [X y] of the given Gram; u = (-b, 1). */
static void fit(workspace *w, ptrdiff_t k, const double *gram, const double *before)
{
    solow_normal_solve_ranked(w->fit, gram, before, own_share);
    for (ptrdiff_t j = 0; j <= k; j++) {
        w->u[j] = j == k ? 1 : w->fit->kept[j] ? -w->fit->b[j] : 0;
    }
}

static void fit_within(workspace *w, const solow_component_sums *s)
{
    if (!s->precise) {
        fit(w, s->k, s->within, s->before);
        return;
    }
    solow_normal_solve_precise(w->fit, s->within, s->before);
    for (ptrdiff_t j = 0; j <= s->k; j++) {
        w->u[j] = j == s->k ? 1 : w->fit->kept[j] ? -w->fit->b[j] : 0;
    }
}

static double square(const workspace *w, ptrdiff_t p, const double *gram)
{
    return solow_bilinear(p, p, w->u, gram, w->u);
}

/* tr(A^-1 B), A the matrix of the last fit, over its kept columns; b [k+1 x k+1]. */
static double trace(const workspace *w, ptrdiff_t k, const double *b)
{
    double sum = 0;
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            sum += w->fit->inverse[j * k + i] * b[j * (k + 1) + i];
        }
    }
    return sum;
}

static void multiply(const workspace *w, ptrdiff_t k, const double *b, double *to)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        solow_multiply_vector(k, k, w->fit->inverse, b + j * (k + 1), to + j * k);
    }
}

/* tr(A^-1 B A^-1 C) */
static double trace_of_two(const workspace *w, ptrdiff_t k, const double *b, const double *c)
{
    double sum = 0;
    multiply(w, k, b, w->first);
    multiply(w, k, c, w->second);
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            sum += w->first[j * k + i] * w->second[i * k + j];
        }
    }
    return sum;
}

/* u'Bu about the mean of u. */
static double spread(const workspace *w, const solow_component_sums *s, const solow_way_sums *way)
{
    double sum = solow_dot(s->k + 1, s->sum, w->u);
    return square(w, s->k + 1, way->means) - sum * sum / s->rows;
}

/* The expectations of a balanced panel, u taken as the error itself. */
static void simple_expectations(workspace *w, const solow_component_sums *s)
{
    w->m[0][0] = s->rows - s->ways_rank;
    for (int a = 0; a < SOLOW_WAYS; a++) {
        w->m[a + 1][0] = s->way[a].levels;
        w->m[a + 1][a + 1] = s->rows;
    }
}

static solow_status swamy_arora(const solow_component_sums *s, workspace *w, solow_error *err)
{
    fit_within(w, s);
    w->q[0] = w->fit->rss;
    w->m[0][0] = s->rows - s->ways_rank - (double)w->fit->rank;
    for (int a = 0; a < SOLOW_WAYS; a++) {
        const solow_way_sums *way = &s->way[a];
        if (!way->random) {
            continue;
        }
        fit(w, s->k, way->means, NULL);
        w->q[a + 1] = w->fit->rss;
        w->m[a + 1][0] = way->levels - (double)w->fit->rank;
        w->m[a + 1][a + 1] = s->rows - trace(w, s->k, way->summed);
        if (s->way[1 - a].random && !s->balanced) {
            w->m[a + 1][2 - a] = way->levels - trace(w, s->k, way->across);
        }
        if (w->m[0][0] <= 0 || w->m[a + 1][0] <= 0) {
            return SOLOW_FAIL(
                err, SOLOW_ERR_NUMERIC,
                "swar needs degrees of freedom within (%.0f) and between %s (%.0f); another method may do", w->m[0][0],
                a == SOLOW_WAY_UNIT ? "units" : "periods", w->m[a + 1][0]);
        }
    }
    return SOLOW_OK;
}

/* After the pooled fit. */
static void wallace_hussain(const solow_component_sums *s, workspace *w)
{
    ptrdiff_t k = s->k, p = k + 1;
    simple_expectations(w, s);
    w->q[0] = square(w, p, s->within);
    for (int a = 0; a < SOLOW_WAYS; a++) {
        const solow_way_sums *way = &s->way[a], *other = &s->way[1 - a];
        if (!way->random) {
            continue;
        }
        w->q[a + 1] = square(w, p, way->means);
        if (!s->balanced) {
            w->m[0][a + 1] = trace_of_two(w, k, s->within, way->summed);
            w->m[a + 1][0] = way->levels - trace(w, k, way->means);
            w->m[a + 1][a + 1] = s->rows - 2 * trace(w, k, way->summed) + trace_of_two(w, k, way->means, way->summed);
        }
        if (!s->balanced && other->random) {
            w->m[a + 1][2 - a] =
                way->levels - 2 * trace(w, k, way->through) + trace_of_two(w, k, way->means, other->summed);
        }
    }
    w->m[0][0] -= s->balanced ? 0 : trace(w, k, s->within);
}

/* tr((X'QX)^-1 X'BX), X about their means. */
static double trace_about_means(const workspace *w, const solow_component_sums *s, const solow_way_sums *way)
{
    double sum = trace(w, s->k, way->means);
    for (ptrdiff_t j = 0; j < s->k; j++) {
        for (ptrdiff_t i = 0; i < s->k; i++) {
            sum -= w->fit->inverse[j * s->k + i] * s->sum[i] * s->sum[j] / s->rows;
        }
    }
    return sum;
}

static void amemiya(const solow_component_sums *s, workspace *w)
{
    fit_within(w, s);
    simple_expectations(w, s);
    w->q[0] = w->fit->rss;
    w->m[0][0] -= s->balanced ? 0 : (double)w->fit->rank;
    for (int a = 0; a < SOLOW_WAYS; a++) {
        const solow_way_sums *way = &s->way[a], *other = &s->way[1 - a];
        if (!way->random) {
            continue;
        }
        w->q[a + 1] = spread(w, s, way);
        if (!s->balanced) {
            w->m[a + 1][0] = way->levels - 1 + trace_about_means(w, s, way);
            w->m[a + 1][a + 1] = s->rows - way->square_rows / s->rows;
            w->m[a + 1][2 - a] = other->random ? way->levels - other->square_rows / s->rows : 0;
        }
    }
}

static solow_status nerlove(const solow_component_sums *s, workspace *w, solow_error *err)
{
    if (!s->balanced && s->way[SOLOW_WAY_UNIT].random && s->way[SOLOW_WAY_TIME].random) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                          "nerlove has no form for two ways of an unbalanced panel; use swar, walhus or amemiya");
    }
    fit_within(w, s);
    w->q[0] = w->fit->rss;
    w->m[0][0] = s->rows;
    for (int a = 0; a < SOLOW_WAYS; a++) {
        double levels = s->way[a].levels;
        w->q[a + 1] = s->way[a].random ? spread(w, s, &s->way[a]) : 0;
        w->m[a + 1][a + 1] = s->rows * (levels - 1) / levels;
    }
    return SOLOW_OK;
}

static double breusch_pagan(const solow_component_sums *s, const workspace *w)
{
    double all = square(w, s->k + 1, s->total), lm = 0;
    for (int a = 0; a < SOLOW_WAYS; a++) {
        if (s->way[a].random) {
            double gap = 1 - square(w, s->k + 1, s->way[a].summed) / all;
            lm += s->rows * s->rows / 2 * gap * gap / (s->way[a].square_rows - s->rows);
        }
    }
    return lm;
}

/* (3): elimination with the largest pivot of the column; a way that is not random has the equation s2 = 0. */
static bool solve(workspace *w, const solow_component_sums *s, double *x)
{
    for (int a = 0; a < SOLOW_WAYS; a++) {
        if (!s->way[a].random) {
            memset(w->m[a + 1], 0, sizeof w->m[a + 1]);
            w->m[a + 1][a + 1] = 1;
            w->q[a + 1] = 0;
        }
    }
    for (int c = 0; c < FORMS; c++) {
        int best = c;
        for (int r = c + 1; r < FORMS; r++) {
            best = fabs(w->m[r][c]) > fabs(w->m[best][c]) ? r : best;
        }
        for (int j = 0; j < FORMS; j++) {
            double swap = w->m[c][j];
            w->m[c][j] = w->m[best][j];
            w->m[best][j] = swap;
        }
        double swap = w->q[c];
        w->q[c] = w->q[best];
        w->q[best] = swap;
        for (int r = c + 1; r < FORMS; r++) {
            double factor = w->m[r][c] / w->m[c][c];
            for (int j = c; j < FORMS; j++) {
                w->m[r][j] -= factor * w->m[c][j];
            }
            w->q[r] -= factor * w->q[c];
        }
    }
    for (int c = FORMS - 1; c >= 0; c--) {
        x[c] = w->q[c];
        for (int j = c + 1; j < FORMS; j++) {
            x[c] -= w->m[c][j] * x[j];
        }
        x[c] /= w->m[c][c];
    }
    return isfinite(x[0]) && isfinite(x[1]) && isfinite(x[2]);
}

static solow_status make_workspace(ptrdiff_t k, solow_arena *arena, workspace *w, solow_error *err)
{
    *w = (workspace){.u = solow_arena_doubles(arena, k + 1),
                     .first = solow_arena_doubles(arena, k * k),
                     .second = solow_arena_doubles(arena, k * k)};
    if (w->u == NULL || w->first == NULL || w->second == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "variance components: arena of %zu bytes", arena->size);
    }
    return solow_normal_create(k, arena, &w->fit, err);
}

static solow_status finish(const solow_component_sums *s, workspace *w, solow_components *c, solow_error *err)
{
    double x[FORMS];
    if (!solve(w, s, x)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the equations of the variance components are singular");
    }
    if (!(x[0] > 0)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the fit within %s is perfect: no random effects",
                          s->way[SOLOW_WAY_UNIT].random ? "units" : "periods");
    }
    c->sigma2_e = x[0];
    for (int a = 0; a < SOLOW_WAYS; a++) {
        c->negative[a] = x[a + 1] < 0;
        c->sigma2[a] = fmax(x[a + 1], 0);
    }
    return SOLOW_OK;
}

solow_status solow_components_estimate(solow_component_method method, const solow_component_sums *s, solow_arena *arena,
                                       solow_components *components, solow_error *err)
{
    solow_components c = {0};
    workspace w;
    solow_status status = make_workspace(s->k, arena, &w, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if ((s->way[0].random && s->way[0].levels < 2) || (s->way[1].random && s->way[1].levels < 2) ||
        s->rows - s->ways_rank <= 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "random effects need several units or periods with several rows");
    }
    fit(&w, s->k, s->total, NULL);
    c.breusch_pagan = breusch_pagan(s, &w);
    if (method == SOLOW_WALHUS) {
        wallace_hussain(s, &w);
    } else if (method == SOLOW_AMEMIYA) {
        amemiya(s, &w);
    } else if (method == SOLOW_NERLOVE) {
        status = nerlove(s, &w, err);
    } else {
        status = swamy_arora(s, &w, err);
    }
    status = status == SOLOW_OK ? finish(s, &w, &c, err) : status;
    if (status == SOLOW_OK) {
        *components = c;
    }
    return status;
}
