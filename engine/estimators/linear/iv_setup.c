/* iv_setup.c - memory and columns of an instrumental-variables estimate, up to the rank decision; see iv_data.h. */
#include "engine/estimators/linear/iv_tests.h"

#include "kernels/dense/compensated.h"
#include "kernels/dense/symmetric.h"

#include <string.h>

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

solow_iv_sizes solow_iv_sizes_of(const solow_shape *shape, solow_iv_method method)
{
    solow_iv_sizes n = {.exogenous = count(shape, SOLOW_ROLE_CONSTANT, SOLOW_ROLE_REGRESSOR),
                        .k2 = count(shape, SOLOW_ROLE_ENDOGENOUS, SOLOW_ROLE_ENDOGENOUS)};
    n.offered = n.exogenous + count(shape, SOLOW_ROLE_INSTRUMENT, SOLOW_ROLE_INSTRUMENT);
    n.all = n.offered + n.k2 + 1;
    n.k = n.exogenous + n.k2;
    n.m = 2 + 2 * n.k2 + (method == SOLOW_IV_CUE ? n.k : 0);
    return n;
}

size_t solow_iv_bytes(const solow_model *model, const solow_shape *shape, solow_iv_method method)
{
    solow_iv_sizes n = solow_iv_sizes_of(shape, method);
    ptrdiff_t ml = n.m * n.offered;
    return solow_arena_need(1, sizeof(solow_iv_state)) + 3 * solow_arena_need(n.all, sizeof(ptrdiff_t)) +
           solow_arena_need(n.all, sizeof(bool)) + 2 * solow_arena_need(n.all, sizeof(char *)) +
           solow_normal_bytes(n.offered) + 2 * solow_arena_need(n.all * n.all, sizeof(double)) +
           3 * solow_arena_need(n.all * n.all, sizeof(double)) + solow_arena_need(n.m, sizeof(double *)) +
           solow_arena_need(2 * n.exogenous * n.exogenous, sizeof(double)) +
           solow_arena_need(2 * n.all + 2, sizeof(double)) + solow_arena_need(n.offered * n.k, sizeof(double)) +
           2 * solow_arena_need(n.offered * n.all, sizeof(double)) +
           3 * solow_arena_need(n.offered * n.offered, sizeof(double)) +
           2 * solow_arena_need(n.k * n.k, sizeof(double)) + 3 * solow_arena_need(n.k, sizeof(double)) +
           solow_arena_need(n.k * n.k, sizeof(double)) + solow_arena_need(n.all * n.m, sizeof(double)) +
           2 * solow_arena_need(ml * ml, sizeof(double)) +
           solow_arena_need(solow_iv_work(n.all, n.m, n.offered), sizeof(double)) +
           solow_meat_bytes(&model->vcov, shape, n.offered, n.m) + solow_iv_inverse_bytes(n.all) +
           solow_symmetric_need(n.all) + solow_iv_cue_bytes(n.k, n.offered) + solow_iv_tests_bytes(n.offered, n.k2);
}

static bool doubles(solow_arena *arena, ptrdiff_t count, double **out)
{
    *out = solow_arena_doubles(arena, count);
    return *out != NULL;
}

solow_status solow_iv_take(solow_iv_state *s, solow_iv_sizes n, solow_error *err)
{
    solow_arena *a = s->arena;
    ptrdiff_t ml = n.m * n.offered;
    s->wanted = solow_arena_take(a, n.all, sizeof *s->wanted);
    s->column = solow_arena_take(a, n.all, sizeof *s->column);
    s->wanted_name = solow_arena_take(a, n.all, sizeof *s->wanted_name);
    s->name = solow_arena_take(a, n.all, sizeof *s->name);
    s->place = solow_arena_take(a, n.all, sizeof *s->place);
    s->kept = solow_arena_take(a, n.all, sizeof *s->kept);
    bool all = s->wanted != NULL && s->column != NULL && s->wanted_name != NULL && s->name != NULL &&
               s->place != NULL && s->kept != NULL;
    all = all && doubles(a, n.all * n.all, &s->gram) && doubles(a, n.all * n.all, &s->low);
    all = all && doubles(a, 2 * n.all + 2, &s->moments) && doubles(a, n.offered * n.k, &s->c);
    all = all && doubles(a, n.offered * n.all, &s->pi) && doubles(a, n.offered * n.all, &s->phi);
    all = all && doubles(a, n.offered * n.offered, &s->zz_inverse) && doubles(a, n.offered * n.offered, &s->weight);
    all = all && doubles(a, n.offered * n.offered, &s->meat_e);
    all = all && doubles(a, n.k * n.k, &s->bread) && doubles(a, n.k * n.k, &s->v);
    all = all && doubles(a, n.k, &s->b) && doubles(a, n.k, &s->df) && doubles(a, n.all * n.m, &s->residual);
    all = all && doubles(a, ml * ml, &s->s) && doubles(a, ml * ml, &s->raw);
    all = all && doubles(a, solow_iv_work(n.all, n.m, n.offered), &s->work);
    if (!all) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv: arena of %zu bytes", a->size);
    }
    return solow_normal_create(n.offered, a, &s->rank, err);
}

void solow_iv_choose_columns(solow_iv_state *s)
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

static void keep(solow_iv_state *s, const double *gram)
{
    ptrdiff_t all = s->offered + s->k2 + 1, at = 0;
    ptrdiff_t *from = s->place;
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

bool solow_iv_find_rank(solow_iv_state *s, const double *gram)
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

/* The first instrument that is a regressor, too; NULL if none. */
static const char *instrument_among_regressors(const solow_shape *shape)
{
    for (ptrdiff_t i = 0; i < shape->columns; i++) {
        for (ptrdiff_t x = 0; x < shape->columns && shape->column[i].role == SOLOW_ROLE_INSTRUMENT; x++) {
            if (shape->column[x].role == SOLOW_ROLE_REGRESSOR &&
                strcmp(shape->column[x].name, shape->column[i].name) == 0) {
                return shape->column[i].name;
            }
        }
    }
    return NULL;
}

solow_status solow_iv_keep(solow_iv_state *s, const double *gram, solow_error *err)
{
    keep(s, gram);
    if (s->l2 < s->k2) {
        const char *twice = instrument_among_regressors(s->shape);
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC,
                          "not identified: of %td excluded instruments %td are left after collinear ones, for %td "
                          "endogenous regressors%s%s%s",
                          s->offered - s->exogenous, s->l2, s->k2, twice != NULL ? "; the instrument `" : "",
                          twice != NULL ? twice : "", twice != NULL ? "` is among the regressors, too" : "");
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
