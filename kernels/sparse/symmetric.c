/* symmetric.c - see symmetric.h. */
#include "kernels/sparse/symmetric.h"

#include "kernels/panel/lanes.h"

#include <stdlib.h>
#include <string.h>

void solow_symmetric_clear(solow_symmetric *s)
{
    free(s->start);
    free(s->column);
    free(s->value);
    *s = (solow_symmetric){0};
}

/* The upper triangle while it is being made: rows in order, columns of a row as they are met. */
typedef struct upper {
    ptrdiff_t m, count, capacity;
    ptrdiff_t *start; /* [m + 1] */
    int32_t *column;
    double *value;
    double *sum;      /* [m] values of the row under way */
    int32_t *touched; /* [m] 1 + last row that touched a column */
} upper;

/* Where the entries of each unknown are: vectors that contain it, and the pairs whose row it is. */
typedef struct transposed {
    ptrdiff_t *vector_start, *pair_start; /* [m + 1] */
    int32_t *vector;                      /* [entries] */
    int32_t *pair;                        /* [pairs] */
    ptrdiff_t *next;                      /* [vectors] place behind the unknown under way, in sorted vectors */
    ptrdiff_t *end;                       /* [vectors] */
    int32_t *column;                      /* [entries] sorted inside each vector */
    double *value;                        /* [entries] */
} transposed;

static void transposed_clear(transposed *t)
{
    free(t->vector_start);
    free(t->pair_start);
    free(t->vector);
    free(t->pair);
    free(t->next);
    free(t->end);
    free(t->column);
    free(t->value);
}

static void upper_clear(upper *u)
{
    free(u->start);
    free(u->column);
    free(u->value);
    free(u->sum);
    free(u->touched);
}

/* start[k + 1] counts, then where each key's items begin; place[k] is moved by the filling and shifted back after. */
static void begin_counts(ptrdiff_t m, ptrdiff_t count, const int32_t *key, ptrdiff_t *start)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        start[key[i] + 1]++;
    }
    for (ptrdiff_t k = 0; k < m; k++) {
        start[k + 1] += start[k];
    }
}

static void end_counts(ptrdiff_t m, ptrdiff_t *start)
{
    memmove(start + 1, start, (size_t)m * sizeof *start);
    start[0] = 0;
}

/* Lists the vectors of each unknown, then walks the unknowns in order to sort every vector by unknown. */
static void transpose_vectors(const solow_graph *graph, transposed *t)
{
    ptrdiff_t m = graph->unknowns, entry = 0;
    for (ptrdiff_t e = 0; e < graph->entries; e++) {
        t->vector_start[solow_graph_unknown(graph, e) + 1]++;
    }
    begin_counts(m, 0, NULL, t->vector_start);
    double *value = t->value; /* by unknown first */
    for (ptrdiff_t b = 0; b < graph->vectors; b++) {
        for (ptrdiff_t i = 0; i < graph->degree[b]; i++, entry++) {
            ptrdiff_t place = t->vector_start[solow_graph_unknown(graph, entry)]++;
            t->vector[place] = (int32_t)b;
            value[place] = solow_graph_value(graph, entry);
        }
        t->next[b] = t->end[b] = entry - graph->degree[b];
    }
    end_counts(m, t->vector_start);
}

static solow_status transposed_init(const solow_graph *graph, transposed *t, double **sorted, solow_error *err)
{
    ptrdiff_t m = graph->unknowns;
    t->vector_start = solow_allocate_zeroed(m + 1, sizeof *t->vector_start);
    t->pair_start = solow_allocate_zeroed(m + 1, sizeof *t->pair_start);
    t->vector = solow_allocate(graph->entries, sizeof *t->vector);
    t->pair = solow_allocate(graph->pairs.count, sizeof *t->pair);
    t->next = solow_allocate(graph->vectors, sizeof *t->next);
    t->end = solow_allocate(graph->vectors, sizeof *t->end);
    t->column = solow_allocate(graph->entries, sizeof *t->column);
    t->value = solow_allocate(graph->entries, sizeof *t->value);
    *sorted = solow_allocate(graph->entries, sizeof **sorted);
    if (t->vector_start == NULL || t->pair_start == NULL || t->vector == NULL || t->pair == NULL || t->next == NULL ||
        t->end == NULL || t->column == NULL || t->value == NULL || *sorted == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %td entries of the effects' graph", graph->entries);
    }
    transpose_vectors(graph, t);
    for (ptrdiff_t u = 0; u < m; u++) {
        for (ptrdiff_t i = t->vector_start[u]; i < t->vector_start[u + 1]; i++) {
            ptrdiff_t place = t->end[t->vector[i]]++;
            t->column[place] = (int32_t)u;
            (*sorted)[place] = t->value[i];
        }
    }
    double *swap = t->value;
    t->value = *sorted;
    *sorted = swap;
    begin_counts(m, graph->pairs.count, graph->pairs.row, t->pair_start);
    for (ptrdiff_t i = 0; i < graph->pairs.count; i++) {
        t->pair[t->pair_start[graph->pairs.row[i]]++] = (int32_t)i;
    }
    end_counts(m, t->pair_start);
    return SOLOW_OK;
}

static solow_status upper_reserve(upper *up, ptrdiff_t count, solow_error *err)
{
    if (count <= up->capacity) {
        return SOLOW_OK;
    }
    ptrdiff_t capacity = count > 2 * up->capacity ? count : 2 * up->capacity;
    int32_t *column = solow_resize(up->column, capacity, sizeof *column);
    up->column = column != NULL ? column : up->column;
    double *value = solow_resize(up->value, capacity, sizeof *value);
    up->value = value != NULL ? value : up->value;
    if (column == NULL || value == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Schur complement of %td nonzeros", capacity);
    }
    up->capacity = capacity;
    return SOLOW_OK;
}

static void touch(upper *up, int32_t row, int32_t column, double value)
{
    if (up->touched[column] != row + 1) {
        up->touched[column] = row + 1;
        up->sum[column] = 0;
        up->column[up->count++] = column;
    }
    up->sum[column] += value;
}

/* One row of the upper triangle of (1). */
static solow_status upper_row(const solow_graph *graph, transposed *t, int32_t u, upper *up, solow_error *err)
{
    solow_status status = upper_reserve(up, up->count + graph->unknowns, err);
    if (status != SOLOW_OK) {
        return status;
    }
    ptrdiff_t begin = up->count;
    touch(up, u, u, graph->count[u]);
    for (ptrdiff_t i = t->pair_start[u]; i < t->pair_start[u + 1]; i++) {
        touch(up, u, graph->pairs.column[t->pair[i]], graph->pairs.value[t->pair[i]]);
    }
    for (ptrdiff_t i = t->vector_start[u]; i < t->vector_start[u + 1]; i++) {
        int32_t b = t->vector[i];
        ptrdiff_t first = t->next[b]++;
        double factor = -graph->scale[b] * (double)graph->multiple[b] * t->value[first];
        for (ptrdiff_t e = first; e < t->end[b]; e++) {
            touch(up, u, t->column[e], factor * t->value[e]);
        }
    }
    for (ptrdiff_t i = begin; i < up->count; i++) {
        up->value[i] = up->sum[up->column[i]];
    }
    up->start[u + 1] = up->count;
    return SOLOW_OK;
}

static solow_status both_triangles(const upper *up, solow_symmetric *s, solow_error *err)
{
    ptrdiff_t m = up->m, nonzeros = 2 * up->count - m;
    s->m = m;
    s->start = solow_allocate_zeroed(m + 1, sizeof *s->start);
    s->column = solow_allocate(nonzeros, sizeof *s->column);
    s->value = solow_allocate(nonzeros, sizeof *s->value);
    if (s->start == NULL || s->column == NULL || s->value == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Schur complement of %td nonzeros", nonzeros);
    }
    for (ptrdiff_t u = 0; u < m; u++) {
        s->start[u + 1] += up->start[u + 1] - up->start[u];
        for (ptrdiff_t i = up->start[u]; i < up->start[u + 1]; i++) {
            s->start[up->column[i] + 1] += up->column[i] != u ? 1 : 0;
        }
    }
    for (ptrdiff_t u = 0; u < m; u++) {
        s->start[u + 1] += s->start[u];
    }
    for (ptrdiff_t u = 0; u < m; u++) {
        for (ptrdiff_t i = up->start[u]; i < up->start[u + 1]; i++) {
            int32_t v = up->column[i];
            ptrdiff_t place = s->start[u]++;
            s->column[place] = v;
            s->value[place] = up->value[i];
            if (v != u) {
                place = s->start[v]++;
                s->column[place] = (int32_t)u;
                s->value[place] = up->value[i];
            }
        }
    }
    end_counts(m, s->start);
    return SOLOW_OK;
}

solow_status solow_symmetric_schur(const solow_graph *graph, solow_symmetric *s, solow_error *err)
{
    ptrdiff_t m = graph->unknowns;
    transposed t = {0};
    upper up = {.m = m};
    double *sorted = NULL;
    up.start = solow_allocate_zeroed(m + 1, sizeof *up.start);
    up.sum = solow_allocate(m, sizeof *up.sum);
    up.touched = solow_allocate_zeroed(m, sizeof *up.touched);
    solow_status status = SOLOW_OK;
    if (up.start == NULL || up.sum == NULL || up.touched == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Schur complement of %td effects", m);
    }
    if (status == SOLOW_OK) {
        status = transposed_init(graph, &t, &sorted, err);
    }
    for (ptrdiff_t u = 0; u < m && status == SOLOW_OK; u++) {
        status = upper_row(graph, &t, (int32_t)u, &up, err);
    }
    solow_symmetric made = {0};
    if (status == SOLOW_OK) {
        status = both_triangles(&up, &made, err);
    }
    free(sorted);
    transposed_clear(&t);
    upper_clear(&up);
    if (status != SOLOW_OK) {
        solow_symmetric_clear(&made);
        return status;
    }
    *s = made;
    return SOLOW_OK;
}

SOLOW_CLONES
void solow_symmetric_residual(const solow_symmetric *s, const double *x, const double *r, double *y)
{
    for (ptrdiff_t u = 0; u < s->m; u++) {
        solow_lanes sum = *(const solow_lanes_at *)(r + u * 8);
        for (ptrdiff_t i = s->start[u]; i < s->start[u + 1]; i++) {
            sum -= s->value[i] * *(const solow_lanes_at *)(x + (ptrdiff_t)s->column[i] * 8);
        }
        *(solow_lanes_at *)(y + u * 8) = sum;
    }
}
