/* cr.c - see cr.h. */
#include "engine/inference/cr.h"

#include "engine/inference/scores.h"

#include "kernels/dense/cholesky.h"
#include "kernels/dense/symmetric.h"

#include <math.h>
#include <string.h>

static const double exactly_fitted = 1e-9; /* 1 - l below this */

enum { SATTERTHWAITE_COLUMNS = 64 }; /* more regressors than this: the q^3 sums of (4) are not kept */

ptrdiff_t solow_cr_sums(const solow_cr *cr)
{
    ptrdiff_t q = cr->q;
    return q * q + 1 + (cr->degrees ? q * (q * q + 4) : 0);
}

size_t solow_cr_bytes(ptrdiff_t q)
{
    return solow_arena_need(1, sizeof(solow_cr)) + 3 * solow_arena_need(q * q, sizeof(double)) +
           4 * solow_arena_need(q, sizeof(double)) + solow_arena_need(q, sizeof(bool)) + solow_symmetric_need(q);
}

/* C, lower, with A = C C': the transpose of Cholesky's U. false: A is not positive definite. */
static bool factor_bread(ptrdiff_t q, const double *bread, double *upper, double *root, bool *kept)
{
    ptrdiff_t rank = 0;
    solow_cholesky_ranked(q, bread, q, NULL, 0, upper, kept, &rank);
    for (ptrdiff_t j = 0; j < q; j++) {
        for (ptrdiff_t i = 0; i < q; i++) {
            root[i * q + j] = upper[j * q + i];
        }
    }
    return rank == q;
}

solow_status solow_cr_begin(ptrdiff_t q, bool cr3, const double *bread, solow_arena *arena, solow_cr **cr,
                            solow_error *err)
{
    solow_cr *made = solow_arena_take(arena, 1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "cr: arena of %zu bytes", arena->size);
    }
    *made = (solow_cr){.q = q, .cr3 = cr3, .degrees = !cr3 && q <= SATTERTHWAITE_COLUMNS, .arena = arena};
    made->root = solow_arena_doubles(arena, q * q);
    made->s = solow_arena_doubles(arena, q * q);
    made->vectors = solow_arena_doubles(arena, q * q);
    made->values = solow_arena_doubles(arena, q);
    made->u = solow_arena_doubles(arena, q);
    made->t = solow_arena_doubles(arena, q);
    made->r = solow_arena_doubles(arena, q);
    bool *kept = solow_arena_take(arena, q, sizeof *kept);
    if (kept == NULL || made->root == NULL || made->s == NULL || made->vectors == NULL || made->values == NULL ||
        made->u == NULL || made->t == NULL || made->r == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "cr: arena of %zu bytes", arena->size);
    }
    if (!factor_bread(q, bread, made->s, made->root, kept)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the bread of cr2 and cr3 is not positive definite");
    }
    *cr = made;
    return SOLOW_OK;
}

/* s = C'G C, in place of G's copy. */
static void leverages(const solow_cr *cr, const double *gram)
{
    ptrdiff_t q = cr->q;
    for (ptrdiff_t j = 0; j < q; j++) { /* column j of G C, then of C'(G C) */
        for (ptrdiff_t i = 0; i < q; i++) {
            double sum = 0;
            for (ptrdiff_t h = j; h < q; h++) {
                sum += gram[h * q + i] * cr->root[j * q + h];
            }
            cr->r[i] = sum;
        }
        for (ptrdiff_t i = 0; i <= j; i++) {
            double sum = 0;
            for (ptrdiff_t h = i; h < q; h++) {
                sum += cr->root[i * q + h] * cr->r[h];
            }
            cr->s[j * q + i] = sum;
        }
    }
}

/* to = Q' C' from, or with from NULL the coordinate vector j: Q' C' e_j. */
static void rotate(const solow_cr *cr, const double *from, ptrdiff_t j, double *to)
{
    ptrdiff_t q = cr->q;
    for (ptrdiff_t i = 0; i < q; i++) {
        double sum = 0;
        for (ptrdiff_t h = i; from != NULL && h < q; h++) {
            sum += cr->root[i * q + h] * from[h];
        }
        cr->u[i] = from != NULL ? sum : cr->root[i * q + j];
    }
    for (ptrdiff_t i = 0; i < q; i++) {
        double sum = 0;
        for (ptrdiff_t h = 0; h < q; h++) {
            sum += cr->vectors[i * q + h] * cr->u[h];
        }
        to[i] = sum;
    }
}

/* u = Q diag(f) t. */
static void rotate_back(const solow_cr *cr, const double *t, double *u)
{
    memset(u, 0, solow_bytes(cr->q, sizeof *u));
    for (ptrdiff_t i = 0; i < cr->q; i++) {
        for (ptrdiff_t h = 0; h < cr->q; h++) {
            u[h] += cr->vectors[i * cr->q + h] * t[i];
        }
    }
}

/* (4): the share of one cluster in the sums of each coefficient. */
static void add_degrees(const solow_cr *cr, double *sums)
{
    ptrdiff_t q = cr->q;
    for (ptrdiff_t j = 0; j < q; j++) {
        double *outer = sums + j * (q * q + 4), *scalar = outer + q * q, z = 0, rr = 0;
        rotate(cr, NULL, j, cr->t);
        for (ptrdiff_t i = 0; i < q; i++) {
            double l = fmax(cr->values[i], 0), rest = 1 - l, t = cr->t[i];
            z += rest < exactly_fitted ? 0 : l / rest * t * t;
            cr->t[i] = rest < exactly_fitted ? 0 : l / sqrt(rest) * t;
        }
        rotate_back(cr, cr->t, cr->r);
        for (ptrdiff_t i = 0; i < q; i++) {
            rr += cr->r[i] * cr->r[i];
        }
        solow_outer_add(q, cr->r, 1, outer);
        scalar[0] += z;
        scalar[1] += rr;
        scalar[2] += z * z;
        scalar[3] += z * rr;
    }
}

void solow_cr_add(const solow_cr *cr, const double *gram, const double *score, double *sums)
{
    ptrdiff_t q = cr->q;
    leverages(cr, gram);
    size_t mark = cr->arena->used;
    solow_status status = solow_symmetric_eigen(q, cr->s, cr->values, cr->vectors, cr->arena, NULL);
    cr->arena->used = mark;
    if (status != SOLOW_OK) {
        sums[0] = NAN; /* finish refuses what is not finite */
        return;
    }
    rotate(cr, score, 0, cr->t);
    for (ptrdiff_t i = 0; i < q; i++) {
        double rest = 1 - cr->values[i];
        if (rest < exactly_fitted) {
            sums[q * q] += 1;
        }
        cr->t[i] = rest < exactly_fitted ? 0 : cr->t[i] / (cr->cr3 ? rest : sqrt(rest));
    }
    rotate_back(cr, cr->t, cr->r);
    solow_outer_add(q, cr->r, 1, sums);
    if (cr->degrees) {
        add_degrees(cr, sums + q * q + 1);
    }
}

/* (3): solves C'X = N column by column, then the same from the other side. */
static void remove_root(const solow_cr *cr, double *m)
{
    ptrdiff_t q = cr->q;
    for (int side = 0; side < 2; side++) {
        for (ptrdiff_t j = 0; j < q; j++) {
            double *x = m + j * q;
            for (ptrdiff_t i = q - 1; i >= 0; i--) {
                for (ptrdiff_t h = i + 1; h < q; h++) {
                    x[i] -= cr->root[i * q + h] * x[h];
                }
                x[i] /= cr->root[i * q + i];
            }
        }
        for (ptrdiff_t j = 0; j < q; j++) {
            for (ptrdiff_t i = 0; i < j; i++) {
                double swap = m[j * q + i];
                m[j * q + i] = m[i * q + j];
                m[i * q + j] = swap;
            }
        }
    }
}

void solow_cr_finish(const solow_cr *cr, const double *sums, double *m, double *df, double *unit_leverage)
{
    ptrdiff_t q = cr->q;
    for (ptrdiff_t j = 0; j < q; j++) {
        for (ptrdiff_t i = 0; i < q; i++) {
            m[j * q + i] = i <= j ? sums[j * q + i] : sums[i * q + j];
        }
    }
    remove_root(cr, m);
    *unit_leverage = sums[q * q];
    for (ptrdiff_t j = 0; cr->degrees && j < q; j++) {
        const double *outer = sums + q * q + 1 + j * (q * q + 4), *scalar = outer + q * q;
        double square = 0, trace = scalar[0] - scalar[1];
        for (ptrdiff_t c = 0; c < q; c++) {
            for (ptrdiff_t r = 0; r <= c; r++) {
                square += (r == c ? 1 : 2) * outer[c * q + r] * outer[c * q + r];
            }
        }
        df[j] = trace * trace / (scalar[2] - 2 * scalar[3] + square);
    }
}
