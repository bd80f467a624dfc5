/* frame.c - columns of a frame: find, add, check, free. See frame.h. */
#include "engine/frame/frame.h"

#include "kernels/panel/combine.h"

#include <stdlib.h>
#include <string.h>

solow_frame_column *solow_frame_find(const solow_frame *frame, const char *name)
{
    for (ptrdiff_t i = 0; i < frame->columns; i++) {
        if (strcmp(frame->column[i]->name, name) == 0) {
            return frame->column[i];
        }
    }
    return NULL;
}

const char *solow_frame_closest(const solow_frame *frame, const char *name)
{
    const char **names = solow_allocate(frame->columns, sizeof *names);
    const char *closest = NULL;
    if (names != NULL) {
        for (ptrdiff_t i = 0; i < frame->columns; i++) {
            names[i] = frame->column[i]->name;
        }
        closest = solow_closest(name, names, frame->columns);
    }
    free(names);
    return closest != NULL ? closest : "";
}

solow_status solow_frame_add_number(solow_frame *frame, const char *name, solow_frame_column **column, solow_error *err)
{
    if (frame->columns == frame->column_capacity) {
        ptrdiff_t capacity = 2 * frame->column_capacity + 16;
        solow_frame_column **grown = solow_resize(frame->column, capacity, sizeof *grown);
        if (grown == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for column `%s`", name);
        }
        frame->column = grown;
        frame->column_capacity = capacity;
    }
    solow_frame_column *made = solow_allocate_zeroed(1, sizeof *made);
    char *copy = solow_copy_text(name);
    double *number = solow_allocate(frame->rows, sizeof *number);
    if (made == NULL || copy == NULL || number == NULL) {
        free(made);
        free(copy);
        free(number);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for column `%s` of %td rows", name, frame->rows);
    }
    *made = (solow_frame_column){.name = copy, .kind = SOLOW_COLUMN_NUMBER, .number = number};
    frame->column[frame->columns++] = made;
    *column = made;
    return SOLOW_OK;
}

solow_status solow_frame_column_check(solow_frame *frame, solow_frame_column *column, solow_error *err)
{
    int64_t flag[2] = {0, 0};
    if (column->kind == SOLOW_COLUMN_TEXT) {
        int32_t signs = 0;
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            signs |= column->code[i];
        }
        flag[0] = signs < 0;
    } else {
        int32_t found = solow_not_finite(frame->rows, column->number);
        flag[0] = (found & SOLOW_FOUND_NAN) != 0;
        flag[1] = (found & SOLOW_FOUND_INFINITE) != 0;
    }
    solow_status status = solow_comm_max_int64(frame->comm, flag, 2, err);
    column->has_missing = flag[0] != 0;
    column->has_infinite = flag[1] != 0;
    return status;
}

static void column_destroy(solow_frame_column *column)
{
    free(column->name);
    free(column->number);
    free(column->code);
    for (int32_t i = 0; column->label != NULL && !column->borrows_labels && i < column->levels; i++) {
        free(column->label[i]);
    }
    free(column->label);
    free(column);
}

static void factor_destroy(solow_factor *factor)
{
    free(factor->name);
    if (factor->owns_code) {
        free(factor->code);
        for (int32_t i = 0; factor->label != NULL && i < factor->levels; i++) {
            free(factor->label[i]);
        }
        free(factor->label);
    }
    free(factor->value);
    free(factor->part_code);
    free(factor);
}

void solow_frame_clear(solow_frame *frame)
{
    for (ptrdiff_t i = 0; i < frame->factors; i++) {
        factor_destroy(frame->factor[i]);
    }
    for (ptrdiff_t i = 0; i < frame->columns; i++) {
        column_destroy(frame->column[i]);
    }
    for (ptrdiff_t i = 0; i < frame->available_count; i++) {
        free(frame->available[i]);
    }
    free(frame->available);
    free(frame->note);
    free(frame->factor);
    free(frame->column);
    free(frame->unit);
    free(frame->time);
    free(frame->block_start);
    free(frame->unit_start);
    free(frame->block_unit);
    solow_layout_clear(&frame->layout);
    *frame = (solow_frame){0};
}
