/* part_frame.c - one part as a frame: values gathered, codes made dense, blocks cut. See part.h. */
#include "engine/frame/arrange.h"
#include "engine/frame/factor.h"
#include "engine/frame/part.h"

#include <stdlib.h>
#include <string.h>

typedef struct one_part {
    const solow_parts *parts;
    const ptrdiff_t *row; /* [rows] numbers of its rows */
    ptrdiff_t rows;
    bool together; /* the rows are one run of this rank's own */
    solow_frame *frame;
} one_part;

static void take_numbers(const one_part *part, const solow_part_values *from, double *to)
{
    const solow_parts *parts = part->parts;
    if (part->together) {
        const double *first = (const double *)from->here + (part->row[0] - parts->before);
        memcpy(to, first, solow_bytes(part->rows, sizeof *to));
        return;
    }
    for (ptrdiff_t i = 0; i < part->rows; i++) {
        to[i] = solow_part_number(parts, from, part->row[i]);
    }
}

static void take_codes(const one_part *part, const solow_part_values *from, int32_t *to)
{
    const solow_parts *parts = part->parts;
    if (part->together) {
        const int32_t *first = (const int32_t *)from->here + (part->row[0] - parts->before);
        memcpy(to, first, solow_bytes(part->rows, sizeof *to));
        return;
    }
    for (ptrdiff_t i = 0; i < part->rows; i++) {
        to[i] = solow_part_code(parts, from, part->row[i]);
    }
}

static int by_code(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Labels that the part has, in the order of the whole column; codes point to them. mark is -1 before and after. */
static solow_status recode(const one_part *part, ptrdiff_t c, solow_frame_column *made, solow_error *err)
{
    int32_t *mark = part->parts->mark[c];
    char **label = part->parts->column[c]->label;
    int32_t *found = solow_allocate(part->rows, sizeof *found), count = 0;
    if (found == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the labels of a group");
    }
    take_codes(part, &part->parts->value[c], made->code);
    for (ptrdiff_t i = 0; i < part->rows; i++) {
        int32_t old = made->code[i];
        if (old >= 0 && mark[old] < 0) {
            mark[old] = 0;
            found[count++] = old;
        }
    }
    qsort(found, (size_t)count, sizeof *found, by_code);
    made->label = solow_allocate(count, sizeof *made->label);
    for (int32_t l = 0; l < count; l++) {
        mark[found[l]] = l;
        if (made->label != NULL) {
            made->label[l] = label[found[l]];
        }
    }
    for (ptrdiff_t i = 0; i < part->rows; i++) {
        int32_t old = made->code[i];
        made->code[i] = old >= 0 ? mark[old] : -1;
    }
    for (int32_t l = 0; l < count; l++) {
        mark[found[l]] = -1;
    }
    made->levels = count;
    free(found);
    return made->label != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the labels of a group");
}

solow_status solow_part_column(solow_frame *frame, const solow_frame *whole, const solow_frame_column *from,
                               solow_frame_column **column, solow_error *err)
{
    solow_frame_column *made = NULL;
    solow_status status = solow_frame_add_number(frame, from->name, &made, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (from->kind == SOLOW_COLUMN_TEXT) {
        free(made->number);
        made->number = NULL;
        made->kind = SOLOW_COLUMN_TEXT;
        made->borrows_labels = true;
        made->text_row = from->text_row;
        memcpy(made->text_label, from->text_label, sizeof made->text_label);
        made->code = solow_allocate(frame->rows, sizeof *made->code);
        if (made->code == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the labels of a group");
        }
    }
    if (from == whole->time_column) {
        frame->time_column = made;
    }
    if (from == whole->unit_column) {
        frame->unit_column = made;
    }
    *column = made;
    return SOLOW_OK;
}

static solow_status add_column(const one_part *part, ptrdiff_t c, solow_error *err)
{
    const solow_frame_column *from = part->parts->column[c];
    solow_frame_column *made = NULL;
    solow_status status = solow_part_column(part->frame, part->parts->frame, from, &made, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (from->kind == SOLOW_COLUMN_TEXT) {
        status = recode(part, c, made, err);
    } else {
        take_numbers(part, &part->parts->value[c], made->number);
    }
    if (status != SOLOW_OK || !(from->has_missing || from->has_infinite)) { /* then the part has none either */
        return status;
    }
    return solow_frame_column_check(part->frame, made, err);
}

/* Units 0, 1, ... of the part, rows of each, and the blocks that follow. */
static solow_status lay_out(const one_part *part, int32_t *levels, double **value, solow_error *err)
{
    solow_frame *frame = part->frame;
    const double *old_value = part->parts->frame->unit_factor != NULL ? part->parts->frame->unit_factor->value : NULL;
    if (!frame->has_unit) {
        return solow_layout_init(part->rows, NULL, 1, 0, &frame->layout, err);
    }
    int32_t *unit_rows = solow_allocate_zeroed(part->rows, sizeof *unit_rows), units = 0;
    frame->unit = solow_allocate(part->rows, sizeof *frame->unit);
    const int32_t *copy = part->parts->copy;
    bool valued = old_value != NULL || copy != NULL; /* copies of a text unit go by number */
    *value = valued ? solow_allocate(part->rows, sizeof **value) : NULL;
    if (unit_rows == NULL || frame->unit == NULL || (valued && *value == NULL)) {
        free(unit_rows);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the units of a group");
    }
    take_codes(part, &part->parts->unit, frame->unit);
    for (ptrdiff_t i = 0, before = -1; i < part->rows; i++) {
        int32_t code = frame->unit[i];
        if (code != before || (copy != NULL && copy[i] != copy[i - 1])) {
            if (valued) {
                (*value)[units] = old_value != NULL ? old_value[code] : units;
            }
            units++;
            before = code;
        }
        unit_rows[units - 1]++;
        frame->unit[i] = units - 1;
    }
    *levels = units;
    frame->facts.units = units;
    solow_status status = solow_layout_init(units, unit_rows, 1, 0, &frame->layout, err);
    free(unit_rows);
    return status;
}

static solow_status take_time(const one_part *part, solow_error *err)
{
    solow_frame *frame = part->frame;
    if (!frame->has_time) {
        return SOLOW_OK;
    }
    frame->time = solow_allocate(part->rows, sizeof *frame->time);
    if (frame->time == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the periods of a group");
    }
    take_codes(part, &part->parts->time, frame->time);
    return SOLOW_OK;
}

solow_status solow_part_finish(solow_frame *frame, int32_t units, double *value, solow_error *err)
{
    const solow_factor *time = NULL;
    solow_status status = SOLOW_OK;
    if (frame->has_unit) { /* which takes the values over, or frees them */
        status = solow_frame_unit_factor(frame, frame->unit_column, units, value, err);
    }
    if (status == SOLOW_OK) {
        status = solow_frame_cut(frame, err);
    }
    if (status == SOLOW_OK && frame->has_time) {
        status = solow_frame_time_factor(frame, &time, err);
    }
    return status;
}

solow_status solow_parts_frame(const solow_parts *parts, ptrdiff_t p, solow_frame *frame, solow_error *err)
{
    const solow_frame *whole = parts->frame;
    *frame = (solow_frame){.comm = parts->alone,
                           .rows = parts->start[p + 1] - parts->start[p],
                           .has_unit = whole->has_unit,
                           .has_time = whole->has_time,
                           .is_part = true};
    const ptrdiff_t *row = parts->row + parts->start[p];
    ptrdiff_t last = row[frame->rows - 1];
    bool together = parts->copy == NULL && last - row[0] == frame->rows - 1 && row[0] >= parts->before &&
                    last < parts->before + parts->own;
    const one_part part = {parts, row, frame->rows, together, frame};
    int32_t levels = 0;
    double *value = NULL;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < parts->columns && status == SOLOW_OK; c++) {
        status = add_column(&part, c, err);
    }
    if (status == SOLOW_OK) {
        status = lay_out(&part, &levels, &value, err);
    }
    if (status == SOLOW_OK) {
        status = take_time(&part, err);
    }
    if (status == SOLOW_OK) {
        status = solow_part_finish(frame, levels, value, err);
    } else {
        free(value);
    }
    if (status != SOLOW_OK) {
        solow_frame_clear(frame);
    }
    return status;
}
