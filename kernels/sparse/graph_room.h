/* graph_room.h - how a graph's arrays grow, and how equal vectors become one. Internal to graph.c and graph_add.c. */
#ifndef SOLOW_KERNELS_SPARSE_GRAPH_ROOM_H
#define SOLOW_KERNELS_SPARSE_GRAPH_ROOM_H

#include "kernels/sparse/graph.h"

/* Room for so many vectors and entries in all. Errors: SOLOW_ERR_MEMORY; what is there stays. */
solow_status solow_graph_room(solow_graph *graph, ptrdiff_t vectors, ptrdiff_t entries, solow_error *err);
solow_status solow_graph_room_for_runs(solow_graph *graph, solow_error *err);

/* Ends the vector whose entries lie behind the others: merges it with an equal one, or keeps it. Room for it has been made.
 * Errors: SOLOW_ERR_MEMORY. */
solow_status solow_graph_keep(solow_graph *graph, ptrdiff_t degree, int64_t multiple, double scale, solow_error *err);

#endif
