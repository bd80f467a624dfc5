/* iteration.h - a Schur complement that is iterated on: the joined graph and the diagonals. Internal to schur.c. */
#ifndef SOLOW_KERNELS_SPARSE_ITERATION_H
#define SOLOW_KERNELS_SPARSE_ITERATION_H

#include "kernels/sparse/graph.h"

typedef struct solow_iteration solow_iteration;

/* Takes graph's arrays, or writes its runs out; graph is left to be cleared. Errors: SOLOW_ERR_MEMORY. */
solow_status solow_iteration_create(const solow_global_layout *layout, solow_graph *graph, solow_iteration **iteration,
                                    solow_error *err);
void solow_iteration_destroy(solow_iteration *iteration); /* NULL is allowed */

/* gamma <- S^- r in panels. most is raised to the iterations that a column took; converged becomes false if one did not
 * reach its bound. */
void solow_iteration_solve(const solow_iteration *iteration, ptrdiff_t p, const double *r, double *gamma,
                           ptrdiff_t *most, bool *converged);

#endif
