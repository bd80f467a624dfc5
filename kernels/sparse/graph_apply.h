/* graph_apply.h - S times panels of eight columns, without forming S.
 *
 *   (1) y += N x - sum_b k_b s_b c_b (c_b'x)      over one graph, see graph.h
 *
 * Cost      12 bytes and, for each panel, 32 flops an entry; x and y of a panel are 64 bytes an unknown
 * Checked   tests/kernels/sparse/test_conjugate.c
 */
#ifndef SOLOW_KERNELS_SPARSE_GRAPH_APPLY_H
#define SOLOW_KERNELS_SPARSE_GRAPH_APPLY_H

#include "kernels/sparse/graph.h"

/* (1) for each panel: x[i] and y[i] are [m][8], y[i] is added to. The graph must have its runs written out
 * (solow_graph_expand). Each panel's result does not depend on the others. */
void solow_graph_apply(const solow_graph *graph, ptrdiff_t panels, const double *const *x, double *const *y);

/* whole <- graph with its runs as vectors, each kept once. whole must be zeroed; clear it after use. */
solow_status solow_graph_expand(const solow_graph *graph, solow_graph *whole, solow_error *err);

/* normal [m] <- diagonal of N, schur [m] <- diagonal of S, of one graph; those of parts add up. */
void solow_graph_diagonals(const solow_graph *graph, double *normal, double *schur);

#endif
