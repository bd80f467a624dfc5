/* graph.c - see graph.h: making room, merging, joining, and what a plan asks. The rows enter in graph_add.c. */
#include "kernels/sparse/graph.h"

#include "kernels/sparse/graph_room.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

solow_status solow_graph_init(solow_graph *graph, ptrdiff_t unknowns, solow_error *err)
{
    solow_graph made = {.unknowns = unknowns};
    made.count = solow_allocate_zeroed(unknowns, sizeof *made.count);
    made.seen = solow_allocate_zeroed(unknowns, sizeof *made.seen);
    if (made.count == NULL || made.seen == NULL) {
        solow_graph_clear(&made);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a graph of %td effects", unknowns);
    }
    while (made.bits < 31 && (ptrdiff_t)1 << made.bits < unknowns) {
        made.bits++;
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
    free(graph->begin);
    free(graph->hash);
    free(graph->table);
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
        int64_t *multiple = solow_resize(graph->multiple, capacity, sizeof *multiple);
        graph->multiple = multiple != NULL ? multiple : graph->multiple;
        double *scale = solow_resize(graph->scale, capacity, sizeof *scale);
        graph->scale = scale != NULL ? scale : graph->scale;
        ptrdiff_t *begin = solow_resize(graph->begin, capacity, sizeof *begin);
        graph->begin = begin != NULL ? begin : graph->begin;
        uint32_t *hash = solow_resize(graph->hash, capacity, sizeof *hash);
        graph->hash = hash != NULL ? hash : graph->hash;
        fits = degree != NULL && multiple != NULL && scale != NULL && begin != NULL && hash != NULL;
        graph->vector_capacity = fits ? capacity : graph->vector_capacity;
    }
    if (fits && entries > graph->entry_capacity) {
        /* by four: pages never touched cost nothing, but every move of touched ones does */
        ptrdiff_t capacity = entries > 4 * graph->entry_capacity ? entries : 4 * graph->entry_capacity;
        int32_t *column = solow_resize(graph->column, capacity, sizeof *column);
        graph->column = column != NULL ? column : graph->column;
        double *value = graph->value != NULL ? solow_resize(graph->value, capacity, sizeof *value) : NULL;
        fits = column != NULL && (value != NULL) == (graph->value != NULL);
        graph->value = value != NULL ? value : graph->value;
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

static uint32_t hash_of(const solow_graph *graph, ptrdiff_t degree, ptrdiff_t first)
{
    uint64_t hash = (uint64_t)degree;
    for (ptrdiff_t i = first; i < first + degree; i++) {
        uint64_t bits = 0;
        if (graph->value != NULL) {
            memcpy(&bits, &graph->value[i], sizeof bits);
        }
        hash = ((hash << 23 | hash >> 41) ^ bits ^ (uint32_t)graph->column[i]) * UINT64_C(0x9E3779B97F4A7C15);
    }
    return (uint32_t)(hash >> 32);
}

static bool equal(const solow_graph *graph, ptrdiff_t degree, ptrdiff_t first, ptrdiff_t second)
{
    size_t length = (size_t)degree;
    return memcmp(graph->column + first, graph->column + second, length * sizeof *graph->column) == 0 &&
           (graph->value == NULL ||
            memcmp(graph->value + first, graph->value + second, length * sizeof *graph->value) == 0);
}

static void enter(solow_graph *graph, ptrdiff_t vector)
{
    size_t place = graph->hash[vector] & (size_t)(graph->slots - 1);
    while (graph->table[place] != 0) {
        place = (place + 1) & (size_t)(graph->slots - 1);
    }
    graph->table[place] = (int32_t)vector + 1;
}

solow_status solow_graph_give_values(solow_graph *graph, solow_error *err)
{
    if (graph->value != NULL) {
        return SOLOW_OK;
    }
    double *value = solow_allocate(graph->entry_capacity, sizeof *value);
    if (value == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a graph of %td entries", graph->entries);
    }
    for (ptrdiff_t e = 0; e < graph->entries; e++) {
        value[e] = solow_graph_value(graph, e);
        graph->column[e] = solow_graph_unknown(graph, e);
    }
    graph->value = value;
    if (graph->table != NULL) {
        memset(graph->table, 0, (size_t)graph->slots * sizeof *graph->table);
    }
    for (ptrdiff_t b = 0; b < graph->vectors && graph->table != NULL; b++) {
        graph->hash[b] = hash_of(graph, graph->degree[b], graph->begin[b]);
        if (b >= graph->part) {
            enter(graph, b);
        }
    }
    return SOLOW_OK;
}

static solow_status grow_table(solow_graph *graph, solow_error *err)
{
    ptrdiff_t slots = graph->slots > 0 ? 2 * graph->slots : FIRST_SLOTS;
    int32_t *table = slots <= INT32_MAX ? solow_allocate_zeroed(slots, sizeof *table) : NULL;
    if (table == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a graph of %td local levels", graph->vectors);
    }
    free(graph->table);
    graph->table = table;
    graph->slots = slots;
    for (ptrdiff_t b = graph->part; b < graph->vectors; b++) {
        enter(graph, b);
    }
    return SOLOW_OK;
}

/* Ends a vector of known hash; the table has room. */
static void keep_hashed(solow_graph *graph, ptrdiff_t degree, int64_t multiple, double scale, uint32_t hash)
{
    size_t place = hash & (size_t)(graph->slots - 1);
    for (; graph->table[place] != 0; place = (place + 1) & (size_t)(graph->slots - 1)) {
        ptrdiff_t b = graph->table[place] - 1;
        if (graph->hash[b] == hash && graph->degree[b] == degree && graph->scale[b] == scale &&
            equal(graph, degree, graph->begin[b], graph->entries)) {
            graph->multiple[b] += multiple;
            return;
        }
    }
    graph->degree[graph->vectors] = (int32_t)degree;
    graph->multiple[graph->vectors] = multiple;
    graph->scale[graph->vectors] = scale;
    graph->begin[graph->vectors] = graph->entries;
    graph->hash[graph->vectors] = hash;
    graph->vectors++;
    graph->entries += degree;
    graph->table[place] = (int32_t)graph->vectors;
}

solow_status solow_graph_keep(solow_graph *graph, ptrdiff_t degree, int64_t multiple, double scale, solow_error *err)
{
    if (2 * (graph->vectors + 1) > graph->slots) {
        solow_status status = grow_table(graph, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    keep_hashed(graph, degree, multiple, scale, hash_of(graph, degree, graph->entries));
    return SOLOW_OK;
}

void solow_graph_part(solow_graph *graph)
{
    if (graph->table != NULL && graph->vectors > graph->part) {
        memset(graph->table, 0, (size_t)graph->slots * sizeof *graph->table);
    }
    graph->part = graph->vectors;
}

void solow_graph_merge(solow_graph *graph)
{
    ptrdiff_t vectors = graph->vectors;
    if (graph->part == 0) {
        return;
    }
    memset(graph->table, 0, (size_t)graph->slots * sizeof *graph->table);
    graph->part = graph->vectors = graph->entries = 0;
    for (ptrdiff_t b = 0; b < vectors; b++) { /* each moves down over those that are gone */
        size_t degree = (size_t)graph->degree[b];
        memmove(graph->column + graph->entries, graph->column + graph->begin[b], degree * sizeof *graph->column);
        if (graph->value != NULL) {
            memmove(graph->value + graph->entries, graph->value + graph->begin[b], degree * sizeof *graph->value);
        }
        keep_hashed(graph, graph->degree[b], graph->multiple[b], graph->scale[b], graph->hash[b]);
    }
}

solow_graph solow_graph_slice(const solow_graph *graph, ptrdiff_t first, ptrdiff_t vectors, double *nothing)
{
    ptrdiff_t entry = vectors > 0 ? graph->begin[first] : 0;
    ptrdiff_t last = first + vectors - 1;
    return (solow_graph){.unknowns = graph->unknowns,
                         .bits = graph->bits,
                         .vectors = vectors,
                         .entries = vectors > 0 ? graph->begin[last] + graph->degree[last] - entry : 0,
                         .degree = graph->degree + (vectors > 0 ? first : 0),
                         .multiple = graph->multiple + (vectors > 0 ? first : 0),
                         .scale = graph->scale + (vectors > 0 ? first : 0),
                         .column = graph->column + entry,
                         .value = graph->value != NULL ? graph->value + entry : NULL,
                         .count = nothing};
}

/* The entries of more from first on, behind those of graph, in graph's form. */
static void copy_entries(solow_graph *graph, const solow_graph *more, ptrdiff_t first, ptrdiff_t degree)
{
    int32_t *column = graph->column + graph->entries;
    if (graph->value == NULL) {
        memcpy(column, more->column + first, (size_t)degree * sizeof *column);
        return;
    }
    for (ptrdiff_t i = 0; i < degree; i++) {
        column[i] = solow_graph_unknown(more, first + i);
        graph->value[graph->entries + i] = solow_graph_value(more, first + i);
    }
}

solow_status solow_graph_append(solow_graph *graph, const solow_graph *more, solow_error *err)
{
    ptrdiff_t m = graph->unknowns;
    solow_status status = more->value != NULL ? solow_graph_give_values(graph, err) : SOLOW_OK;
    if (status != SOLOW_OK) {
        return status;
    }
    status = solow_graph_room(graph, graph->vectors + more->vectors, graph->entries + more->entries, err);
    if (status == SOLOW_OK && more->runs != NULL) {
        status = solow_graph_room_for_runs(graph, err);
    }
    if (status == SOLOW_OK) {
        status = solow_pairs_append(&graph->pairs, &more->pairs, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    ptrdiff_t entry = 0;
    for (ptrdiff_t b = 0; b < more->vectors && status == SOLOW_OK; b++) {
        copy_entries(graph, more, entry, more->degree[b]);
        status = solow_graph_keep(graph, more->degree[b], more->multiple[b], more->scale[b], err);
        entry += more->degree[b];
    }
    if (status != SOLOW_OK) {
        return status;
    }
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
    sizes[6] = graph->value != NULL ? 1 : 0;
}

solow_status solow_graph_reserve(solow_graph *graph, const int64_t *sizes, solow_error *err)
{
    solow_status status = sizes[6] != 0 ? solow_graph_give_values(graph, err) : SOLOW_OK;
    if (status == SOLOW_OK) {
        status = solow_graph_room(graph, sizes[1], sizes[2], err);
    }
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
