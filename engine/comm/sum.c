/* sum.c - see sum.h.
 *
 * A binary counter does both trees: nodes of rising level wait on a stack, and a new leaf merges with its sibling as long
 * as it is a right child. What has no sibling inside a strip is pushed through in order at the strip's end. Over strips the
 * nodes that a rank cannot complete alone are exchanged level by level.
 */
#include "engine/comm/sum.h"

#include "kernels/dense/compensated.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL_BYTES = 32768, LEVELS = 64 };

typedef struct node {
    int level;
    int64_t index;
    double *value;
} node;

struct solow_sum {
    solow_comm *comm;
    const solow_layout *layout;
    ptrdiff_t doubles;
    solow_sum_kind kind;
    bool small;               /* tree over the blocks of a strip */
    int64_t strip, end_block; /* strip that is being added to, -1 before the first; its end */
    int64_t leaves;           /* blocks of the strip that were begun */
    ptrdiff_t waiting, done, spare;
    node stack[LEVELS];       /* nodes inside the strip */
    node strips[2 * LEVELS];  /* nodes over strips, in rising order of first leaf */
    double *pool[3 * LEVELS]; /* accumulators to use again */
};

static double *take(solow_sum *sum)
{
    double *value = sum->spare > 0 ? sum->pool[--sum->spare] : solow_allocate(sum->doubles, sizeof *value);
    if (value != NULL) {
        memset(value, 0, solow_bytes(sum->doubles, sizeof *value));
    }
    return value;
}

static void give_back(solow_sum *sum, double *value)
{
    sum->pool[sum->spare++] = value;
}

/* into += from */
static void merge(const solow_sum *sum, double *into, const double *from)
{
    if (sum->kind == SOLOW_SUM_PLAIN) {
        for (ptrdiff_t i = 0; i < sum->doubles; i++) {
            into[i] += from[i];
        }
        return;
    }
    ptrdiff_t n = sum->doubles / 2;
    solow_sum_precise(n, into, into + n, from, from + n);
}

solow_status solow_sum_create(solow_comm *comm, const solow_layout *layout, ptrdiff_t doubles, solow_sum_kind kind,
                              solow_sum **sum, solow_error *err)
{
    return solow_sum_create_shared(comm, layout, doubles, doubles, kind, sum, err);
}

solow_status solow_sum_create_shared(solow_comm *comm, const solow_layout *layout, ptrdiff_t doubles, ptrdiff_t share,
                                     solow_sum_kind kind, solow_sum **sum, solow_error *err)
{
    solow_sum *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a sum");
    }
    made->comm = comm;
    made->layout = layout;
    made->doubles = doubles;
    made->kind = kind;
    made->small = share <= (ptrdiff_t)(SMALL_BYTES / sizeof(double));
    made->strip = -1;
    *sum = made;
    return SOLOW_OK;
}

void solow_sum_destroy(solow_sum *sum)
{
    if (sum == NULL) {
        return;
    }
    for (ptrdiff_t i = 0; i < sum->waiting; i++) {
        free(sum->stack[i].value);
    }
    for (ptrdiff_t i = 0; i < sum->done; i++) {
        free(sum->strips[i].value);
    }
    for (ptrdiff_t i = 0; i < sum->spare; i++) {
        free(sum->pool[i]);
    }
    free(sum);
}

/* Merges the last node of a stack with its left sibling while there is one. */
static void settle(solow_sum *sum, node *stack, ptrdiff_t *count)
{
    while (*count >= 2 && stack[*count - 1].index % 2 == 1 && stack[*count - 2].level == stack[*count - 1].level &&
           stack[*count - 2].index == stack[*count - 1].index - 1) {
        merge(sum, stack[*count - 2].value, stack[*count - 1].value);
        give_back(sum, stack[*count - 1].value);
        (*count)--;
        stack[*count - 1].level++;
        stack[*count - 1].index /= 2;
    }
}

/* Ends the current strip: its nodes collapse from the right into one leaf of the tree over strips. */
static void close_strip(solow_sum *sum)
{
    if (sum->waiting == 0) {
        return;
    }
    settle(sum, sum->stack, &sum->waiting);
    while (sum->waiting > 1) {
        merge(sum, sum->stack[sum->waiting - 2].value, sum->stack[sum->waiting - 1].value);
        give_back(sum, sum->stack[--sum->waiting].value);
    }
    sum->strips[sum->done++] = (node){.level = 0, .index = sum->strip, .value = sum->stack[0].value};
    sum->waiting = 0;
    settle(sum, sum->strips, &sum->done);
}

double *solow_sum_block(solow_sum *sum, int64_t block)
{
    if (sum->strip < 0 || block >= sum->end_block) {
        close_strip(sum);
        int64_t strip = sum->strip < 0 ? sum->layout->rank_strip[sum->layout->rank] : sum->strip + 1;
        while (solow_strip_block(sum->layout, strip + 1) <= block) {
            strip++;
        }
        sum->strip = strip;
        sum->end_block = solow_strip_block(sum->layout, strip + 1);
        sum->leaves = 0;
    }
    if (!sum->small && sum->waiting == 1) {
        return sum->stack[0].value;
    }
    settle(sum, sum->stack, &sum->waiting);
    double *value = take(sum);
    if (value == NULL) {
        return NULL;
    }
    sum->stack[sum->waiting++] = (node){.level = 0, .index = sum->leaves++, .value = value};
    return value;
}

static int strip_owner(const solow_layout *layout, int64_t strip)
{
    int rank = 0;
    while (layout->rank_strip[rank + 1] <= strip) {
        rank++;
    }
    return rank;
}

/* One level of the tree over strips: my first node may be a right child of somebody else's, my last a left one. */
static solow_status exchange_level(solow_sum *sum, int level, solow_error *err)
{
    const solow_layout *layout = sum->layout;
    int64_t nodes = (layout->strips + ((int64_t)1 << level) - 1) >> level;
    size_t bytes = solow_bytes(sum->doubles, sizeof(double));
    if (sum->done > 0 && sum->strips[0].level == level && sum->strips[0].index % 2 == 1) {
        int to = strip_owner(layout, (sum->strips[0].index - 1) << level);
        solow_status status = solow_comm_send(sum->comm, to, sum->strips[0].value, bytes, err);
        give_back(sum, sum->strips[0].value);
        memmove(sum->strips, sum->strips + 1, (size_t)--sum->done * sizeof sum->strips[0]);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    node *last = sum->done > 0 ? &sum->strips[sum->done - 1] : NULL;
    if (last == NULL || last->level != level || last->index % 2 == 1) {
        return SOLOW_OK;
    }
    if (last->index + 1 < nodes) {
        double *from = take(sum);
        if (from == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a partial sum");
        }
        solow_status status =
            solow_comm_receive(sum->comm, strip_owner(layout, (last->index + 1) << level), from, bytes, err);
        merge(sum, last->value, from);
        give_back(sum, from);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    last->level++;
    last->index /= 2;
    settle(sum, sum->strips, &sum->done);
    return SOLOW_OK;
}

/* The one accumulator that exchanges need is there on every rank before the first message: none waits for one that fails. */
static solow_status ready_to_exchange(solow_sum *sum, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (sum->spare == 0) {
        double *value = solow_allocate(sum->doubles, sizeof *value);
        if (value != NULL) {
            give_back(sum, value);
        } else {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a partial sum");
        }
    }
    return solow_comm_agree(sum->comm, status, err);
}

solow_status solow_sum_finish(solow_sum *sum, double *result, solow_error *err)
{
    close_strip(sum);
    if (solow_comm_size(sum->comm) > 1) {
        solow_status status = ready_to_exchange(sum, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    for (int level = 0; ((int64_t)1 << level) < sum->layout->strips; level++) {
        solow_status status = exchange_level(sum, level, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    size_t bytes = solow_bytes(sum->doubles, sizeof(double));
    if (sum->layout->strips == 0) {
        memset(result, 0, bytes);
        return SOLOW_OK;
    }
    int root = strip_owner(sum->layout, 0);
    if (solow_comm_rank(sum->comm) == root) {
        memcpy(result, sum->strips[0].value, bytes);
    }
    return solow_comm_broadcast(sum->comm, root, result, bytes, err);
}
