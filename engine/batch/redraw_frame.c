/* redraw_frame.c - what is drawn, and the frame that a draw makes. See redraw.h. */
#include "engine/batch/redraw_data.h"

#include "engine/frame/factor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for draws");
}

solow_status solow_redraw_share(solow_comm *comm, const void *mine, ptrdiff_t count, size_t width, void **all,
                                solow_error *err)
{
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    solow_status status = solow_comm_agree(comm, offset != NULL ? SOLOW_OK : no_memory(err), err);
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(comm, mine, solow_bytes(count, width), all, offset, err);
    }
    free(offset);
    return status;
}

static solow_status find_factor(solow_redraw *redraw, const solow_factor **factor, solow_error *err)
{
    const solow_resampling *design = redraw->design;
    *factor = NULL;
    if (design->from == SOLOW_ITEMS_PERIODS) {
        return solow_frame_time_factor(redraw->run->frame, factor, err);
    }
    return design->cluster.count > 0 ? solow_frame_factor(redraw->run->frame, design->cluster.node[0], factor, err)
                                     : SOLOW_OK;
}

/* place [levels] out: the number of each level among those that are drawn, or -1; and how draws know them. */
static solow_status number_levels(solow_redraw *redraw, const solow_factor *factor, int32_t *place, solow_error *err)
{
    solow_frame *frame = redraw->run->frame;
    uint8_t *seen = solow_allocate_zeroed(factor->levels, 1);
    solow_status status = solow_comm_agree(frame->comm, seen != NULL ? SOLOW_OK : no_memory(err), err);
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        /* inputs have samples of their own */
        if (factor->code[i] >= 0 && (redraw->models > 1 || solow_sample_has(&redraw->task->sample, i))) {
            seen[factor->code[i]] = 1;
        }
    }
    status = status == SOLOW_OK ? solow_comm_or_bytes(frame->comm, seen, factor->levels, err) : status;
    redraw->number = solow_allocate(factor->levels, sizeof *redraw->number);
    status = status == SOLOW_OK && redraw->number == NULL ? no_memory(err) : status;
    for (int32_t level = 0; level < factor->levels && status == SOLOW_OK; level++) {
        place[level] = seen[level] ? (int32_t)redraw->items : -1;
        if (seen[level]) {
            char *label = solow_factor_label(factor, level);
            status = label != NULL ? SOLOW_OK : no_memory(err);
            redraw->number[redraw->items++] = label != NULL ? solow_cluster_number(label) : 0;
            free(label);
        }
    }
    free(seen);
    return solow_comm_agree(frame->comm, status, err);
}

/* Rows as what is drawn: those of the sample. */
static solow_status number_rows(solow_redraw *redraw, int32_t *item, solow_error *err)
{
    solow_frame *frame = redraw->run->frame;
    int64_t mine = 0, before = 0, total = 0;
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        mine += redraw->models > 1 || solow_sample_has(&redraw->task->sample, i);
    }
    solow_status status = solow_comm_scan_int64(frame->comm, mine, &before, &total, err);
    redraw->number = solow_allocate((ptrdiff_t)total, sizeof *redraw->number);
    status = status == SOLOW_OK && redraw->number == NULL ? no_memory(err) : status;
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        bool drawn = redraw->models > 1 || solow_sample_has(&redraw->task->sample, i);
        item[i] = drawn ? (int32_t)before++ : -1;
    }
    for (int64_t n = 0; n < total && status == SOLOW_OK; n++) {
        redraw->number[n] = (uint64_t)n;
    }
    redraw->items = (ptrdiff_t)total;
    return status;
}

/* Whether a unit has rows of two items, or a row of the sample has none. */
static solow_status check_items(solow_redraw *redraw, const int32_t *item, solow_error *err)
{
    const solow_frame *frame = redraw->run->frame;
    uint8_t flag[2] = {0, 0};
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        flag[0] |= frame->has_unit && i > 0 && frame->unit[i] == frame->unit[i - 1] && item[i] != item[i - 1];
        flag[1] |= item[i] < 0 && solow_sample_has(&redraw->task->sample, i);
    }
    solow_status status = solow_comm_or_bytes(frame->comm, flag, 2, err);
    redraw->whole = flag[0] == 0;
    if (flag[1] != 0) {
        snprintf(redraw->refusal, sizeof redraw->refusal, "rows of the sample have no `%.200s`", redraw->design->items);
    }
    return status;
}

static solow_status make_items(solow_redraw *redraw, solow_error *err)
{
    solow_frame *frame = redraw->run->frame;
    const solow_factor *factor = NULL;
    solow_status status = find_factor(redraw, &factor, err);
    int32_t *item = solow_allocate(frame->rows, sizeof *item),
            *place = factor != NULL ? solow_allocate(factor->levels, sizeof *place) : NULL;
    if (status == SOLOW_OK && (item == NULL || (factor != NULL && place == NULL))) {
        status = no_memory(err);
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = factor != NULL ? number_levels(redraw, factor, place, err) : number_rows(redraw, item, err);
    }
    for (ptrdiff_t i = 0; factor != NULL && i < frame->rows && status == SOLOW_OK; i++) {
        item[i] = factor->code[i] >= 0 ? place[factor->code[i]] : -1;
    }
    status = solow_comm_agree(frame->comm, status, err);
    status = status == SOLOW_OK ? check_items(redraw, item, err) : status;
    if (status == SOLOW_OK) {
        void *all = NULL;
        status = solow_redraw_share(frame->comm, item, frame->rows, sizeof *item, &all, err);
        redraw->item = all;
    }
    free(item);
    free(place);
    return status;
}

static solow_status gather_where(solow_redraw *redraw, ptrdiff_t m, const solow_model *model, solow_error *err)
{
    solow_frame *frame = redraw->run->frame;
    uint8_t *mask = NULL;
    void *all = NULL;
    solow_status status = solow_sample_where(frame, model, &mask, err);
    if (status == SOLOW_OK && model->where != NULL) {
        status = solow_redraw_share(frame->comm, mask, frame->rows, 1, &all, err);
    }
    redraw->where[m] = all;
    free(mask);
    return status;
}

solow_status solow_redraw_gather(solow_redraw *redraw, solow_error *err)
{
    solow_status status = make_items(redraw, err);
    for (ptrdiff_t m = 0; m < redraw->models && status == SOLOW_OK; m++) {
        status = gather_where(redraw, m, &redraw->model[m], err);
    }
    return status == SOLOW_OK ? solow_parts_gather(redraw->run->frame, &redraw->needs, &redraw->parts, err) : status;
}

/* How often a row's unit stands in the draw. */
static ptrdiff_t times(const solow_redraw *redraw, ptrdiff_t row)
{
    int32_t item = redraw->item[row];
    return item < 0 || !redraw->copies ? 1 : (ptrdiff_t)redraw->weight[item];
}

/* The rows behind the unit (or, without units, the row) that begins at row i. */
static ptrdiff_t end_of_unit(const solow_parts *parts, ptrdiff_t i)
{
    ptrdiff_t end = i + 1;
    bool units = parts->frame->has_unit;
    while (units && end < parts->rows &&
           solow_part_code(parts, &parts->unit, end) == solow_part_code(parts, &parts->unit, i)) {
        end++;
    }
    return end;
}

/* The rows of the draw into parts->row, copies of a unit one after the other. */
static solow_status place_rows(solow_redraw *redraw, int32_t **copy, solow_error *err)
{
    solow_parts *parts = &redraw->parts;
    ptrdiff_t total = 0, at = 0;
    for (ptrdiff_t i = 0; i < parts->rows; i++) {
        total += times(redraw, i);
    }
    parts->start[1] = total;
    if (total == 0) {
        return SOLOW_OK;
    }
    ptrdiff_t *row = solow_resize(parts->row, total, sizeof *row);
    parts->row = row != NULL ? row : parts->row;
    *copy = solow_allocate(total, sizeof **copy);
    if (row == NULL || *copy == NULL) {
        return no_memory(err);
    }
    for (ptrdiff_t i = 0, end = 0; i < parts->rows; i = end) {
        end = end_of_unit(parts, i);
        for (ptrdiff_t c = 0; c < times(redraw, i); c++) {
            for (ptrdiff_t j = i; j < end; j++, at++) {
                row[at] = j;
                (*copy)[at] = (int32_t)c;
            }
        }
    }
    return SOLOW_OK;
}

/* The clusters of the draw, each copy one of its own, under the name by which the model's variance asks for them. */
static solow_status add_items(const solow_redraw *redraw, const int32_t *copy, solow_frame *frame, solow_error *err)
{
    const solow_parts *parts = &redraw->parts;
    bool is_unit = frame->unit_factor != NULL && strcmp(frame->unit_factor->name, redraw->design->items) == 0;
    if (is_unit || redraw->design->items[0] == '\0') {
        return SOLOW_OK;
    }
    ptrdiff_t *base = solow_allocate_zeroed(redraw->items + 1, sizeof *base);
    for (ptrdiff_t g = 0; base != NULL && g < redraw->items; g++) {
        base[g + 1] = base[g] + (ptrdiff_t)redraw->weight[g];
    }
    ptrdiff_t levels = base != NULL ? base[redraw->items] : 0;
    int32_t *code = solow_allocate(frame->rows, sizeof *code);
    double *value = solow_allocate(levels, sizeof *value);
    if (base == NULL || code == NULL || value == NULL) {
        free(base);
        free(code);
        free(value);
        return no_memory(err);
    }
    for (ptrdiff_t level = 0; level < levels; level++) {
        value[level] = (double)level;
    }
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        int32_t item = redraw->item[parts->row[i]];
        code[i] = item >= 0 ? (int32_t)base[item] + copy[i] : -1;
    }
    free(base);
    return solow_frame_add_factor(frame, redraw->design->items, (int32_t)levels, code, value, err);
}

static solow_status add_weights(const solow_redraw *redraw, solow_frame *frame, solow_error *err)
{
    solow_frame_column *column = NULL;
    solow_status status = solow_frame_add_number(frame, "(draw)", &column, err);
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        int32_t item = redraw->item[redraw->parts.row[i]];
        column->number[i] = item >= 0 ? redraw->weight[item] : 1;
    }
    return status == SOLOW_OK ? solow_frame_column_check(frame, column, err) : status;
}

solow_status solow_redraw_add_where(const solow_redraw *redraw, solow_frame *frame, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < redraw->models && status == SOLOW_OK; m++) {
        char name[48];
        solow_frame_column *column = NULL;
        if (redraw->where[m] == NULL) {
            continue;
        }
        snprintf(name, sizeof name, "(where:%td)", m);
        status = solow_frame_add_number(frame, name, &column, err);
        for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
            column->number[i] = redraw->where[m][redraw->parts.row[i]];
        }
        status = status == SOLOW_OK ? solow_frame_column_check(frame, column, err) : status;
    }
    return status;
}

solow_status solow_redraw_frame(solow_redraw *redraw, solow_frame *frame, solow_error *err)
{
    int32_t *copy = NULL;
    solow_status status = place_rows(redraw, &copy, err);
    if (status == SOLOW_OK && redraw->parts.start[1] == 0) {
        return SOLOW_OK;
    }
    if (status == SOLOW_OK) {
        redraw->parts.copy = redraw->copies ? copy : NULL;
        status = solow_parts_frame(&redraw->parts, 0, frame, err);
    }
    if (status == SOLOW_OK) {
        status = solow_redraw_add_where(redraw, frame, err);
        if (status == SOLOW_OK) {
            status = redraw->copies ? add_items(redraw, copy, frame, err) : add_weights(redraw, frame, err);
        }
        if (status != SOLOW_OK) {
            solow_frame_clear(frame);
        }
    }
    free(copy);
    return status;
}
