/* iv_tests.c - first stage, overidentification, exogeneity; see iv_tests.h. */
#include "engine/estimators/linear/iv_tests.h"

#include "kernels/dense/cholesky.h"
#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

size_t solow_iv_tests_bytes(ptrdiff_t l, ptrdiff_t k2)
{
    ptrdiff_t side = k2 + 1;
    return 9 * solow_arena_need(l * l, sizeof(double)) + solow_arena_need(l * side, sizeof(double)) +
           2 * solow_arena_need(side * side, sizeof(double)) + 12 * solow_arena_need(l * side, sizeof(double)) +
           8 * solow_arena_need(side * side + l, sizeof(double)) + 2 * solow_symmetric_need(l + side) +
           3 * solow_arena_need((l + 2 * side) * (l + 2 * side), sizeof(double)) +
           solow_arena_need(l + 2 * side, sizeof(bool)) + 2 * solow_iv_inverse_bytes(l + side);
}

static void fill_instruments(const solow_iv_state *s, solow_iv_weak *w)
{
    ptrdiff_t l = s->l, l2 = s->l2, k1 = s->k1, p = s->p;
    memset(w->t, 0, solow_bytes(l * l2, sizeof *w->t));
    for (ptrdiff_t a = 0; a < l2; a++) {
        w->t[a * l + k1 + a] = 1;
        for (ptrdiff_t i = 0; i < k1; i++) {
            w->t[a * l + i] = -s->phi[a * k1 + i];
        }
    }
    for (ptrdiff_t b = 0; b < l2; b++) {
        for (ptrdiff_t a = 0; a < l2; a++) {
            w->nn[b * l2 + a] = solow_dot(l, w->t + a * l, s->gram + (k1 + b) * p);
        }
    }
    solow_symmetrise(l2, w->nn);
    for (ptrdiff_t j = 0; j <= s->k2; j++) {
        for (ptrdiff_t a = 0; a < l2; a++) {
            w->c[j * l2 + a] = solow_dot(l, w->t + a * l, s->gram + (l + j) * p);
        }
    }
}

static void fill_outcomes(const solow_iv_state *s, solow_iv_weak *w)
{
    ptrdiff_t n = s->k2 + 1, l = s->l, p = s->p;
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t i = 0; i < n; i++) {
            double whole = s->gram[(l + j) * p + l + i];
            w->one[j * n + i] = whole - solow_dot(s->k1, s->gram + (l + i) * p, s->phi + (s->l2 + j) * s->k1);
            w->all[j * n + i] = whole - solow_dot(l, s->gram + (l + i) * p, s->pi + j * l);
        }
    }
    solow_symmetrise(n, w->one);
    solow_symmetrise(n, w->all);
}

solow_status solow_iv_weak_create(const solow_iv_state *s, solow_iv_weak *weak, solow_error *err)
{
    ptrdiff_t l = s->l, l2 = s->l2, n = s->k2 + 1;
    solow_arena *a = s->arena;
    solow_iv_weak w = {.s = s, .ratio = s->first.factor[0] / s->sample.factor[0]};
    w.nn = solow_arena_doubles(a, l2 * l2);
    w.nn_inverse = solow_arena_doubles(a, l2 * l2);
    w.meat = solow_arena_doubles(a, l2 * l2);
    w.half = solow_arena_doubles(a, l * l);
    w.t = solow_arena_doubles(a, l * l2);
    w.c = solow_arena_doubles(a, l2 * n);
    w.one = solow_arena_doubles(a, n * n);
    w.all = solow_arena_doubles(a, n * n);
    if (w.nn == NULL || w.nn_inverse == NULL || w.meat == NULL || w.half == NULL || w.t == NULL || w.c == NULL ||
        w.one == NULL || w.all == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv tests: arena of %zu bytes", a->size);
    }
    fill_instruments(s, &w);
    fill_outcomes(s, &w);
    if (!solow_iv_inverse(s, l2, w.nn, w.nn_inverse)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the excluded instruments are collinear given the regressors");
    }
    *weak = w;
    return SOLOW_OK;
}

void solow_iv_weak_meat(const solow_iv_weak *w, bool scaled, ptrdiff_t a, ptrdiff_t b, double *out)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t l = s->l, l2 = s->l2, d = s->m * l;
    const double *meat = (scaled ? s->s : s->raw) + b * l * d + a * l;
    for (ptrdiff_t j = 0; j < l2; j++) { /* t'S t by columns of t */
        for (ptrdiff_t i = 0; i < l; i++) {
            double sum = 0;
            for (ptrdiff_t h = 0; h < l; h++) {
                sum = fma(meat[h * d + i], w->t[j * l + h], sum);
            }
            w->half[i] = sum;
        }
        for (ptrdiff_t i = 0; i < l2; i++) {
            out[j * l2 + i] = (scaled ? w->ratio : 1) * solow_dot(l, w->t + i * l, w->half);
        }
    }
}

double solow_iv_weak_wald(const solow_iv_weak *w, const double *x, const double *meat)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t l2 = s->l2;
    size_t mark = s->arena->used;
    double *inverse = solow_arena_doubles(s->arena, l2 * l2), wald = NAN;
    if (inverse != NULL && solow_iv_inverse(s, l2, meat, inverse)) {
        wald = solow_bilinear(l2, l2, x, inverse, x);
    }
    s->arena->used = mark;
    return wald;
}

static solow_status add_f(solow_record *record, const char *test, const char *of, double f, double df1, double df2,
                          const char *note, solow_error *err)
{
    char name[256];
    snprintf(name, sizeof name, "%s%s%s", test, of != NULL ? ":" : "", of != NULL ? of : "");
    return solow_record_add_test(record, name, f, df1, df2,
                                 isfinite(df2) ? solow_f_upper(f, df1, df2) : solow_chi2_upper(f * df1, df1), note,
                                 err);
}

/* (2) */
static solow_status first_stage(const solow_iv_weak *w, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t l2 = s->l2, n = s->k2 + 1;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < s->k2 && status == SOLOW_OK; j++) {
        const char *of = s->name[s->l + j];
        char name[256];
        solow_iv_weak_meat(w, true, SOLOW_IV_V + j, SOLOW_IV_V + j, w->meat);
        double f = solow_iv_weak_wald(w, w->c + j * l2, w->meat) / (double)l2;
        status = add_f(record, "first_stage", s->k2 > 1 ? of : NULL, f, (double)l2, s->first.df,
                       "F of the excluded instruments, under the model's variance", err);
        snprintf(name, sizeof name, "partial_r_squared:%s", of);
        if (status == SOLOW_OK) {
            status = solow_record_add_diagnostic(record, name, 1 - w->all[j * n + j] / w->one[j * n + j], "", err);
        }
    }
    return status;
}

/* (11): m times the homoskedastic F of the excluded instruments in the residuals, from Sargan's n R^2. */
static solow_status basmann(solow_record *record, double sargan, double n, double instruments, double df,
                            solow_error *err)
{
    double share = sargan / n, statistic = (n - instruments) * share / (1 - share);
    return n > instruments && share < 1
               ? solow_record_add_test(record, "basmann", statistic, df, NAN, solow_chi2_upper(statistic, df),
                                       "H0: the instruments are exogenous; iid errors", err)
               : SOLOW_OK;
}

/* (9) */
static solow_status overidentified(const solow_iv_weak *w, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    double df = (double)(s->l2 - s->k2), statistic = s->j, n = s->nobs - s->effects_rank, *g = w->half;
    bool iid = s->facts.spec.kind == SOLOW_VCOV_IID;
    const char *note = "H0: the instruments are exogenous; Hansen's J, the two-step GMM criterion";
    if (df <= 0) {
        return SOLOW_OK;
    }
    for (ptrdiff_t i = 0; i < s->l; i++) {
        g[i] = solow_dot(s->p, s->gram + i * s->p, s->residual);
    }
    double sargan = solow_bilinear(s->l, s->l, g, s->zz_inverse, g) / (s->rss / n);
    if (iid && s->method < SOLOW_IV_GMM) {
        statistic = sargan;
        note = s->effects_rank > 0 ? "H0: the instruments are exogenous; n less the rank of the effects"
                                   : "H0: the instruments are exogenous";
    }
    if (s->method == SOLOW_IV_CUE) {
        note = "H0: the instruments are exogenous; Hansen's J, the continuously updated criterion";
    }
    solow_status status =
        solow_record_add_test(record, "sargan", statistic, df, NAN, solow_chi2_upper(statistic, df), note, err);
    return status == SOLOW_OK && s->method == SOLOW_IV_2SLS ? basmann(record, sargan, n, (double)s->l, df, err)
                                                            : status;
}

/* Residual sum of squares of the last of n columns on the first k, from their Gram. */
static double rss_of(ptrdiff_t n, ptrdiff_t k, const double *gram, double *factor, bool *kept)
{
    ptrdiff_t rank = 0;
    double *z = factor + n * n, rss = gram[(n - 1) * n + n - 1];
    memcpy(z, gram + (n - 1) * n, solow_bytes(k, sizeof *z));
    solow_cholesky_ranked(k, gram, n, NULL, 1e-12, factor, kept, &rank);
    solow_cholesky_forward(k, factor, kept, 1, z, n);
    for (ptrdiff_t j = 0; j < k; j++) {
        rss -= kept[j] ? z[j] * z[j] : 0;
    }
    return rss;
}

/* (10): least squares on X, then on [X V]; the Gram of [X V y] from that of the columns. */
static solow_status wu_hausman(const solow_iv_weak *w, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t k = s->k, k2 = s->k2, n = k + k2 + 1, p = s->p;
    size_t mark = s->arena->used;
    double *gram = solow_arena_doubles(s->arena, n * n), *factor = solow_arena_doubles(s->arena, n * n + n);
    bool *kept = solow_arena_take(s->arena, n, sizeof *kept);
    if (gram == NULL || factor == NULL || kept == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv tests: arena of %zu bytes", s->arena->size);
    }
    for (ptrdiff_t j = 0; j < n; j++) {
        ptrdiff_t plain_j = j < k ? solow_iv_x(s, j) : p - 1;
        for (ptrdiff_t i = 0; i < n; i++) {
            ptrdiff_t plain_i = i < k ? solow_iv_x(s, i) : p - 1;
            bool vi = i >= k && i < n - 1, vj = j >= k && j < n - 1;
            const double *ri = s->residual + (SOLOW_IV_V + i - k) * p, *rj = s->residual + (SOLOW_IV_V + j - k) * p;
            gram[j * n + i] = vi && vj ? solow_bilinear(p, p, ri, s->gram, rj)
                              : vi     ? solow_dot(p, ri, s->gram + plain_j * p)
                              : vj     ? solow_dot(p, rj, s->gram + plain_i * p)
                                       : s->gram[plain_j * p + plain_i];
        }
    }
    double whole = rss_of(n, n - 1, gram, factor, kept), restricted = rss_of(n, k, gram, factor, kept);
    double df = s->nobs - (double)(k + k2) - s->effects_rank;
    s->arena->used = mark;
    return df > 0 ? add_f(record, "wu_hausman", NULL, (restricted - whole) / (double)k2 / (whole / df), (double)k2, df,
                          "H0: the regressors are exogenous (iid form)", err)
                  : SOLOW_OK;
}

solow_status solow_iv_report_tests(const solow_iv_weak *weak, solow_record *record, solow_error *err)
{
    solow_status status = first_stage(weak, record, err);
    if (status == SOLOW_OK) {
        status = overidentified(weak, record, err);
    }
    return status == SOLOW_OK ? wu_hausman(weak, record, err) : status;
}
