/* ldl.h - sparse S = L D L' of a positive semidefinite matrix, that finds and drops redundant unknowns.
 *
 *   (1) row by row (up-looking): L_ki = y_i / d_i along the elimination tree,  d_k = s_kk - sum_i L_ki^2 d_i
 *   (2) drop: a grounded unknown, or one with d_k <= 1e-10 s_kk, gets 1 / d_k = 0: it stays out of all later rows and is 0 in
 *       every solution, which makes the solution a generalised inverse's. The unknowns kept are the rank.
 *
 * The order of elimination comes from CHOLMOD (approximate minimum degree, or METIS if that predicts more fill than it).
 *
 * Source    Davis (2005), Algorithm 849: LDL, ACM TOMS 31, 587-591; Amestoy, Davis & Duff (2004), Algorithm 837, for AMD.
 * Checked   tests/kernels/sparse/test_ldl.c
 */
#ifndef SOLOW_KERNELS_SPARSE_LDL_H
#define SOLOW_KERNELS_SPARSE_LDL_H

#include "kernels/sparse/symmetric.h"

typedef struct solow_ldl solow_ldl;

typedef struct solow_fill {
    double nonzeros, flops; /* of L, as predicted for the order found */
} solow_fill;

/* Orders S and predicts the fill; the numbers come with solow_ldl_factor.
 * Errors  SOLOW_ERR_MEMORY; SOLOW_ERR_NUMERIC if S or L has more nonzeros than the libraries' integers hold */
solow_status solow_ldl_create(const solow_symmetric *s, solow_ldl **ldl, solow_fill *fill, solow_error *err);
void solow_ldl_destroy(solow_ldl *ldl); /* NULL is allowed */

/* (1), (2). ground [m] 1 for unknowns known to be redundant; rank out: unknowns kept. Errors: SOLOW_ERR_MEMORY. */
solow_status solow_ldl_factor(solow_ldl *ldl, const solow_symmetric *s, const uint8_t *ground, ptrdiff_t *rank,
                              solow_error *err);

/* x <- S^- x for one panel of eight columns, x [m][8]; work [m][8]. Each column by itself, always in the same order. */
void solow_ldl_solve(const solow_ldl *ldl, double *x, double *work);

#endif
