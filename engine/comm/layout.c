/* layout.c - see layout.h. */
#include "engine/comm/layout.h"

#include <stdlib.h>

enum { FEW_STRIPS = 64, MANY_STRIPS = 1024, MANY_BLOCKS = 16384 };

int64_t solow_strips(int64_t blocks)
{
    int64_t most = blocks < MANY_BLOCKS ? FEW_STRIPS : MANY_STRIPS;
    return blocks < most ? blocks : most;
}

int64_t solow_strip_block(const solow_layout *layout, int64_t strip)
{
    return strip * layout->blocks / (layout->strips > 0 ? layout->strips : 1);
}

/* Fills block_row if it is not NULL; returns the number of blocks. */
static int64_t cut_blocks(int64_t units, const int32_t *unit_rows, int64_t *block_row)
{
    int64_t blocks = 0, row = 0, inside = 0;
    for (int64_t u = 0; u < units; u++) {
        int64_t rows = unit_rows != NULL ? unit_rows[u] : 1;
        if (inside > 0 && inside + rows > SOLOW_BLOCK_ROWS) {
            inside = 0;
        }
        if (inside == 0) {
            if (block_row != NULL) {
                block_row[blocks] = row;
            }
            blocks++;
        }
        inside += rows;
        row += rows;
    }
    if (block_row != NULL) {
        block_row[blocks] = row;
    }
    return blocks;
}

/* A rank takes strips until its end comes nearest to its share of the rows. */
static void share_strips(solow_layout *layout)
{
    int64_t strip = 0;
    layout->rank_strip[0] = 0;
    for (int rank = 1; rank <= layout->ranks; rank++) {
        double goal = (double)layout->rows * rank / layout->ranks;
        while (strip < layout->strips) {
            double before = (double)layout->block_row[solow_strip_block(layout, strip)];
            double after = (double)layout->block_row[solow_strip_block(layout, strip + 1)];
            if (rank < layout->ranks && goal - before < after - goal) {
                break;
            }
            strip++;
        }
        layout->rank_strip[rank] = strip;
    }
}

solow_status solow_layout_init(int64_t units, const int32_t *unit_rows, int ranks, int rank, solow_layout *layout,
                               solow_error *err)
{
    solow_layout made = {.ranks = ranks, .rank = rank, .blocks = cut_blocks(units, unit_rows, NULL)};
    made.strips = solow_strips(made.blocks);
    made.block_row = solow_allocate_zeroed(made.blocks + 1, sizeof *made.block_row);
    made.rank_strip = solow_allocate_zeroed((ptrdiff_t)ranks + 1, sizeof *made.rank_strip);
    if (made.block_row == NULL || made.rank_strip == NULL) {
        solow_layout_clear(&made);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %lld blocks", (long long)made.blocks);
    }
    cut_blocks(units, unit_rows, made.block_row);
    made.rows = made.block_row[made.blocks];
    share_strips(&made);
    made.first_block = solow_strip_block(&made, made.rank_strip[rank]);
    made.end_block = solow_strip_block(&made, made.rank_strip[rank + 1]);
    made.first_row = made.block_row[made.first_block];
    made.end_row = made.block_row[made.end_block];
    *layout = made;
    return SOLOW_OK;
}

void solow_layout_clear(solow_layout *layout)
{
    free(layout->block_row);
    free(layout->rank_strip);
    *layout = (solow_layout){0};
}

int solow_layout_owner(const solow_layout *layout, int64_t row)
{
    int low = 0, high = layout->ranks - 1;
    while (low < high) { /* the last rank whose first row is not after row, and which owns a strip */
        int middle = (low + high + 1) / 2;
        int64_t first = layout->block_row[solow_strip_block(layout, layout->rank_strip[middle])];
        if (first <= row && layout->rank_strip[middle] < layout->strips) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    while (low > 0 && layout->rank_strip[low] == layout->rank_strip[low + 1]) {
        low--;
    }
    return low;
}
