/* schur_build.h - from a joined graph to the dense form of S.
 *
 *   (1) dense      S_uv = N_uv - sum_b k_b s_b c_bu c_bv - sum over runs a <= min(u, v), b >= max(u, v) of n_ab / (b - a + 1)
 *
 * Internal to schur.c.
 */
#ifndef SOLOW_KERNELS_SPARSE_SCHUR_BUILD_H
#define SOLOW_KERNELS_SPARSE_SCHUR_BUILD_H

#include "kernels/sparse/graph_apply.h"

/* (1), added to dense [m x m], both triangles. */
void solow_graph_dense(const solow_graph *graph, double *dense);

#endif
