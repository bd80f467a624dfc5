/* normal.h - the normal equations of one linear model: rank, coefficients, bread, residual sum of squares.
 *
 *   (1) G = [X y]'W[X y], columns after their transform, y last
 *   (2) absorbed    ||x_j||^2 after the transform <= 1e-20 of its size before: constant within the effects, dropped
 *   (3) in double   Cholesky of X'X, if every pivot keeps 1e-6 of its column, the scaled condition is above 1e-6 and the
 *                   residual is more than 1e-6 of y'y: then at least 9 digits are left
 *   (4) otherwise   the double-double Gram; a column goes if its own part is below 1e-20 of its square
 *
 * Place in the data's way: between the GRAM (or GRAM_PRECISE) want and the coefficients of ols, between, fd, re, mundlak.
 * Source    kernels/dense/cholesky.h, kernels/dense/compensated.h
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_LINEAR_NORMAL_H
#define SOLOW_ENGINE_ESTIMATORS_LINEAR_NORMAL_H

#include "engine/estimators/estimator.h"

typedef struct solow_normal {
    ptrdiff_t k, rank;
    bool *kept, *absorbed; /* [k] absorbed: dropped because the effects explain it */
    double *b;             /* [k], 0 for a dropped column */
    double *inverse;       /* [k x k] (X'WX)^-1, 0 in the rows and columns of dropped ones */
    double *gram;          /* [k+1 x k+1] full, as solved: high parts if precise */
    double *combination;   /* [k x k] column j: what a dropped column j was, in terms of the kept */
    double rss, yy;        /* e'We, y'Wy after the transform */
    double condition;      /* reciprocal condition of the scaled X'X, kept columns */
    bool precise;
    double *work; /* factor, workspaces */
    bool *flags;
} solow_normal;

size_t solow_normal_bytes(ptrdiff_t k);
solow_status solow_normal_create(ptrdiff_t k, solow_arena *arena, solow_normal **normal, solow_error *err);

/* (2) and (3). gram [k+1 x k+1] full; before [k] sums of squares before the transform, NULL: no transform.
 * false: (4) is needed. */
bool solow_normal_solve(solow_normal *normal, const double *gram, const double *before);
/* (3) with another rank tolerance, for a fit that must go on in double: whatever its condition. */
void solow_normal_solve_ranked(solow_normal *normal, const double *gram, const double *before, double share);
/* (4). gram [2 (k+1)^2] high then low. */
void solow_normal_solve_precise(solow_normal *normal, const double *gram, const double *before);

/* "x3 = 2 x1 - x2", "zero", or "constant within the effects", for a dropped column; name [k] terms. */
void solow_normal_describe(const solow_normal *normal, ptrdiff_t column, const char *const *name, ptrdiff_t room,
                           char *text);
/* The same for a column that is the sum of count others: combination [count], their sizes [count] (norms), their names. */
void solow_describe_combination(ptrdiff_t count, const double *combination, const double *size, const char *const *name,
                                ptrdiff_t room, char *text);
/* Share of its size before the transform below which a column counts as constant within the effects. */
#define SOLOW_ABSORBED_SHARE 1e-20

#endif
