/* view.h - what a pass hands to its consumers: the rows of one block, in cache, transformed.
 *
 * A block is a run of whole units. Rows outside the model's sample stay in place with weight 0 and every column 0, so they
 * add nothing to any sum; `present` tells them from rows whose values happen to be zero.
 */
#ifndef SOLOW_ENGINE_PASS_VIEW_H
#define SOLOW_ENGINE_PASS_VIEW_H

#include <stddef.h>
#include <stdint.h>

typedef struct solow_view {
    ptrdiff_t rows, columns;
    ptrdiff_t ld;                /* leading dimension of x: rows rounded up to 8; the padding rows are zero */
    const double *x;             /* [ld x columns] column-major: the wanted columns, transformed, in the order wanted */
    const double *weight;        /* [ld]; NULL when every present row weighs 1 */
    const uint8_t *present;      /* [rows] 1 for rows of the sample, 0 for the others */
    const int32_t *unit;         /* [rows] codes over the whole frame, never decreasing; NULL without units */
    const int32_t *time;         /* [rows] calendar periods, rising inside a unit; NULL without time */
    ptrdiff_t units;             /* units in the block */
    const ptrdiff_t *unit_start; /* [units + 1] row offsets in the block */
    ptrdiff_t keys;
    const int32_t *const *key;     /* [keys][rows] codes of cluster (and period) keys, as solow_shape lists them */
    const double *effect_leverage; /* [rows] diagonal of the effects' projection, only for wants that ask; else NULL */
    int64_t first_row;             /* row of the frame (over all ranks) at which the block begins */
} solow_view;

#endif
