/* slopes.h - the part of the local effect that is a small regression for each level: basis and projection.
 *
 * Internal to local.c. The basis is made by Gram-Schmidt, each vector orthogonalised twice (Kahan & Parlett), in the inner
 * product of the weights; the small triangular transforms are kept, so that coefficients of (1, z) can be told.
 */
#ifndef SOLOW_KERNELS_PANEL_SLOPES_H
#define SOLOW_KERNELS_PANEL_SLOPES_H

#include "kernels/panel/local.h"

/* Fills basis, transform and rank of local, whose slot and mark are ready. */
void solow_slopes_basis(solow_local *local);

/* One column: x <- x - Q Q'W x; coef [levels x width] out, or NULL. */
void solow_slopes_within(const solow_local *local, double *x, double *coef);

#endif
