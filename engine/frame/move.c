/* move.c - rows travel to the rank that owns them, one column at a time. See arrange.h.
 *
 * Cost  one gather and, over several ranks, one exchange a column; at most two spare columns of memory.
 */
#include "engine/frame/arrange.h"

#include <stdlib.h>
#include <string.h>

typedef struct route {
    const ptrdiff_t *order; /* rows of this rank in the order in which they are sent */
    ptrdiff_t rows;         /* sent */
    ptrdiff_t arriving;
    size_t *send, *receive; /* rows to and from each rank */
    ptrdiff_t *place;       /* [arriving] local row for each arriving one; NULL on one rank: they come in order */
} route;

static void pack(const void *data, size_t width, const route *r, void *packed)
{
    if (width == sizeof(double)) {
        const double *from = data;
        double *to = packed;
        for (ptrdiff_t i = 0; i < r->rows; i++) {
            to[i] = from[r->order[i]];
        }
    } else {
        const int32_t *from = data;
        int32_t *to = packed;
        for (ptrdiff_t i = 0; i < r->rows; i++) {
            to[i] = from[r->order[i]];
        }
    }
}

static void place_rows(const void *arrived, size_t width, const route *r, void *data)
{
    for (ptrdiff_t i = 0; i < r->arriving; i++) {
        memcpy((char *)data + (size_t)r->place[i] * width, (const char *)arrived + (size_t)i * width, width);
    }
}

/* data of the column after the move; the old array is freed. */
static solow_status move_array(solow_frame *frame, const route *r, size_t width, void **data, solow_error *err)
{
    int size = solow_comm_size(frame->comm);
    void *packed = solow_allocate(r->rows, width), *moved = NULL, *arrived = NULL;
    size_t *send = solow_allocate(size, sizeof *send), *receive = solow_allocate(size, sizeof *receive);
    solow_status status = packed != NULL && send != NULL && receive != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to move %td rows", r->rows);
    status = solow_comm_agree(frame->comm, status, err);
    if (status != SOLOW_OK) {
        goto done;
    }
    pack(*data, width, r, packed);
    free(*data);
    *data = NULL;
    if (size == 1) {
        *data = packed;
        packed = NULL;
        goto done;
    }
    for (int rank = 0; rank < size; rank++) {
        send[rank] = r->send[rank] * width;
    }
    status = solow_comm_exchange(frame->comm, packed, send, &arrived, receive, err);
    free(packed);
    packed = NULL;
    moved = status == SOLOW_OK ? solow_allocate(r->arriving, width) : NULL;
    if (status == SOLOW_OK && moved == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td rows", r->arriving);
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        place_rows(arrived, width, r, moved);
        *data = moved;
        moved = NULL;
    }
done:
    free(packed);
    free(moved);
    free(arrived);
    free(send);
    free(receive);
    return status;
}

/* Who gets how many rows, and where arriving rows go. */
static solow_status plan_route(solow_frame *frame, const int64_t *position, route *r, solow_error *err)
{
    int size = solow_comm_size(frame->comm);
    r->send = solow_allocate_zeroed(size, sizeof *r->send);
    r->receive = solow_allocate_zeroed(size, sizeof *r->receive);
    size_t *bytes = solow_allocate(size, sizeof *bytes);
    solow_status status = r->send != NULL && r->receive != NULL && bytes != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to move rows");
    status = solow_comm_agree(frame->comm, status, err);
    void *arrived = NULL;
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < r->rows; i++) {
            r->send[solow_layout_owner(&frame->layout, position[i])]++;
        }
        for (int rank = 0; rank < size; rank++) {
            bytes[rank] = r->send[rank] * sizeof *position;
        }
        status = solow_comm_exchange(frame->comm, position, bytes, &arrived, r->receive, err);
    }
    if (status == SOLOW_OK) {
        for (int rank = 0; rank < size; rank++) {
            r->receive[rank] /= sizeof *position;
            r->arriving += (ptrdiff_t)r->receive[rank];
        }
        r->place = solow_allocate(r->arriving, sizeof *r->place);
        status = r->place != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to move rows");
        status = solow_comm_agree(frame->comm, status, err);
    }
    for (ptrdiff_t i = 0; i < r->arriving && status == SOLOW_OK; i++) {
        r->place[i] = (ptrdiff_t)(((const int64_t *)arrived)[i] - frame->layout.first_row);
    }
    free(arrived);
    free(bytes);
    return status;
}

static bool in_place(solow_frame *frame, ptrdiff_t rows, const ptrdiff_t *order, const int64_t *position)
{
    bool same = frame->layout.end_row - frame->layout.first_row == rows;
    for (ptrdiff_t i = 0; i < rows && same; i++) {
        same = order[i] == i && position[i] == frame->layout.first_row + i;
    }
    return same;
}

solow_status solow_frame_move_rows(solow_frame *frame, ptrdiff_t rows, const ptrdiff_t *order, const int64_t *position,
                                   solow_error *err)
{
    int64_t moves = !in_place(frame, rows, order, position);
    solow_status status = solow_comm_max_int64(frame->comm, &moves, 1, err);
    if (status != SOLOW_OK || moves == 0) {
        return status;
    }
    route r = {.order = order, .rows = rows, .arriving = 0};
    if (solow_comm_size(frame->comm) == 1) {
        r.arriving = rows;
    } else {
        status = plan_route(frame, position, &r, err);
    }
    for (ptrdiff_t c = 0; c < frame->columns && status == SOLOW_OK; c++) {
        solow_frame_column *column = frame->column[c];
        void *data = column->kind == SOLOW_COLUMN_TEXT ? (void *)column->code : (void *)column->number;
        status =
            move_array(frame, &r, column->kind == SOLOW_COLUMN_TEXT ? sizeof(int32_t) : sizeof(double), &data, err);
        column->code = column->kind == SOLOW_COLUMN_TEXT ? data : NULL;
        column->number = column->kind == SOLOW_COLUMN_TEXT ? NULL : data;
    }
    void *unit = frame->unit, *time = frame->time;
    if (status == SOLOW_OK && frame->has_unit) {
        status = move_array(frame, &r, sizeof(int32_t), &unit, err);
    }
    if (status == SOLOW_OK && frame->has_time) {
        status = move_array(frame, &r, sizeof(int32_t), &time, err);
    }
    frame->unit = unit;
    frame->time = time;
    frame->rows = r.arriving;
    free(r.send);
    free(r.receive);
    free(r.place);
    return status;
}
