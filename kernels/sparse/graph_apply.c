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

SOLOW_CLONES
static void apply_one(const solow_graph *graph, const double *x, double *y)
{
    const int32_t *column = graph->column;
    const double *value = graph->value;
    for (ptrdiff_t b = 0; b < graph->vectors; b++) {
        ptrdiff_t degree = graph->degree[b];
        solow_lanes sum = {0};
        for (ptrdiff_t i = 0; i < degree; i++) {
            sum += value[i] * *row_of(x, column[i]);
        }
        sum *= graph->scale[b] * (double)graph->multiple[b];
        for (ptrdiff_t i = 0; i < degree; i++) {
            *place_of(y, column[i]) -= value[i] * sum;
        }
        column += degree;
        value += degree;
    }
}

/* Two panels in one sweep over the entries: the same operations as apply_one on each. */
SOLOW_CLONES
static void apply_two(const solow_graph *graph, const double *const *x, double *const *y)
{
    const int32_t *column = graph->column;
    const double *value = graph->value, *x0 = x[0], *x1 = x[1];
    double *y0 = y[0], *y1 = y[1];
    for (ptrdiff_t b = 0; b < graph->vectors; b++) {
        ptrdiff_t degree = graph->degree[b];
        solow_lanes sum0 = {0}, sum1 = {0};
        for (ptrdiff_t i = 0; i < degree; i++) {
            sum0 += value[i] * *row_of(x0, column[i]);
            sum1 += value[i] * *row_of(x1, column[i]);
        }
        double factor = graph->scale[b] * (double)graph->multiple[b];
        sum0 *= factor;
        sum1 *= factor;
        for (ptrdiff_t i = 0; i < degree; i++) {
            *place_of(y0, column[i]) -= value[i] * sum0;
            *place_of(y1, column[i]) -= value[i] * sum1;
        }
        column += degree;
        value += degree;
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
        apply_one(graph, x[done], y[done]);
    }
}
