/* iv_cue.c - continuously updated GMM, from one pass.
 *
 *   (1) e(d) = e - X d, d the move away from LIML;  g(d) = Z'e - Z'X d
 *   (2) S(d) = sum over pairs of (e, X) of a_a a_b S_ab, a = (1, -d): a contraction of the scores' meat, no further pass
 *   (3) Q(d) = g'u, u = S^-1 g;  dQ/dd_j = -2 D_j'u + 2 u'S_(j, e(d)) u
 *   (4) Newton from d = 0 (LIML is the minimum under iid errors; from 2SLS the first steps can jump out of its basin), the Hessian by central differences of (3) with steps of 1e-4 standard errors; where it is not
 *       positive definite, Gauss-Newton 2 D'S^-1 D; steps are halved until Q falls
 *   (5) converged when the predicted decrease is below 1e-12 (1 + Q)
 *
 * Source    Hansen, Heaton & Yaron (1996), J. Business & Econ. Statistics 14, 262-280.
 */
#include "engine/estimators/linear/iv_data.h"

#include "kernels/dense/sandwich.h"

#include <math.h>
#include <string.h>

enum { MOST_ITERATIONS = 100, MOST_HALVINGS = 40 };

typedef struct search {
    solow_iv_state *s;
    double *d, *trial;                        /* [k] */
    double *gradient, *up, *down, *direction; /* [k] */
    double *hessian, *inverse;                /* [k x k] */
    double *g, *u;                            /* [l] */
    double *meat, *weight;                    /* [l x l] S(d) and its inverse */
} search;

size_t solow_iv_cue_bytes(ptrdiff_t k, ptrdiff_t l)
{
    return 6 * solow_arena_need(k, sizeof(double)) + 2 * solow_arena_need(k * k, sizeof(double)) +
           2 * solow_arena_need(l, sizeof(double)) + 2 * solow_arena_need(l * l, sizeof(double));
}

static bool take(search *q)
{
    solow_arena *arena = q->s->arena;
    ptrdiff_t k = q->s->k, l = q->s->l;
    double **vectors[] = {&q->d, &q->trial, &q->gradient, &q->up, &q->down, &q->direction};
    bool all = true;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        *vectors[i] = solow_arena_doubles(arena, k);
        all = all && *vectors[i] != NULL;
    }
    q->hessian = solow_arena_doubles(arena, k * k);
    q->inverse = solow_arena_doubles(arena, k * k);
    q->g = solow_arena_doubles(arena, l);
    q->u = solow_arena_doubles(arena, l);
    q->meat = solow_arena_doubles(arena, l * l);
    q->weight = solow_arena_doubles(arena, l * l);
    return all && q->hessian != NULL && q->inverse != NULL && q->g != NULL && q->u != NULL && q->meat != NULL &&
           q->weight != NULL;
}

/* a of (2): place 0 is e, then X. */
static double share(const double *d, ptrdiff_t a)
{
    return a == 0 ? 1 : -d[a - 1];
}

static ptrdiff_t place(const solow_iv_state *s, ptrdiff_t a)
{
    return a == 0 ? SOLOW_IV_E : solow_iv_moving(s) + a - 1;
}

/* Entry (i, j) of S_ab. */
static double entry(const solow_iv_state *s, ptrdiff_t a, ptrdiff_t b, ptrdiff_t i, ptrdiff_t j)
{
    return s->raw[(place(s, b) * s->l + j) * s->m * s->l + place(s, a) * s->l + i];
}

static void moments(const search *q, const double *d)
{
    const solow_iv_state *s = q->s;
    for (ptrdiff_t i = 0; i < s->l; i++) {
        q->g[i] = solow_dot(s->p, s->gram + i * s->p, s->residual);
        for (ptrdiff_t j = 0; j < s->k; j++) {
            q->g[i] -= s->gram[solow_iv_x(s, j) * s->p + i] * d[j];
        }
    }
}

/* (1) to (3); INFINITY where S is singular. gradient NULL: not wanted. */
static double criterion(const search *q, const double *d, double *gradient)
{
    const solow_iv_state *s = q->s;
    ptrdiff_t l = s->l, k = s->k;
    memset(q->meat, 0, solow_bytes(l * l, sizeof *q->meat));
    for (ptrdiff_t a = 0; a <= k; a++) {
        for (ptrdiff_t b = 0; b <= k; b++) {
            double f = share(d, a) * share(d, b);
            for (ptrdiff_t c = 0; f != 0 && c < l * l; c++) {
                q->meat[c] += f * entry(s, a, b, c % l, c / l);
            }
        }
    }
    solow_symmetrise(l, q->meat);
    if (!solow_iv_inverse(s, l, q->meat, q->weight)) {
        return INFINITY;
    }
    moments(q, d);
    solow_multiply_vector(l, l, q->weight, q->g, q->u);
    for (ptrdiff_t j = 0; gradient != NULL && j < k; j++) {
        double slope = -2 * solow_dot(l, s->gram + solow_iv_x(s, j) * s->p, q->u);
        for (ptrdiff_t b = 0; b <= k; b++) {
            double form = 0;
            for (ptrdiff_t c = 0; c < l * l; c++) {
                form += q->u[c % l] * entry(s, j + 1, b, c % l, c / l) * q->u[c / l];
            }
            slope += 2 * share(d, b) * form;
        }
        gradient[j] = slope;
    }
    return solow_dot(l, q->g, q->u);
}

/* (D'S^-1 D)^-1 at the last S; false if singular. */
static bool curvature(const search *q, double *inverse)
{
    const solow_iv_state *s = q->s;
    ptrdiff_t k = s->k, l = s->l;
    double *a = s->work;
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            a[j * k + i] =
                solow_bilinear(l, l, s->gram + solow_iv_x(s, i) * s->p, q->weight, s->gram + solow_iv_x(s, j) * s->p);
        }
    }
    solow_symmetrise(k, a);
    return solow_iv_inverse(s, k, a, inverse);
}

/* (4): the inverse Hessian at d, whose criterion was the last to be evaluated. */
static bool inverse_hessian(search *q)
{
    const solow_iv_state *s = q->s;
    ptrdiff_t k = s->k;
    if (!curvature(q, q->inverse)) {
        return false;
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        double step = 1e-4 * sqrt(q->inverse[j * k + j]);
        memcpy(q->trial, q->d, solow_bytes(k, sizeof *q->d));
        q->trial[j] = q->d[j] + step;
        (void)criterion(q, q->trial, q->up);
        q->trial[j] = q->d[j] - step;
        (void)criterion(q, q->trial, q->down);
        for (ptrdiff_t i = 0; i < k; i++) {
            q->hessian[j * k + i] = (q->up[i] - q->down[i]) / (2 * step);
        }
    }
    solow_symmetrise(k, q->hessian);
    for (ptrdiff_t i = 0; i < k * k; i++) { /* Gauss-Newton, unless the Hessian can be inverted */
        q->inverse[i] /= 2;
    }
    memcpy(s->work, q->inverse, solow_bytes(k * k, sizeof *s->work));
    if (!solow_iv_inverse(s, k, q->hessian, q->inverse)) {
        memcpy(q->inverse, s->work, solow_bytes(k * k, sizeof *s->work));
    }
    return true;
}

/* One step of (4); *done when (5) holds or no step lowers Q. */
static void advance(search *q, double value, bool *done)
{
    ptrdiff_t k = q->s->k;
    double scale = 1, next = INFINITY;
    solow_multiply_vector(k, k, q->inverse, q->gradient, q->direction);
    double decrease = solow_dot(k, q->direction, q->gradient) / 2;
    for (int halving = 0; halving < MOST_HALVINGS && !(next < value); halving++, scale /= 2) {
        for (ptrdiff_t j = 0; j < k; j++) {
            q->trial[j] = q->d[j] - scale * q->direction[j];
        }
        next = criterion(q, q->trial, NULL);
    }
    bool lower = next < value;
    if (lower) {
        memcpy(q->d, q->trial, solow_bytes(k, sizeof *q->d));
    }
    q->s->converged = fabs(decrease) <= 1e-12 * (1 + value);
    *done = q->s->converged || !lower;
}

solow_status solow_iv_cue(solow_iv_state *s, solow_error *err)
{
    search q = {.s = s};
    bool done = false;
    size_t mark = s->arena->used;
    if (!take(&q)) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "cue: arena of %zu bytes", s->arena->size);
    }
    memset(q.d, 0, solow_bytes(s->k, sizeof *q.d));
    s->converged = false;
    for (s->iterations = 0; s->iterations < MOST_ITERATIONS && !done; s->iterations++) {
        double value = criterion(&q, q.d, q.gradient);
        if (!isfinite(value) || !inverse_hessian(&q)) {
            return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "cue: the variance of the %td moments is singular", s->l);
        }
        advance(&q, value, &done);
    }
    s->j = criterion(&q, q.d, NULL);
    memcpy(s->weight, q.weight, solow_bytes(s->l * s->l, sizeof *s->weight));
    for (ptrdiff_t j = 0; j < s->k; j++) {
        s->b[j] += q.d[j];
    }
    bool curved = curvature(&q, s->bread);
    s->arena->used = mark;
    return curved ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "cue: not identified at the minimum");
}
