/* graph_gather.c - see graph_gather.h. Array after array, so that one copy of the largest is in flight. */
#include "engine/pass/graph_gather.h"

enum { ARRAYS = 10 };

typedef struct array {
    void *data;
    size_t bytes;
} array;

static void list_arrays(solow_graph *graph, array *arrays)
{
    size_t m = (size_t)graph->unknowns, vectors = (size_t)graph->vectors, entries = (size_t)graph->entries;
    size_t pairs = (size_t)graph->pairs.count;
    arrays[0] = (array){graph->degree, vectors * sizeof *graph->degree};
    arrays[1] = (array){graph->multiple, vectors * sizeof *graph->multiple};
    arrays[2] = (array){graph->scale, vectors * sizeof *graph->scale};
    arrays[3] = (array){graph->column, entries * sizeof *graph->column};
    arrays[4] = (array){graph->value, graph->value != NULL ? entries * sizeof *graph->value : 0};
    arrays[5] = (array){graph->count, m * sizeof *graph->count};
    arrays[6] = (array){graph->pairs.row, pairs * sizeof *graph->pairs.row};
    arrays[7] = (array){graph->pairs.column, pairs * sizeof *graph->pairs.column};
    arrays[8] = (array){graph->pairs.value, pairs * sizeof *graph->pairs.value};
    arrays[9] = (array){graph->runs, graph->runs != NULL ? m * m * sizeof *graph->runs : 0};
}

/* Rank 0 makes room for a graph of these sizes. */
static solow_status make_room(const int64_t *sizes, solow_graph *part, solow_error *err)
{
    solow_status status = solow_graph_init(part, (ptrdiff_t)sizes[0], err);
    return status == SOLOW_OK ? solow_graph_reserve(part, sizes, err) : status;
}

/* One rank's graph travels to rank 0, once there is room for it. */
static solow_status take_graph(solow_comm *comm, int from, solow_graph *graph, solow_graph *into, solow_error *err)
{
    bool gives = solow_comm_rank(comm) == from, takes = solow_comm_rank(comm) == 0;
    int64_t sizes[SOLOW_GRAPH_SIZES] = {0};
    solow_graph part = {0};
    array arrays[ARRAYS];
    if (gives) {
        solow_graph_sizes(graph, sizes);
    }
    solow_status status = solow_comm_broadcast(comm, from, sizes, sizeof sizes, err);
    if (status == SOLOW_OK && takes) {
        status = make_room(sizes, &part, err);
    }
    status = solow_comm_agree(comm, status, err);
    if (gives || takes) {
        list_arrays(gives ? graph : &part, arrays);
    }
    for (int a = 0; a < ARRAYS && status == SOLOW_OK && (gives || takes); a++) {
        status = gives ? solow_comm_send(comm, 0, arrays[a].data, arrays[a].bytes, err)
                       : solow_comm_receive(comm, from, arrays[a].data, arrays[a].bytes, err);
    }
    if (status == SOLOW_OK && takes) {
        status = solow_graph_append(into, &part, err);
    }
    solow_graph_clear(&part);
    return status;
}

solow_status solow_graph_gather(solow_comm *comm, solow_graph *graph, solow_graph *joined, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (solow_comm_rank(comm) == 0) {
        *joined = *graph;
        *graph = (solow_graph){0};
    }
    for (int from = 1; from < solow_comm_size(comm) && status == SOLOW_OK; from++) {
        status = take_graph(comm, from, graph, joined, err);
    }
    return solow_comm_agree(comm, status, err);
}
