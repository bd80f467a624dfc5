/* iv_leverage.c - leverages of hc2 and hc3 for instrumental variables, as quadratic forms in the kept columns.
 *
 *   (1) structural   fitted values are H y, H = X B X~', B = (X'X~)^-1, X~ = (1 - k) X + k P_Z X (2sls: X~ = P_Z X): an oblique
 *                    projection, h_i = x_i'B x~_i
 *   (2) first stage and reduced form   h_i = z_i'(Z'Z)^-1 z_i
 *   (3) Y2 after X1 alone              h_i = x1_i'(X1'X1)^-1 x1_i
 *
 * With absorbed effects their leverage is added (hc.c): (1) is that of the regression with dummies among X1.
 *
 * Source    `hatvalues` of AER's ivreg, which sandwich's vcovHC takes; (1) of the k-class by the same derivation.
 * Departs   the ivreg package's default takes the second stage's x~_i'B x~_i.
 * Checked   tests/engine/estimators/linear/test_iv.c
 */
#include "engine/estimators/linear/iv_data.h"

#include <string.h>

/* (1): row of X by column of X~, both as combinations of the kept columns. */
static void structural(const solow_iv_state *s, double *form)
{
    ptrdiff_t p = s->p, k = s->k;
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t h = 0; h < k; h++) {
            ptrdiff_t x = solow_iv_x(s, j);
            double b = s->bread[h * k + j];
            if (h < s->k1) {
                form[h * p + x] += b;
                continue;
            }
            form[solow_iv_x(s, h) * p + x] += (1 - s->kappa) * b;
            for (ptrdiff_t z = 0; z < s->l; z++) {
                form[z * p + x] += s->kappa * b * s->pi[(h - s->k1) * s->l + z];
            }
        }
    }
}

static void place(ptrdiff_t p, ptrdiff_t k, const double *inverse, double *form)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        memcpy(form + j * p, inverse + j * k, solow_bytes(k, sizeof *form));
    }
}

/* (3) */
static solow_status exogenous(const solow_iv_state *s, double *form, solow_error *err)
{
    ptrdiff_t k1 = s->k1;
    size_t mark = s->arena->used;
    double *gram = solow_arena_doubles(s->arena, 2 * k1 * k1);
    if (gram == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv: arena of %zu bytes", s->arena->size);
    }
    double *inverse = gram + k1 * k1;
    for (ptrdiff_t j = 0; j < k1; j++) {
        memcpy(gram + j * k1, s->gram + j * s->p, solow_bytes(k1, sizeof *gram));
    }
    if (k1 > 0 && !solow_iv_inverse(s, k1, gram, inverse)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the exogenous regressors are too nearly collinear for hc2 and hc3");
    }
    place(s->p, k1, inverse, form);
    s->arena->used = mark;
    return SOLOW_OK;
}

solow_status solow_iv_leverages(solow_iv_state *s, solow_error *err)
{
    ptrdiff_t p = s->p;
    solow_vcov_kind kind = s->facts.spec.kind;
    if (kind != SOLOW_VCOV_HC2 && kind != SOLOW_VCOV_HC3) {
        return SOLOW_OK;
    }
    if (s->method >= SOLOW_IV_GMM) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                          "gmm and cue are weighted by a matrix of moments, which has no hc2 and hc3; use hc1");
    }
    s->leverage = solow_arena_take(s->arena, s->m, sizeof *s->leverage);
    for (int i = 0; i < 3; i++) {
        s->form[i] = solow_arena_doubles(s->arena, p * p);
        if (s->form[i] == NULL || s->leverage == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv: arena of %zu bytes", s->arena->size);
        }
        memset(s->form[i], 0, solow_bytes(p * p, sizeof *s->form[i]));
    }
    structural(s, s->form[0]);
    place(p, s->l, s->zz_inverse, s->form[1]);
    for (ptrdiff_t j = 0; j < s->m; j++) {
        bool alone = j >= solow_iv_partialled(s) && j < solow_iv_reduced(s);
        s->leverage[j] = s->form[j == SOLOW_IV_E ? 0 : alone ? 2 : 1];
    }
    return exogenous(s, s->form[2], err);
}
