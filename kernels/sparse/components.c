/* components.c - see components.h. */
#include "kernels/sparse/components.h"

static int32_t find(int32_t *label, int32_t u)
{
    while (label[u] != u) {
        label[u] = label[label[u]];
        u = label[u];
    }
    return u;
}

/* The smaller root becomes the root of both, so that roots are the smallest members. */
static void unite(int32_t *label, int32_t u, int32_t v)
{
    int32_t a = find(label, u), b = find(label, v);
    if (a < b) {
        label[b] = a;
    } else {
        label[a] = b;
    }
}

static void flatten(ptrdiff_t m, int32_t *label)
{
    for (ptrdiff_t u = 0; u < m; u++) {
        if (label[u] >= 0) {
            label[u] = label[label[u]]; /* roots come before their members */
        }
    }
}

static ptrdiff_t set_of(const solow_global_layout *layout, int32_t unknown)
{
    ptrdiff_t s = layout->sets - 1;
    while (unknown < layout->set[s].first) {
        s--;
    }
    return s;
}

static bool is_level_part(const solow_global_set *set, int32_t unknown)
{
    return set->level && (unknown - set->first) % set->width == 0;
}

static void mark_present(const solow_graph *graph, int32_t *label)
{
    for (ptrdiff_t u = 0; u < graph->unknowns; u++) {
        label[u] = graph->count[u] > 0 ? (int32_t)u : -1;
    }
    for (ptrdiff_t i = 0; i < graph->pairs.count; i++) {
        label[graph->pairs.row[i]] = graph->pairs.row[i];
        label[graph->pairs.column[i]] = graph->pairs.column[i];
    }
}

/* Unites the levels of each set that one local level meets. The vector's entries begin at first. */
static void unite_vector(const solow_global_layout *layout, const solow_graph *graph, ptrdiff_t first, ptrdiff_t degree,
                         int32_t *label)
{
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        const solow_global_set *set = &layout->set[s];
        int32_t last = -1;
        for (ptrdiff_t e = first; e < first + degree; e++) {
            int32_t u = solow_graph_unknown(graph, e);
            if (u < set->first || u >= set->first + set->levels * set->width || !is_level_part(set, u)) {
                continue;
            }
            if (last >= 0) {
                unite(label, last, u);
            }
            last = u;
        }
    }
}

static void unite_runs(const solow_graph *graph, int32_t *label)
{
    ptrdiff_t m = graph->unknowns;
    for (ptrdiff_t a = 0; graph->runs != NULL && a < m; a++) {
        for (ptrdiff_t b = a; b < m; b++) {
            for (ptrdiff_t u = a; graph->runs[a * m + b] > 0 && u < b; u++) {
                unite(label, (int32_t)u, (int32_t)u + 1);
            }
        }
    }
}

void solow_components(const solow_global_layout *layout, const solow_graph *graph, bool local, int32_t *label)
{
    mark_present(graph, label);
    if (local) {
        ptrdiff_t entry = 0;
        for (ptrdiff_t b = 0; b < graph->vectors; b++) {
            unite_vector(layout, graph, entry, graph->degree[b], label);
            entry += graph->degree[b];
        }
        unite_runs(graph, label);
    } else if (layout->sets >= 2) {
        for (ptrdiff_t i = 0; i < graph->pairs.count; i++) {
            int32_t u = graph->pairs.row[i], v = graph->pairs.column[i];
            ptrdiff_t s = set_of(layout, u), t = set_of(layout, v);
            if (s == 0 && t == 1 && is_level_part(&layout->set[0], u) && is_level_part(&layout->set[1], v)) {
                unite(label, u, v);
            }
        }
    }
    flatten(graph->unknowns, label);
}

void solow_components_join(ptrdiff_t m, int32_t *label, const int32_t *more)
{
    for (ptrdiff_t u = 0; u < m; u++) {
        if (label[u] < 0 && more[u] >= 0) {
            label[u] = (int32_t)u;
        }
    }
    for (ptrdiff_t u = 0; u < m; u++) {
        if (more[u] >= 0 && more[u] != u) {
            unite(label, (int32_t)u, more[u]);
        }
    }
    flatten(m, label);
}

/* Grounds the unknown with the largest diagonal in each component of the level parts of one set; best [m] is work space. */
static void ground_set(const solow_global_set *set, const int32_t *label, const double *diagonal, int32_t *best,
                       uint8_t *ground)
{
    ptrdiff_t end = set->first + set->levels * set->width;
    for (ptrdiff_t u = set->first; u < end; u += set->width) {
        if (label[u] >= 0) {
            best[label[u]] = -1;
        }
    }
    for (ptrdiff_t u = set->first; u < end; u += set->width) {
        int32_t root = label[u];
        if (root >= 0 && (best[root] < 0 || diagonal[u] > diagonal[best[root]])) {
            best[root] = (int32_t)u;
        }
    }
    for (ptrdiff_t u = set->first; u < end; u += set->width) {
        if (label[u] >= 0) {
            ground[best[label[u]]] = 1;
        }
    }
}

int64_t solow_components_ground(const solow_global_layout *layout, bool local, const int32_t *label,
                                const double *diagonal, int32_t *best, uint8_t *ground)
{
    int64_t components = 0;
    const solow_global_set *set = layout->set;
    bool pair = !local && layout->sets >= 2 && set[0].level && set[1].level;
    for (ptrdiff_t u = 0; u < layout->unknowns; u++) {
        ground[u] = (uint8_t)(label[u] < 0 ? 1 : 0);
        bool counted = (local && u < set[0].levels * set[0].width && is_level_part(&set[0], (int32_t)u)) ||
                       (pair && u < set[1].first && is_level_part(&set[0], (int32_t)u));
        components += counted && label[u] == u ? 1 : 0;
    }
    for (ptrdiff_t s = 0; local && s < layout->sets; s++) {
        if (set[s].level) {
            ground_set(&set[s], label, diagonal, best, ground);
        }
    }
    if (pair) {
        ground_set(&set[1], label, diagonal, best, ground);
    }
    return components;
}

bool solow_components_exact(const solow_global_layout *layout, bool local, bool local_slopes)
{
    bool levels = !local_slopes;
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        levels = levels && layout->set[s].level && layout->set[s].slopes == 0;
    }
    return levels && layout->sets <= (local ? 1 : 2);
}
