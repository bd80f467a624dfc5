/* schur_build.h - from a joined graph to S: its diagonal, its dense form, and runs written out for the sparse form.
 *
 *   (1) dense      S_uv = N_uv - sum_b k_b s_b c_bu c_bv - sum over runs a <= min(u, v), b >= max(u, v) of n_ab / (b - a + 1)
 *
 * Internal to schur.c and the iterations.
 */
#ifndef SOLOW_KERNELS_SPARSE_SCHUR_BUILD_H
#define SOLOW_KERNELS_SPARSE_SCHUR_BUILD_H

#include "kernels/sparse/graph.h"

/* normal [m]: diagonal of N; schur [m]: diagonal of S. */
void solow_graph_diagonals(const solow_graph *graph, double *normal, double *schur);

/* (1), added to dense [m x m], both triangles. */
void solow_graph_dense(const solow_graph *graph, double *dense);

/* whole <- graph with its runs as vectors, each kept once. whole must be zeroed; clear it after use. */
solow_status solow_graph_expand(const solow_graph *graph, solow_graph *whole, solow_error *err);

#endif
