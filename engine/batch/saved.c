/* saved.c - saved columns leave the frame for the results: unit, period and values of the rows of each model. See run.h. */
#include "engine/batch/run.h"

#include "engine/frame/factor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct saved_columns {
    const solow_model *model;
    ptrdiff_t count;
    const solow_frame_column **column;
    char **name;
} saved_columns;

/* The frame's columns `saved(MODEL,NAME)` of one model, in the order in which they were made. */
static solow_status find_columns(const solow_frame *frame, const solow_model *model, saved_columns *saved,
                                 solow_error *err)
{
    char prefix[160];
    int length = snprintf(prefix, sizeof prefix, "saved(%s,", model->id);
    saved->model = model;
    saved->column = solow_allocate(frame->columns, sizeof *saved->column);
    saved->name = solow_allocate(frame->columns, sizeof *saved->name);
    if (saved->column == NULL || saved->name == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
    }
    for (ptrdiff_t c = 0; c < frame->columns; c++) {
        if (strncmp(frame->column[c]->name, prefix, (size_t)length) == 0) {
            char *name = solow_copy_text(frame->column[c]->name + length);
            if (name == NULL) {
                return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
            }
            name[strcspn(name, ")")] = '\0';
            saved->name[saved->count] = name;
            saved->column[saved->count++] = frame->column[c];
        }
    }
    return SOLOW_OK;
}

/* Rows of this rank with any saved value: unit code, period, values, one row after the other. */
static ptrdiff_t pack_rows(const solow_frame *frame, const saved_columns *saved, double *packed)
{
    ptrdiff_t rows = 0, width = saved->count + 2;
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        bool any = false;
        for (ptrdiff_t c = 0; c < saved->count; c++) {
            any = any || !isnan(saved->column[c]->number[i]);
        }
        if (any) {
            double *row = packed + rows++ * width;
            row[0] = frame->has_unit ? (double)frame->unit[i] : (double)(frame->layout.first_row + i + 1);
            row[1] = frame->has_time ? (double)frame->time[i] : NAN;
            for (ptrdiff_t c = 0; c < saved->count; c++) {
                row[2 + c] = saved->column[c]->number[i];
            }
        }
    }
    return rows;
}

static char *unit_label(const solow_frame *frame, double code)
{
    char text[32];
    if (frame->has_unit) {
        return solow_factor_label(frame->unit_factor, (int32_t)code);
    }
    snprintf(text, sizeof text, "%.0f", code);
    return solow_copy_text(text);
}

static void saved_free(solow_saved *saved)
{
    for (int64_t i = 0; saved->unit != NULL && i < saved->rows; i++) {
        free(saved->unit[i]);
    }
    for (ptrdiff_t c = 0; saved->value != NULL && c < saved->columns; c++) {
        free(saved->value[c]);
    }
    free(saved->unit);
    free(saved->time);
    free(saved->value);
}

/* Gathered rows as the columns of one group of the file; results take a copy. */
static solow_status add_group(solow_run *run, const saved_columns *columns, ptrdiff_t rows, const double *row,
                              solow_error *err)
{
    ptrdiff_t width = columns->count + 2;
    solow_saved saved = {.model = columns->model->id, .rows = rows, .columns = columns->count, .name = columns->name};
    saved.unit = solow_allocate_zeroed(rows, sizeof *saved.unit);
    saved.time = run->frame->has_time ? solow_allocate(rows, sizeof *saved.time) : NULL;
    saved.value = solow_allocate_zeroed(columns->count, sizeof *saved.value);
    bool good = saved.unit != NULL && saved.value != NULL && (saved.time != NULL || !run->frame->has_time);
    for (ptrdiff_t c = 0; c < columns->count && good; c++) {
        saved.value[c] = solow_allocate(rows, sizeof **saved.value);
        good = saved.value[c] != NULL;
    }
    for (ptrdiff_t i = 0; i < rows && good; i++) {
        saved.unit[i] = unit_label(run->frame, row[i * width]);
        good = saved.unit[i] != NULL;
        if (saved.time != NULL) {
            saved.time[i] = row[i * width + 1];
        }
        for (ptrdiff_t c = 0; c < columns->count; c++) {
            saved.value[c][i] = row[i * width + 2 + c];
        }
    }
    solow_status status = good ? solow_results_add_saved(run->results, &saved, err)
                               : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
    saved_free(&saved);
    return status;
}

static solow_status collect_model(solow_run *run, const saved_columns *saved, solow_error *err)
{
    solow_comm *comm = run->comm;
    ptrdiff_t width = saved->count + 2;
    double *packed = solow_allocate(solow_product(run->frame->rows, width), sizeof *packed);
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    void *all = NULL;
    solow_status status =
        packed != NULL && offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        ptrdiff_t rows = pack_rows(run->frame, saved, packed);
        status = solow_comm_gather(comm, packed, solow_bytes(rows * width, sizeof *packed), &all, offset, err);
    }
    if (status == SOLOW_OK && run->results != NULL) {
        ptrdiff_t doubles = (ptrdiff_t)(offset[solow_comm_size(comm)] / sizeof *packed);
        status = add_group(run, saved, doubles / width, all, err);
    }
    free(packed);
    free(offset);
    free(all);
    return solow_comm_agree(comm, status, err);
}

solow_status solow_collect_saved(solow_run *run, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < run->job->models && status == SOLOW_OK; m++) {
        const solow_model *model = &run->job->model[m];
        bool repeated = false; /* a model that was split by outcome or step saves under one id */
        for (ptrdiff_t other = 0; other < m && !repeated; other++) {
            repeated = strcmp(run->job->model[other].id, model->id) == 0;
        }
        if (model->save_count == 0 || repeated) {
            continue;
        }
        saved_columns saved = {.count = 0};
        status = solow_comm_agree(run->comm, find_columns(run->frame, model, &saved, err), err);
        if (status == SOLOW_OK && saved.count > 0) {
            status = collect_model(run, &saved, err);
        }
        for (ptrdiff_t c = 0; c < saved.count; c++) {
            free(saved.name[c]);
        }
        free(saved.column);
        free(saved.name);
    }
    return status;
}
