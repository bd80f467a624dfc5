/* pair_gram.h - one tensor that holds the robust variance of every regression among the same columns.
 *
 *   (1) cluster     m_g in R^P, P = p (p + 1) / 2: the upper triangle of Z_g'W_g Z_g, entry (i, j), i <= j, at j (j + 1) / 2 + i
 *   (2) tensor      T = sum over clusters m_g m_g'                                                [P x P]
 *   (3) residual    e = sum_c a_c z_c, so the score of cluster g along z_j is sum_c a_c m_g[j, c], and
 *   (4) meat        M_jl = sum over c, d of a_c a_d T[(j, c), (l, d)]
 *   (5) form        of one outcome y and r regressors, M is linear in the pairs a_c a_d, c <= d:
 *                   F[(j, l), (c, d)] = T[(j, c), (l, d)] + T[(j, d), (l, c)] (once where c = d), so M = F w, w = a_c a_d
 *
 * A cluster may be a row (HC0), a cluster, or a window of periods (Bartlett weights are sums over overlapping windows), so
 * one form serves all of them; several ways of clustering are a signed sum of tensors. What it does not cover is whatever
 * needs leverages.
 *
 * Bits      clusters enter in chunks of SOLOW_PAIR_CHUNK, the last padded with zeros: dsyrk always sees one shape. Who sums
 *           tensors over blocks decides their order.
 * Source    the identity is algebra; accuracy rests on columns that are orthonormal and residuals in place of outcomes.
 * Cost      clusters x P^2 flops for (2); r (r + 1) / 2 x (r + 1) (r + 2) / 2 multiplications for (5), whatever the rows
 * Checked   tests/kernels/dense/test_submodel.c against a sandwich in long double
 */
#ifndef SOLOW_KERNELS_DENSE_PAIR_GRAM_H
#define SOLOW_KERNELS_DENSE_PAIR_GRAM_H

#include "kernels/core/arena.h"

enum { SOLOW_PAIR_CHUNK = 64 };

/* P of p columns, and the tensor's leading dimension: P rounded up to 8. */
ptrdiff_t solow_pair_count(ptrdiff_t columns);
ptrdiff_t solow_pair_ld(ptrdiff_t columns);
/* Place of entry (i, j) of a symmetric matrix among its pairs, in any order of the two. */
ptrdiff_t solow_pair_place(ptrdiff_t i, ptrdiff_t j);

/* Clusters that wait for a whole chunk. */
typedef struct solow_pair_chunk {
    ptrdiff_t ld, waiting;
    double *cluster; /* [ld x SOLOW_PAIR_CHUNK] */
} solow_pair_chunk;

size_t solow_pair_chunk_need(ptrdiff_t columns);
/* Errors  SOLOW_ERR_MEMORY: the arena is full */
solow_status solow_pair_chunk_init(ptrdiff_t columns, solow_arena *arena, solow_pair_chunk *chunk, solow_error *err);
/* Room [ld] for the next cluster, all zero. */
double *solow_pair_open(const solow_pair_chunk *chunk);
/* The cluster is filled. tensor [ld x ld], upper triangle, in and out: added to when the chunk is full. */
void solow_pair_close(solow_pair_chunk *chunk, double *tensor);
/* Adds what waits. */
void solow_pair_flush(solow_pair_chunk *chunk, double *tensor);

/* packed [P] += the upper triangle of gram [columns x columns], times factor. */
void solow_pair_pack(ptrdiff_t columns, const double *gram, double factor, double *packed);
/* packed [P] += factor z z', z [columns] with stride ld. */
void solow_pair_outer(ptrdiff_t columns, const double *z, ptrdiff_t ld, double factor, double *packed);

/* (5). The tensor's columns are `regressors` ones, then outcomes, of which `outcome` (counted among all columns) is meant;
 * ld is the tensor's. form [rows x pairs of regressors + 1], rows = solow_pair_ld(regressors), column-major: row (j, l),
 * column (c, d), the outcome last among c and d. */
void solow_pair_form(const double *tensor, ptrdiff_t ld, ptrdiff_t regressors, ptrdiff_t outcome, double *form);

/* meat [solow_pair_ld(regressors)] out: (4) as packed pairs. a [regressors + 1]: the residual's coefficients, the outcome's last.
 * work [pairs of regressors + 1]. */
void solow_pair_meat(const double *form, ptrdiff_t regressors, const double *a, double *work, double *meat);

#endif
