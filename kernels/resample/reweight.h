/* reweight.h - least squares, also in two stages, of samples in which cluster g stands w_g times: pairs, Bayesian and block bootstrap, jackknife.
 *
 *   (1) A(w) = sum_g w_g A_g, for 128 draws at a time one product of weights and cluster Grams
 *   (2) b(w) from the ranked Cholesky factor of A(w), dummies first: their elimination is the Schur complement. A dummy that
 *       has no row left, or is a combination of others, drops out; a regressor that does so is a failure of the draw:
 *       lost where the draw left it no variation at all, else singular. Its size is held against the whole sample's
 *   (3) value        b* = b + (b(w) - b(1)), b(1) by the same arithmetic: weights of 1 give the estimate bit for bit
 *   (4) std_error    of b*_j, every copy of a cluster a cluster of its own:  sqrt(sum_g w_g (c'X_g'e_g)^2),  c = A(w)^-1 e_j,
 *                    e_g = y_g - X_g b(w); c'X_g'e_g is the packed Gram of g times coefficients, so all are one product;
 *                    in two stages with the projected regressors of the draw (instruments.h (4))
 *   (5) leave one out   A - A_g, without (1)
 *
 * Cost      (1) 2 G P flops a draw, (4) 2 G P a draw and term
 * Checked   tests/kernels/resample/test_reweight.c, against regressions on resampled rows in long double
 */
#ifndef SOLOW_KERNELS_RESAMPLE_REWEIGHT_H
#define SOLOW_KERNELS_RESAMPLE_REWEIGHT_H

#include "kernels/core/status.h"
#include "kernels/resample/cluster_grams.h"
#include "kernels/resample/weights.h"

typedef enum { SOLOW_REWEIGHT_MADE, SOLOW_REWEIGHT_SINGULAR, SOLOW_REWEIGHT_LOST } solow_reweight_outcome;

typedef struct solow_reweight solow_reweight;

typedef struct solow_reweight_problem {
    const solow_cluster_grams *grams;  /* outcome last; outlives the object */
    ptrdiff_t instruments, endogenous; /* columns before the outcome, in this order; 0: least squares */
    ptrdiff_t terms;
    const ptrdiff_t *term;  /* [terms] columns whose coefficients are wanted; they follow all dummies */
    const double *estimate; /* [terms] b of (3); NULL: b(1) itself */
    bool studentised;       /* (4) is wanted */
    solow_weights weights;
} solow_reweight_problem;

/* Errors  SOLOW_ERR_MEMORY; SOLOW_ERR_NUMERIC: a term is collinear in the whole sample */
solow_status solow_reweight_create(const solow_reweight_problem *problem, solow_reweight **reweight, solow_error *err);
void solow_reweight_destroy(solow_reweight *reweight); /* NULL is allowed */

/* b(1) - what (3) puts in its place - and (4) with weights 1, of term t. */
double solow_reweight_estimate(const solow_reweight *reweight, ptrdiff_t t);
double solow_reweight_std_error(const solow_reweight *reweight, ptrdiff_t t);

/* Draws first .. first + draws - 1, first a multiple of SOLOW_DRAW_CHUNK.
 *
 * value      [terms x draws] out, draw d of term t at t draws + d; NaN in draws that failed
 * std_error  the same, or NULL unless studentised
 * outcome    [draws] out
 * Errors     SOLOW_ERR_INTERNAL: a dimension that BLAS does not take
 */
solow_status solow_reweight_draw(solow_reweight *reweight, int64_t first, ptrdiff_t draws, double *value,
                                 double *std_error, uint8_t *outcome, solow_error *err);

#endif
