/* block.c - see block.h. */
#include "engine/pass/block.h"

#include "kernels/panel/combine.h"

#include <string.h>

static ptrdiff_t round_up(ptrdiff_t rows)
{
    return (rows + 7) / 8 * 8;
}

solow_status solow_block_init(const solow_frame *frame, const solow_sample *sample, ptrdiff_t columns,
                              const solow_design_column *const *column, size_t extra_bytes, solow_block *block,
                              solow_error *err)
{
    solow_block made = {.frame = frame, .sample = sample, .columns = columns, .column = column};
    ptrdiff_t most_units = 0;
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        ptrdiff_t rows = round_up(frame->block_start[b + 1] - frame->block_start[b]);
        ptrdiff_t units = frame->has_unit ? frame->block_unit[b + 1] - frame->block_unit[b] : 0;
        made.most_rows = rows > made.most_rows ? rows : made.most_rows;
        most_units = units > most_units ? units : most_units;
    }
    ptrdiff_t cells = solow_product(made.most_rows, columns);
    size_t bytes = solow_arena_need(cells, sizeof(double)) + solow_arena_need(made.most_rows, sizeof(double)) +
                   solow_arena_need(made.most_rows, 1) + solow_arena_need(most_units + 1, sizeof(ptrdiff_t));
    if (cells < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "a block of %td rows and %td columns is too large", made.most_rows,
                          columns);
    }
    solow_status status = solow_arena_init(&made.arena, bytes + extra_bytes, err);
    if (status != SOLOW_OK) {
        return status;
    }
    made.x = solow_arena_doubles(&made.arena, cells);
    made.weight = sample->weight != NULL ? solow_arena_doubles(&made.arena, made.most_rows) : NULL;
    made.ones = solow_arena_take(&made.arena, made.most_rows, 1);
    made.unit_start = solow_arena_take(&made.arena, most_units + 1, sizeof(ptrdiff_t));
    memset(made.ones, 1, (size_t)made.most_rows);
    *block = made;
    return SOLOW_OK;
}

void solow_block_clear(solow_block *block)
{
    solow_arena_clear(&block->arena);
}

void solow_block_open(solow_block *block, ptrdiff_t b)
{
    const solow_frame *frame = block->frame;
    const solow_sample *sample = block->sample;
    ptrdiff_t begin = frame->block_start[b], rows = frame->block_start[b + 1] - begin, ld = round_up(rows);
    if (sample->weight != NULL) {
        memcpy(block->weight, sample->weight + begin, solow_bytes(rows, sizeof(double)));
        memset(block->weight + rows, 0, solow_bytes(ld - rows, sizeof(double)));
    }
    ptrdiff_t units = 0;
    if (frame->has_unit) {
        units = frame->block_unit[b + 1] - frame->block_unit[b];
        for (ptrdiff_t u = 0; u <= units; u++) {
            block->unit_start[u] = frame->unit_start[frame->block_unit[b] + u] - begin;
        }
    }
    block->view = (solow_view){
        .rows = rows,
        .columns = block->columns,
        .ld = ld,
        .x = block->x,
        .weight = sample->weight != NULL ? block->weight : NULL,
        .present = sample->present != NULL ? sample->present + begin : block->ones,
        .unit = frame->unit != NULL ? frame->unit + begin : NULL,
        .time = frame->time != NULL ? frame->time + begin : NULL,
        .units = units,
        .unit_start = block->unit_start,
        .first_row = frame->layout.first_row + begin,
    };
}

solow_status solow_block_fill_column(solow_block *block, ptrdiff_t b, ptrdiff_t column, solow_error *err)
{
    ptrdiff_t begin = block->frame->block_start[b], rows = block->view.rows, ld = block->view.ld;
    double *x = block->x + column * ld;
    solow_status status = solow_design_fill(block->column[column], begin, rows, x, err);
    if (block->sample->present != NULL) {
        solow_keep_present(rows, block->view.present, x);
    }
    memset(x + rows, 0, solow_bytes(ld - rows, sizeof *x));
    return status;
}

solow_status solow_block_fill(solow_block *block, ptrdiff_t b, solow_error *err)
{
    solow_status status = SOLOW_OK;
    solow_block_open(block, b);
    for (ptrdiff_t c = 0; c < block->columns && status == SOLOW_OK; c++) {
        status = solow_block_fill_column(block, b, c, err);
    }
    return status;
}

const double *solow_block_source(const solow_block *block, ptrdiff_t b, ptrdiff_t column)
{
    const solow_frame_column *from = block->column[column]->column;
    return block->sample->present == NULL && from != NULL ? from->number + block->frame->block_start[b] : NULL;
}

bool solow_block_sources(const solow_block *block, ptrdiff_t b, const double **source)
{
    bool all = true;
    for (ptrdiff_t c = 0; c < block->columns && all; c++) {
        source[c] = solow_block_source(block, b, c);
        all = source[c] != NULL;
    }
    return all;
}
