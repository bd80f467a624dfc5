/* gram.h - cross products X'WX of a block of rows: the sum that every linear method is made of.
 *
 *   (1) lane l of entry (i, j)   s_l = sum over rows r = l, l + 8, l + 16, ... of x_i[r] x_j[r], one fma a row
 *   (2) with weights             s_l = fma(x_i[r] x_j[r], w[r], s_l): the rounded product first, so (i, j) = (j, i)
 *   (3) entry                    g_ij + (((s_0 + s_4) + (s_1 + s_5)) + ((s_2 + s_6) + (s_3 + s_7)))
 *
 * So an entry's bits depend on its two columns, the weights and the rows alone: not on the other columns, on their
 * number, on a column's place, on the order of the pair, on alignment, or on the clone. One kernel serves every number of
 * columns: in blocks of 2,048 rows it is as fast as dsyrk at 200 columns and several times faster at 10.
 *
 * Speed     best when x is 64-byte aligned and ld a multiple of 8. Any alignment and any ld >= rows is right: the last
 *           rows are masked, nothing beyond row `rows` is read, so the rows of one unit inside a block are a valid x.
 */
#ifndef SOLOW_KERNELS_DENSE_GRAM_H
#define SOLOW_KERNELS_DENSE_GRAM_H

#include "kernels/dense/level.h"

#include <stddef.h>

/* Adds X'WX to the upper triangle of gram; the lower triangle is not touched.
 *
 * x       [rows x columns] column-major, leading dimension ld >= rows
 * weight  [rows], finite; NULL: ones
 * gram    [columns x columns] column-major, in and out
 */
void solow_gram(ptrdiff_t rows, ptrdiff_t columns, const double *x, ptrdiff_t ld, const double *weight, double *gram);

/* The same by the given clone, which must not be above solow_best_level(): for tests and benchmarks. */
void solow_gram_at_level(solow_level level, ptrdiff_t rows, ptrdiff_t columns, const double *x, ptrdiff_t ld,
                         const double *weight, double *gram);

/* A matrix of columns: [rows x columns] column-major with leading dimension ld. */
typedef struct solow_columns_view {
    const double *x;
    ptrdiff_t columns, ld;
} solow_columns_view;

/* Adds left' W right to cross [left.columns x right.columns] column-major: each entry with the bits that it has in the
 * Gram of all columns together. */
void solow_gram_cross(ptrdiff_t rows, solow_columns_view left, solow_columns_view right, const double *weight,
                      double *cross);
void solow_gram_cross_at_level(solow_level level, ptrdiff_t rows, solow_columns_view left, solow_columns_view right,
                               const double *weight, double *cross);

/* Copies the upper triangle of a [k x k] matrix to its lower one. */
void solow_mirror_upper(ptrdiff_t k, double *matrix);

#endif
