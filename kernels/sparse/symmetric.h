/* symmetric.h - a sparse symmetric matrix, both triangles kept, and the Schur complement in that form.
 *
 *   (1) S = N - sum_b k_b s_b c_b c_b'      of a joined graph (graph.h)
 *
 * Cost      sum over vectors of degree^2 / 2 updates; 12 bytes a nonzero
 * Checked   tests/kernels/sparse/test_schur.c
 */
#ifndef SOLOW_KERNELS_SPARSE_SYMMETRIC_H
#define SOLOW_KERNELS_SPARSE_SYMMETRIC_H

#include "kernels/sparse/graph.h"

typedef struct solow_symmetric {
    ptrdiff_t m;
    ptrdiff_t *start; /* [m + 1] */
    int32_t *column;  /* [start[m]] of each row: the ones below the row first */
    double *value;    /* [start[m]] */
} solow_symmetric;

void solow_symmetric_clear(solow_symmetric *s);

/* (1). Every row has its diagonal entry, even if it is zero. Errors: SOLOW_ERR_MEMORY. */
solow_status solow_symmetric_schur(const solow_graph *graph, solow_symmetric *s, solow_error *err);

/* y <- r - S x for one panel of eight columns: x, r, y [m][8]; y may be r. */
void solow_symmetric_residual(const solow_symmetric *s, const double *x, const double *r, double *y);

#endif
