/* graph_gather.h - the graphs of all ranks, joined on rank 0 in the order of blocks. */
#ifndef SOLOW_ENGINE_PASS_GRAPH_GATHER_H
#define SOLOW_ENGINE_PASS_GRAPH_GATHER_H

#include "engine/comm/comm.h"
#include "kernels/sparse/graph.h"

/* Collective. graph is emptied. joined is filled on rank 0 and left as it is on the others. */
solow_status solow_graph_gather(solow_comm *comm, solow_graph *graph, solow_graph *joined, solow_error *err);

#endif
