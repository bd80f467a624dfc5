/* union_basis.h - an orthonormal basis of the regressors of many models, and every column in its coordinates.
 *
 *   (1) X = Q R, Q'WQ = s I, y = Q c + e with Q'We = 0;  X [rows x p], y [rows x q], R [r x p], c [r x q]
 *   (2) R from the double-double Gram of [X y] (compensated.h), so with full relative precision
 *   (3) Q by rows: Q_j = (x_j - sum over i < j of Q_i R_ij) / R_jj, e = y - Q c: X = Q R holds to rounding for any condition
 *   (4) Q'WQ / s - I is of the order of rounding times the condition of X; where that is not small, the Gram of [Q e] gives
 *       a second factor, Q2 = Q R2^-1, R := R2 R, c := R2 c + c2 (Cholesky twice)
 *
 * A column without a part of its own (its pivot at most `dropped` of its size) has coordinates but no direction.
 * Source    Yamamoto, Nakatsukasa, Yanagisawa & Fukaya (2015), ETNA 44, 306-326, for (4).
 * Checked   tests/kernels/dense/test_submodel.c
 */
#ifndef SOLOW_KERNELS_DENSE_UNION_BASIS_H
#define SOLOW_KERNELS_DENSE_UNION_BASIS_H

#include "kernels/core/arena.h"

#include <stdbool.h>

/* Share of a column's square below which it is taken for a combination of the columns before it. */
#define SOLOW_UNION_DROPPED 1e-20

typedef struct solow_union_basis {
    ptrdiff_t columns, outcomes; /* p, q */
    ptrdiff_t rank, ld;          /* r; leading dimension of R, a multiple of 8, further rows zero */
    double *r;                   /* [ld x p + q] R, then c */
    double *least;               /* [p] dropped x size of the column, in units of R_j'R_j */
    double *rss;                 /* [q] e'We */
    double scale, weakest;       /* s; smallest share of a column's square that is its own */
    bool *kept;                  /* [p + q], and as many of the second factor */
    double *first, *second;      /* [ld x p + q] the factors of (3) and (4) */
    bool refined;
    double *work;
} solow_union_basis;

size_t solow_union_basis_need(ptrdiff_t columns, ptrdiff_t outcomes);
/* Errors  SOLOW_ERR_MEMORY: the arena is full */
solow_status solow_union_basis_init(ptrdiff_t columns, ptrdiff_t outcomes, solow_arena *arena, solow_union_basis *basis,
                                    solow_error *err);

/* (2). gram [2 (p + q)^2] full, high parts then low; before [p] sizes of the columns to which (4) of normal.h compares, NULL:
 * their own; a column that is zero has no coordinates. scale: s, positive. */
void solow_union_basis_form(solow_union_basis *basis, const double *gram, const double *before, double scale);

/* Whether (4) is needed. */
bool solow_union_basis_is_loose(const solow_union_basis *basis);
/* (4). gram [2 (r + q)^2] of the columns that solow_union_basis_rows makes. */
void solow_union_basis_refine(solow_union_basis *basis, const double *gram);

/* Rows of [Q e]: out [ld x r + q] from x [ld x p + q], both column-major with
 * leading dimension ld; work as out, needed once refined. */
void solow_union_basis_rows(const solow_union_basis *basis, ptrdiff_t rows, const double *x, ptrdiff_t ld, double *out,
                            double *work);

#endif
