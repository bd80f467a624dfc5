/* conjugate.h - conjugate gradients for S Gamma = R, eight columns at a time, S known by its products alone.
 *
 *   (1) preconditioned by the diagonal of S; started at 0
 *   (2) a column stops when max_u |r_u| <= tolerance x size of its part, or after the most iterations; it never looks at
 *       other columns: its digits are the same alone and among many
 *
 * The products come from the caller, who may sum graphs over ranks in a fixed tree (graph_apply.h).
 *
 * Source    Hestenes & Stiefel (1952), J. Research of the NBS 49, 409-436.
 * Checked   tests/kernels/sparse/test_conjugate.c
 */
#ifndef SOLOW_KERNELS_SPARSE_CONJUGATE_H
#define SOLOW_KERNELS_SPARSE_CONJUGATE_H

#include "kernels/sparse/global.h"

/* y[i] <- S x[i] for each panel, [m][8]. */
typedef solow_status (*solow_product_function)(void *context, ptrdiff_t panels, const double *const *x,
                                               double *const *y, solow_error *err);

typedef struct solow_conjugate {
    const solow_global_layout *layout;
    const double *normal;   /* [m] diagonal of D2'W D2, summed over all graphs */
    const double *diagonal; /* [m] diagonal of S, likewise */
    double tolerance;       /* of the certificate, e.g. 1e-14 */
    ptrdiff_t most;         /* iterations at most, e.g. 300 */
    solow_product_function apply;
    void *context;
} solow_conjugate;

/* gamma <- S^- r, both in panels.
 *
 * size        [parts x p] as solow_global_size gives for the columns that r was summed from
 * iterations  [p] out: products that each column took; NULL if not wanted
 * converged   [p] out: 1 if the bound was reached by the residual as it was carried along, else 0
 * Errors      SOLOW_ERR_MEMORY; what apply returns. Not converging is no error: the certificate tells.
 */
solow_status solow_conjugate_solve(const solow_conjugate *solver, ptrdiff_t p, const double *r, const double *size,
                                   double *gamma, ptrdiff_t *iterations, uint8_t *converged, solow_error *err);

#endif
