/* block.h - one block's columns in cache: filled from the frame, masked by the sample.
 *
 * The buffer has leading dimension `rows rounded up to 8`, 64-byte aligned columns, zero padding. Rows outside the sample
 * are zero in every column.
 */
#ifndef SOLOW_ENGINE_PASS_BLOCK_H
#define SOLOW_ENGINE_PASS_BLOCK_H

#include "engine/frame/sample.h"
#include "engine/pass/view.h"
#include "kernels/core/arena.h"

typedef struct solow_block {
    const solow_frame *frame;
    const solow_sample *sample;
    ptrdiff_t columns;
    const solow_design_column *const *column; /* [columns] recipes */
    ptrdiff_t most_rows;                      /* of any block of this rank, rounded up to 8 */
    solow_arena arena;
    double *x;             /* [ld x columns] */
    double *weight;        /* [ld]; NULL without weights */
    uint8_t *ones;         /* [most_rows] presence of a full sample */
    ptrdiff_t *unit_start; /* row offsets of the block's units */
    solow_view view;       /* of the block that was filled last, with all columns */
} solow_block;

/* extra_bytes: room that the caller will take from block->arena for each block. */
solow_status solow_block_init(const solow_frame *frame, const solow_sample *sample, ptrdiff_t columns,
                              const solow_design_column *const *column, size_t extra_bytes, solow_block *block,
                              solow_error *err);
void solow_block_clear(solow_block *block);

/* Sets view and, unless columns are to be filled otherwise, x. b: local block number. */
void solow_block_open(solow_block *block, ptrdiff_t b);
solow_status solow_block_fill(solow_block *block, ptrdiff_t b, solow_error *err);
/* One column of the block that is open. */
solow_status solow_block_fill_column(solow_block *block, ptrdiff_t b, ptrdiff_t column, solow_error *err);

/* One column as it stands in the frame, if it is one and every row is present; else NULL. */
const double *solow_block_source(const solow_block *block, ptrdiff_t b, ptrdiff_t column);

/* The columns as plain arrays of the frame in block b, if every recipe is a frame column and every row is present;
 * source [columns]. false otherwise. */
bool solow_block_sources(const solow_block *block, ptrdiff_t b, const double **source);

#endif
