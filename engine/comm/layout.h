/* layout.h - blocks, strips, and who owns them.
 *
 * Blocks are cut by the data alone (whole units, at most SOLOW_BLOCK_ROWS rows unless one unit is longer). Strips are runs
 * of blocks: strip s holds blocks [s B / S, (s + 1) B / S), and S depends on the number of blocks alone. A rank owns whole
 * strips, so every sum inside a strip is local, and sums over strips run in a binary tree over strip numbers.
 */
#ifndef SOLOW_ENGINE_COMM_LAYOUT_H
#define SOLOW_ENGINE_COMM_LAYOUT_H

#include "engine/comm/comm.h"

typedef struct solow_layout {
    int64_t rows, blocks, strips; /* over all ranks */
    int ranks, rank;
    int64_t *block_row;             /* [blocks + 1] first row of every block, over all ranks */
    int64_t *rank_strip;            /* [ranks + 1] first strip of every rank; ranks may own none */
    int64_t first_block, end_block; /* of this rank */
    int64_t first_row, end_row;     /* of this rank */
} solow_layout;

/* The strips of a frame of that many blocks: min(blocks, 64), and 1,024 from 16,384 blocks on. */
int64_t solow_strips(int64_t blocks);
int64_t solow_strip_block(const solow_layout *layout,
                          int64_t strip); /* first block of a strip; strip may be `strips` */

/* Cuts units into blocks and shares strips over ranks, balanced by rows.
 * units      number of units;  unit_rows [units] rows of each, in order; NULL: every unit is one row
 * Errors     SOLOW_ERR_MEMORY */
solow_status solow_layout_init(int64_t units, const int32_t *unit_rows, int ranks, int rank, solow_layout *layout,
                               solow_error *err);
void solow_layout_clear(solow_layout *layout);
/* The rank that owns a row. */
int solow_layout_owner(const solow_layout *layout, int64_t row);

#endif
