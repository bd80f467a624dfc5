/* part.c - levels are dealt to ranks and rows travel there. See part.h; part_frame.c makes frames of what arrived. */
#include "engine/frame/part.h"

#include <stdlib.h>
#include <string.h>

typedef struct level_rows {
    int64_t rows;
    int32_t level;
} level_rows;

static int by_rows(const void *a, const void *b)
{
    const level_rows *x = a, *y = b;
    if (x->rows != y->rows) {
        return x->rows < y->rows ? 1 : -1;
    }
    return (x->level > y->level) - (x->level < y->level);
}

/* The rank with least rows so far; the first of several. */
static int lightest(const int64_t *load, int size)
{
    int least = 0;
    for (int rank = 1; rank < size; rank++) {
        least = load[rank] < load[least] ? rank : least;
    }
    return least;
}

/* rank_of: longest levels first, each to the rank that has least. */
static solow_status deal(solow_parts *parts, solow_error *err)
{
    const solow_factor *by = parts->by;
    solow_comm *comm = parts->frame->comm;
    int size = solow_comm_size(comm);
    int32_t *count = solow_allocate_zeroed(by->levels, sizeof *count);
    level_rows *list = solow_allocate(by->levels, sizeof *list);
    int64_t *load = solow_allocate_zeroed(size, sizeof *load);
    parts->rank_of = solow_allocate(by->levels, sizeof *parts->rank_of);
    solow_status status = count != NULL && list != NULL && load != NULL && parts->rank_of != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %d groups", (int)by->levels);
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < parts->frame->rows; i++) {
            if (by->code[i] >= 0) {
                count[by->code[i]]++;
            }
        }
        status = solow_comm_sum_int32(comm, count, by->levels, err);
    }
    if (status == SOLOW_OK) {
        for (int32_t level = 0; level < by->levels; level++) {
            list[level] = (level_rows){count[level], level};
        }
        qsort(list, (size_t)by->levels, sizeof *list, by_rows);
        for (int32_t i = 0; i < by->levels; i++) {
            int rank = lightest(load, size);
            parts->rank_of[list[i].level] = list[i].rows > 0 ? rank : -1;
            load[rank] += list[i].rows;
        }
    }
    free(count);
    free(list);
    free(load);
    return status;
}

/* order: the frame's rows by the rank that they go to, in the frame's order for each. */
static solow_status plan(solow_parts *parts, solow_error *err)
{
    solow_frame *frame = parts->frame;
    int size = solow_comm_size(frame->comm);
    parts->send = solow_allocate_zeroed(size, sizeof *parts->send);
    parts->receive = solow_allocate_zeroed(size, sizeof *parts->receive);
    parts->order = solow_allocate(frame->rows, sizeof *parts->order);
    ptrdiff_t *next = solow_allocate_zeroed((ptrdiff_t)size + 1, sizeof *next);
    solow_status status = parts->send != NULL && parts->receive != NULL && parts->order != NULL && next != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to move rows to their groups");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            int32_t level = parts->by->code[i];
            if (level >= 0) {
                parts->send[parts->rank_of[level]]++;
            }
        }
        for (int rank = 0; rank < size; rank++) {
            next[rank + 1] = next[rank] + (ptrdiff_t)parts->send[rank];
        }
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            int32_t level = parts->by->code[i];
            if (level >= 0) {
                parts->order[next[parts->rank_of[level]]++] = i;
            }
        }
    }
    free(next);
    return status;
}

/* data of the frame's rows as it stands with the ranks that they go to; malloc'ed. width: 4 or 8 bytes. */
static solow_status send_rows(solow_parts *parts, const void *data, size_t width, void **arrived, solow_error *err)
{
    solow_comm *comm = parts->frame->comm;
    int size = solow_comm_size(comm);
    ptrdiff_t rows = 0;
    for (int rank = 0; rank < size; rank++) {
        rows += (ptrdiff_t)parts->send[rank];
    }
    char *packed = solow_allocate(rows, width);
    size_t *send = solow_allocate(size, sizeof *send);
    solow_status status = packed != NULL && send != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to move %td rows", rows);
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < rows; i++) {
            memcpy(packed + (size_t)i * width, (const char *)data + (size_t)parts->order[i] * width, width);
        }
        for (int rank = 0; rank < size; rank++) {
            send[rank] = parts->send[rank] * width;
        }
        status = solow_comm_exchange(comm, packed, send, arrived, parts->receive, err);
    }
    for (int rank = 0; rank < size && status == SOLOW_OK; rank++) {
        parts->receive[rank] /= width;
    }
    free(packed);
    free(send);
    return status;
}

/* On one rank nothing moves: the frame's own arrays are looked at. */
static solow_status take_here(solow_parts *parts, solow_error *err)
{
    solow_frame *frame = parts->frame;
    parts->value = solow_allocate_zeroed(parts->columns, sizeof *parts->value);
    if (parts->value == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for groups");
    }
    for (ptrdiff_t c = 0; c < parts->columns; c++) {
        const solow_frame_column *column = parts->column[c];
        parts->value[c] = column->kind == SOLOW_COLUMN_TEXT ? (void *)column->code : (void *)column->number;
    }
    parts->unit = frame->unit;
    parts->time = frame->time;
    parts->rows = frame->rows;
    return SOLOW_OK;
}

static solow_status move(solow_parts *parts, int32_t **level, solow_error *err)
{
    solow_frame *frame = parts->frame;
    void *unit = NULL, *time = NULL, *codes = NULL;
    parts->value = solow_allocate_zeroed(parts->columns, sizeof *parts->value);
    solow_status status = parts->value != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for groups");
    status = solow_comm_agree(frame->comm, status, err);
    for (ptrdiff_t c = 0; c < parts->columns && status == SOLOW_OK; c++) {
        const solow_frame_column *column = parts->column[c];
        bool text = column->kind == SOLOW_COLUMN_TEXT;
        status = send_rows(parts, text ? (const void *)column->code : (const void *)column->number,
                           text ? sizeof(int32_t) : sizeof(double), &parts->value[c], err);
    }
    if (status == SOLOW_OK && frame->has_unit) {
        status = send_rows(parts, frame->unit, sizeof(int32_t), &unit, err);
    }
    parts->unit = unit;
    if (status == SOLOW_OK && frame->has_time) {
        status = send_rows(parts, frame->time, sizeof(int32_t), &time, err);
    }
    parts->time = time;
    if (status == SOLOW_OK) {
        status = send_rows(parts, parts->by->code, sizeof(int32_t), &codes, err);
    }
    *level = codes;
    for (int rank = 0; rank < solow_comm_size(frame->comm) && status == SOLOW_OK; rank++) {
        parts->rows += (ptrdiff_t)parts->receive[rank];
    }
    return status;
}

/* row, start, level: arrived rows by level, in the order in which they arrived, which is the frame's. */
static solow_status sort_rows(solow_parts *parts, const int32_t *code, solow_error *err)
{
    int32_t levels = parts->by->levels;
    ptrdiff_t *next = solow_allocate_zeroed((ptrdiff_t)levels + 1, sizeof *next), placed = 0;
    parts->row = solow_allocate(parts->rows, sizeof *parts->row);
    parts->level = solow_allocate(levels, sizeof *parts->level);
    parts->start = solow_allocate_zeroed((ptrdiff_t)levels + 1, sizeof *parts->start);
    if (next == NULL || parts->row == NULL || parts->level == NULL || parts->start == NULL) {
        free(next);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for groups");
    }
    for (ptrdiff_t i = 0; i < parts->rows; i++) {
        if (code[i] >= 0) {
            next[code[i] + 1]++;
        }
    }
    for (int32_t level = 0; level < levels; level++) {
        if (next[level + 1] > 0) {
            parts->start[parts->parts] = placed;
            parts->level[parts->parts++] = level;
        }
        ptrdiff_t count = next[level + 1];
        next[level + 1] = placed;
        placed += count;
    }
    parts->start[parts->parts] = placed;
    for (ptrdiff_t i = 0; i < parts->rows; i++) {
        if (code[i] >= 0) {
            parts->row[next[code[i] + 1]++] = i;
        }
    }
    free(next);
    return SOLOW_OK;
}

/* Work space in which a part's labels are recoded: a mark for each label of the column. */
static solow_status make_marks(solow_parts *parts, solow_error *err)
{
    parts->mark = solow_allocate_zeroed(parts->columns, sizeof *parts->mark);
    for (ptrdiff_t c = 0; parts->mark != NULL && c < parts->columns; c++) {
        if (parts->column[c]->kind == SOLOW_COLUMN_TEXT) {
            parts->mark[c] = solow_allocate(parts->column[c]->levels, sizeof **parts->mark);
            if (parts->mark[c] == NULL) {
                return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for labels of groups");
            }
            memset(parts->mark[c], 0xff, solow_bytes(parts->column[c]->levels, sizeof **parts->mark));
        }
    }
    return parts->mark != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for groups");
}

solow_status solow_parts_create(solow_frame *frame, const solow_factor *by, const solow_needs *needs,
                                solow_parts *parts, solow_error *err)
{
    *parts = (solow_parts){.frame = frame, .by = by, .columns = needs->count, .column = needs->column};
    int32_t *code = NULL;
    bool moves = solow_comm_size(frame->comm) > 1;
    solow_status status = solow_comm_agree(frame->comm, solow_comm_alone(&parts->alone, err), err);
    if (status == SOLOW_OK) {
        status = deal(parts, err);
    }
    if (status == SOLOW_OK && moves) {
        status = plan(parts, err);
        status = status == SOLOW_OK ? move(parts, &code, err) : status;
    } else if (status == SOLOW_OK) {
        status = take_here(parts, err);
    }
    if (status == SOLOW_OK) {
        status = sort_rows(parts, moves ? code : by->code, err);
    }
    if (status == SOLOW_OK) {
        status = make_marks(parts, err);
    }
    free(code);
    status = solow_comm_agree(frame->comm, status, err);
    if (status != SOLOW_OK) {
        solow_parts_clear(parts);
    }
    return status;
}

/* Every rank's data, width bytes a row, one after the other; malloc'ed. */
static solow_status gather_rows(const solow_frame *frame, const void *data, size_t width, size_t *offset, void **all,
                                solow_error *err)
{
    return solow_comm_allgather(frame->comm, data, solow_bytes(frame->rows, width), all, offset, err);
}

static solow_status gather_columns(solow_parts *parts, size_t *offset, solow_error *err)
{
    const solow_frame *frame = parts->frame;
    void *unit = NULL, *time = NULL;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < parts->columns && status == SOLOW_OK; c++) {
        const solow_frame_column *column = parts->column[c];
        bool text = column->kind == SOLOW_COLUMN_TEXT;
        status = gather_rows(frame, text ? (const void *)column->code : (const void *)column->number,
                             text ? sizeof(int32_t) : sizeof(double), offset, &parts->value[c], err);
    }
    if (status == SOLOW_OK && frame->has_unit) {
        status = gather_rows(frame, frame->unit, sizeof(int32_t), offset, &unit, err);
    }
    if (status == SOLOW_OK && frame->has_time) {
        status = gather_rows(frame, frame->time, sizeof(int32_t), offset, &time, err);
    }
    parts->unit = unit;
    parts->time = time;
    parts->rows = (ptrdiff_t)frame->layout.rows;
    return status;
}

/* Rows 0, 1, ... as one part. */
static solow_status list_rows(solow_parts *parts, solow_error *err)
{
    parts->row = solow_allocate(parts->rows, sizeof *parts->row);
    parts->start = solow_allocate_zeroed(2, sizeof *parts->start);
    if (parts->row == NULL || parts->start == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the rows of draws");
    }
    for (ptrdiff_t i = 0; i < parts->rows; i++) {
        parts->row[i] = i;
    }
    parts->parts = 1;
    parts->start[1] = parts->rows;
    return SOLOW_OK;
}

solow_status solow_parts_gather(solow_frame *frame, const solow_needs *needs, solow_parts *parts, solow_error *err)
{
    *parts = (solow_parts){.frame = frame, .columns = needs->count, .column = needs->column};
    int size = solow_comm_size(frame->comm);
    size_t *offset = solow_allocate((ptrdiff_t)size + 1, sizeof *offset);
    solow_status status = offset != NULL ? solow_comm_alone(&parts->alone, err)
                                         : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the rows of draws");
    if (status == SOLOW_OK && size == 1) {
        status = take_here(parts, err);
    } else if (status == SOLOW_OK) {
        parts->send = solow_allocate_zeroed(size, sizeof *parts->send); /* the arrays are its own */
        parts->value = solow_allocate_zeroed(parts->columns, sizeof *parts->value);
        status = parts->send != NULL && parts->value != NULL
                     ? SOLOW_OK
                     : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the rows of draws");
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK && size > 1) {
        status = gather_columns(parts, offset, err);
    }
    if (status == SOLOW_OK) {
        status = list_rows(parts, err);
    }
    if (status == SOLOW_OK) {
        status = make_marks(parts, err);
    }
    free(offset);
    status = solow_comm_agree(frame->comm, status, err);
    if (status != SOLOW_OK) {
        solow_parts_clear(parts);
    }
    return status;
}

void solow_parts_clear(solow_parts *parts)
{
    bool moved = parts->send != NULL;
    for (ptrdiff_t c = 0; c < parts->columns; c++) {
        if (parts->mark != NULL) {
            free(parts->mark[c]);
        }
        if (moved && parts->value != NULL) {
            free(parts->value[c]);
        }
    }
    if (moved) {
        free(parts->unit);
        free(parts->time);
    }
    free(parts->mark);
    free(parts->value);
    free(parts->level);
    free(parts->start);
    free(parts->row);
    free(parts->rank_of);
    free(parts->send);
    free(parts->receive);
    free(parts->order);
    solow_comm_destroy(parts->alone);
    *parts = (solow_parts){0};
}

solow_status solow_parts_return(const solow_parts *parts, const double *values, double *out, solow_error *err)
{
    solow_comm *comm = parts->frame->comm;
    int size = solow_comm_size(comm);
    ptrdiff_t back = 0;
    if (size == 1) {
        for (ptrdiff_t i = 0; i < parts->start[parts->parts]; i++) {
            out[parts->row[i]] = values[parts->row[i]];
        }
        return SOLOW_OK;
    }
    size_t *send = solow_allocate(size, sizeof *send), *receive = solow_allocate(size, sizeof *receive);
    void *arrived = NULL;
    solow_status status = send != NULL && receive != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns of groups");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        for (int rank = 0; rank < size; rank++) {
            send[rank] = parts->receive[rank] * sizeof *values;
        }
        status = solow_comm_exchange(comm, values, send, &arrived, receive, err);
    }
    for (int rank = 0; rank < size && status == SOLOW_OK; rank++) {
        for (size_t i = 0; i < parts->send[rank]; i++, back++) {
            memcpy(&out[parts->order[back]], (const double *)arrived + back, sizeof *out);
        }
    }
    free(arrived);
    free(send);
    free(receive);
    return status;
}
