/* cluster_grams.h - the Gram of every cluster, packed: all that draws of a least-squares estimate need of the data.
 *
 *   (1) entry (i, j), i <= j, of cluster g stands at g P + j (j + 1) / 2 + i, P = p (p + 1) / 2
 *   (2) A(w) = sum_g w_g A_g: the Gram of the sample in which cluster g stands w_g times
 *
 * Columns: dummies of effects that cross clusters, regressors, then the outcome, last. Effects that lie inside clusters are
 * taken out before; to take out one that crosses them is wrong, since the weights of a draw change its means.
 *
 * Cost      8 G P bytes
 */
#ifndef SOLOW_KERNELS_RESAMPLE_CLUSTER_GRAMS_H
#define SOLOW_KERNELS_RESAMPLE_CLUSTER_GRAMS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct solow_cluster_grams {
    ptrdiff_t clusters, columns; /* G, p */
    double *gram;                /* [clusters x P] */
} solow_cluster_grams;

ptrdiff_t solow_packed(ptrdiff_t columns); /* P */

/* (2) with weights 1: total [p x p] full. Clusters add in their order. */
void solow_cluster_grams_total(const solow_cluster_grams *grams, double *total);

/* One packed Gram to full [p x p] and back. */
void solow_unpack(ptrdiff_t columns, const double *packed, double *full);
void solow_pack(ptrdiff_t columns, const double *full, double *packed);

/* Leaves the columns with keep [columns], in place; gram keeps its memory. */
void solow_cluster_grams_keep(solow_cluster_grams *grams, const bool *keep);

#endif
