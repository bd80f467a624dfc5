/* graph_add.c - see graph.h: the rows of one block enter the graph. */
#include "kernels/sparse/global_runs.h"
#include "kernels/sparse/graph_room.h"

#include <string.h>

typedef struct adding {
    solow_graph *graph;
    const solow_local *local;
    const solow_global *global;
    bool counts;          /* no weights and no slopes in any set: N holds counts */
    ptrdiff_t rows;       /* present rows of the block */
    const int32_t *order; /* [rows] them, by local level */
    const int32_t *begin; /* [levels + 1] where each local level begins in order; NULL without a local effect */
} adding;

static bool is_absent(const solow_local *local, const solow_global *global, ptrdiff_t r)
{
    bool absent = (local != NULL && local->mark != NULL && local->mark[r] == 0) ||
                  (global->present != NULL && global->present[r] == 0) ||
                  (global->weight != NULL && global->weight[r] == 0);
    for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
        absent = absent || global->code[s][r] < 0;
    }
    return absent;
}

/* The usual case, seen at the speed of memory. */
static bool none_absent(const solow_local *local, const solow_global *global)
{
    int32_t signs = 0;
    for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
        const int32_t *code = global->code[s];
        for (ptrdiff_t r = 0; r < global->rows; r++) {
            signs |= code[r];
        }
    }
    return signs >= 0 && (local == NULL || local->mark == NULL) && global->present == NULL && global->weight == NULL;
}

/* Lists the present rows by local level. */
static solow_status list_rows(adding *add, solow_error *err)
{
    const solow_local *local = add->local;
    solow_graph *graph = add->graph;
    ptrdiff_t rows = add->global->rows, levels = local != NULL ? local->levels : 1, need = rows + levels + 2;
    if (need > graph->order_capacity) {
        int32_t *grown = solow_resize(graph->order, need, sizeof *grown);
        if (grown == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %td rows", rows);
        }
        graph->order = grown;
        graph->order_capacity = need;
    }
    int32_t *order = graph->order, *place = order + rows, count = 0;
    if ((local == NULL || local->slot == NULL) && none_absent(local, add->global)) {
        for (ptrdiff_t r = 0; r < rows; r++) {
            order[r] = (int32_t)r;
        }
        for (ptrdiff_t l = 0; l <= levels; l++) {
            place[l] = (int32_t)(local != NULL ? local->start[l] : l * rows);
        }
        count = (int32_t)rows;
    } else if (local == NULL || local->slot == NULL) {
        for (ptrdiff_t l = 0; l < levels; l++) {
            ptrdiff_t first = local != NULL ? local->start[l] : 0, end = local != NULL ? local->start[l + 1] : rows;
            place[l] = count;
            for (ptrdiff_t r = first; r < end; r++) {
                order[count] = (int32_t)r;
                count += is_absent(local, add->global, r) ? 0 : 1;
            }
        }
        place[levels] = count;
    } else {
        memset(place, 0, (size_t)(levels + 2) * sizeof *place);
        for (ptrdiff_t r = 0; r < rows; r++) {
            place[local->slot[r] + 1] += is_absent(local, add->global, r) ? 0 : 1;
        }
        for (ptrdiff_t l = 0; l < levels; l++) {
            place[l + 1] += place[l];
        }
        count = place[levels];
        for (ptrdiff_t r = 0; r < rows; r++) {
            if (!is_absent(local, add->global, r)) {
                order[place[local->slot[r]]++] = (int32_t)r;
            }
        }
        memmove(place + 1, place, (size_t)levels * sizeof *place);
        place[0] = 0;
    }
    add->rows = count;
    add->order = order;
    add->begin = local != NULL ? place : NULL;
    return SOLOW_OK;
}

/* z of (1) in global.h at row r, for one part of set s. */
static double part_value(const adding *add, ptrdiff_t s, ptrdiff_t part, ptrdiff_t r)
{
    const solow_global_set *set = &add->global->layout->set[s];
    return set->level && part == 0 ? 1 : add->global->slope[s][part - (set->level ? 1 : 0)][r];
}

/* (1) where it is whole numbers: counts of levels, and of pairs of levels over the whole list. */
static solow_status add_counts(const adding *add, solow_error *err)
{
    const solow_global_layout *layout = add->global->layout;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        double *count = add->graph->count + layout->set[s].first;
        const int32_t *code = add->global->code[s];
        for (ptrdiff_t i = 0; i < add->rows; i++) {
            count[code[add->order[i]]] += 1;
        }
        for (ptrdiff_t t = s + 1; t < layout->sets; t++) {
            const int32_t *other = add->global->code[t];
            ptrdiff_t first = layout->set[s].first, second = layout->set[t].first;
            for (ptrdiff_t i = 0; i < add->rows && status == SOLOW_OK; i++) {
                ptrdiff_t r = add->order[i];
                status = solow_pairs_add(&add->graph->pairs, (int32_t)(first + code[r]), (int32_t)(second + other[r]),
                                         1, err);
            }
        }
    }
    return status;
}

/* (1) for the unknowns of row r among themselves. */
static solow_status add_row(const adding *add, ptrdiff_t r, solow_error *err)
{
    const solow_global_layout *layout = add->global->layout;
    double weight = add->global->weight != NULL ? add->global->weight[r] : 1;
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        const solow_global_set *set = &layout->set[s];
        ptrdiff_t first = set->first + add->global->code[s][r] * set->width;
        for (ptrdiff_t i = 0; i < set->width; i++) {
            double value = weight * part_value(add, s, i, r);
            for (ptrdiff_t t = s; t < layout->sets; t++) {
                const solow_global_set *other = &layout->set[t];
                ptrdiff_t second = other->first + add->global->code[t][r] * other->width;
                for (ptrdiff_t j = t == s ? i : 0; j < other->width; j++) {
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
    solow_pairs_begin(&add->graph->pairs); /* values are inexact: merged inside the block alone */
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < add->rows && status == SOLOW_OK; i++) {
        status = add_row(add, add->order[i], err);
    }
    return status;
}

/* Counts the level if it meets levels a .. b of the only set once each; false if not. */
static bool count_run(const adding *add, ptrdiff_t n, const int32_t *row)
{
    const int32_t *code = add->global->code[0];
    ptrdiff_t first = n > 0 ? code[row[0]] : 0;
    bool together = n > 0 && row[n - 1] - row[0] == n - 1, run = !together || solow_is_code_run(n, code + row[0]);
    for (ptrdiff_t i = 0; i < n && !together; i++) {
        run = run && code[row[i]] == first + i;
    }
    if (run && n > 0) {
        add->graph->runs[first * add->graph->unknowns + first + n - 1]++;
        add->graph->run_levels++;
    }
    return run;
}

/* The entries of a level's indicator where they are counts that fit into column; returns how many there are. */
static ptrdiff_t vector_of_counts(const adding *add, ptrdiff_t n, const int32_t *row)
{
    const solow_global_layout *layout = add->global->layout;
    int32_t *column = add->graph->column + add->graph->entries, *seen = add->graph->seen, degree = 0;
    uint32_t one = UINT32_C(1) << add->graph->bits;
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        const int32_t *code = add->global->code[s], first = (int32_t)layout->set[s].first;
        for (ptrdiff_t i = 0; i < n; i++) {
            int32_t u = first + code[row[i]], place = seen[u];
            if (place == 0) {
                column[degree] = u;
                seen[u] = ++degree;
            } else {
                column[place - 1] = (int32_t)((uint32_t)column[place - 1] + one);
            }
        }
    }
    for (int32_t i = 0; i < degree; i++) {
        seen[(uint32_t)column[i] & (one - 1)] = 0;
    }
    return degree;
}

/* The entries of D2'W q, q NULL for a level's indicator; returns how many there are. */
static ptrdiff_t vector_of_sums(const adding *add, ptrdiff_t n, const int32_t *row, const double *q)
{
    const solow_global_layout *layout = add->global->layout;
    int32_t *column = add->graph->column + add->graph->entries, *seen = add->graph->seen, degree = 0;
    double *value = add->graph->value + add->graph->entries;
    for (ptrdiff_t i = 0; i < n; i++) {
        ptrdiff_t r = row[i];
        double factor = (add->global->weight != NULL ? add->global->weight[r] : 1) * (q != NULL ? q[r] : 1);
        for (ptrdiff_t s = 0; s < layout->sets; s++) {
            const solow_global_set *set = &layout->set[s];
            for (ptrdiff_t part = 0; part < set->width; part++) {
                ptrdiff_t u = set->first + add->global->code[s][r] * set->width + part;
                if (seen[u] == 0) {
                    column[degree] = (int32_t)u;
                    value[degree] = 0;
                    seen[u] = ++degree;
                }
                value[seen[u] - 1] += factor * part_value(add, s, part, r);
            }
        }
    }
    for (int32_t i = 0; i < degree; i++) {
        seen[column[i]] = 0;
    }
    return degree;
}

static solow_status add_level(const adding *add, ptrdiff_t level, ptrdiff_t n, const int32_t *row, solow_error *err)
{
    const solow_local *local = add->local;
    solow_graph *graph = add->graph;
    ptrdiff_t vectors = local->basis != NULL ? local->width : 1;
    ptrdiff_t entries = solow_product(solow_product(n, add->global->layout->parts), vectors);
    bool counts = add->counts && local->basis == NULL && graph->value == NULL && n >> (31 - graph->bits) == 0;
    solow_status status = counts ? SOLOW_OK : solow_graph_give_values(graph, err);
    if (status == SOLOW_OK) {
        status = solow_graph_room(graph, graph->vectors + vectors, graph->entries + entries, err);
    }
    for (ptrdiff_t j = 0; j < vectors && status == SOLOW_OK; j++) {
        const double *q = local->basis != NULL ? local->basis + j * local->ld : NULL;
        if (q != NULL && local->transform[(level * local->width + j) * local->width + j] == 0) {
            continue; /* dropped from the basis */
        }
        ptrdiff_t degree = counts ? vector_of_counts(add, n, row) : vector_of_sums(add, n, row, q);
        status = solow_graph_keep(graph, degree, 1, q == NULL ? local->scale[level] : 1, err);
    }
    return status;
}

solow_status solow_graph_add(solow_graph *graph, const solow_local *local, const solow_global *global, solow_error *err)
{
    const solow_global_layout *layout = global->layout;
    adding add = {.graph = graph, .local = local, .global = global, .counts = global->weight == NULL};
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        add.counts = add.counts && layout->set[s].level && layout->set[s].slopes == 0;
    }
    solow_status status = list_rows(&add, err);
    if (status == SOLOW_OK) {
        status = add.counts ? add_counts(&add, err) : add_normal(&add, err);
    }
    bool runs = add.counts && layout->sets == 1 && layout->unknowns <= SOLOW_RUN_UNKNOWNS && local != NULL &&
                local->basis == NULL;
    if (status == SOLOW_OK && runs) {
        status = solow_graph_room_for_runs(graph, err);
    }
    for (ptrdiff_t l = 0; local != NULL && l < local->levels && status == SOLOW_OK; l++) {
        ptrdiff_t n = add.begin[l + 1] - add.begin[l];
        if (n > 0 && (!runs || !count_run(&add, n, add.order + add.begin[l]))) {
            status = add_level(&add, l, n, add.order + add.begin[l], err);
        }
    }
    return status;
}
