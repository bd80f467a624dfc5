/* dense_factor.h - dense L L' of a positive semidefinite matrix, that finds and drops redundant unknowns.
 *
 *   (1) scale      T = E S E,  E = diag(S)^(-1/2), so that pivots are shares of a diagonal left
 *   (2) blocks     64 columns at a time: the diagonal block by hand, with drops; below it dtrsm; behind it dsyrk
 *   (3) drop       a grounded unknown, or one whose pivot is at most 1e-10: its column of L is 0 and it is 0 in solutions
 *
 * Cost      m^3 / 3 flops, 8 m^2 bytes: L below the diagonal, T above it
 * Checked   tests/kernels/sparse/test_schur.c
 */
#ifndef SOLOW_KERNELS_SPARSE_DENSE_FACTOR_H
#define SOLOW_KERNELS_SPARSE_DENSE_FACTOR_H

#include "kernels/core/size.h"

typedef struct solow_dense_factor {
    ptrdiff_t m;
    double *matrix;   /* [m x m] column-major: S, upper or both triangles; then L (lower, diagonal) and T (above) */
    double *scale;    /* [m] E; 0 for a dropped unknown, out */
    uint8_t *dropped; /* [m] in: grounded; out: all that are dropped */
} solow_dense_factor;

/* (1) to (3), in place; rank out. Errors: SOLOW_ERR_NUMERIC if m passes the integers of LAPACK. */
solow_status solow_dense_factor_make(solow_dense_factor *factor, ptrdiff_t *rank, solow_error *err);

/* x <- S^- x for one panel of eight columns, x [m][8]. */
void solow_dense_factor_solve(const solow_dense_factor *factor, double *x);

/* y <- r - S x on the unknowns kept, 0 on the others; x, r, y [m][8]; y must not be r or x. */
void solow_dense_factor_residual(const solow_dense_factor *factor, const double *x, const double *r, double *y);

#endif
