/* pairs.h - a growing list of (row, column, value) in which equal places may be merged as they come.
 *
 * Values of one place are added in the order in which they come. A merging span (solow_pairs_begin) is a block where values
 * are inexact, so that lists of blocks can be concatenated with the same bits however they were grouped, and the whole
 * list where values are whole numbers.
 */
#ifndef SOLOW_KERNELS_SPARSE_PAIRS_H
#define SOLOW_KERNELS_SPARSE_PAIRS_H

#include "kernels/core/size.h"

typedef struct solow_pairs {
    ptrdiff_t count, capacity;
    int32_t *row, *column; /* [count] row <= column */
    double *value;         /* [count] */
    ptrdiff_t span;        /* first pair of the current span */
    int32_t *table;        /* [slots] 1 + index of a pair less span, 0: free; work space, not part of the content */
    ptrdiff_t slots;
} solow_pairs;

void solow_pairs_clear(solow_pairs *pairs);

/* From here on, places before this one are left alone. */
void solow_pairs_begin(solow_pairs *pairs);

/* Adds value at (row, column), row <= column. Errors: SOLOW_ERR_MEMORY. */
solow_status solow_pairs_add(solow_pairs *pairs, int32_t row, int32_t column, double value, solow_error *err);

/* Room for count pairs in all. */
solow_status solow_pairs_reserve(solow_pairs *pairs, ptrdiff_t count, solow_error *err);

/* Appends the pairs of another list behind this one's, unmerged. */
solow_status solow_pairs_append(solow_pairs *pairs, const solow_pairs *more, solow_error *err);

#endif
