/* connected.c - see connected.h: each rank joins the levels of its rows, then ranks agree on the least label, until none moves. */
#include "engine/batch/connected.h"

#include <stdlib.h>

typedef struct joined {
    const solow_frame *frame;
    const solow_sample *sample;
    const solow_factor *a, *b;
    ptrdiff_t nodes; /* levels of a, then those of b */
    int32_t *parent; /* [nodes] of this rank's rows: a node's parent is never larger; -1: no row */
    int32_t *label;  /* [nodes] least node that it is known to be joined with; INT32_MAX without row */
} joined;

static int32_t root_of(int32_t *parent, int32_t node)
{
    while (parent[node] != node) {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    return node;
}

static void join_rows(joined *j)
{
    for (ptrdiff_t n = 0; n < j->nodes; n++) {
        j->parent[n] = -1;
    }
    for (ptrdiff_t i = 0; i < j->frame->rows; i++) {
        int32_t a = j->a->code[i], b = j->b->code[i] + j->a->levels;
        if (a < 0 || b < j->a->levels || !solow_sample_has(j->sample, i)) {
            continue;
        }
        j->parent[a] = j->parent[a] < 0 ? a : j->parent[a];
        j->parent[b] = j->parent[b] < 0 ? b : j->parent[b];
        int32_t x = root_of(j->parent, a), y = root_of(j->parent, b);
        j->parent[x > y ? x : y] = x > y ? y : x;
    }
    for (ptrdiff_t n = 0; n < j->nodes; n++) {
        j->label[n] = j->parent[n] >= 0 ? root_of(j->parent, (int32_t)n) : INT32_MAX;
    }
}

/* Every node of a local component takes the least label among them; whether one moved. */
static int64_t spread(joined *j)
{
    int64_t moved = 0;
    for (ptrdiff_t n = 0; n < j->nodes; n++) {
        int32_t root = j->parent[n] >= 0 ? root_of(j->parent, (int32_t)n) : -1;
        if (root >= 0 && j->label[n] < j->label[root]) {
            j->label[root] = j->label[n];
        }
    }
    for (ptrdiff_t n = 0; n < j->nodes; n++) {
        int32_t root = j->parent[n] >= 0 ? root_of(j->parent, (int32_t)n) : -1;
        if (root >= 0 && j->label[n] != j->label[root]) {
            j->label[n] = j->label[root];
            moved = 1;
        }
    }
    return moved;
}

/* Labels to numbers from 1; the labels are nodes of a, since each component has one, and the least. */
static int64_t number(joined *j, int32_t *const component[2])
{
    int64_t count = 0;
    for (ptrdiff_t n = 0; n < j->a->levels; n++) {
        bool present = j->label[n] != INT32_MAX;
        if (present && j->label[n] == n) {
            count++;
            component[0][n] = (int32_t)count;
        } else {
            component[0][n] = present ? component[0][j->label[n]] : 0;
        }
    }
    for (ptrdiff_t n = 0; n < j->b->levels; n++) {
        int32_t label = j->label[j->a->levels + n];
        component[1][n] = label != INT32_MAX ? component[0][label] : 0;
    }
    return count;
}

solow_status solow_connected_levels(const solow_frame *frame, const solow_sample *sample, const solow_factor *a,
                                    const solow_factor *b, int32_t *component[2], int64_t *count, solow_error *err)
{
    joined j = {.frame = frame, .sample = sample, .a = a, .b = b, .nodes = (ptrdiff_t)a->levels + b->levels};
    j.parent = solow_allocate(j.nodes, sizeof *j.parent);
    j.label = solow_allocate(j.nodes, sizeof *j.label);
    component[0] = solow_allocate(a->levels, sizeof *component[0]);
    component[1] = solow_allocate(b->levels, sizeof *component[1]);
    bool good = j.parent != NULL && j.label != NULL && component[0] != NULL && component[1] != NULL;
    solow_status status =
        good ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the components of effects");
    status = solow_comm_agree(frame->comm, status, err);
    int64_t moved = 1;
    if (status == SOLOW_OK) {
        join_rows(&j);
    }
    while (moved != 0 && status == SOLOW_OK) {
        status = solow_comm_min_int32(frame->comm, j.label, j.nodes, err);
        moved = status == SOLOW_OK ? spread(&j) : 0;
        if (status == SOLOW_OK) {
            status = solow_comm_max_int64(frame->comm, &moved, 1, err);
        }
    }
    if (status == SOLOW_OK) {
        *count = number(&j, component);
    }
    free(j.parent);
    free(j.label);
    return status;
}
