/* wald.c - see wald.h. */
#include "engine/inference/wald.h"

#include "kernels/core/arena.h"
#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double singular = 1e-12; /* of the scaled variance of r */

static solow_status quadratic(ptrdiff_t q, const double *r, const double *variance, double df, solow_arena *arena,
                              solow_wald_result *result, solow_error *err)
{
    double *scaled = solow_arena_doubles(arena, q * q), *z = solow_arena_doubles(arena, q);
    ptrdiff_t rank = 0;
    for (ptrdiff_t j = 0; j < q; j++) { /* unit diagonal, so that the tolerance means the same for every scale */
        double sj = sqrt(variance[j * q + j]);
        for (ptrdiff_t i = 0; i < q; i++) {
            double si = sqrt(variance[i * q + i]);
            scaled[j * q + i] = si > 0 && sj > 0 ? variance[j * q + i] / si / sj : 0;
        }
        z[j] = sj > 0 ? r[j] / sj : 0;
    }
    solow_status status = solow_symmetric_pinv(q, scaled, singular, scaled, &rank, arena, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (rank == 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the restrictions have no variance at the estimate: no Wald test");
    }
    double chi2 = solow_bilinear(q, q, z, scaled, z), k = (double)rank;
    bool finite = isfinite(df);
    *result = (solow_wald_result){.statistic = finite ? chi2 / k : chi2,
                                  .df1 = k,
                                  .df2 = finite ? df : NAN,
                                  .p_value = finite ? solow_f_upper(chi2 / k, k, df) : solow_chi2_upper(chi2, k),
                                  .chi2 = chi2,
                                  .redundant = q - rank};
    return SOLOW_OK;
}

static size_t quadratic_bytes(ptrdiff_t q)
{
    return solow_arena_need(q * q, sizeof(double)) + solow_arena_need(q, sizeof(double)) + solow_symmetric_need(q);
}

solow_status solow_wald_quadratic(ptrdiff_t q, const double *r, const double *variance, double df,
                                  solow_wald_result *result, solow_error *err)
{
    solow_arena arena = {0};
    solow_status status = solow_arena_init(&arena, quadratic_bytes(q), err);
    if (status == SOLOW_OK) {
        status = quadratic(q, r, variance, df, &arena, result, err);
        solow_arena_clear(&arena);
    }
    return status;
}

/* Where the sides of a restriction part: the `=` outside backticks that is no part of ==, <=, >=, !=; NULL: none. */
static const char *equals_sign(const char *text)
{
    bool quoted = false;
    for (const char *at = text; *at != '\0'; at++) {
        quoted = *at == '`' ? !quoted : quoted;
        bool compared = at[1] == '=' || (at > text && strchr("=<>!", at[-1]) != NULL);
        if (*at == '=' && !quoted && !compared) {
            return at;
        }
    }
    return NULL;
}

static solow_status side(const solow_estimates *estimates, const char *text, double sign, double *r, double *gradient,
                         double *work, solow_error *err)
{
    solow_node *node = NULL;
    ptrdiff_t position = 0;
    double value = 0;
    solow_status status = solow_expression_parse(text, &node, &position, err);
    if (status == SOLOW_OK) {
        status = solow_derivative(estimates, node, &value, work, err);
    }
    *r += sign * value;
    for (ptrdiff_t j = 0; j < estimates->terms && status == SOLOW_OK; j++) {
        gradient[j] += sign * work[j];
    }
    solow_node_destroy(node);
    return status;
}

/* r and its row of R, gradient [terms]. */
static solow_status restrict_one(const solow_estimates *estimates, const char *text, double *r, double *gradient,
                                 double *work, solow_error *err)
{
    const char *equals = equals_sign(text);
    char *left = solow_copy_text(text);
    *r = 0;
    memset(gradient, 0, solow_bytes(estimates->terms, sizeof *gradient));
    if (left == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a restriction");
    }
    if (equals != NULL) {
        left[equals - text] = '\0';
    }
    solow_status status = side(estimates, left, 1, r, gradient, work, err);
    if (status == SOLOW_OK && equals != NULL) {
        status = side(estimates, equals + 1, -1, r, gradient, work, err);
    }
    free(left);
    return status;
}

static solow_status restrict_all(const solow_estimates *estimates, ptrdiff_t q, const char *const *restriction,
                                 solow_arena *arena, solow_wald_result *result, solow_error *err)
{
    ptrdiff_t k = estimates->terms;
    double *r = solow_arena_doubles(arena, q), *rows = solow_arena_doubles(arena, q * k);
    double *jacobian = solow_arena_doubles(arena, q * k), *work = solow_arena_doubles(arena, q * k + k);
    double *variance = solow_arena_doubles(arena, q * q);
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < q && status == SOLOW_OK; i++) {
        status = restrict_one(estimates, restriction[i], &r[i], rows + i * k, work, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    solow_transpose(k, q, rows, jacobian);
    solow_congruence(q, k, jacobian, estimates->vcov, work, variance);
    return quadratic(q, r, variance, estimates->df, arena, result, err);
}

solow_status solow_wald(const solow_estimates *estimates, ptrdiff_t restrictions, const char *const *restriction,
                        solow_wald_result *result, solow_error *err)
{
    ptrdiff_t q = restrictions, k = estimates->terms;
    solow_arena arena = {0};
    size_t bytes = 2 * solow_arena_need(q, sizeof(double)) + 3 * solow_arena_need(q * k + k, sizeof(double)) +
                   solow_arena_need(q * q, sizeof(double)) + quadratic_bytes(q);
    solow_status status = solow_arena_init(&arena, bytes, err);
    if (status == SOLOW_OK) {
        status = restrict_all(estimates, q, restriction, &arena, result, err);
        solow_arena_clear(&arena);
    }
    return status;
}
