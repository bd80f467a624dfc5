/* leverage.h - how much each row's own value weighs in what the effects fit: exact, for HC2, HC3 and the like.
 *
 *   (1) h_r = w_r sum_j q_jr^2 + w_r d~_r' S^- d~_r,   d~_r = d_r - sum_j q_jr c_j
 *
 * the diagonal of D (D'W D)^- D'W for the local effect (q_j orthonormal in W, c_j = D2'W q_j) and all others (d_r row r of
 * D2). Every pair of unknowns in (1) meets in a local level or a row, so S^- is needed only where S has entries.
 *
 * Cost      for each local level the square of the unknowns that it meets
 * Checked   tests/kernels/sparse/test_leverage.c
 */
#ifndef SOLOW_KERNELS_SPARSE_LEVERAGE_H
#define SOLOW_KERNELS_SPARSE_LEVERAGE_H

#include "kernels/sparse/inverse.h"

/* (1) for the rows of one block; 0 for absent rows.
 *
 * inverse    of the Schur complement; NULL if no effect reaches across blocks (global is then not read)
 * local      prepared, or NULL
 * leverage   [rows] out
 * Errors     SOLOW_ERR_MEMORY
 */
solow_status solow_effects_leverage(const solow_inverse *inverse, const solow_local *local, const solow_global *global,
                                    double *leverage, solow_error *err);

#endif
