/* order.h - stable order of rows by 64-bit keys, on one rank and over ranks. */
#ifndef SOLOW_ENGINE_FRAME_ORDER_H
#define SOLOW_ENGINE_FRAME_ORDER_H

#include "engine/comm/comm.h"

typedef struct solow_row_key {
    uint64_t key;
    int64_t origin; /* place in the input: breaks ties */
} solow_row_key;

/* Whether ranks whose own rows are sorted stand in order too. end: this rank's first and last row, if count > 0.
 * Collective. */
solow_status solow_order_of_ranks(solow_comm *comm, ptrdiff_t count, const solow_row_key end[2], bool *sorted,
                                  solow_error *err);

/* order [count]: the permutation that sorts key stably (least significant digit radix sort; digits that all rows share
 * are skipped). */
solow_status solow_order(ptrdiff_t count, const uint64_t *key, ptrdiff_t *order, solow_error *err);

/* Place of each of this rank's rows when all ranks' rows are sorted by (key, origin). origin [count]: place in the input.
 * order [count]: the permutation that sorts this rank's rows; position [count]: final place over all ranks, of row
 * order[i] in position[i]. Sample sort: 64 samples a rank choose the splitters; equal keys stay together. Collective. */
solow_status solow_order_ranks(solow_comm *comm, ptrdiff_t count, const uint64_t *key, const int64_t *origin,
                               ptrdiff_t *order, int64_t *position, solow_error *err);

#endif
