/* transform.c - see transform.h. */
#include "engine/pass/transform.h"

#include "kernels/panel/between.h"
#include "kernels/panel/difference.h"
#include "kernels/panel/quasi.h"

#include <string.h>

bool solow_transform_same(solow_transform a, solow_transform b)
{
    return a.kind == b.kind && a.sigma2_e == b.sigma2_e && a.sigma2_u == b.sigma2_u;
}

size_t solow_transform_need(const solow_frame *frame)
{
    ptrdiff_t rows = 0;
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        ptrdiff_t size = frame->block_start[b + 1] - frame->block_start[b];
        rows = size > rows ? size : rows;
    }
    return solow_arena_need(rows + 8, 1) + solow_arena_need(rows + 8, sizeof(double)) + solow_local_need(rows, rows, 1);
}

/* Rows that leave the sample by the transform: presence, and weights 0 where there are weights. */
static void keep_rows(solow_block *block, uint8_t *kept, bool unit_weights)
{
    solow_view *view = &block->view;
    for (ptrdiff_t i = 0; i < view->rows && view->weight != NULL; i++) {
        block->weight[i] = kept[i] ? block->weight[i] : 0;
    }
    view->present = kept;
    if (unit_weights) {
        view->weight = NULL; /* absent rows are 0 in every column, so they need no weight */
    }
}

static solow_status between(solow_block *block, uint8_t *kept)
{
    solow_view *view = &block->view;
    solow_between_rows(view->units, view->unit_start, view->present, kept);
    solow_between_means(view->units, view->unit_start, view->present, view->weight, view->columns, block->x, view->ld);
    keep_rows(block, kept, true);
    return SOLOW_OK;
}

/* The constant is not differenced away: it is the drift of the differenced equation. */
static solow_status difference(solow_block *block, uint8_t *kept)
{
    solow_view *view = &block->view;
    solow_difference_rows(view->units, view->unit_start, view->time, view->present, kept);
    for (ptrdiff_t j = 0; j < view->columns; j++) {
        double *column = block->x + j * view->ld;
        if (block->column[j]->role == SOLOW_ROLE_CONSTANT) {
            for (ptrdiff_t i = 0; i < view->rows; i++) {
                column[i] = kept[i];
            }
        } else {
            solow_difference(view->rows, kept, 1, column, view->ld);
        }
    }
    keep_rows(block, kept, false);
    return SOLOW_OK;
}

static solow_status unit_within(solow_block *block, solow_error *err)
{
    solow_view *view = &block->view;
    solow_local local = {.rows = view->rows,
                         .levels = view->units,
                         .start = view->unit_start,
                         .present = view->present,
                         .weight = view->weight,
                         .level = true};
    solow_status status = solow_local_prepare(&local, &block->arena, err);
    if (status == SOLOW_OK) {
        solow_local_within(&local, view->columns, block->x, view->ld, NULL);
    }
    return status;
}

solow_status solow_transform_block(const solow_transform *transform, solow_block *block, ptrdiff_t b, solow_error *err)
{
    solow_status status = solow_block_fill(block, b, err);
    if (status != SOLOW_OK || transform->kind == SOLOW_TRANSFORM_NONE || transform->kind == SOLOW_TRANSFORM_WITHIN) {
        return status;
    }
    solow_view *view = &block->view;
    uint8_t *kept = solow_arena_take(&block->arena, view->ld, 1);
    double *theta = solow_arena_doubles(&block->arena, view->units);
    if (kept == NULL || theta == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the work area of a block is too small for its transform");
    }
    switch (transform->kind) {
    case SOLOW_TRANSFORM_BETWEEN:
        return between(block, kept);
    case SOLOW_TRANSFORM_DIFFERENCE:
        return difference(block, kept);
    case SOLOW_TRANSFORM_QUASI:
        solow_quasi_thetas(view->units, view->unit_start, view->present, transform->sigma2_e, transform->sigma2_u,
                           theta);
        solow_quasi(view->units, view->unit_start, view->present, theta, view->columns, block->x, view->ld);
        return SOLOW_OK;
    default:
        return unit_within(block, err);
    }
}
