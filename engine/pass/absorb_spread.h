/* absorb_spread.h - equations of effects that are iterated on, shared by all ranks: each keeps the graph of its own rows.
 *
 * For one set of levels that reaches across blocks beside a local effect, where forming S is dear and its graph large: the
 * graph is then cut into the strips of the frame, rank 0 iterates (kernels/sparse/iteration.h), and every product S x is the
 * tree sum over strips of what each rank multiplies. Whether that is done, and every bit of it, depends on the data alone.
 *
 * Place in the data's way: solow_absorb_create decides by solow_spread_plan between this and a Schur complement on rank 0.
 * Cost of a product  12 bytes and 32 flops an entry and panel over the ranks; 64 bytes x m x panels a strip for the tree
 */
#ifndef SOLOW_ENGINE_PASS_ABSORB_SPREAD_H
#define SOLOW_ENGINE_PASS_ABSORB_SPREAD_H

#include "engine/comm/sum.h"
#include "kernels/sparse/schur.h"

typedef struct solow_spread solow_spread;

/* What a rank adds to the graph, strip by strip: vector [strips of this rank + 1] first vector of each. */
typedef struct solow_graph_strips {
    const solow_layout *layout;
    ptrdiff_t count; /* strips that were begun */
    ptrdiff_t *vector;
} solow_graph_strips;

/* Errors: SOLOW_ERR_MEMORY */
solow_status solow_graph_strips_init(const solow_layout *layout, solow_graph_strips *strips, solow_error *err);
/* Before a block of this rank is added, in rising order. */
void solow_graph_strips_block(solow_graph_strips *strips, int64_t block, solow_graph *graph);
void solow_graph_strips_clear(solow_graph_strips *strips);

/* Whether to spread: the same answer on every rank. entries out: of the joined graph, equal vectors counted once.
 * Collective. Errors: SOLOW_ERR_MEMORY */
solow_status solow_spread_plan(solow_comm *comm, const solow_global_layout *unknowns, bool local, double budget_bytes,
                               solow_graph *graph, const solow_graph_strips *strips, bool *spread, double *entries,
                               solow_error *err);

/* Takes graph, and leaves it empty; unknowns and strips->layout live on. local: the shape of the local effect.
 * facts out, on every rank, but for entries. Collective. Errors: SOLOW_ERR_MEMORY */
solow_status solow_spread_create(solow_comm *comm, const solow_global_layout *unknowns, const solow_local *local,
                                 solow_graph *graph, const solow_graph_strips *strips, solow_spread **spread,
                                 solow_schur_facts *facts, solow_error *err);
void solow_spread_destroy(solow_spread *spread); /* NULL is allowed */

/* r <- S^- r in panels of p columns, on rank 0; elsewhere r is left as it is. Collective. Errors: SOLOW_ERR_MEMORY */
solow_status solow_spread_solve(solow_spread *spread, ptrdiff_t p, double *r, solow_error *err);

#endif
