/* arrange.c - columns in memory become a frame: adopted, filtered, sorted, moved, cut. See arrange.h, frame.h. */
#include "engine/frame/arrange.h"

#include "engine/frame/evaluate.h"
#include "engine/frame/factor.h"
#include "engine/frame/order.h"
#include "io/panel/source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where the files first have a label that is no number: what to tell a user who expected numbers. */
static solow_status find_text(const solow_frame *frame, solow_frame_column *column, const int64_t *origin,
                              solow_error *err)
{
    enum { WORDS = 8 };
    int64_t first = INT64_MIN, word[WORDS]; /* minus the row: the least row is the largest */
    char label[WORDS * sizeof word[0]] = "";
    double ignored;
    for (ptrdiff_t i = 0; i < frame->rows && first == INT64_MIN; i++) {
        const char *text = column->code[i] >= 0 ? column->label[column->code[i]] : NULL;
        if (text != NULL && !solow_number_parse(text, strlen(text), &ignored)) {
            first = -(origin[i] + 1);
            strncpy(label, text, sizeof label - 1);
        }
    }
    int64_t mine = first;
    solow_status status = solow_comm_max_int64(frame->comm, &first, 1, err);
    for (int w = 0; w < WORDS; w++) {
        memcpy(&word[w], label + (size_t)w * sizeof word[0], sizeof word[0]);
        word[w] = mine == first ? word[w] : INT64_MIN;
    }
    status = status == SOLOW_OK ? solow_comm_max_int64(frame->comm, word, WORDS, err) : status;
    column->text_row = first == INT64_MIN ? 0 : -first;
    if (column->text_row > 0) {
        memcpy(column->text_label, word, sizeof column->text_label);
        column->text_label[sizeof column->text_label - 1] = '\0';
    }
    return status;
}

/* Takes the column's arrays over. */
static solow_status adopt(solow_frame *frame, solow_column *column, const int64_t *origin, solow_error *err)
{
    char **label = NULL;
    int32_t levels = 0;
    solow_status status = SOLOW_OK;
    if (column->kind == SOLOW_COLUMN_TEXT) {
        status = solow_agree_levels(frame->comm, frame->rows, column, &label, &levels, err);
    }
    solow_frame_column *made = NULL;
    if (status == SOLOW_OK) {
        ptrdiff_t rows = frame->rows;
        frame->rows = 0; /* the arrays come from the file: none to allocate */
        status = solow_frame_add_number(frame, column->name, &made, err);
        frame->rows = rows;
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status != SOLOW_OK) {
        for (int32_t i = 0; label != NULL && i < levels; i++) {
            free(label[i]);
        }
        free(label);
        return status;
    }
    free(made->number);
    made->kind = column->kind;
    made->number = column->number;
    made->code = column->code;
    made->label = label;
    made->levels = levels;
    column->number = NULL;
    column->code = NULL;
    return made->kind == SOLOW_COLUMN_TEXT ? find_text(frame, made, origin, err) : SOLOW_OK;
}

/* Keeps the rows with keep[i] != 0 of every column, and their origins. */
static void compact(solow_frame *frame, const uint8_t *keep, int64_t *origin)
{
    ptrdiff_t kept = 0;
    for (ptrdiff_t c = 0; c < frame->columns; c++) {
        solow_frame_column *column = frame->column[c];
        kept = 0;
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            if (keep[i] && column->kind == SOLOW_COLUMN_TEXT) {
                column->code[kept++] = column->code[i];
            } else if (keep[i]) {
                column->number[kept++] = column->number[i];
            }
        }
    }
    kept = 0;
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        if (keep[i]) {
            origin[kept++] = origin[i];
        }
    }
    frame->rows = kept;
}

static solow_status key_column(const solow_frame *frame, const char *name, const char *what,
                               solow_frame_column **column, solow_error *err)
{
    *column = solow_frame_find(frame, name);
    if (*column == NULL) {
        const char *near = solow_frame_closest(frame, name);
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the data have no column `%s`, which `data.%s` names%s%s%s", name, what,
                          near[0] != '\0' ? "; did you mean `" : "", near, near[0] != '\0' ? "`?" : "");
    }
    return SOLOW_OK;
}

static void mark_missing(const solow_frame *frame, const solow_frame_column *column, uint8_t *keep, int64_t *dropped)
{
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        bool missing = column->kind == SOLOW_COLUMN_TEXT ? column->code[i] < 0 : isnan(column->number[i]);
        *dropped += missing && keep[i];
        keep[i] = keep[i] && !missing;
    }
}

/* data.where, then rows without unit or period. */
static solow_status filter(solow_frame *frame, const solow_job *job, int64_t *origin, solow_error *err)
{
    uint8_t *keep = solow_allocate(frame->rows, 1);
    double *value = job->data.where != NULL ? solow_allocate(frame->rows, sizeof *value) : NULL;
    int64_t dropped[2] = {0, 0};
    solow_status status = keep != NULL && (value != NULL || job->data.where == NULL)
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for data.where");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        memset(keep, 1, (size_t)frame->rows);
    }
    if (status == SOLOW_OK && job->data.where != NULL) {
        status = solow_frame_evaluate(frame, job->data.where, value, err);
        for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
            keep[i] = value[i] != 0 && !isnan(value[i]);
            dropped[0] += !keep[i];
        }
    }
    const char *name[2] = {job->data.unit, job->data.time}, *what[2] = {"unit", "time"};
    for (int k = 0; k < 2 && status == SOLOW_OK; k++) {
        solow_frame_column *column = NULL;
        if (name[k] != NULL) {
            status = key_column(frame, name[k], what[k], &column, err);
            if (status == SOLOW_OK) {
                mark_missing(frame, column, keep, &dropped[1]);
            }
        }
    }
    int64_t here[2] = {dropped[0], dropped[1]};
    if (status == SOLOW_OK) {
        status = solow_comm_sum_int64(frame->comm, dropped, 2, err);
        frame->dropped_where = dropped[0];
        frame->dropped_key = dropped[1];
    }
    if (status == SOLOW_OK && here[0] + here[1] > 0) {
        compact(frame, keep, origin);
    }
    free(keep);
    free(value);
    return status;
}

/* Periods as int32: the time column must hold integers. */
static solow_status read_time(solow_frame *frame, const char *name, solow_error *err)
{
    solow_frame_column *column = NULL;
    solow_status status = key_column(frame, name, "time", &column, err);
    if (status == SOLOW_OK && column->kind == SOLOW_COLUMN_TEXT) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "the time column `%s` is text (for example \"%s\"); periods must be whole numbers such as years", name,
            column->levels > 0 ? column->label[0] : "");
    }
    frame->time = solow_allocate(frame->rows, sizeof *frame->time);
    if (status == SOLOW_OK && frame->time == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for periods");
    }
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        double period = column->number[i];
        if (!(fabs(period) < 1e9) || period != (double)(int32_t)period) {
            status =
                SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                           "the time column `%s` holds %.15g; periods must be whole numbers below 1e9", name, period);
        } else {
            frame->time[i] = (int32_t)period;
        }
    }
    frame->time_column = column;
    return status;
}

/* Codes of the unit column, which move with the rows; levels and, of a numeric column, values for its factor. */
static solow_status read_units(solow_frame *frame, const char *name, int32_t *levels, double **value, solow_error *err)
{
    const solow_frame_column *column = solow_frame_find(frame, name);
    frame->unit = solow_allocate(frame->rows, sizeof *frame->unit);
    solow_status status = frame->unit != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for units");
    status = solow_comm_agree(frame->comm, status, err);
    if (status != SOLOW_OK || column->kind == SOLOW_COLUMN_TEXT) {
        if (status == SOLOW_OK) {
            memcpy(frame->unit, column->code, solow_bytes(frame->rows, sizeof *frame->unit));
            *levels = column->levels;
            frame->facts.units = column->levels;
        }
        return status;
    }
    status = solow_code_numbers(frame->comm, frame->rows, column->number, frame->unit, levels, value, err);
    frame->facts.units = *levels;
    return status == SOLOW_OK ? solow_refuse_long_numbers(name, *levels, *value, err) : status;
}

/* Rows of every unit over all ranks, and the layout that follows. */
static solow_status lay_out(solow_frame *frame, int64_t total_rows, solow_error *err)
{
    int size = solow_comm_size(frame->comm), rank = solow_comm_rank(frame->comm);
    if (!frame->has_unit) {
        return solow_layout_init(total_rows, NULL, size, rank, &frame->layout, err);
    }
    ptrdiff_t codes = (ptrdiff_t)frame->facts.units;
    int32_t *unit_rows = solow_allocate_zeroed(codes, sizeof *unit_rows);
    solow_status status =
        unit_rows != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td units", codes);
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            unit_rows[frame->unit[i]]++;
        }
        status = solow_comm_sum_int32(frame->comm, unit_rows, codes, err);
    }
    if (status == SOLOW_OK) {
        frame->facts.units = 0;
        for (ptrdiff_t u = 0; u < codes; u++) { /* labels left without rows by data.where are no units */
            if (unit_rows[u] > 0) {
                unit_rows[frame->facts.units++] = unit_rows[u];
            }
        }
        status = solow_layout_init(frame->facts.units, unit_rows, size, rank, &frame->layout, err);
    }
    free(unit_rows);
    return status;
}

/* Sort keys: unit above, period (moved to be positive) below; the place in the file breaks ties. */
static uint64_t sort_key(const solow_frame *frame, const int64_t *origin, ptrdiff_t i)
{
    uint64_t unit = frame->has_unit ? (uint64_t)frame->unit[i] : (uint64_t)origin[i] >> 32;
    uint64_t low = frame->has_unit ? (frame->has_time ? (uint64_t)((int64_t)frame->time[i] + 2000000000) : 0)
                                   : (uint64_t)origin[i] & UINT32_MAX;
    return unit << 32 | low;
}

/* Whether every rank's rows are its own and in order, as files often are: then there is nothing to sort. */
static solow_status stands_sorted(const solow_frame *frame, const int64_t *origin, int64_t before, bool *sorted,
                                  solow_error *err)
{
    ptrdiff_t rows = frame->rows;
    solow_row_key end[2] = {{0, 0}, {0, 0}}, last = {0, 0};
    int64_t wrong = before != frame->layout.first_row || before + rows != frame->layout.end_row;
    for (ptrdiff_t i = 0; i < rows && wrong == 0; i++) {
        solow_row_key key = {sort_key(frame, origin, i), origin[i]};
        wrong = i > 0 && (key.key < last.key || (key.key == last.key && key.origin < last.origin));
        end[0] = i == 0 ? key : end[0];
        last = key;
    }
    end[1] = last;
    *sorted = false;
    solow_status status = solow_comm_max_int64(frame->comm, &wrong, 1, err);
    return status == SOLOW_OK && wrong == 0 ? solow_order_of_ranks(frame->comm, rows, end, sorted, err) : status;
}

static solow_status sort_and_move(solow_frame *frame, const int64_t *origin, int64_t before, solow_error *err)
{
    ptrdiff_t rows = frame->rows;
    bool sorted = false;
    solow_status stands = stands_sorted(frame, origin, before, &sorted, err);
    if (stands != SOLOW_OK || sorted) {
        return stands;
    }
    uint64_t *key = solow_allocate(rows, sizeof *key);
    ptrdiff_t *order = solow_allocate(rows, sizeof *order);
    int64_t *position = solow_allocate(rows, sizeof *position);
    solow_status status = key != NULL && order != NULL && position != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %td rows", rows);
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < rows; i++) {
            key[i] = sort_key(frame, origin, i);
        }
        status = solow_order_ranks(frame->comm, rows, key, origin, order, position, err);
    }
    if (status == SOLOW_OK) {
        status = solow_frame_move_rows(frame, rows, order, position, err);
    }
    free(key);
    free(order);
    free(position);
    return status;
}

/* Rows are in place: factors of unit and period, blocks, flags of columns. value is taken over. */
static solow_status finish(solow_frame *frame, const solow_job *job, int32_t levels, double *value, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (frame->has_unit) {
        status = solow_frame_unit_factor(frame, solow_frame_find(frame, job->data.unit), levels, value, err);
    }
    if (status == SOLOW_OK) {
        status = solow_frame_cut(frame, err);
    }
    if (status == SOLOW_OK && frame->has_time) { /* every model of a panel has it among its keys */
        const solow_factor *time = NULL;
        status = solow_frame_time_factor(frame, &time, err);
    }
    for (ptrdiff_t c = 0; c < frame->columns && status == SOLOW_OK; c++) {
        status = solow_frame_column_check(frame, frame->column[c], err);
    }
    return status;
}

solow_status solow_frame_arrange(solow_comm *comm, solow_columns *columns, const solow_job *job, int64_t *origin,
                                 solow_frame *frame, solow_error *err)
{
    *frame = (solow_frame){.comm = comm, .rows = (ptrdiff_t)columns->rows};
    int64_t before = 0, total = 0;
    double *unit_value = NULL;
    int32_t unit_levels = 0;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < columns->count && status == SOLOW_OK; c++) {
        status = adopt(frame, &columns->column[c], origin, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_agree(comm, filter(frame, job, origin, err), err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_scan_int64(comm, frame->rows, &before, &total, err);
    }
    if (status == SOLOW_OK && total == 0) {
        status = frame->dropped_where + frame->dropped_key == 0
                     ? SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s has no rows",
                                  job->data.files > 0 ? job->data.file[0] : "the data")
                     : SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                  "no row is left: %lld were dropped by data.where, %lld have no unit or period",
                                  (long long)frame->dropped_where, (long long)frame->dropped_key);
    }
    if (status == SOLOW_OK && job->data.time != NULL) {
        status = solow_comm_agree(comm, read_time(frame, job->data.time, err), err);
        frame->has_time = status == SOLOW_OK;
    }
    if (status == SOLOW_OK && job->data.unit != NULL) {
        status = solow_comm_agree(comm, read_units(frame, job->data.unit, &unit_levels, &unit_value, err), err);
        frame->has_unit = status == SOLOW_OK;
    }
    if (status == SOLOW_OK) {
        status = solow_comm_agree(comm, lay_out(frame, total, err), err);
    }
    if (status == SOLOW_OK) {
        status = sort_and_move(frame, origin, before, err);
    }
    if (status == SOLOW_OK) {
        status = finish(frame, job, unit_levels, unit_value, err);
    } else {
        free(unit_value);
    }
    if (status != SOLOW_OK) {
        solow_frame_clear(frame);
    }
    return status;
}

solow_status solow_frame_build(solow_comm *comm, solow_columns *columns, const solow_job *job, solow_frame *frame,
                               solow_error *err)
{
    int64_t before = 0, total = 0;
    solow_status status = solow_comm_scan_int64(comm, columns->rows, &before, &total, err);
    int64_t *origin = status == SOLOW_OK ? solow_allocate((ptrdiff_t)columns->rows, sizeof *origin) : NULL;
    if (status == SOLOW_OK && origin == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for rows");
    }
    status = solow_comm_agree(comm, status, err);
    for (int64_t i = 0; i < columns->rows && status == SOLOW_OK; i++) {
        origin[i] = before + i;
    }
    if (status == SOLOW_OK) {
        status = solow_frame_arrange(comm, columns, job, origin, frame, err);
    }
    free(origin);
    return status;
}
