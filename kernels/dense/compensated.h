/* compensated.h - least squares from a Gram matrix in double-double: for ill-conditioned columns.
 *
 *   (1) entry     g_ij = sum_r w_r x_i[r] x_j[r] as high + low, relative error about 1e-31 of sum |w x_i x_j|
 *   (2) lanes     as in gram.h, each a pair by dot2; the product's and the addition's rounding errors go to low
 *   (3) factor    G = U'D U in double-double, U unit upper triangular, in the user's order of columns
 *   (4) kept      column j stays if its pivot d_j > tolerance x reference_j
 *   (5) fit       U b = D^-1 U^-T X'y;  rss = the pivot of y after all kept columns;  (X'X)^-1 = U^-1 D^-1 U^-T
 *   (6) basis     X = Q R with Q'WQ = s I:  R = (D / s)^1/2 U, a column that is not kept by what the kept ones before it explain
 *
 * Reaches what Householder QR reaches up to a scaled condition of about 1e14, and more where the residual is large, in one
 * sweep that sums over blocks like any Gram (solow_sum_precise). Keep the intercept as a column: centring in double
 * already loses the digits.
 *
 * Source    Ogita, Rump & Oishi (2005), SIAM J. Sci. Comput. 26, 1955-1988 (dot2)
 * Checked   tests/kernels/dense/test_compensated.c, NIST StRD linear regression
 */
#ifndef SOLOW_KERNELS_DENSE_COMPENSATED_H
#define SOLOW_KERNELS_DENSE_COMPENSATED_H

#include "kernels/dense/level.h"

#include <stdbool.h>
#include <stddef.h>

/* Default for (4): a column whose own part is below 1e-13 of its size is rounding of its data. */
#define SOLOW_PRECISE_TOLERANCE 1e-26

/* Adds X'WX to the upper triangle of high + low; each pair stays normalised (|low| <= ulp(high) / 2).
 *
 * x          [rows x columns] column-major, ld >= rows; nothing beyond row `rows` is read
 * weight     [rows], finite; NULL: ones
 * high, low  [columns x columns] column-major, in and out
 */
void solow_gram_precise(ptrdiff_t rows, ptrdiff_t columns, const double *x, ptrdiff_t ld, const double *weight,
                        double *high, double *low);
/* The same by one clone, for tests: level must not be above solow_best_level(). */
void solow_gram_precise_at_level(solow_level level, ptrdiff_t rows, ptrdiff_t columns, const double *x, ptrdiff_t ld,
                                 const double *weight, double *high, double *low);

/* into += from, pair by pair: the merge of two nodes of a reduction tree. n pairs. */
void solow_sum_precise(ptrdiff_t n, double *high_into, double *low_into, const double *high_from,
                       const double *low_from);

/* What a fit fills; the arrays are the caller's. */
typedef struct solow_precise_fit {
    double *coefficient; /* [k], 0 for a dropped column */
    double *inverse; /* [k x k] (X'X)^-1 of the kept columns, full symmetric, 0 for dropped ones; NULL: not wanted */
    bool *kept;      /* [k] */
    ptrdiff_t rank;
    double rss; /* weighted residual sum of squares, >= 0 */
} solow_precise_fit;

/* Doubles of workspace that solow_solve_precise takes. */
ptrdiff_t solow_precise_work(ptrdiff_t k);

/* Regresses the last of k + 1 columns on the first k.
 *
 * high, low   [k+1 x k+1] upper triangle of the Gram of [X y], leading dimension ld
 * reference   [k] the size to which (4) compares; NULL: the column's own sum of squares
 * tolerance   SOLOW_PRECISE_TOLERANCE unless the caller knows better
 * work        [solow_precise_work(k)]
 */
void solow_solve_precise(ptrdiff_t k, const double *high, const double *low, ptrdiff_t ld, const double *reference,
                         double tolerance, double *work, solow_precise_fit *fit);

typedef struct solow_precise_shape {
    ptrdiff_t regressors, outcomes, ld; /* k, q, leading dimension of the Gram */
} solow_precise_shape;

/* What a basis of the columns fills; the arrays are the caller's. */
typedef struct solow_precise_basis {
    double scale;   /* in: s of (6) */
    ptrdiff_t rank; /* of the k regressors */
    bool *kept;     /* [k + q]; false for outcomes */
    double *
        r; /* [ld_r x (k + q)] R of the regressors, then of the outcomes: y = Q R_y + residual; rows beyond rank are 0 */
    ptrdiff_t ld_r; /* >= k */
    double *rss;    /* [q] weighted residual sums of squares of the outcomes on all kept regressors */
    double weakest; /* smallest pivot of a kept column relative to its own sum of squares; 1 when nothing is kept */
} solow_precise_basis;

/* (6) for k regressors and the q outcomes behind them. high, low [k+q x k+q] as above, reference [k];
 * work [solow_precise_work(k + q)]. */
void solow_basis_precise(solow_precise_shape shape, const double *high, const double *low, const double *reference,
                         double tolerance, double *work, solow_precise_basis *basis);

/* Sum of squares of column j about its mean, sum - (c'x_j)^2 / c'c, when column c of the same Gram is the constant. */
double solow_centred_square_precise(const double *high, const double *low, ptrdiff_t ld, ptrdiff_t c, ptrdiff_t j);

#endif
