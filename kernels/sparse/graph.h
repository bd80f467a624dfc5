/* graph.h - the collapsed graph: all that the normal equations of the effects need to know of the rows.
 *
 *   (1) normal     D2'W D2 = N: counts of rows for level parts without weights, and pairs (u <= v, value) for the rest
 *   (2) vectors    c_b = D2'W q_b for each basis vector q_b of the local effect, with scale s_b
 *   (3) Schur      S = N - sum_b k_b s_b c_b c_b'    the equations of the effects that reach across blocks; k_b levels
 *                  share the vector
 *
 * Without slopes in the local effect q_b is the level's indicator, s_b = 1 / sum w, and c_b holds counts. Local levels that
 * meet consecutive levels a .. b of a single set once each (a panel without gaps, and periods) are only counted, in
 * runs[a m + b]: a balanced panel costs one integer.
 *
 * Equal vectors are kept once and counted in k_b, in the order in which they come first; across the parts that
 * solow_graph_part begins they stay apart until solow_graph_merge.
 *
 * Graphs are made block by block (solow_graph_add) and joined in the order of blocks (solow_graph_append). Everything in
 * them is a whole number or belongs to one block, so the bits of a joined graph do not depend on how blocks were grouped.
 * solow_graph_apply's sums, however, do: iterations that ranks share take part by part of a fixed partition of the blocks.
 *
 * To send a graph: the scalars of solow_graph_sizes, then the flat arrays, whose lengths they state (value and runs may be
 * NULL); solow_graph_reserve with them makes room at the other end.
 *
 * Cost      rows x sets to make; 4 bytes an entry that is a count, else 12
 * Checked   tests/kernels/sparse/test_graph.c
 */
#ifndef SOLOW_KERNELS_SPARSE_GRAPH_H
#define SOLOW_KERNELS_SPARSE_GRAPH_H

#include "kernels/panel/local.h"
#include "kernels/sparse/global.h"
#include "kernels/sparse/pairs.h"

enum { SOLOW_RUN_UNKNOWNS = 512 }; /* runs are counted in a table of m x m: 2 MB at most */

typedef struct solow_graph {
    ptrdiff_t unknowns;         /* m */
    ptrdiff_t vectors, entries; /* basis vectors kept as in (2), and their nonzeros */
    ptrdiff_t vector_capacity, entry_capacity;
    int32_t *degree;    /* [vectors] nonzeros of each */
    int64_t *multiple;  /* [vectors] k_b: how many local levels share it */
    double *scale;      /* [vectors] s_b */
    int32_t *column;    /* [entries] unknown in the low bits; above them, if value is NULL, c_b there less one */
    double *value;      /* [entries] c_b there; NULL while all are counts that fit into column */
    int bits;           /* of an unknown in column */
    double *count;      /* [m] whole numbers: part of the diagonal of N */
    solow_pairs pairs;  /* the rest of N: upper triangle */
    int64_t *runs;      /* [m x m]; NULL if no level was counted so */
    int64_t run_levels; /* local levels counted in runs */
    /* work space, not part of the content */
    int32_t *seen;    /* [m] 1 + place of an unknown in the vector under way, or 0 */
    int32_t *order;   /* [rows] rows of a block by local level, and [levels + 1] where each begins */
    ptrdiff_t *begin; /* [vectors] first entry of each */
    uint32_t *hash;   /* [vectors] of its entries */
    int32_t *table;   /* [slots] 1 + a vector of the current part, 0: free */
    ptrdiff_t order_capacity, slots;
    ptrdiff_t part; /* first vector of the current part */
} solow_graph;

/* Unknown and value of an entry. */
static inline int32_t solow_graph_unknown(const solow_graph *graph, ptrdiff_t entry)
{
    return (int32_t)((uint32_t)graph->column[entry] & ((UINT32_C(1) << graph->bits) - 1));
}
static inline double solow_graph_value(const solow_graph *graph, ptrdiff_t entry)
{
    return graph->value != NULL ? graph->value[entry] : 1 + (double)((uint32_t)graph->column[entry] >> graph->bits);
}

/* An empty graph over m unknowns. Errors: SOLOW_ERR_MEMORY. */
solow_status solow_graph_init(solow_graph *graph, ptrdiff_t unknowns, solow_error *err);
void solow_graph_clear(solow_graph *graph); /* frees; a zeroed graph is allowed */

/* Adds the rows of one block. local is prepared, or NULL if there is no local effect.
 * Errors  SOLOW_ERR_MEMORY; SOLOW_ERR_NUMERIC if a count passes 2^31 - 1 */
solow_status solow_graph_add(solow_graph *graph, const solow_local *local, const solow_global *global,
                             solow_error *err);

/* Gives every entry a value of its own. Errors: SOLOW_ERR_MEMORY */
solow_status solow_graph_give_values(solow_graph *graph, solow_error *err);

/* From here on, vectors before this one are left alone. */
void solow_graph_part(solow_graph *graph);
/* Equal vectors of all parts become one, which is what they would be without parts. */
void solow_graph_merge(solow_graph *graph);

/* Vectors first .. first + vectors - 1 of a graph that rows were added to, as a graph of its own: nothing is copied, so it is
 * only read, never cleared. It has no pairs and no runs; count is nothing [m], zeros. */
solow_graph solow_graph_slice(const solow_graph *graph, ptrdiff_t first, ptrdiff_t vectors, double *nothing);

/* Appends the blocks of more behind those of graph. */
solow_status solow_graph_append(solow_graph *graph, const solow_graph *more, solow_error *err);

enum { SOLOW_GRAPH_SIZES = 7 };

/* sizes [7] out: unknowns, vectors, entries, pairs, whether there are runs (1, 0), levels counted in runs, whether there are
 * values (1, 0). */
void solow_graph_sizes(const solow_graph *graph, int64_t *sizes);

/* Makes an empty graph's arrays as long as sizes state, for a receiver that fills them; such a graph may be read and be
 * appended to another, but nothing may be added to it. */
solow_status solow_graph_reserve(solow_graph *graph, const int64_t *sizes, solow_error *err);

/* Sum of squared degrees: the updates that forming S would take; a plan adds these over all graphs. */
double solow_graph_work(const solow_graph *graph);

#endif
