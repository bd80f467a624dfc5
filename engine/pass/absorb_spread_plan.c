/* absorb_spread_plan.c - whether the ranks share an iteration. See absorb_spread.h.
 *
 * The answer must not depend on how rows lie on ranks, so it rests on the joined graph, of which only the hashes of its
 * vectors travel: equal vectors of several strips count once.
 */
#include "engine/pass/absorb_spread.h"

#include <stdlib.h>

static const double ENTRIES_PER_UNKNOWN = 20; /* of a strip: below, adding up its product costs more than making it */

solow_status solow_graph_strips_init(const solow_layout *layout, solow_graph_strips *strips, solow_error *err)
{
    ptrdiff_t most = (ptrdiff_t)(layout->rank_strip[layout->rank + 1] - layout->rank_strip[layout->rank]);
    *strips = (solow_graph_strips){.layout = layout, .vector = solow_allocate_zeroed(most + 1, sizeof *strips->vector)};
    return strips->vector != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td strips", most);
}

void solow_graph_strips_block(solow_graph_strips *strips, int64_t block, solow_graph *graph)
{
    const solow_layout *layout = strips->layout;
    int64_t next = layout->rank_strip[layout->rank] + strips->count;
    if (next < layout->rank_strip[layout->rank + 1] && solow_strip_block(layout, next) <= block) {
        solow_graph_part(graph);
        strips->vector[strips->count++] = graph->vectors;
    }
}

void solow_graph_strips_clear(solow_graph_strips *strips)
{
    free(strips->vector);
    *strips = (solow_graph_strips){0};
}

typedef struct hashed { /* a vector of the graph, as far as counting goes */
    uint32_t hash;
    int32_t degree;
} hashed;

static int by_hash(const void *left, const void *right)
{
    const hashed *a = left, *b = right;
    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    return (a->degree > b->degree) - (a->degree < b->degree);
}

/* Sizes of the joined graph from the hashes of all its vectors. */
static solow_schur_size count_distinct(ptrdiff_t vectors, hashed *vector)
{
    solow_schur_size size = {0};
    qsort(vector, (size_t)vectors, sizeof *vector, by_hash);
    for (ptrdiff_t b = 0; b < vectors; b++) {
        if (b == 0 || by_hash(&vector[b - 1], &vector[b]) != 0) {
            size.vectors++;
            size.entries += vector[b].degree;
            size.work += (double)vector[b].degree * vector[b].degree;
        }
    }
    return size;
}

/* Rank 0 knows the sizes of the joined graph, all learn its entries, and whether it is to be iterated on. Collective. */
static solow_status choose(solow_comm *comm, ptrdiff_t unknowns, double budget_bytes, const solow_graph *graph,
                           bool *iterate, double *entries, solow_error *err)
{
    hashed *own = solow_allocate(graph->vectors, sizeof *own);
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    void *all = NULL;
    solow_status status = own != NULL && offset != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to count %td vectors", graph->vectors);
    status = solow_comm_agree(comm, status, err);
    for (ptrdiff_t b = 0; b < graph->vectors && status == SOLOW_OK; b++) {
        own[b] = (hashed){.hash = graph->hash[b], .degree = graph->degree[b]};
    }
    if (status == SOLOW_OK) {
        status = solow_comm_gather(comm, own, solow_bytes(graph->vectors, sizeof *own), &all, offset, err);
    }
    double told[2] = {0, 0};
    if (status == SOLOW_OK && solow_comm_rank(comm) == 0) {
        solow_schur_size size = count_distinct((ptrdiff_t)(offset[solow_comm_size(comm)] / sizeof(hashed)), all);
        size.unknowns = unknowns;
        size.budget_bytes = budget_bytes;
        told[0] = solow_schur_choose(&size) == SOLOW_SCHUR_ITERATIVE;
        told[1] = (double)size.entries;
    }
    if (status == SOLOW_OK) {
        status = solow_comm_broadcast(comm, 0, told, sizeof told, err);
    }
    *iterate = told[0] != 0;
    *entries = told[1];
    free(own);
    free(offset);
    free(all);
    return status;
}

solow_status solow_spread_plan(solow_comm *comm, const solow_global_layout *unknowns, bool local, double budget_bytes,
                               solow_graph *graph, const solow_graph_strips *strips, bool *spread, double *entries,
                               solow_error *err)
{
    *spread = false;
    *entries = 0;
    if (unknowns->parts != 1 || !local) {
        return SOLOW_OK;
    }
    int64_t sums[3] = {graph->entries, graph->run_levels, (int64_t)solow_graph_work(graph)},
            values = graph->value != NULL;
    solow_status status = solow_comm_sum_int64(comm, sums, 3, err);
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(comm, &values, 1, err);
    }
    double strip_unknowns = (double)unknowns->unknowns * (double)strips->layout->strips;
    if (status != SOLOW_OK || sums[1] > 0 || !solow_schur_is_dear((double)sums[2]) ||
        (double)sums[0] < ENTRIES_PER_UNKNOWN * strip_unknowns) {
        return status;
    }
    if (values != 0) { /* so that hashes of equal vectors are equal on all ranks */
        status = solow_comm_agree(comm, solow_graph_give_values(graph, err), err);
    }
    return status == SOLOW_OK ? choose(comm, unknowns->unknowns, budget_bytes, graph, spread, entries, err) : status;
}
