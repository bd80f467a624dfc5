/* absorb_block.c - the effects of one block, as kernels want them, and their removal. See absorb.h. */
#include "engine/pass/absorb.h"

#include "kernels/sparse/global_runs.h"

#include <string.h>

static ptrdiff_t most_block_rows(const solow_frame *frame)
{
    ptrdiff_t most = 0;
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        ptrdiff_t rows = frame->block_start[b + 1] - frame->block_start[b];
        most = rows > most ? rows : most;
    }
    return (most + 7) / 8 * 8;
}

size_t solow_absorb_need(const solow_absorb *absorb, const solow_frame *frame, ptrdiff_t columns)
{
    ptrdiff_t rows = most_block_rows(frame), arrays = 0, pointers = columns;
    for (ptrdiff_t e = 0; e < absorb->effects->count; e++) {
        arrays += absorb->effects->effect[e].slopes;
        pointers += absorb->effects->effect[e].slopes + 4;
    }
    size_t bytes = solow_arena_need(pointers, sizeof(double *)) +
                   solow_arena_need(solow_product(rows, arrays), sizeof(double)) + (size_t)(arrays + pointers + 8) * 64;
    bytes += solow_product(rows, absorb->layout.sets) > 0
                 ? solow_arena_need(solow_product(rows, absorb->layout.sets), sizeof(int32_t)) +
                       (size_t)absorb->layout.sets * 64
                 : 0;
    bytes += absorb->layout.sets > 0 ? solow_arena_need(absorb->layout.sets, sizeof(solow_code_runs)) : 0;
    if (absorb->local >= 0) {
        const solow_model_effect *local = &absorb->effects->effect[absorb->local];
        bytes += solow_local_need(rows, rows, (local->level ? 1 : 0) + local->slopes);
    }
    return bytes;
}

/* Values of an effect's slopes in the block, finite on present rows. */
static solow_status slope_values(const solow_model_effect *effect, solow_block *block, ptrdiff_t b,
                                 const double *const **values, solow_error *err)
{
    *values = NULL;
    if (effect->slopes == 0) {
        return SOLOW_OK;
    }
    const double **array = solow_arena_take(&block->arena, effect->slopes, sizeof *array);
    for (ptrdiff_t s = 0; s < effect->slopes && array != NULL; s++) {
        double *slope = solow_arena_doubles(&block->arena, block->view.ld);
        array[s] = slope;
        if (slope == NULL) {
            array = NULL;
            break;
        }
        solow_status status =
            solow_program_run(effect->slope[s], block->frame->block_start[b], block->view.rows, slope, err);
        if (status != SOLOW_OK) {
            return status;
        }
        for (ptrdiff_t i = 0; i < block->view.rows; i++) {
            slope[i] = block->view.present[i] ? slope[i] : 0;
        }
        memset(slope + block->view.rows, 0, solow_bytes(block->view.ld - block->view.rows, sizeof *slope));
    }
    if (array == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the work area of a block is too small for varying slopes");
    }
    *values = array;
    return SOLOW_OK;
}

static solow_status local_of_block(const solow_absorb *absorb, solow_block *block, ptrdiff_t b, solow_local *local,
                                   solow_error *err)
{
    const solow_model_effect *effect = &absorb->effects->effect[absorb->local];
    const solow_view *view = &block->view;
    *local = (solow_local){
        .rows = view->rows,
        .levels = absorb->local_code != NULL ? absorb->local_levels[b] : view->units,
        .start = absorb->local_code != NULL ? NULL : view->unit_start,
        .code = absorb->local_code != NULL ? absorb->local_code + block->frame->block_start[b] : NULL,
        .present = block->sample->present != NULL ? view->present : NULL,
        .weight = view->weight,
        .level = effect->level,
        .slopes = effect->slopes,
    };
    solow_status status = slope_values(effect, block, b, &local->slope, err);
    return status == SOLOW_OK ? solow_local_prepare(local, &block->arena, err) : status;
}

/* Codes of the global sets; rows outside the sample get -1 where there is a mask. */
static solow_status global_of_block(const solow_absorb *absorb, solow_block *block, ptrdiff_t b, solow_global *global,
                                    solow_error *err)
{
    ptrdiff_t sets = absorb->layout.sets, begin = block->frame->block_start[b], rows = block->view.rows;
    const int32_t **code = solow_arena_take(&block->arena, sets, sizeof *code);
    const double *const **slope = solow_arena_take(&block->arena, sets, sizeof *slope);
    solow_status status = SOLOW_OK;
    for (ptrdiff_t s = 0; s < sets && status == SOLOW_OK && slope != NULL; s++) {
        const solow_model_effect *effect = &absorb->effects->effect[absorb->global[s]];
        code[s] = effect->factor->code + begin;
        if (block->sample->present != NULL) {
            int32_t *masked = solow_arena_take(&block->arena, block->view.ld, sizeof *masked);
            if (masked == NULL) {
                slope = NULL;
                break;
            }
            for (ptrdiff_t i = 0; i < rows; i++) {
                masked[i] = block->view.present[i] ? effect->factor->code[begin + i] : -1;
            }
            code[s] = masked;
        }
        status = slope_values(effect, block, b, &slope[s], err);
    }
    if (code == NULL || slope == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the work area of a block is too small for its effects");
    }
    *global = (solow_global){
        .rows = rows, .layout = &absorb->layout, .code = code, .slope = slope, .weight = block->view.weight};
    return status;
}

solow_status solow_absorb_block(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                solow_block_effects *effects, solow_error *err)
{
    *effects = (solow_block_effects){.has_local = absorb->local >= 0};
    solow_status status = SOLOW_OK;
    if (effects->has_local) {
        status = local_of_block(absorb, block, b, &effects->local, err);
    }
    if (status == SOLOW_OK && absorb->layout.sets > 0) {
        status = global_of_block(absorb, block, b, &effects->global, err);
    }
    return status;
}

/* Where column c begins in panels. */
static ptrdiff_t panel_of(const solow_global *global, ptrdiff_t c)
{
    return solow_panel_index(global->layout->unknowns, 0, c);
}

/* Whether every row counts and every set's codes come in runs; runs [sets]. */
static bool find_runs(const solow_block *block, const solow_global *global, solow_code_runs *runs)
{
    bool plain = block->sample->present == NULL && global->weight == NULL;
    for (ptrdiff_t s = 0; s < global->layout->sets && plain; s++) {
        const solow_global_set *set = &global->layout->set[s];
        plain = set->level && set->width == 1 && solow_code_runs_find(global->rows, global->code[s], &runs[s]) &&
                solow_code_runs_rows(&runs[s]) == global->rows;
    }
    return plain;
}

/* A column goes through every step while it is in the nearest cache. */
static solow_status within_by_column(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                     const solow_block_effects *effects, const solow_code_runs *runs, double *sums,
                                     solow_error *err)
{
    const solow_global *global = &effects->global;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < block->columns && status == SOLOW_OK; c++) {
        double *x = block->x + c * block->view.ld;
        ptrdiff_t panel = panel_of(global, c);
        status = solow_block_fill_column(block, b, c, err);
        for (ptrdiff_t s = 0; s < global->layout->sets && absorb->gamma != NULL; s++) {
            solow_code_runs_subtract(&runs[s], 1, absorb->gamma + panel + global->layout->set[s].first * 8, x,
                                     block->view.ld);
        }
        if (effects->has_local) {
            solow_local_within(&effects->local, 1, x, block->view.ld, NULL);
        }
        for (ptrdiff_t s = 0; s < global->layout->sets && sums != NULL; s++) {
            solow_code_runs_add(&runs[s], 1, x, block->view.ld, sums + panel + global->layout->set[s].first * 8);
        }
    }
    return status;
}

static solow_status within_by_step(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                   const solow_block_effects *effects, double *sums, solow_error *err)
{
    bool subtract = absorb->gamma != NULL;
    const double **source = solow_arena_take(&block->arena, block->columns, sizeof *source);
    solow_status status = SOLOW_OK;
    if (effects->has_local && !subtract && source != NULL && solow_block_sources(block, b, source)) {
        solow_local_within_from(&effects->local, block->columns, source, block->x, block->view.ld);
    } else {
        status = solow_block_fill(block, b, err);
        if (status == SOLOW_OK && subtract) {
            solow_global_subtract(&effects->global, block->columns, absorb->gamma, block->x, block->view.ld);
        }
        if (status == SOLOW_OK && effects->has_local) {
            solow_local_within(&effects->local, block->columns, block->x, block->view.ld, NULL);
        }
    }
    if (status == SOLOW_OK && sums != NULL) {
        solow_global_add(&effects->global, block->columns, block->x, block->view.ld, sums);
    }
    return status;
}

solow_status solow_absorb_within(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                 const solow_block_effects *effects, double *sums, double *size, solow_error *err)
{
    ptrdiff_t sets = absorb->layout.sets;
    solow_code_runs *runs = sets > 0 ? solow_arena_take(&block->arena, sets, sizeof *runs) : NULL;
    solow_status status = runs != NULL && find_runs(block, &effects->global, runs)
                              ? within_by_column(absorb, block, b, effects, runs, sums, err)
                              : within_by_step(absorb, block, b, effects, sums, err);
    if (status == SOLOW_OK && size != NULL) {
        solow_global_size(&effects->global, block->columns, block->x, block->view.ld, size);
    }
    return status;
}
