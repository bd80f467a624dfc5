/* graph_add.c - see graph.h: the rows of one block enter the graph. */
#include "kernels/sparse/graph_room.h"

#include <stdlib.h>
#include <string.h>

typedef struct adding {
    solow_graph *graph;
    const solow_local *local;
    const solow_global *global;
    bool exact; /* no weights and no slopes in any set: N holds counts */
} adding;

static bool is_absent(const adding *add, ptrdiff_t r)
{
    const solow_global *global = add->global;
    return (add->local != NULL && add->local->mark != NULL && add->local->mark[r] == 0) ||
           (global->present != NULL && global->present[r] == 0) || (global->weight != NULL && global->weight[r] == 0) ||
           global->code[0][r] < 0;
}

/* w z at row r for one part of set s. */
static double part_value(const adding *add, ptrdiff_t s, ptrdiff_t part, ptrdiff_t r)
{
    const solow_global_set *set = &add->global->layout->set[s];
    return set->level && part == 0 ? 1 : add->global->slope[s][part - (set->level ? 1 : 0)][r];
}

static double row_weight(const adding *add, ptrdiff_t r)
{
    return add->global->weight != NULL ? add->global->weight[r] : 1;
}

/* (1), the unknowns of row r among themselves. */
static solow_status add_row_normal(const adding *add, ptrdiff_t r, solow_error *err)
{
    const solow_global_layout *layout = add->global->layout;
    double weight = row_weight(add, r);
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        const solow_global_set *set = &layout->set[s];
        ptrdiff_t first = set->first + add->global->code[s][r] * set->width;
        for (ptrdiff_t i = 0; i < set->width; i++) {
            double value = weight * part_value(add, s, i, r);
            if (add->exact) {
                add->graph->count[first] += 1;
            }
            for (ptrdiff_t t = s; t < layout->sets; t++) {
                const solow_global_set *other = &layout->set[t];
                ptrdiff_t second = other->first + add->global->code[t][r] * other->width;
                for (ptrdiff_t j = t == s ? i : 0; j < other->width; j++) {
                    if (add->exact && t == s) {
                        continue;
                    }
                    solow_status status = solow_pairs_add(&add->graph->pairs, (int32_t)(first + i),
                                                          (int32_t)(second + j), value * part_value(add, t, j, r), err);
                    if (status != SOLOW_OK) {
                        return status;
                    }
                }
            }
        }
    }
    return SOLOW_OK;
}

static solow_status add_normal(const adding *add, solow_error *err)
{
    if (!add->exact) {
        solow_pairs_begin(&add->graph->pairs);
    }
    solow_status status = SOLOW_OK;
    for (ptrdiff_t r = 0; r < add->global->rows && status == SOLOW_OK; r++) {
        if (!is_absent(add, r)) {
            status = add_row_normal(add, r, err);
        }
    }
    return status;
}

/* Rows of the block sorted by local level: order[0 .. rows - 1], and where each level begins behind them. */
static solow_status sort_rows(const adding *add, const int32_t **order, const int32_t **begin, solow_error *err)
{
    const solow_local *local = add->local;
    ptrdiff_t rows = local->rows, levels = local->levels, need = rows + levels + 2;
    if (need > add->graph->order_capacity) {
        int32_t *grown = solow_resize(add->graph->order, need, sizeof *grown);
        if (grown == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %td rows", rows);
        }
        add->graph->order = grown;
        add->graph->order_capacity = need;
    }
    int32_t *place = add->graph->order + rows;
    if (local->slot == NULL) {
        for (ptrdiff_t r = 0; r < rows; r++) {
            add->graph->order[r] = (int32_t)r;
        }
        for (ptrdiff_t l = 0; l <= levels; l++) {
            place[l] = (int32_t)local->start[l];
        }
    } else {
        memset(place, 0, (size_t)(levels + 2) * sizeof *place);
        for (ptrdiff_t r = 0; r < rows; r++) {
            place[local->slot[r] + 1]++;
        }
        for (ptrdiff_t l = 0; l < levels; l++) {
            place[l + 1] += place[l];
        }
        for (ptrdiff_t r = 0; r < rows; r++) {
            if (local->slot[r] < levels) {
                add->graph->order[place[local->slot[r]]++] = (int32_t)r;
            }
        }
        memmove(place + 1, place, (size_t)levels * sizeof *place);
        place[0] = 0;
    }
    *order = add->graph->order;
    *begin = place;
    return SOLOW_OK;
}

/* Counts the level if it meets levels a .. b of the only set once each; false if not. */
static bool count_run(const adding *add, ptrdiff_t n, const int32_t *row)
{
    const int32_t *code = add->global->code[0];
    ptrdiff_t first = -1, length = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (is_absent(add, row[i])) {
            continue;
        }
        if (length > 0 && code[row[i]] != first + length) {
            return false;
        }
        first = length == 0 ? code[row[i]] : first;
        length++;
    }
    if (length > 0) {
        add->graph->runs[first * add->graph->unknowns + first + length - 1]++;
        add->graph->run_levels++;
    }
    return true;
}

/* (2) for one basis vector, q NULL for a level's indicator; row [n] its rows. */
static void add_vector(const adding *add, ptrdiff_t n, const int32_t *row, const double *q, double scale)
{
    solow_graph *graph = add->graph;
    const solow_global_layout *layout = add->global->layout;
    int32_t *column = graph->column + graph->entries;
    double *value = graph->value + graph->entries;
    int32_t degree = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        ptrdiff_t r = row[i];
        if (is_absent(add, r)) {
            continue;
        }
        double factor = row_weight(add, r) * (q != NULL ? q[r] : 1);
        for (ptrdiff_t s = 0; s < layout->sets; s++) {
            const solow_global_set *set = &layout->set[s];
            for (ptrdiff_t part = 0; part < set->width; part++) {
                ptrdiff_t u = set->first + add->global->code[s][r] * set->width + part;
                int32_t place = graph->seen[u];
                if (place == 0) {
                    column[degree] = (int32_t)u;
                    value[degree] = 0;
                    graph->seen[u] = place = ++degree;
                }
                value[place - 1] += factor * part_value(add, s, part, r);
            }
        }
    }
    for (int32_t i = 0; i < degree; i++) {
        graph->seen[column[i]] = 0;
    }
    if (degree > 0) {
        graph->degree[graph->vectors] = degree;
        graph->multiple[graph->vectors] = 1;
        graph->scale[graph->vectors] = scale;
        graph->vectors++;
        graph->entries += degree;
    }
}

static solow_status add_level(const adding *add, ptrdiff_t level, ptrdiff_t n, const int32_t *row, solow_error *err)
{
    const solow_local *local = add->local;
    ptrdiff_t vectors = local->basis != NULL ? local->width : 1;
    ptrdiff_t entries = solow_product(solow_product(n, add->global->layout->parts), vectors);
    solow_status status =
        solow_graph_room(add->graph, add->graph->vectors + vectors, add->graph->entries + entries, err);
    if (status != SOLOW_OK) {
        return status;
    }
    for (ptrdiff_t j = 0; j < vectors; j++) {
        if (local->basis == NULL) {
            add_vector(add, n, row, NULL, local->scale[level]);
        } else if (local->transform[(level * local->width + j) * local->width + j] != 0) {
            add_vector(add, n, row, local->basis + j * local->ld, 1);
        }
    }
    return SOLOW_OK;
}

solow_status solow_graph_add(solow_graph *graph, const solow_local *local, const solow_global *global, solow_error *err)
{
    const solow_global_layout *layout = global->layout;
    adding add = {.graph = graph, .local = local, .global = global};
    add.exact = global->weight == NULL;
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        add.exact = add.exact && layout->set[s].level && layout->set[s].slopes == 0;
    }
    solow_status status = add_normal(&add, err);
    if (status != SOLOW_OK || local == NULL) {
        return status;
    }
    const int32_t *order = NULL, *begin = NULL;
    status = sort_rows(&add, &order, &begin, err);
    bool runs = add.exact && layout->sets == 1 && layout->unknowns <= SOLOW_RUN_UNKNOWNS && local->basis == NULL;
    if (status == SOLOW_OK && runs) {
        status = solow_graph_room_for_runs(graph, err);
    }
    for (ptrdiff_t l = 0; l < local->levels && status == SOLOW_OK; l++) {
        ptrdiff_t n = begin[l + 1] - begin[l];
        if (!runs || !count_run(&add, n, order + begin[l])) {
            status = add_level(&add, l, n, order + begin[l], err);
        }
    }
    return status;
}
