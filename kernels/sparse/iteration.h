/* iteration.h - a Schur complement that is iterated on: the joined graph, or somebody's products with it, and the diagonals. */
#ifndef SOLOW_KERNELS_SPARSE_ITERATION_H
#define SOLOW_KERNELS_SPARSE_ITERATION_H

#include "kernels/sparse/conjugate.h"
#include "kernels/sparse/graph.h"

typedef struct solow_iteration solow_iteration;

/* Takes graph's arrays, or writes its runs out; graph is left to be cleared. Errors: SOLOW_ERR_MEMORY. */
solow_status solow_iteration_create(const solow_global_layout *layout, solow_graph *graph, solow_iteration **iteration,
                                    solow_error *err);
/* The same over products that the caller makes; normal and diagonal [m] of N and S, which live on, as context does. */
solow_status solow_iteration_over(const solow_global_layout *layout, const double *normal, const double *diagonal,
                                  solow_product_function apply, void *context, solow_iteration **iteration,
                                  solow_error *err);
void solow_iteration_destroy(solow_iteration *iteration); /* NULL is allowed */

/* gamma <- S^- r in panels, NaN where that failed. most is raised to the iterations that a column took; converged becomes
 * false if one did not reach its bound. Errors: SOLOW_ERR_MEMORY; what the products return */
solow_status solow_iteration_solve(const solow_iteration *iteration, ptrdiff_t p, const double *r, double *gamma,
                                   ptrdiff_t *most, bool *converged, solow_error *err);

#endif
