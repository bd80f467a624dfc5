/* absorb_block.c - the effects of one block, as kernels want them, and their removal. See absorb.h. */
#include "engine/pass/absorb.h"

#include "kernels/panel/combine.h"
#include "kernels/sparse/within_runs.h"

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

/* Whether every set's codes come in runs, over all rows that are present; runs [sets]. */
static bool find_runs(const solow_block *block, const solow_global *global, solow_code_runs *runs)
{
    bool plain = global->weight == NULL;
    ptrdiff_t rows = block->sample->present == NULL ? global->rows : 0;
    for (ptrdiff_t i = 0; i < global->rows && block->sample->present != NULL; i++) {
        rows += block->view.present[i] != 0;
    }
    for (ptrdiff_t s = 0; s < global->layout->sets && plain; s++) {
        const solow_global_set *set = &global->layout->set[s];
        plain = set->level && set->width == 1 && solow_code_runs_find(global->rows, global->code[s], &runs[s]) &&
                solow_code_runs_rows(&runs[s]) == rows;
    }
    return plain;
}

/* x = from - D2 coefficient for one column; coefficient: in panels. */
static void subtract_runs(const solow_global *global, const solow_code_runs *runs, ptrdiff_t c,
                          const double *coefficient, const double *from, double *x)
{
    const double *panel = coefficient + solow_panel_index(global->layout->unknowns, 0, c);
    for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
        solow_code_runs_subtract(&runs[s], 1, panel + global->layout->set[s].first * 8, s == 0 ? from : x, x, 0);
    }
}

/* What one column adds to the certificate: raw before, left and sums after its effects are out. */
static void add_sizes_of(const solow_global_layout *layout, ptrdiff_t c, const solow_within_sizes *size,
                         const solow_absorb_sums *add)
{
    for (ptrdiff_t s = 0; s < layout->sets && add->size != NULL; s++) {
        add->size[c * layout->parts + layout->set[s].part] += size->left;
    }
    if (add->raw != NULL) {
        add->raw[c] += size->raw;
    }
    if (add->left != NULL) {
        add->left[c] += size->left;
    }
}

/* Gamma's panel column c; NULL before it is solved. */
static const double *solved_of(const solow_absorb *absorb, ptrdiff_t c)
{
    return absorb->gamma != NULL ? absorb->gamma + solow_panel_index(absorb->layout.unknowns, 0, c) : NULL;
}

static double *sums_of(const solow_global_layout *layout, ptrdiff_t c, const solow_absorb_sums *add)
{
    return add->sums != NULL ? add->sums + solow_panel_index(layout->unknowns, 0, c) : NULL;
}

/* Asks memory for a whole column of the block: its lines then come side by side, and not one after the other as the mean
 * of each unit is waited for. */
static void fetch_column(ptrdiff_t rows, const double *x)
{
#if defined(__GNUC__)
    enum { LINE = 64 / sizeof(double) };
    for (ptrdiff_t i = 0; i < rows; i += LINE) {
        __builtin_prefetch(x + i);
    }
#else
    (void)rows;
    (void)x;
#endif
}

/* Any sets that come in runs, step by step. from: the column's values, maybe x. */
static void within_steps(const solow_absorb *absorb, const solow_block_effects *effects, const solow_code_runs *runs,
                         ptrdiff_t c, const double *from, double *x, ptrdiff_t ld)
{
    const solow_global *global = &effects->global;
    if (absorb->gamma != NULL) {
        subtract_runs(global, runs, c, absorb->gamma, from, x);
        from = x;
    }
    if (effects->has_local && from != x) {
        solow_local_within_from(&effects->local, 1, &from, x, ld);
    } else if (effects->has_local) {
        solow_local_within(&effects->local, 1, x, ld, NULL);
    } else if (from != x) {
        memcpy(x, from, solow_bytes(global->rows, sizeof *x));
    }
    if (absorb->correction != NULL && absorb->corrected[c]) {
        subtract_runs(global, runs, c, absorb->correction, x, x);
        if (effects->has_local) {
            solow_local_within(&effects->local, 1, x, ld, NULL);
        }
    }
}

/* The same with what the certificate wants. */
static void certified_steps(const solow_absorb *absorb, const solow_block_effects *effects, const solow_code_runs *runs,
                            ptrdiff_t c, const double *from, double *x, ptrdiff_t ld, const solow_absorb_sums *add)
{
    const solow_global *global = &effects->global;
    solow_within_sizes size = {0};
    if (add->raw != NULL) {
        size.raw = solow_absolute_sum(global->rows, from, NULL);
    }
    within_steps(absorb, effects, runs, c, from, x, ld);
    if (add->size != NULL || add->left != NULL) {
        size.left = solow_absolute_sum(global->rows, x, NULL);
    }
    double *sums = sums_of(global->layout, c, add);
    for (ptrdiff_t s = 0; s < global->layout->sets && sums != NULL; s++) {
        solow_code_runs_add(&runs[s], 1, x, ld, sums + global->layout->set[s].first * 8);
    }
    add_sizes_of(global->layout, c, &size, add);
}

/* A column goes through every step while it is in the nearest cache. */
static solow_status within_by_column(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                     const solow_block_effects *effects, const solow_code_runs *runs,
                                     const solow_absorb_sums *add, solow_error *err)
{
    const solow_global *global = &effects->global;
    const solow_global_layout *layout = global->layout;
    bool one = effects->has_local && layout->sets == 1 && solow_within_runs_fit(&effects->local, &runs[0]);
    ptrdiff_t ld = block->view.ld;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < block->columns && status == SOLOW_OK; c++) {
        double *x = block->x + c * ld;
        const double *from = solow_block_source(block, b, c);
        if (from == NULL) {
            status = solow_block_fill_column(block, b, c, err);
            from = x;
        } else if (!one || c == 0) {
            fetch_column(global->rows, from);
        }
        memset(x + global->rows, 0, solow_bytes(ld - global->rows, sizeof *x));
        if (one && (absorb->correction == NULL || !absorb->corrected[c])) {
            const double *next = c + 1 < block->columns ? solow_block_source(block, b, c + 1) : NULL;
            solow_within_sizes size = {0};
            solow_within_runs(&effects->local, &runs[0], solved_of(absorb, c), from, next, x, sums_of(layout, c, add),
                              &size);
            add_sizes_of(layout, c, &size, add);
        } else {
            certified_steps(absorb, effects, runs, c, from, x, ld, add);
        }
    }
    return status;
}

/* sum |W x| of every column of the block as it stands. */
static void add_sizes(const solow_block *block, double *size)
{
    for (ptrdiff_t c = 0; c < block->columns; c++) {
        size[c] += solow_absolute_sum(block->view.rows, block->x + c * block->view.ld, block->view.weight);
    }
}

/* (4), of the columns that have a correction: the others keep their bits. */
static void subtract_correction(const solow_absorb *absorb, solow_block *block, const solow_block_effects *effects)
{
    ptrdiff_t ld = block->view.ld;
    solow_global_subtract(&effects->global, block->columns, absorb->correction, block->x, ld);
    for (ptrdiff_t c = 0; c < block->columns; c++) {
        if (absorb->corrected[c] && effects->has_local) {
            solow_local_within(&effects->local, 1, block->x + c * ld, ld, NULL);
        }
    }
}

static solow_status within_by_step(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                   const solow_block_effects *effects, double *raw, solow_error *err)
{
    bool subtract = absorb->gamma != NULL;
    const double **source = solow_arena_take(&block->arena, block->columns, sizeof *source);
    if (effects->has_local && !subtract && raw == NULL && source != NULL && solow_block_sources(block, b, source)) {
        solow_local_within_from(&effects->local, block->columns, source, block->x, block->view.ld);
        return SOLOW_OK;
    }
    solow_status status = solow_block_fill(block, b, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (raw != NULL) {
        add_sizes(block, raw);
    }
    if (subtract) {
        solow_global_subtract(&effects->global, block->columns, absorb->gamma, block->x, block->view.ld);
    }
    if (effects->has_local) {
        solow_local_within(&effects->local, block->columns, block->x, block->view.ld, NULL);
    }
    if (absorb->correction != NULL) {
        subtract_correction(absorb, block, effects);
    }
    return SOLOW_OK;
}

solow_status solow_absorb_within(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                 const solow_block_effects *effects, const solow_absorb_sums *add, solow_error *err)
{
    ptrdiff_t sets = absorb->layout.sets;
    solow_code_runs *runs = sets > 0 ? solow_arena_take(&block->arena, sets, sizeof *runs) : NULL;
    if (runs != NULL && find_runs(block, &effects->global, runs)) {
        return within_by_column(absorb, block, b, effects, runs, add, err);
    }
    solow_status status = within_by_step(absorb, block, b, effects, add->raw, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (add->sums != NULL) {
        solow_global_add(&effects->global, block->columns, block->x, block->view.ld, add->sums);
    }
    if (add->size != NULL) {
        solow_global_size(&effects->global, block->columns, block->x, block->view.ld, add->size);
    }
    if (add->left != NULL) {
        add_sizes(block, add->left);
    }
    return SOLOW_OK;
}
