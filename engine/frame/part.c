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

/* home: the rank that has most rows of each level, the first of several. count: this rank's. */
static solow_status find_homes(solow_comm *comm, ptrdiff_t levels, const int32_t *count, int64_t *home,
                               solow_error *err)
{
    int size = solow_comm_size(comm);
    for (ptrdiff_t level = 0; level < levels; level++) {
        home[level] = (int64_t)count[level] * size + (size - 1 - solow_comm_rank(comm));
    }
    solow_status status = solow_comm_max_int64(comm, home, levels, err);
    for (ptrdiff_t level = 0; level < levels; level++) {
        home[level] = size - 1 - home[level] % size;
    }
    return status;
}

/* (2): list in order, load [ranks] zero; levels of list that no rank gets have no rows there. */
static void give_levels(int32_t levels, const level_rows *list, const int64_t *home, int size, int64_t *load,
                        int32_t *rank_of)
{
    int64_t share = 0;
    for (int32_t i = 0; i < levels; i++) {
        share += list[i].rows;
    }
    share = (share + size - 1) / size;
    for (int32_t i = 0; i < levels; i++) {
        int64_t rank = home[list[i].level];
        bool stays = list[i].rows > 0 && load[rank] + list[i].rows <= share;
        rank_of[list[i].level] = stays ? (int32_t)rank : -1;
        load[rank] += stays ? list[i].rows : 0;
    }
    for (int32_t i = 0; i < levels; i++) {
        if (rank_of[list[i].level] < 0 && list[i].rows > 0) {
            int rank = lightest(load, size);
            rank_of[list[i].level] = rank;
            load[rank] += list[i].rows;
        }
    }
}

static solow_status deal(solow_parts *parts, const bool *shared, solow_error *err)
{
    const solow_factor *by = parts->by;
    solow_comm *comm = parts->frame->comm;
    int size = solow_comm_size(comm);
    int32_t *count = solow_allocate_zeroed(by->levels, sizeof *count);
    int64_t *home = solow_allocate(by->levels, sizeof *home);
    level_rows *list = solow_allocate(by->levels, sizeof *list);
    int64_t *load = solow_allocate_zeroed(size, sizeof *load);
    parts->rank_of = solow_allocate(by->levels, sizeof *parts->rank_of);
    solow_status status = count != NULL && home != NULL && list != NULL && load != NULL && parts->rank_of != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %d groups", (int)by->levels);
    status = solow_comm_agree(comm, status, err);
    for (ptrdiff_t i = 0; i < parts->frame->rows && status == SOLOW_OK; i++) {
        if (by->code[i] >= 0) {
            count[by->code[i]]++;
        }
    }
    status = status == SOLOW_OK ? find_homes(comm, by->levels, count, home, err) : status;
    status = status == SOLOW_OK ? solow_comm_sum_int32(comm, count, by->levels, err) : status;
    if (status == SOLOW_OK) {
        for (int32_t level = 0; level < by->levels; level++) {
            list[level] = (level_rows){shared[level] ? 0 : count[level], level};
        }
        qsort(list, (size_t)by->levels, sizeof *list, by_rows);
        give_levels(by->levels, list, home, size, load, parts->rank_of);
    }
    free(count);
    free(home);
    free(list);
    free(load);
    return status;
}

/* The other rank that row i of the frame goes to; -1: none. */
static int32_t goes_to(const solow_parts *parts, int self, ptrdiff_t i)
{
    int32_t level = parts->by->code[i], to = level >= 0 ? parts->rank_of[level] : -1;
    return to != self ? to : -1;
}

/* order: the frame's rows that go to another rank, by that rank, in the frame's order for each. */
static solow_status plan(solow_parts *parts, solow_error *err)
{
    solow_frame *frame = parts->frame;
    int size = solow_comm_size(frame->comm), self = solow_comm_rank(frame->comm);
    ptrdiff_t *next = solow_allocate_zeroed((ptrdiff_t)size + 1, sizeof *next), leave = 0;
    parts->send = solow_allocate_zeroed(size, sizeof *parts->send);
    parts->receive = solow_allocate_zeroed(size, sizeof *parts->receive);
    solow_status status = parts->send != NULL && parts->receive != NULL && next != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to move rows to their groups");
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        int32_t to = goes_to(parts, self, i);
        if (to >= 0) {
            parts->send[to]++;
            leave++;
        }
    }
    parts->order = status == SOLOW_OK ? solow_allocate(leave, sizeof *parts->order) : NULL;
    if (status == SOLOW_OK && parts->order == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to move %td rows to their groups", leave);
    }
    status = solow_comm_agree(frame->comm, status, err);
    for (int rank = 0; rank < size && status == SOLOW_OK; rank++) {
        next[rank + 1] = next[rank] + (ptrdiff_t)parts->send[rank];
    }
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        int32_t to = goes_to(parts, self, i);
        if (to >= 0) {
            parts->order[next[to]++] = i;
        }
    }
    free(next);
    return status;
}

/* The rows of data that change their rank arrive. width: 4 or 8 bytes. */
static solow_status send_rows(solow_parts *parts, const void *data, size_t width, solow_part_values *values,
                              solow_error *err)
{
    solow_comm *comm = parts->frame->comm;
    int size = solow_comm_size(comm);
    ptrdiff_t rows = 0;
    values->here = data;
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
        status = solow_comm_exchange(comm, packed, send, &values->came, parts->receive, err);
    }
    for (int rank = 0; rank < size && status == SOLOW_OK; rank++) {
        parts->receive[rank] /= width;
    }
    free(packed);
    free(send);
    return status;
}

/* (3) */
static solow_status move(solow_parts *parts, solow_error *err)
{
    solow_frame *frame = parts->frame;
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
        status = send_rows(parts, frame->unit, sizeof(int32_t), &parts->unit, err);
    }
    if (status == SOLOW_OK && frame->has_time) {
        status = send_rows(parts, frame->time, sizeof(int32_t), &parts->time, err);
    }
    if (status == SOLOW_OK) {
        status = send_rows(parts, parts->by->code, sizeof(int32_t), &parts->code, err);
    }
    parts->own = parts->rows = frame->rows;
    for (int rank = 0; rank < solow_comm_size(frame->comm) && status == SOLOW_OK; rank++) {
        parts->rows += (ptrdiff_t)parts->receive[rank];
        parts->before += rank < solow_comm_rank(frame->comm) ? (ptrdiff_t)parts->receive[rank] : 0;
    }
    return status;
}

/* Rows of each level that this rank has, into next [level + 1]. */
static void count_rows(const solow_parts *parts, int self, ptrdiff_t rows, const int32_t *code, ptrdiff_t *next)
{
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (code[i] >= 0 && parts->rank_of[code[i]] == self) {
            next[code[i] + 1]++;
        }
    }
}

/* Rows number first, first + 1, ... to their places. */
static void place_rows(solow_parts *parts, int self, ptrdiff_t first, ptrdiff_t rows, const int32_t *code,
                       ptrdiff_t *next)
{
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (code[i] >= 0 && parts->rank_of[code[i]] == self) {
            parts->row[next[code[i] + 1]++] = first + i;
        }
    }
}

/* row, start, level: rows by level, in the frame's order. */
static solow_status sort_rows(solow_parts *parts, solow_error *err)
{
    int32_t levels = parts->by->levels;
    int self = solow_comm_rank(parts->frame->comm);
    ptrdiff_t *next = solow_allocate_zeroed((ptrdiff_t)levels + 1, sizeof *next), placed = 0;
    ptrdiff_t before = parts->before, own = parts->own, after = parts->rows - before - own;
    const int32_t *came = parts->code.came, *here = parts->code.here;
    parts->row = solow_allocate(parts->rows, sizeof *parts->row);
    parts->level = solow_allocate(levels, sizeof *parts->level);
    parts->start = solow_allocate_zeroed((ptrdiff_t)levels + 1, sizeof *parts->start);
    if (next == NULL || parts->row == NULL || parts->level == NULL || parts->start == NULL) {
        free(next);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for groups");
    }
    count_rows(parts, self, before, came, next);
    count_rows(parts, self, own, here, next);
    count_rows(parts, self, after, came + before, next);
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
    place_rows(parts, self, 0, before, came, next);
    place_rows(parts, self, before, own, here, next);
    place_rows(parts, self, before + own, after, came + before, next);
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
                                const bool *shared, solow_parts *parts, solow_error *err)
{
    *parts = (solow_parts){.frame = frame, .by = by, .columns = needs->count, .column = needs->column};
    solow_status status = solow_comm_agree(frame->comm, solow_comm_alone(&parts->alone, err), err);
    if (status == SOLOW_OK) {
        status = deal(parts, shared, err);
    }
    if (status == SOLOW_OK) {
        status = plan(parts, err);
    }
    if (status == SOLOW_OK) {
        status = move(parts, err);
    }
    if (status == SOLOW_OK) {
        status = sort_rows(parts, err);
    }
    if (status == SOLOW_OK) {
        status = make_marks(parts, err);
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status != SOLOW_OK) {
        solow_parts_clear(parts);
    }
    return status;
}

/* Every rank's rows of one array; on one rank the array itself. */
static solow_status gather_rows(const solow_parts *parts, const void *data, size_t width, size_t *offset,
                                solow_part_values *to, solow_error *err)
{
    const solow_frame *frame = parts->frame;
    to->here = data;
    return solow_comm_size(frame->comm) == 1
               ? SOLOW_OK
               : solow_comm_allgather(frame->comm, data, solow_bytes(frame->rows, width), &to->came, offset, err);
}

static solow_status gather_columns(solow_parts *parts, size_t *offset, solow_error *err)
{
    const solow_frame *frame = parts->frame;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < parts->columns && status == SOLOW_OK; c++) {
        const solow_frame_column *column = parts->column[c];
        bool text = column->kind == SOLOW_COLUMN_TEXT;
        status = gather_rows(parts, text ? (const void *)column->code : (const void *)column->number,
                             text ? sizeof(int32_t) : sizeof(double), offset, &parts->value[c], err);
    }
    if (status == SOLOW_OK && frame->has_unit) {
        status = gather_rows(parts, frame->unit, sizeof(int32_t), offset, &parts->unit, err);
    }
    if (status == SOLOW_OK && frame->has_time) {
        status = gather_rows(parts, frame->time, sizeof(int32_t), offset, &parts->time, err);
    }
    parts->rows = (ptrdiff_t)frame->layout.rows;
    parts->own = solow_comm_size(frame->comm) == 1 ? parts->rows : 0; /* of several ranks all has come */
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
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(frame->comm) + 1, sizeof *offset);
    parts->value = solow_allocate_zeroed(parts->columns, sizeof *parts->value);
    solow_status status = offset != NULL && parts->value != NULL
                              ? solow_comm_alone(&parts->alone, err)
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the rows of draws");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
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
    for (ptrdiff_t c = 0; c < parts->columns; c++) {
        if (parts->mark != NULL) {
            free(parts->mark[c]);
        }
        if (parts->value != NULL) {
            free(parts->value[c].came);
        }
    }
    free(parts->unit.came);
    free(parts->time.came);
    free(parts->code.came);
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

/* Values of the rows that came, one behind the other, to where they came from. */
static solow_status send_back(const solow_parts *parts, const double *values, void **arrived, solow_error *err)
{
    solow_comm *comm = parts->frame->comm;
    int size = solow_comm_size(comm);
    ptrdiff_t after = parts->rows - parts->before - parts->own;
    size_t *send = solow_allocate(size, sizeof *send), *receive = solow_allocate(size, sizeof *receive);
    double *packed = solow_allocate(parts->before + after, sizeof *packed);
    solow_status status = send != NULL && receive != NULL && packed != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns of groups");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        memcpy(packed, values, solow_bytes(parts->before, sizeof *packed));
        memcpy(packed + parts->before, values + parts->before + parts->own, solow_bytes(after, sizeof *packed));
        for (int rank = 0; rank < size; rank++) {
            send[rank] = parts->receive[rank] * sizeof *values;
        }
        status = solow_comm_exchange(comm, packed, send, arrived, receive, err);
    }
    free(send);
    free(receive);
    free(packed);
    return status;
}

solow_status solow_parts_return(const solow_parts *parts, const double *values, double *out, solow_error *err)
{
    int self = solow_comm_rank(parts->frame->comm);
    ptrdiff_t back = 0;
    void *arrived = NULL;
    for (ptrdiff_t i = 0; i < parts->own; i++) {
        int32_t level = parts->by->code[i];
        if (level >= 0 && parts->rank_of[level] == self) {
            out[i] = values[parts->before + i];
        }
    }
    solow_status status = send_back(parts, values, &arrived, err);
    for (int rank = 0; rank < solow_comm_size(parts->frame->comm) && status == SOLOW_OK; rank++) {
        for (size_t i = 0; i < parts->send[rank]; i++, back++) {
            memcpy(&out[parts->order[back]], (const double *)arrived + back, sizeof *out);
        }
    }
    free(arrived);
    return status;
}
