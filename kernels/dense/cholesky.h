/* cholesky.h - rank-revealing Cholesky of a Gram matrix in the user's order of columns, and what is solved with it.
 *
 *   (1) factor    G = U'U on the kept columns, U upper triangular, column after column
 *   (2) kept      column j stays if u_jj^2 > tolerance x reference_j: the later of two collinear columns goes
 *   (3) dropped   x_j = sum over kept i < j of c_i x_i, from U c = U_j: what the column was a combination of
 *   (4) condition 1 / (||S||_1 ||S^-1||_1), S = D^-1/2 G D^-1/2 with unit diagonal
 *
 * All loops are plain, in a fixed order, for each right-hand side by itself, so a solution does not depend on the other
 * right-hand sides. From SOLOW_CHOLESKY_LAPACK columns on the factor and the inverse are LAPACK's when no column is
 * dropped; which way is taken depends on the matrix alone.
 *
 * Source    the order rule is that of Stata and R; comparing with the column's own size before effects are removed is
 *           reghdfe's, and keeps columns of small variance that an absolute pivot would drop.
 * Checked   tests/kernels/dense/test_cholesky.c
 */
#ifndef SOLOW_KERNELS_DENSE_CHOLESKY_H
#define SOLOW_KERNELS_DENSE_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

enum { SOLOW_CHOLESKY_LAPACK = 64 };

/* Default for (2): an exact collinearity leaves about 1e-15 of the column's square, a certified projection 1e-12. */
#define SOLOW_CHOLESKY_TOLERANCE 1e-10

/* Factorises the upper triangle of gram, which is not changed.
 *
 * gram       [k x k] column-major, leading dimension ld; a column with NaN is dropped
 * reference  [k] the column's own size, in the units of gram's diagonal: ||x - mean||^2 before effects are removed, or
 *            its raw sum of squares; NULL: gram's diagonal
 * factor     [k x k] out: U, zero below the diagonal; a dropped column has diagonal 0, row 0, and its U_j above
 * kept       [k] out
 * rank       out: how many are kept
 */
void solow_cholesky_ranked(ptrdiff_t k, const double *gram, ptrdiff_t ld, const double *reference, double tolerance,
                           double *factor, bool *kept, ptrdiff_t *rank);

/* combination [k] out: (3) for the dropped column; zero at column itself, at later and at dropped columns. */
void solow_cholesky_combination(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t column,
                                double *combination);

/* Solves G x = b for `columns` right-hand sides in place, b [k x columns] with leading dimension ldb; 0 for dropped. */
void solow_cholesky_solve(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t columns, double *b,
                          ptrdiff_t ldb);

/* The two halves of it: U'z = b, and U x = z. */
void solow_cholesky_forward(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t columns, double *b,
                            ptrdiff_t ldb);
void solow_cholesky_back(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t columns, double *b,
                         ptrdiff_t ldb);

/* inverse [k x k] out: (X'X)^-1 of the kept columns, full symmetric, 0 in the rows and columns of dropped ones. */
void solow_cholesky_inverse(ptrdiff_t k, const double *factor, const bool *kept, double *inverse);

/* ln det of the kept block of G. */
double solow_cholesky_logdet(ptrdiff_t k, const double *factor, const bool *kept);

/* (4), exact in the 1-norm, from the upper triangle of gram (leading dimension ld) and the inverse; 1 when nothing is
 * kept. kept NULL: all. */
double solow_gram_condition(ptrdiff_t k, const double *gram, ptrdiff_t ld, const double *inverse, const bool *kept);

#endif
