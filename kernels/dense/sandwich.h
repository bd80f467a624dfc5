/* sandwich.h - small dense products in a fixed order: what variances and delta methods are put together with.
 *
 * All matrices are compact column-major (leading dimension = rows). Each entry is one sum in index order, so its bits do
 * not depend on the other entries. For matrices of the model's own size; long products over rows belong to gram.h.
 */
#ifndef SOLOW_KERNELS_DENSE_SANDWICH_H
#define SOLOW_KERNELS_DENSE_SANDWICH_H

#include <stddef.h>

/* c [m x n] = a [m x k] b [k x n]. c must not overlap a or b. */
void solow_multiply(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, const double *b, double *c);

/* c [m x n] = a' b, a [k x m], b [k x n]. */
void solow_multiply_left(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, const double *b, double *c);

/* c [m x n] = a b', a [m x k], b [n x k]. */
void solow_multiply_right(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, const double *b, double *c);

/* y [m] = a [m x n] x. */
void solow_multiply_vector(ptrdiff_t m, ptrdiff_t n, const double *a, const double *x, double *y);

/* x' a y for a [m x n]. */
double solow_bilinear(ptrdiff_t m, ptrdiff_t n, const double *x, const double *a, const double *y);

/* sum of a[i] b[i] in index order. */
double solow_dot(ptrdiff_t n, const double *a, const double *b);

/* vcov [k x k] = bread meat bread, exactly symmetric. bread and meat [k x k] full symmetric; work [k x k]; vcov may be
 * meat, not bread. */
void solow_sandwich(ptrdiff_t k, const double *bread, const double *meat, double *work, double *vcov);

/* result [r x r] = m v m', exactly symmetric: the variance of the r combinations m [r x k] of estimates with variance
 * v [k x k]. work [r x k]. */
void solow_congruence(ptrdiff_t r, ptrdiff_t k, const double *m, const double *v, double *work, double *result);

/* a [k x k] = (a + a') / 2. */
void solow_symmetrise(ptrdiff_t k, double *a);

/* out [n x m] = a' for a [m x n]. */
void solow_transpose(ptrdiff_t m, ptrdiff_t n, const double *a, double *out);

#endif
