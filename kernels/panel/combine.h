/* combine.h - sums along rows and across columns: residuals, moments, products of scores.
 *
 * Place in the data's way: what estimators do with every row of a block beside the Gram. The text is written with fixed
 * lanes and explicit fma(), so every clone gives the same bits.
 */
#ifndef SOLOW_KERNELS_PANEL_COMBINE_H
#define SOLOW_KERNELS_PANEL_COMBINE_H

#include <stddef.h>
#include <stdint.h>

/* out_i = sum over columns c of factor[c] x_c[i], by fma in the order of columns; a factor 0 leaves its column out.
 *
 * x    [rows x columns] column-major, leading dimension ld >= rows
 * out  [rows]
 */
void solow_combine_columns(ptrdiff_t rows, ptrdiff_t columns, const double *factor, const double *x, ptrdiff_t ld,
                           double *out);

/* Adds sum w x to sum[0] and sum w x x to sum[1], in fixed lanes by row. weight [rows], or NULL: ones. */
void solow_moments(ptrdiff_t rows, const double *x, const double *weight, double *sum);

/* x_i = 0 where present[i] is 0, whatever it was. */
void solow_keep_present(ptrdiff_t rows, const uint8_t *present, double *x);

/* sum |w x|, in fixed lanes by row. weight [rows], or NULL: ones. */
double solow_absolute_sum(ptrdiff_t rows, const double *x, const double *weight);

enum { SOLOW_FOUND_NAN = 1, SOLOW_FOUND_INFINITE = 2 };

/* Which of the two occur in x [rows]: bits of the enumeration. */
int32_t solow_not_finite(ptrdiff_t rows, const double *x);

/* upper += factor s s', upper triangle. s [d], upper [d x d] column-major. */
void solow_outer_add(ptrdiff_t d, const double *s, double factor, double *upper);

#endif
