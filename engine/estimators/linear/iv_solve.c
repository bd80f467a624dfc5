/* iv_solve.c - coefficients and variances of iv.h (2) to (4) and (6), from the Gram and the meat. */
#include "engine/estimators/linear/iv_data.h"

#include "kernels/dense/cholesky.h"
#include "kernels/dense/compensated.h"
#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"

#include <math.h>
#include <string.h>

size_t solow_iv_inverse_bytes(ptrdiff_t k)
{
    return solow_arena_need(k * k, sizeof(double)) + solow_arena_need(k, sizeof(bool));
}

bool solow_iv_inverse(const solow_iv_state *s, ptrdiff_t k, const double *a, double *inverse)
{
    size_t mark = s->arena->used;
    double *factor = solow_arena_doubles(s->arena, k * k);
    bool *kept = solow_arena_take(s->arena, k, sizeof *kept);
    ptrdiff_t rank = -1;
    if (factor != NULL && kept != NULL) {
        solow_cholesky_ranked(k, a, k, NULL, 1e-12, factor, kept, &rank);
        solow_cholesky_inverse(k, factor, kept, inverse);
    }
    s->arena->used = mark;
    return rank == k;
}

/* Regresses column `on` on the first `first` columns of the Gram: coefficient [first], inverse NULL or [first x first]. */
static void regress(const solow_iv_state *s, ptrdiff_t first, ptrdiff_t on, double *coefficient, double *inverse)
{
    ptrdiff_t n = first + 1, p = s->p;
    double *high = s->work, *low = high + n * n, *inner = low + n * n;
    for (ptrdiff_t j = 0; j < n; j++) {
        ptrdiff_t from = j < first ? j : on;
        for (ptrdiff_t i = 0; i <= j; i++) {
            high[j * n + i] = s->gram[from * p + (i < first ? i : on)];
            low[j * n + i] = s->low[from * p + (i < first ? i : on)];
        }
    }
    solow_precise_fit fit = {.coefficient = coefficient, .inverse = inverse, .kept = s->kept};
    solow_solve_precise(first, high, low, n, NULL, 0, inner, &fit);
}

solow_status solow_iv_project(solow_iv_state *s, solow_error *err)
{
    ptrdiff_t l = s->l, p = s->p;
    (void)err;
    memset(s->c, 0, solow_bytes(l * s->k, sizeof *s->c));
    for (ptrdiff_t j = 0; j < s->k1; j++) {
        s->c[j * l + j] = 1;
    }
    for (ptrdiff_t j = 0; j <= s->k2; j++) {
        regress(s, l, l + j, s->pi + j * l, s->zz_inverse);
    }
    memcpy(s->c + s->k1 * l, s->pi, solow_bytes(s->k2 * l, sizeof *s->c));
    for (ptrdiff_t j = 0; j < p - s->k1; j++) {
        regress(s, s->k1, s->k1 + j, s->phi + j * s->k1, NULL);
    }
    return SOLOW_OK;
}

/* Residual cross product of columns a and b of the Gram after the first `first`, coefficients of b given. */
static double after(const solow_iv_state *s, ptrdiff_t first, ptrdiff_t a, ptrdiff_t b, const double *coefficient)
{
    return s->gram[b * s->p + a] - solow_dot(first, s->gram + a * s->p, coefficient);
}

/* (3): the least root, by the residual cross products of [Y2 y] after X1 and after Z. */
static solow_status least_root(const solow_iv_state *s, double *root, solow_error *err)
{
    ptrdiff_t n = s->k2 + 1, l = s->l, k1 = s->k1;
    double *one = s->work, *all = one + n * n;
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t i = 0; i < n; i++) {
            one[j * n + i] = after(s, k1, l + i, l + j, s->phi + (s->l2 + j) * k1);
            all[j * n + i] = after(s, l, l + i, l + j, s->pi + j * l);
        }
    }
    solow_symmetrise(n, one);
    solow_symmetrise(n, all);
    size_t mark = s->arena->used;
    solow_status status = solow_smallest_pencil_value(n, one, all, root, s->arena, err);
    s->arena->used = mark;
    return status;
}

static solow_status choose_kappa(solow_iv_state *s, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (s->method == SOLOW_IV_LIML || s->method == SOLOW_IV_FULLER || s->method == SOLOW_IV_CUE) {
        status = least_root(s, &s->kappa, err);
    }
    if (s->method == SOLOW_IV_FULLER) {
        s->kappa -= s->fuller / (s->nobs - (double)s->l - s->effects_rank);
    }
    return status;
}

static solow_status unidentified(const solow_iv_state *s, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                      "not identified: the instruments do not move the %td endogenous regressor%s (%s) apart from each "
                      "other and from the exogenous ones",
                      s->k2, s->k2 > 1 ? "s" : "", s->name[s->l]);
}

solow_status solow_iv_k_class(solow_iv_state *s, solow_error *err)
{
    ptrdiff_t k = s->k, l = s->l, p = s->p;
    double *projected = s->work, *a = projected + k * k, *right = a + k * k;
    solow_status status = choose_kappa(s, err);
    if (status != SOLOW_OK) {
        return status;
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        ptrdiff_t xj = solow_iv_x(s, j);
        for (ptrdiff_t i = 0; i < k; i++) {
            double inside = solow_dot(l, s->c + j * l, s->gram + solow_iv_x(s, i) * p);
            projected[j * k + i] = inside;
            a[j * k + i] = s->kappa * inside + (1 - s->kappa) * s->gram[xj * p + solow_iv_x(s, i)];
        }
        double inside = solow_dot(l, s->c + j * l, s->gram + (p - 1) * p);
        right[j] = s->kappa * inside + (1 - s->kappa) * s->gram[(p - 1) * p + xj];
    }
    solow_symmetrise(k, projected);
    solow_symmetrise(k, a);
    if (!solow_iv_inverse(s, k, projected, s->bread) || !solow_iv_inverse(s, k, a, s->bread)) {
        return unidentified(s, err);
    }
    solow_multiply_vector(k, k, s->bread, right, s->b);
    return SOLOW_OK;
}

/* R: e, v, Y2 after X1, r, and X for cue, as combinations of the columns. */
void solow_iv_residuals(solow_iv_state *s)
{
    ptrdiff_t p = s->p, l = s->l;
    memset(s->residual, 0, solow_bytes(p * s->m, sizeof *s->residual));
    s->residual[p - 1] = 1;
    for (ptrdiff_t j = 0; j < s->k; j++) {
        s->residual[solow_iv_x(s, j)] = -s->b[j];
    }
    for (ptrdiff_t j = 0; j <= s->k2; j++) { /* the last of them is the reduced form of y */
        ptrdiff_t place = j < s->k2 ? SOLOW_IV_V + j : solow_iv_reduced(s);
        double *r = s->residual + place * p;
        r[l + j] = 1;
        for (ptrdiff_t i = 0; i < l; i++) {
            r[i] = -s->pi[j * l + i];
        }
    }
    for (ptrdiff_t j = 0; j < s->k2; j++) {
        double *r = s->residual + (solow_iv_partialled(s) + j) * p;
        r[l + j] = 1;
        for (ptrdiff_t i = 0; i < s->k1; i++) {
            r[i] = -s->phi[(s->l2 + j) * s->k1 + i];
        }
    }
    for (ptrdiff_t j = 0; s->method == SOLOW_IV_CUE && j < s->k; j++) {
        s->residual[(solow_iv_moving(s) + j) * p + solow_iv_x(s, j)] = 1;
    }
    s->rss = fmax(0, solow_bilinear(p, p, s->residual, s->gram, s->residual));
}

void solow_iv_block(const solow_iv_state *s, const double *meat, ptrdiff_t a, ptrdiff_t b, double *out)
{
    ptrdiff_t l = s->l, d = s->m * l;
    for (ptrdiff_t j = 0; j < l; j++) {
        memcpy(out + j * l, meat + (b * l + j) * d + a * l, solow_bytes(l, sizeof *out));
    }
}

/* D'W, D = Z'X: out [l x k] = W D. */
static void weigh(const solow_iv_state *s, double *out)
{
    double *d = s->work + 2 * s->k * s->k;
    for (ptrdiff_t j = 0; j < s->k; j++) {
        memcpy(d + j * s->l, s->gram + solow_iv_x(s, j) * s->p, solow_bytes(s->l, sizeof *d));
    }
    solow_multiply(s->l, s->k, s->l, s->weight, d, out);
}

solow_status solow_iv_gmm(solow_iv_state *s, solow_error *err)
{
    ptrdiff_t l = s->l, k = s->k, p = s->p;
    double *block = s->work + 2 * k * k + l * k, *wd = block + l * l, *a = s->work, *g = wd + l * k;
    solow_iv_block(s, s->raw, SOLOW_IV_E, SOLOW_IV_E, block);
    if (!solow_iv_inverse(s, l, block, s->weight)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                          "gmm: the variance of the %td moments is singular (more moments than clusters?)", l);
    }
    weigh(s, wd);
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            a[j * k + i] = solow_dot(l, wd + j * l, s->gram + solow_iv_x(s, i) * p);
        }
        s->df[j] = solow_dot(l, wd + j * l, s->gram + (p - 1) * p); /* D'W Z'y */
    }
    solow_symmetrise(k, a);
    if (!solow_iv_inverse(s, k, a, s->bread)) {
        return unidentified(s, err);
    }
    solow_multiply_vector(k, k, s->bread, s->df, s->b);
    for (ptrdiff_t i = 0; i < l; i++) {
        g[i] = s->gram[(p - 1) * p + i];
        for (ptrdiff_t j = 0; j < k; j++) {
            g[i] -= s->gram[solow_iv_x(s, j) * p + i] * s->b[j];
        }
    }
    s->j = solow_bilinear(l, l, g, s->weight, g);
    return SOLOW_OK;
}

/* V = B F'S F B with F [l x k] and S [l x l] the meat of e; repaired for several ways. */
static solow_status sandwich(solow_iv_state *s, const double *f, const double *meat, solow_error *err)
{
    ptrdiff_t l = s->l, k = s->k;
    double *half = s->work + 2 * k * k + 2 * l * k + l * l, *m = s->work;
    solow_multiply(l, k, l, meat, f, half);
    solow_multiply_left(k, k, l, f, half, m);
    solow_symmetrise(k, m);
    solow_sandwich(k, s->bread, m, m + k * k, s->v);
    for (ptrdiff_t j = 0; j < k; j++) {
        s->df[j] = s->sample.df;
    }
    if (s->sample.ways <= 1) {
        return SOLOW_OK;
    }
    solow_psd_report repair = {0};
    size_t mark = s->arena->used;
    solow_status status = solow_psd_repair(k, s->v, &repair, s->arena, err);
    s->arena->used = mark;
    s->facts.least_eigenvalue = repair.smallest;
    s->facts.repaired = repair.changed ? repair.largest_move : 0;
    return status;
}

solow_status solow_iv_variance(solow_iv_state *s, solow_error *err)
{
    ptrdiff_t k = s->k;
    bool k_class = s->method == SOLOW_IV_LIML || s->method == SOLOW_IV_FULLER;
    if (s->method >= SOLOW_IV_GMM) { /* B is (D'S^-1 D)^-1 without factor */
        for (ptrdiff_t i = 0; i < k * k; i++) {
            s->v[i] = s->bread[i] * s->sample.factor[0];
        }
        for (ptrdiff_t j = 0; j < k; j++) {
            s->df[j] = s->sample.df;
        }
        return SOLOW_OK;
    }
    solow_iv_block(s, s->s, SOLOW_IV_E, SOLOW_IV_E, s->meat_e);
    solow_status status = sandwich(s, s->c, s->meat_e, err);
    if (status == SOLOW_OK && k_class && s->facts.spec.kind == SOLOW_VCOV_IID) {
        for (ptrdiff_t i = 0; i < k * k; i++) {
            s->v[i] = s->rss / s->sample.df_residual * s->bread[i];
        }
    }
    return status;
}

/* W D B_term, D = Z'X: one entry. */
static double weighted_moment(const solow_iv_state *s, const double *bread, ptrdiff_t row)
{
    double sum = 0;
    for (ptrdiff_t i = 0; i < s->l; i++) {
        double moved = 0;
        for (ptrdiff_t j = 0; j < s->k; j++) {
            moved += s->gram[solow_iv_x(s, j) * s->p + i] * bread[j];
        }
        sum += s->weight[i * s->l + row] * moved;
    }
    return sum;
}

void solow_iv_influence(const solow_iv_state *s, ptrdiff_t term, solow_influence *influence)
{
    const double *bread = s->bread + term * s->k;
    influence->transform = (solow_transform){.kind = SOLOW_TRANSFORM_WITHIN};
    influence->columns = s->p;
    influence->column = s->column;
    influence->residual = s->residual + SOLOW_IV_E * s->p;
    influence->k = (double)s->k;
    influence->effects_rank = s->effects_rank;
    influence->nobs = s->nobs;
    memset(influence->weight, 0, solow_bytes(s->p, sizeof *influence->weight));
    for (ptrdiff_t i = 0; i < s->l; i++) {
        for (ptrdiff_t j = 0; j < s->k && s->method < SOLOW_IV_GMM; j++) {
            influence->weight[i] += s->c[j * s->l + i] * bread[j];
        }
        if (s->method >= SOLOW_IV_GMM) {
            influence->weight[i] = weighted_moment(s, bread, i);
        }
    }
}
