/* symmetric.h - eigenvalues of symmetric matrices, and what variances and weak-instrument statistics need of them.
 *
 *   (1) eigen      A = V diag(l) V', l ascending; cyclic Jacobi up to SOLOW_JACOBI_ORDER (plain loops, the same bits
 *                  under every BLAS), LAPACK's divide and conquer above it
 *   (2) repair     A+ = V max(l, 0) V', the nearest positive semidefinite matrix in the Frobenius norm
 *   (3) pinv       A^- = sum over |l_i| > tolerance max|l| of v_i v_i' / l_i
 *   (4) root       A^-1/2 = sum over l_i > tolerance max|l| of v_i v_i' / sqrt(l_i)
 *   (5) pencil     smallest l with det(A - l B) = 0, by B = U'U and the eigenvalues of U^-T A U^-1
 *   (6) svd        A = P diag(s) Q', s descending
 *
 * Matrices are compact column-major and full symmetric on output; on input only the upper triangle is read.
 *
 * Source    (1) Golub & Van Loan (2013), Matrix Computations, 8.5; (2) Cameron, Gelbach & Miller (2011), J. Business &
 *           Economic Statistics 29, 238-249; Higham (1988), Linear Algebra and its Applications 103, 103-118.
 * Checked   tests/kernels/dense/test_symmetric.c
 */
#ifndef SOLOW_KERNELS_DENSE_SYMMETRIC_H
#define SOLOW_KERNELS_DENSE_SYMMETRIC_H

#include "kernels/core/arena.h"

enum { SOLOW_JACOBI_ORDER = 24 };

/* Bytes of arena that any one function of this header takes for matrices of order up to k (for svd: the larger side). */
size_t solow_symmetric_need(ptrdiff_t k);

/* (1) values [k] out; vectors [k x k] out, one a column, each with its largest component positive; NULL: not wanted.
 * Errors   SOLOW_ERR_NUMERIC if a has NaN or infinity; SOLOW_ERR_MEMORY if the arena is exhausted */
solow_status solow_symmetric_eigen(ptrdiff_t k, const double *a, double *values, double *vectors, solow_arena *work,
                                   solow_error *err);

/* What the repair found. */
typedef struct solow_psd_report {
    double smallest;     /* eigenvalue of the matrix as it came; 0 for rounding below zero */
    double largest_move; /* of an entry, relative to sqrt(a_ii a_jj) where that is positive, else absolute */
    bool changed;        /* whether a negative eigenvalue was set to zero */
} solow_psd_report;

/* (2) in place; a matrix without negative eigenvalue keeps its bits. Whether there is one is decided on the matrix scaled to
 * a unit diagonal: below -8 k epsilon there. */
solow_status solow_psd_repair(ptrdiff_t k, double *a, solow_psd_report *report, solow_arena *work, solow_error *err);

/* (3) and (4): out [k x k], which may be a; rank out (NULL: not wanted). Negative eigenvalues count as zero in (4). */
solow_status solow_symmetric_pinv(ptrdiff_t k, const double *a, double tolerance, double *out, ptrdiff_t *rank,
                                  solow_arena *work, solow_error *err);
solow_status solow_symmetric_inverse_root(ptrdiff_t k, const double *a, double tolerance, double *out, ptrdiff_t *rank,
                                          solow_arena *work, solow_error *err);

/* (5) Errors   SOLOW_ERR_NUMERIC if b is not positive definite to 1e-14 of its diagonal. */
solow_status solow_smallest_pencil_value(ptrdiff_t k, const double *a, const double *b, double *smallest,
                                         solow_arena *work, solow_error *err);
/* All of them, ascending: values [k] out. */
solow_status solow_pencil_values(ptrdiff_t k, const double *a, const double *b, double *values, solow_arena *work,
                                 solow_error *err);

/* (6) a [m x n]; singular [min(m, n)] out; p [m x m] and q [n x n] out with the singular vectors in their columns, both
 * NULL when they are not wanted. */
typedef struct solow_svd {
    double *singular, *p, *q;
} solow_svd;
solow_status solow_singular_values(ptrdiff_t m, ptrdiff_t n, const double *a, solow_svd *out, solow_arena *work,
                                   solow_error *err);

#endif
