/* wild.h - the wild cluster bootstrap of least squares, exactly, from cluster Grams: no pass over rows, no refit.
 *
 *   (1) restricted   e(r): residuals under b_j = r, linear in rho = b_j - r:  s_g(r) = X_g'e_g(r) = s_g + rho C_g / d_j,
 *                    s_g = X_g'e_g unrestricted, d = A^-1 e_j, C_g = A_g d
 *   (2) draw         y* = X b(r) + v_g e_g(r):  delta = b* - b(r) = A^-1 sum_g v_g s_g(r) = D0 + rho D1
 *   (3) variance     of b*_j with clusters, CR0:  sum_g (v_g q_g - C_g'delta)^2 = sum v^2 q^2 - 2 delta'F + delta'Q delta,
 *                    q_g = d's_g(r),  F = sum_g v_g q_g C_g = F0 + rho F1,  Q = sum_g C_g C_g'
 *   (4) five numbers a draw   b*_j - r = n0 + n1 rho,  variance = v0 + v1 rho + v2 rho^2
 *   (5) all sums of (2) and (3) are one product of a matrix with 4K rows (2K unrestricted, where rho = 0) and the weights
 *
 * A factor of the variance (CR1) is the same in estimate and draw and cancels in tests.
 *
 * Cost      draws x G x 4K multiplications, an eighth of it in additions with Rademacher weights; K^2 a draw
 * Source    Cameron, Gelbach & Miller (2008), Rev. Economics and Statistics 90, 414-427; Roodman, MacKinnon, Nielsen &
 *           Webb (2019), Stata Journal 19, 4-60, for the speed; MacKinnon (2023) for cluster Grams.
 * Checked   tests/kernels/resample/test_wild.c, against refits in long double
 */
#ifndef SOLOW_KERNELS_RESAMPLE_WILD_H
#define SOLOW_KERNELS_RESAMPLE_WILD_H

#include "kernels/core/status.h"
#include "kernels/resample/cluster_grams.h"
#include "kernels/resample/weights.h"

enum { SOLOW_WILD_NUMBERS = 5 };

typedef struct solow_wild solow_wild;

typedef struct solow_wild_problem {
    const solow_cluster_grams *grams; /* outcome last; regressors of full rank; outlives the object */
    ptrdiff_t terms;
    const ptrdiff_t *term; /* [terms] columns that are tested */
    bool restricted;
    bool enumerate;        /* all 2^(clusters - 1) sign vectors with +1 for the last cluster in place of random ones */
    solow_weights weights; /* kind RADEMACHER, WEBB, MAMMEN or NORMAL */
} solow_wild_problem;

/* Errors  SOLOW_ERR_MEMORY; SOLOW_ERR_NUMERIC: the regressors are collinear */
solow_status solow_wild_create(const solow_wild_problem *problem, solow_wild **wild, solow_error *err);
void solow_wild_destroy(solow_wild *wild); /* NULL is allowed */

/* Of the original: b and CR0 standard error of tested term t. */
double solow_wild_estimate(const solow_wild *wild, ptrdiff_t t);
double solow_wild_std_error(const solow_wild *wild, ptrdiff_t t);

/* (4) for draws first .. first + draws - 1, first a multiple of SOLOW_DRAW_CHUNK: five [terms x 5 x draws] out, number n of term t at
 * (5 t + n) draws + d; n1, v1, v2 are 0 unless restricted.
 * Errors  SOLOW_ERR_INTERNAL: a dimension that BLAS does not take */
solow_status solow_wild_draw(solow_wild *wild, int64_t first, ptrdiff_t draws, double *five, solow_error *err);

#endif
