/* components.c - see components.h. */
#include "engine/estimators/panel/components.h"

#include "kernels/dense/cholesky.h"
#include "kernels/dense/sandwich.h"

#include <math.h>
#include <string.h>

typedef struct workspace {
    double *gram, *u; /* [k+1 x k+1] pooled, [k+1] residual as a combination */
    solow_normal *fit;
} workspace;

size_t solow_components_bytes(ptrdiff_t k)
{
    return solow_arena_need((k + 1) * (k + 1), sizeof(double)) + solow_arena_need(k + 1, sizeof(double)) +
           solow_normal_bytes(k);
}

/* Fits [X y] of the given Gram; u = (-b, 1). A near-singular Gram keeps what the plain factor keeps. */
static void fit(const workspace *w, ptrdiff_t k, const double *gram, const double *before)
{
    solow_normal_solve(w->fit, gram, before);
    for (ptrdiff_t j = 0; j < k; j++) {
        w->u[j] = w->fit->kept[j] ? -w->fit->b[j] : 0;
    }
    w->u[k] = 1;
}

/* sum_i T_i (mean_i u)^2 about its mean over rows, with u as a combination; absorbed constant or not. */
static double spread_of_means(const solow_component_sums *s, const workspace *w)
{
    ptrdiff_t p = s->k + 1;
    double square = solow_bilinear(p, p, w->u, s->means, w->u);
    if (s->constant >= 0) { /* the constant's P sums are the sums of the columns */
        double sum = solow_dot(p, s->means + s->constant * p, w->u);
        square -= sum * sum / s->rows;
    }
    return square;
}

/* tr((X'PX)^-1 X'P2X) over the columns that the regression of means keeps. */
static double trace(const solow_component_sums *s, const workspace *w)
{
    double sum = 0;
    for (ptrdiff_t j = 0; j < s->k; j++) {
        for (ptrdiff_t i = 0; i < s->k; i++) {
            sum += w->fit->inverse[j * s->k + i] * s->means2[j * (s->k + 1) + i];
        }
    }
    return sum;
}

static solow_status swamy_arora(const solow_component_sums *s, const workspace *w, solow_components *c,
                                solow_error *err)
{
    fit(w, s->k, s->within, s->before);
    double within = s->rows - s->units - (double)w->fit->rank;
    c->sigma2_e = w->fit->rss / within;
    fit(w, s->k, s->means, s->raw_means);
    double between = s->units - (double)w->fit->rank;
    if (within <= 0 || between <= 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                          "swar needs degrees of freedom within (%.0f) and between units (%.0f); another method may do",
                          within, between);
    }
    c->sigma2_u = (w->fit->rss - between * c->sigma2_e) / (s->rows - trace(s, w));
    return SOLOW_OK;
}

static void wallace_hussain(const solow_component_sums *s, const workspace *w, solow_components *c)
{
    ptrdiff_t p = s->k + 1;
    c->sigma2_e = solow_bilinear(p, p, w->u, s->within, w->u) / (s->rows - s->units);
    c->sigma2_u = (solow_bilinear(p, p, w->u, s->means, w->u) - s->units * c->sigma2_e) / s->rows;
}

static void amemiya(const solow_component_sums *s, const workspace *w, solow_components *c)
{
    fit(w, s->k, s->within, s->before);
    c->sigma2_e = w->fit->rss / (s->rows - s->units);
    c->sigma2_u = (spread_of_means(s, w) - s->units * c->sigma2_e) / s->rows;
}

static void nerlove(const solow_component_sums *s, const workspace *w, solow_components *c)
{
    fit(w, s->k, s->within, s->before);
    c->sigma2_e = w->fit->rss / s->rows;
    c->sigma2_u = spread_of_means(s, w) / s->rows * s->units / (s->units - 1);
}

static double breusch_pagan(const solow_component_sums *s, const workspace *w)
{
    ptrdiff_t p = s->k + 1;
    double sums = solow_bilinear(p, p, w->u, s->means2, w->u), square = solow_bilinear(p, p, w->u, w->gram, w->u);
    double a = 1 - sums / square;
    return s->rows * s->rows / 2 * a * a / (s->square_rows - s->rows);
}

solow_status solow_components_estimate(solow_component_method method, const solow_component_sums *s, solow_arena *arena,
                                       solow_components *components, solow_error *err)
{
    ptrdiff_t p = s->k + 1;
    solow_components c = {0};
    workspace w = {.gram = solow_arena_doubles(arena, p * p), .u = solow_arena_doubles(arena, p)};
    if (w.gram == NULL || w.u == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "variance components: arena of %zu bytes", arena->size);
    }
    solow_status status = solow_normal_create(s->k, arena, &w.fit, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (s->units < 2 || s->rows - s->units <= 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "random effects need several units with several rows");
    }
    for (ptrdiff_t i = 0; i < p * p; i++) {
        w.gram[i] = s->within[i] + s->means[i];
    }
    fit(&w, s->k, w.gram, NULL);
    c.breusch_pagan = breusch_pagan(s, &w);
    if (method == SOLOW_WALHUS) {
        wallace_hussain(s, &w, &c);
    } else if (method == SOLOW_AMEMIYA) {
        amemiya(s, &w, &c);
    } else if (method == SOLOW_NERLOVE) {
        nerlove(s, &w, &c);
    } else {
        status = swamy_arora(s, &w, &c, err);
    }
    c.negative = c.sigma2_u < 0;
    c.sigma2_u = fmax(c.sigma2_u, 0);
    if (status == SOLOW_OK && !(c.sigma2_e > 0)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the fit within units is perfect: no random effects");
    }
    if (status == SOLOW_OK) {
        *components = c;
    }
    return status;
}
