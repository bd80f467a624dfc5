/* graph_apply.c - see graph_apply.h. Diagonals and expansion are in schur_build.c. */
#include "kernels/sparse/graph_apply.h"

#include "kernels/panel/lanes.h"

#include <assert.h>

static inline __attribute__((always_inline)) const solow_lanes_at *row_of(const double *x, int32_t unknown)
{
    return (const solow_lanes_at *)(x + (ptrdiff_t)unknown * 8);
}

static inline __attribute__((always_inline)) solow_lanes_at *place_of(double *y, int32_t unknown)
{
    return (solow_lanes_at *)(y + (ptrdiff_t)unknown * 8);
}

/* N x of one panel. */
SOLOW_CLONES
static void apply_normal(const solow_graph *graph, const double *x, double *y)
{
    for (ptrdiff_t u = 0; u < graph->unknowns; u++) {
        *place_of(y, (int32_t)u) += graph->count[u] * *row_of(x, (int32_t)u);
    }
    const solow_pairs *pairs = &graph->pairs;
    for (ptrdiff_t i = 0; i < pairs->count; i++) {
        int32_t u = pairs->row[i], v = pairs->column[i];
        double value = pairs->value[i];
        *place_of(y, u) += value * *row_of(x, v);
        if (u != v) {
            *place_of(y, v) += value * *row_of(x, u);
        }
    }
}

/* The vectors, for one or two panels in one sweep over the entries: the same operations on each panel in both cases. */
static inline __attribute__((always_inline)) void sweep(const solow_graph *graph, bool counts, bool two,
                                                        const double *const *x, double *const *y)
{
    const double *x0 = x[0], *x1 = two ? x[1] : NULL;
    double *y0 = y[0], *y1 = two ? y[1] : NULL;
    uint32_t mask = (UINT32_C(1) << graph->bits) - 1;
    ptrdiff_t entry = 0;
    for (ptrdiff_t b = 0; b < graph->vectors; b++) {
        ptrdiff_t end = entry + graph->degree[b];
        solow_lanes sum0 = {0}, sum1 = {0};
        for (ptrdiff_t e = entry; e < end; e++) {
            uint32_t word = (uint32_t)graph->column[e];
            double value = counts ? 1 + (double)(int32_t)(word >> graph->bits) : graph->value[e];
            sum0 += value * *row_of(x0, (int32_t)(word & mask));
            if (two) {
                sum1 += value * *row_of(x1, (int32_t)(word & mask));
            }
        }
        double factor = graph->scale[b] * (double)graph->multiple[b];
        sum0 *= factor;
        sum1 *= factor;
        for (ptrdiff_t e = entry; e < end; e++) {
            uint32_t word = (uint32_t)graph->column[e];
            double value = counts ? 1 + (double)(int32_t)(word >> graph->bits) : graph->value[e];
            *place_of(y0, (int32_t)(word & mask)) -= value * sum0;
            if (two) {
                *place_of(y1, (int32_t)(word & mask)) -= value * sum1;
            }
        }
        entry = end;
    }
}

SOLOW_CLONES
static void apply_one(const solow_graph *graph, const double *const *x, double *const *y)
{
    if (graph->value == NULL) {
        sweep(graph, true, false, x, y);
    } else {
        sweep(graph, false, false, x, y);
    }
}

SOLOW_CLONES
static void apply_two(const solow_graph *graph, const double *const *x, double *const *y)
{
    if (graph->value == NULL) {
        sweep(graph, true, true, x, y);
    } else {
        sweep(graph, false, true, x, y);
    }
}

void solow_graph_apply(const solow_graph *graph, ptrdiff_t panels, const double *const *x, double *const *y)
{
    assert(graph->runs == NULL || graph->run_levels == 0);
    for (ptrdiff_t i = 0; i < panels; i++) {
        apply_normal(graph, x[i], y[i]);
    }
    ptrdiff_t done = 0;
    for (; done + 2 <= panels; done += 2) {
        apply_two(graph, x + done, y + done);
    }
    if (done < panels) {
        apply_one(graph, x + done, y + done);
    }
}
