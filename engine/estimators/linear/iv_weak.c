/* iv_weak.c - weak identification: (3) to (6) of iv_tests.h. */
#include "engine/estimators/linear/iv_tests.h"

#include "kernels/dense/cholesky.h"
#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* sum_jj' rho_j rho_j' S_(base+j, base+j') into out [l2 x l2]. */
static void combine_meat(const solow_iv_weak *w, bool scaled, ptrdiff_t base, const double *rho, double *scratch,
                         double *out)
{
    ptrdiff_t l2 = w->s->l2;
    memset(out, 0, solow_bytes(l2 * l2, sizeof *out));
    for (ptrdiff_t a = 0; a < w->s->k2; a++) {
        for (ptrdiff_t b = 0; b < w->s->k2; b++) {
            solow_iv_weak_meat(w, scaled, base + a, base + b, scratch);
            for (ptrdiff_t i = 0; i < l2 * l2; i++) {
                out[i] += rho[a] * rho[b] * scratch[i];
            }
        }
    }
    solow_symmetrise(l2, out);
}

/* rho of (3): 1 at j, minus the 2SLS coefficients of the other endogenous regressors. false: they are not identified. */
static bool partial_out(const solow_iv_weak *w, ptrdiff_t j, double *explained, double *inverse, double *rho)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t k2 = s->k2, n = k2 + 1, m = 0;
    for (ptrdiff_t b = 0; b < k2; b++) {
        for (ptrdiff_t a = 0; b != j && a < k2; a++) {
            if (a != j) {
                explained[m++] = w->one[b * n + a] - w->all[b * n + a];
            }
        }
    }
    if (!solow_iv_inverse(s, k2 - 1, explained, inverse)) {
        return false;
    }
    for (ptrdiff_t a = 0, row = 0; a < k2; a++) {
        rho[a] = a == j ? 1 : 0;
        for (ptrdiff_t b = 0, column = 0; a != j && b < k2; b++) {
            if (b != j) {
                rho[a] -= inverse[column++ * (k2 - 1) + row] * (w->one[j * n + b] - w->all[j * n + b]);
            }
        }
        row += a == j ? 0 : 1;
    }
    return true;
}

/* (3) */
static solow_status sanderson_windmeijer(const solow_iv_weak *w, double *scratch, double *meat, double *small,
                                         solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t l2 = s->l2, k2 = s->k2;
    double *rho = small, *c = rho + k2, *explained = c + l2, *inverse = explained + k2 * k2;
    double df1 = (double)(l2 - k2 + 1);
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < k2 && k2 > 1 && status == SOLOW_OK; j++) {
        char name[256];
        if (!partial_out(w, j, explained, inverse, rho)) {
            continue;
        }
        combine_meat(w, true, SOLOW_IV_V, rho, scratch, meat);
        solow_multiply_vector(l2, k2, w->c, rho, c);
        double f = solow_iv_weak_wald(w, c, meat) / df1;
        snprintf(name, sizeof name, "sanderson_windmeijer:%s", s->name[s->l + j]);
        status = solow_record_add_test(record, name, f, df1, s->first.df, solow_f_upper(f, df1, s->first.df),
                                       "H0: not identified, given the other endogenous regressors", err);
    }
    return status;
}

/* (4) */
static solow_status effective_f(const solow_iv_weak *w, double *small, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t l2 = s->l2;
    double trace = 0, square = 0, *roots = small;
    char note[256];
    if (s->k2 != 1) {
        return SOLOW_OK;
    }
    solow_iv_weak_meat(w, true, SOLOW_IV_V, SOLOW_IV_V, w->meat);
    solow_symmetrise(l2, w->meat);
    size_t mark = s->arena->used;
    solow_status status = solow_pencil_values(l2, w->meat, w->nn, roots, s->arena, err);
    s->arena->used = mark;
    for (ptrdiff_t i = 0; i < l2 && status == SOLOW_OK; i++) {
        trace += roots[i];
        square += roots[i] * roots[i];
    }
    if (status != SOLOW_OK) {
        return status;
    }
    double f = solow_bilinear(l2, l2, w->c, w->nn_inverse, w->c) / trace;
    double critical = solow_effective_f_critical(trace, square, roots[l2 - 1], 0.1, 0.05);
    snprintf(note, sizeof note, "critical value %.2f for a bias of 10 %% of the worst case, at 5 %%", critical);
    status = solow_record_add_test(record, "effective_f", f, (double)l2, NAN, NAN, note, err);
    if (status == SOLOW_OK && f < critical) {
        snprintf(note, sizeof note,
                 "Weak instruments: the effective F is %.1f, below %.1f; read the Anderson-Rubin set, not the standard "
                 "error.",
                 f, critical);
        status = solow_record_say(record, true, note, err);
    }
    return status;
}

/* (5) */
static solow_status cragg_donald(const solow_iv_weak *w, double *small, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t k2 = s->k2, n = k2 + 1;
    double *explained = small, *rest = explained + k2 * k2, root = NAN;
    for (ptrdiff_t j = 0; j < k2; j++) {
        for (ptrdiff_t i = 0; i < k2; i++) {
            rest[j * k2 + i] = w->all[j * n + i];
            explained[j * k2 + i] = w->one[j * n + i] - w->all[j * n + i];
        }
    }
    size_t mark = s->arena->used;
    solow_error cause = {0};
    solow_status status = solow_smallest_pencil_value(k2, explained, rest, &root, s->arena, &cause);
    s->arena->used = mark;
    if (status != SOLOW_OK) {
        return SOLOW_OK; /* an endogenous regressor that the instruments fit exactly has no weak-instrument problem */
    }
    double f = root * (s->nobs - (double)s->l - s->effects_rank) / (double)s->l2;
    return solow_record_add_test(record, "cragg_donald", f, (double)s->l2, NAN, NAN,
                                 "compare with Stock and Yogo (2005); iid errors", err);
}

typedef struct rank_room {   /* of (6) */
    double *root_n, *root_y; /* [l2 x l2], [k2 x k2] U with U'U = N'N and the outcomes' cross product */
    double *theta;           /* [l2 x k2] */
    double *p, *q, *singular;
    double *a, *meat, *scratch, *variance, *rho;
    bool *kept;
} rank_room;

/* Theta = U^-T C R^-1, its last singular direction rho = R^-1 q, and a [l2 x (l2-k2+1)] = U^-1 P_last, so that the scores of
 * the statistic are a'N'(V rho). false: the outcomes' cross product is singular. */
static bool last_direction(const solow_iv_weak *w, const double *outcomes, rank_room *r, solow_error *err)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t l2 = s->l2, k2 = s->k2, n = k2 + 1, rank_n = 0, rank_y = 0, free = l2 - k2 + 1;
    solow_cholesky_ranked(l2, w->nn, l2, NULL, 1e-12, r->root_n, r->kept, &rank_n);
    memcpy(r->theta, w->c, solow_bytes(l2 * k2, sizeof *r->theta));
    solow_cholesky_forward(l2, r->root_n, r->kept, k2, r->theta, l2);
    memcpy(r->a, r->theta, solow_bytes(l2 * k2, sizeof *r->a)); /* rows times R^-1: solve on the transpose */
    solow_cholesky_ranked(k2, outcomes, n, NULL, 1e-14, r->root_y, r->kept, &rank_y);
    if (rank_n < l2 || rank_y < k2) {
        return false;
    }
    solow_transpose(l2, k2, r->a, r->scratch);
    solow_cholesky_forward(k2, r->root_y, r->kept, l2, r->scratch, k2);
    solow_transpose(k2, l2, r->scratch, r->theta);
    size_t mark = s->arena->used;
    solow_svd svd = {.singular = r->singular, .p = r->p, .q = r->q};
    solow_status status = solow_singular_values(l2, k2, r->theta, &svd, s->arena, err);
    s->arena->used = mark;
    if (status != SOLOW_OK) {
        return false;
    }
    memcpy(r->rho, r->q + (k2 - 1) * k2, solow_bytes(k2, sizeof *r->rho));
    solow_cholesky_back(k2, r->root_y, r->kept, 1, r->rho, k2);
    memcpy(r->a, r->p + (k2 - 1) * l2, solow_bytes(l2 * free, sizeof *r->a));
    for (ptrdiff_t i = 0; i < l2; i++) {
        r->kept[i] = true;
    }
    solow_cholesky_back(l2, r->root_n, r->kept, free, r->a, l2);
    return true;
}

/* lambda' Var^-1 lambda, lambda = a'C rho, Var = a'(sum rho rho' S) a; NAN if it is singular. */
static double rank_statistic(const solow_iv_weak *w, bool scaled, ptrdiff_t base, rank_room *r)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t l2 = s->l2, free = l2 - s->k2 + 1;
    combine_meat(w, scaled, base, r->rho, r->scratch, r->meat);
    solow_multiply(l2, free, l2, r->meat, r->a, r->scratch);
    solow_multiply_left(free, free, l2, r->a, r->scratch, r->variance);
    solow_symmetrise(free, r->variance);
    double *lambda = r->theta, *c = r->p;
    solow_multiply_vector(l2, s->k2, w->c, r->rho, c);
    for (ptrdiff_t i = 0; i < free; i++) {
        lambda[i] = solow_dot(l2, r->a + i * l2, c);
    }
    return solow_iv_inverse(s, free, r->variance, r->scratch) ? solow_bilinear(free, free, lambda, r->scratch, lambda)
                                                              : NAN;
}

/* (6) */
static solow_status kleibergen_paap(const solow_iv_weak *w, rank_room *r, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    double free = (double)(s->l2 - s->k2 + 1);
    solow_status status = SOLOW_OK;
    if (last_direction(w, w->one, r, err)) {
        double lm = rank_statistic(w, false, solow_iv_partialled(s), r);
        status = solow_record_add_test(record, "kleibergen_paap_lm", lm, free, NAN, solow_chi2_upper(lm, free),
                                       "H0: underidentified", err);
    }
    if (status == SOLOW_OK && last_direction(w, w->all, r, err)) {
        double f = rank_statistic(w, true, SOLOW_IV_V, r) / (double)s->l2;
        status = solow_record_add_test(record, "kleibergen_paap_f", f, (double)s->l2, NAN, NAN,
                                       "rk Wald / excluded instruments, under the model's variance", err);
    }
    return status;
}

static bool take(const solow_iv_state *s, rank_room *r, double **small)
{
    solow_arena *a = s->arena;
    ptrdiff_t l2 = s->l2, k2 = s->k2, n = k2 + 1;
    r->root_n = solow_arena_doubles(a, l2 * l2);
    r->p = solow_arena_doubles(a, l2 * l2);
    r->meat = solow_arena_doubles(a, l2 * l2);
    r->scratch = solow_arena_doubles(a, l2 * l2);
    r->variance = solow_arena_doubles(a, l2 * l2);
    r->a = solow_arena_doubles(a, l2 * l2);
    r->theta = solow_arena_doubles(a, l2 * n);
    r->root_y = solow_arena_doubles(a, n * n);
    r->q = solow_arena_doubles(a, n * n);
    r->singular = solow_arena_doubles(a, n);
    r->rho = solow_arena_doubles(a, n);
    *small = solow_arena_doubles(a, 3 * n * n + 2 * l2);
    r->kept = solow_arena_take(a, l2 + n, sizeof *r->kept);
    return r->root_n != NULL && r->p != NULL && r->meat != NULL && r->scratch != NULL && r->variance != NULL &&
           r->a != NULL && r->theta != NULL && r->root_y != NULL && r->q != NULL && r->singular != NULL &&
           r->rho != NULL && *small != NULL && r->kept != NULL;
}

solow_status solow_iv_report_weak(const solow_iv_weak *weak, solow_record *record, solow_error *err)
{
    rank_room room;
    double *small = NULL;
    size_t mark = weak->s->arena->used;
    if (!take(weak->s, &room, &small)) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv tests: arena of %zu bytes", weak->s->arena->size);
    }
    solow_status status = sanderson_windmeijer(weak, room.scratch, room.meat, small, record, err);
    if (status == SOLOW_OK) {
        status = effective_f(weak, small, record, err);
    }
    if (status == SOLOW_OK) {
        status = cragg_donald(weak, small, record, err);
    }
    if (status == SOLOW_OK) {
        status = kleibergen_paap(weak, &room, record, err);
    }
    weak->s->arena->used = mark;
    return status;
}
