/* sum.h - sums of doubles over blocks, whose bits do not depend on the number of ranks.
 *
 * Inside a strip: accumulators up to 32 KB go through a binary tree over the strip's blocks, larger ones add block after
 * block. What counts is one share of the accumulator, so that models which share one sum add as each would alone. Over strips: a binary tree over strip numbers. Tree node (level, index) lives on the rank that owns its first
 * leaf; the owner of the right child sends to the owner of the left one, so no rank receives more than log2(strips)
 * messages. The result is on every rank.
 */
#ifndef SOLOW_ENGINE_COMM_SUM_H
#define SOLOW_ENGINE_COMM_SUM_H

#include "engine/comm/layout.h"

typedef enum {
    SOLOW_SUM_PLAIN,
    SOLOW_SUM_PRECISE /* the first half are high parts, the second half low parts of double-doubles */
} solow_sum_kind;

typedef struct solow_sum solow_sum;

/* doubles: length of one accumulator, which is one share. */
solow_status solow_sum_create(solow_comm *comm, const solow_layout *layout, ptrdiff_t doubles, solow_sum_kind kind,
                              solow_sum **sum, solow_error *err);
/* The same for an accumulator that serves several models or columns: share is what decides on the tree, and must be the
 * same for one of them alone; 1: always a tree. */
solow_status solow_sum_create_shared(solow_comm *comm, const solow_layout *layout, ptrdiff_t doubles, ptrdiff_t share,
                                     solow_sum_kind kind, solow_sum **sum, solow_error *err);
/* Where the caller adds what block contributes; blocks of this rank in rising order, each once. NULL: no memory. */
double *solow_sum_block(solow_sum *sum, int64_t block);
/* Collective. result [doubles] on every rank. */
solow_status solow_sum_finish(solow_sum *sum, double *result, solow_error *err);
void solow_sum_destroy(solow_sum *sum);

#endif
