/* inverse.h - the entries of S^- that leverages need: all of them if S is dense, else those where the factor L has entries.
 *
 *   (1) selected   Z = S^-:  Z_ij = - sum_k L_kj Z_ik (i > j),  Z_jj = 1 / d_j - sum_k L_kj Z_kj,  from the last column on
 *
 * Dropped unknowns have rows and columns of zeros. Plain arrays, so that the root can send them: lengths follow from m and
 * start[m].
 *
 * Source    Takahashi, Fagan & Chin (1973); Erisman & Tinney (1975), Communications of the ACM 18, 177-179.
 * Cost      as the factorisation, about twice
 * Checked   tests/kernels/sparse/test_leverage.c
 */
#ifndef SOLOW_KERNELS_SPARSE_INVERSE_H
#define SOLOW_KERNELS_SPARSE_INVERSE_H

#include "kernels/sparse/schur.h"

typedef struct solow_inverse {
    ptrdiff_t m;
    double *dense;    /* [m x m] if S was dense; then the others are NULL */
    int32_t *place;   /* [m] of each unknown in the elimination */
    ptrdiff_t *start; /* [m + 1] columns below the diagonal, by place */
    int32_t *row;     /* [start[m]] places, rising in each column */
    double *value;    /* [start[m]] */
    double *diagonal; /* [m] by place */
} solow_inverse;

/* Errors: SOLOW_ERR_MEMORY; SOLOW_ERR_NUMERIC for a Schur complement that is iterated on, which has no factor. */
solow_status solow_inverse_init(const solow_schur *schur, solow_inverse *inverse, solow_error *err);
void solow_inverse_clear(solow_inverse *inverse); /* frees; a zeroed struct is allowed */

/* Entry (u, v): 0 where L has none. */
double solow_inverse_at(const solow_inverse *inverse, ptrdiff_t u, ptrdiff_t v);

#endif
