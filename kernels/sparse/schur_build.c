/* schur_build.c - see schur_build.h. */
#include "kernels/sparse/schur_build.h"

#include "kernels/sparse/graph_room.h"

void solow_graph_diagonals(const solow_graph *graph, double *normal, double *schur)
{
    ptrdiff_t m = graph->unknowns, entry = 0;
    for (ptrdiff_t u = 0; u < m; u++) {
        normal[u] = graph->count[u];
    }
    for (ptrdiff_t i = 0; i < graph->pairs.count; i++) {
        if (graph->pairs.row[i] == graph->pairs.column[i]) {
            normal[graph->pairs.row[i]] += graph->pairs.value[i];
        }
    }
    for (ptrdiff_t u = 0; u < m; u++) {
        schur[u] = normal[u];
    }
    for (ptrdiff_t b = 0; b < graph->vectors; b++) {
        double factor = graph->scale[b] * (double)graph->multiple[b];
        for (ptrdiff_t i = 0; i < graph->degree[b]; i++, entry++) {
            double value = solow_graph_value(graph, entry);
            schur[solow_graph_unknown(graph, entry)] -= factor * value * value;
        }
    }
    for (ptrdiff_t a = 0; graph->runs != NULL && a < m; a++) {
        for (ptrdiff_t b = a; b < m; b++) {
            int64_t levels = graph->runs[a * m + b];
            for (ptrdiff_t u = a; levels > 0 && u <= b; u++) {
                schur[u] -= (double)levels / (double)(b - a + 1);
            }
        }
    }
}

/* Runs: with t_ab = n_ab / (b - a + 1), S_uv (u <= v) loses the sum of t_ab over a <= u and b >= v: a running sum over b
 * from the right, added up over a. */
static void subtract_runs(const solow_graph *graph, double *dense)
{
    ptrdiff_t m = graph->unknowns;
    double above[SOLOW_RUN_UNKNOWNS] = {0};
    for (ptrdiff_t u = 0; u < m; u++) {
        double right = 0;
        for (ptrdiff_t v = m - 1; v >= u; v--) {
            right += (double)graph->runs[u * m + v] / (double)(v - u + 1);
            above[v] += right;
            dense[u * m + v] -= above[v];
            if (v > u) {
                dense[v * m + u] -= above[v];
            }
        }
    }
}

void solow_graph_dense(const solow_graph *graph, double *dense)
{
    ptrdiff_t m = graph->unknowns;
    for (ptrdiff_t u = 0; u < m; u++) {
        dense[u * m + u] += graph->count[u];
    }
    for (ptrdiff_t i = 0; i < graph->pairs.count; i++) {
        ptrdiff_t u = graph->pairs.row[i], v = graph->pairs.column[i];
        dense[u * m + v] += graph->pairs.value[i];
        if (u != v) {
            dense[v * m + u] += graph->pairs.value[i];
        }
    }
    ptrdiff_t entry = 0;
    for (ptrdiff_t b = 0; b < graph->vectors; b++) {
        ptrdiff_t end = entry + graph->degree[b];
        double factor = graph->scale[b] * (double)graph->multiple[b];
        for (ptrdiff_t i = entry; i < end; i++) {
            double *row = dense + solow_graph_unknown(graph, i) * m, left = factor * solow_graph_value(graph, i);
            for (ptrdiff_t j = entry; j < end; j++) {
                row[solow_graph_unknown(graph, j)] -= left * solow_graph_value(graph, j);
            }
        }
        entry = end;
    }
    if (graph->runs != NULL) {
        subtract_runs(graph, dense);
    }
}

solow_status solow_graph_expand(const solow_graph *graph, solow_graph *whole, solow_error *err)
{
    ptrdiff_t m = graph->unknowns;
    solow_graph plain = *graph;
    plain.runs = NULL;
    plain.run_levels = 0;
    solow_status status = solow_graph_init(whole, m, err);
    if (status == SOLOW_OK) {
        status = solow_graph_append(whole, &plain, err);
    }
    for (ptrdiff_t a = 0; graph->runs != NULL && a < m; a++) {
        for (ptrdiff_t b = a; b < m && status == SOLOW_OK; b++) {
            int64_t levels = graph->runs[a * m + b];
            if (levels == 0) {
                continue;
            }
            ptrdiff_t length = b - a + 1;
            status = solow_graph_room(whole, whole->vectors + 1, whole->entries + length, err);
            for (ptrdiff_t u = a; u <= b && status == SOLOW_OK; u++) {
                whole->column[whole->entries + u - a] = (int32_t)u;
                if (whole->value != NULL) {
                    whole->value[whole->entries + u - a] = 1;
                }
            }
            if (status == SOLOW_OK) {
                status = solow_graph_keep(whole, length, levels, 1 / (double)length, err);
            }
        }
    }
    return status;
}
