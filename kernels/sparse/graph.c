/* graph.c - see graph.h: making room, joining, and what a plan asks. The rows enter in graph_add.c. */
#include "kernels/sparse/graph.h"

#include "kernels/sparse/graph_room.h"

#include <stdlib.h>
#include <string.h>

solow_status solow_graph_init(solow_graph *graph, ptrdiff_t unknowns, solow_error *err)
{
    solow_graph made = {.unknowns = unknowns};
    made.count = solow_allocate_zeroed(unknowns, sizeof *made.count);
    made.seen = solow_allocate_zeroed(unknowns, sizeof *made.seen);
    if (made.count == NULL || made.seen == NULL) {
        solow_graph_clear(&made);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a graph of %td effects", unknowns);
    }
    *graph = made;
    return SOLOW_OK;
}

void solow_graph_clear(solow_graph *graph)
{
    free(graph->degree);
    free(graph->multiple);
    free(graph->scale);
    free(graph->column);
    free(graph->value);
    free(graph->count);
    free(graph->runs);
    free(graph->seen);
    free(graph->order);
    solow_pairs_clear(&graph->pairs);
    *graph = (solow_graph){0};
}

solow_status solow_graph_room(solow_graph *graph, ptrdiff_t vectors, ptrdiff_t entries, solow_error *err)
{
    bool fits = true;
    if (vectors > graph->vector_capacity) {
        ptrdiff_t capacity = vectors > 2 * graph->vector_capacity ? vectors : 2 * graph->vector_capacity;
        int32_t *degree = solow_resize(graph->degree, capacity, sizeof *degree);
        graph->degree = degree != NULL ? degree : graph->degree;
        int32_t *multiple = solow_resize(graph->multiple, capacity, sizeof *multiple);
        graph->multiple = multiple != NULL ? multiple : graph->multiple;
        double *scale = solow_resize(graph->scale, capacity, sizeof *scale);
        graph->scale = scale != NULL ? scale : graph->scale;
        fits = degree != NULL && multiple != NULL && scale != NULL;
        graph->vector_capacity = fits ? capacity : graph->vector_capacity;
    }
    if (fits && entries > graph->entry_capacity) {
        ptrdiff_t capacity = entries > 2 * graph->entry_capacity ? entries : 2 * graph->entry_capacity;
        int32_t *column = solow_resize(graph->column, capacity, sizeof *column);
        graph->column = column != NULL ? column : graph->column;
        double *value = solow_resize(graph->value, capacity, sizeof *value);
        graph->value = value != NULL ? value : graph->value;
        fits = column != NULL && value != NULL;
        graph->entry_capacity = fits ? capacity : graph->entry_capacity;
    }
    if (!fits) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a graph of %td entries", entries);
    }
    return SOLOW_OK;
}

solow_status solow_graph_room_for_runs(solow_graph *graph, solow_error *err)
{
    if (graph->runs != NULL) {
        return SOLOW_OK;
    }
    graph->runs = solow_allocate_zeroed(solow_product(graph->unknowns, graph->unknowns), sizeof *graph->runs);
    if (graph->runs == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to count runs of %td periods", graph->unknowns);
    }
    return SOLOW_OK;
}

solow_status solow_graph_append(solow_graph *graph, const solow_graph *more, solow_error *err)
{
    ptrdiff_t m = graph->unknowns;
    solow_status status = solow_graph_room(graph, graph->vectors + more->vectors, graph->entries + more->entries, err);
    if (status == SOLOW_OK && more->runs != NULL) {
        status = solow_graph_room_for_runs(graph, err);
    }
    if (status == SOLOW_OK) {
        status = solow_pairs_append(&graph->pairs, &more->pairs, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    if (more->vectors > 0) {
        memcpy(graph->degree + graph->vectors, more->degree, (size_t)more->vectors * sizeof *more->degree);
        memcpy(graph->multiple + graph->vectors, more->multiple, (size_t)more->vectors * sizeof *more->multiple);
        memcpy(graph->scale + graph->vectors, more->scale, (size_t)more->vectors * sizeof *more->scale);
    }
    if (more->entries > 0) {
        memcpy(graph->column + graph->entries, more->column, (size_t)more->entries * sizeof *more->column);
        memcpy(graph->value + graph->entries, more->value, (size_t)more->entries * sizeof *more->value);
    }
    graph->vectors += more->vectors;
    graph->entries += more->entries;
    for (ptrdiff_t u = 0; u < m; u++) {
        graph->count[u] += more->count[u];
    }
    for (ptrdiff_t i = 0; more->runs != NULL && i < m * m; i++) {
        graph->runs[i] += more->runs[i];
    }
    graph->run_levels += more->run_levels;
    return SOLOW_OK;
}

void solow_graph_sizes(const solow_graph *graph, int64_t *sizes)
{
    sizes[0] = graph->unknowns;
    sizes[1] = graph->vectors;
    sizes[2] = graph->entries;
    sizes[3] = graph->pairs.count;
    sizes[4] = graph->runs != NULL ? 1 : 0;
    sizes[5] = graph->run_levels;
}

solow_status solow_graph_reserve(solow_graph *graph, const int64_t *sizes, solow_error *err)
{
    solow_status status = solow_graph_room(graph, sizes[1], sizes[2], err);
    if (status == SOLOW_OK && sizes[4] != 0) {
        status = solow_graph_room_for_runs(graph, err);
    }
    if (status == SOLOW_OK) {
        status = solow_pairs_reserve(&graph->pairs, sizes[3], err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    graph->vectors = sizes[1];
    graph->entries = sizes[2];
    graph->pairs.count = graph->pairs.span = sizes[3];
    graph->run_levels = sizes[5];
    return SOLOW_OK;
}

double solow_graph_work(const solow_graph *graph)
{
    double work = 0;
    for (ptrdiff_t b = 0; b < graph->vectors; b++) {
        work += (double)graph->degree[b] * graph->degree[b];
    }
    return work;
}
