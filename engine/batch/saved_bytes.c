/* saved_bytes.c - see saved_bytes.h. */
#include "engine/batch/saved_bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 17 }; /* rows that are sent at once: 1 MiB */

/* `NAME` of a column saved(MODEL,NAME), its length in *length; NULL for any other column. */
static const char *saved_name(const solow_frame_column *column, const solow_model *model, int *length)
{
    char prefix[160];
    if (strncmp(column->name, "saved(", strlen("saved(")) != 0) { /* most columns, and many groups: no text is made */
        return NULL;
    }
    int count = snprintf(prefix, sizeof prefix, "saved(%s,", model->id);
    if (strncmp(column->name, prefix, (size_t)count) != 0) {
        return NULL;
    }
    const char *name = column->name + count;
    *length = (int)strcspn(name, ")");
    return name;
}

static solow_status pack_column(solow_frame *frame, const solow_frame_column *column, solow_buffer *buffer,
                                solow_error *err)
{
    solow_comm *comm = frame->comm;
    void *all = NULL;
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    solow_status status = offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_gather(comm, column->number, solow_bytes(frame->rows, sizeof *column->number), &all, offset,
                                   err);
    }
    if (status == SOLOW_OK && all != NULL) {
        solow_buffer_bytes(buffer, all, offset[solow_comm_size(comm)]);
    }
    free(offset);
    free(all);
    return status;
}

solow_status solow_saved_put(solow_frame *frame, const solow_model *model, solow_buffer *buffer, solow_error *err)
{
    solow_status status = SOLOW_OK;
    int length = 0;
    int64_t count = 0;
    for (ptrdiff_t c = 0; c < frame->columns; c++) {
        count += saved_name(frame->column[c], model, &length) != NULL;
    }
    solow_put_integer(buffer, count);
    solow_put_integer(buffer, frame->layout.rows);
    for (ptrdiff_t c = 0; c < frame->columns && status == SOLOW_OK; c++) {
        const char *name = saved_name(frame->column[c], model, &length);
        if (name != NULL) {
            char text[256];
            snprintf(text, sizeof text, "%.*s", length, name);
            solow_put_text(buffer, text);
            status = pack_column(frame, frame->column[c], buffer, err);
        }
    }
    return status;
}

/* This rank's rows of a column that lies in rank 0's cursor, sent piece by piece. */
static solow_status spread(solow_frame *frame, solow_cursor *cursor, double *value, solow_error *err)
{
    const solow_layout *layout = &frame->layout;
    bool first = solow_comm_rank(frame->comm) == 0;
    double *piece = solow_allocate(PIECE, sizeof *piece);
    solow_status status = piece != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
    status = solow_comm_agree(frame->comm, status, err);
    for (int64_t at = 0; at < layout->rows && status == SOLOW_OK; at += PIECE) {
        int64_t end = at + PIECE < layout->rows ? at + PIECE : layout->rows;
        size_t bytes = (size_t)(end - at) * sizeof *piece;
        if (first) {
            memcpy(piece, cursor->next, bytes);
            cursor->next += bytes;
            cursor->left -= bytes;
        }
        status = solow_comm_broadcast(frame->comm, 0, piece, bytes, err);
        int64_t from = layout->first_row > at ? layout->first_row : at;
        int64_t to = layout->end_row < end ? layout->end_row : end;
        if (status == SOLOW_OK && from < to) {
            memcpy(value + (from - layout->first_row), piece + (from - at), (size_t)(to - from) * sizeof *piece);
        }
    }
    free(piece);
    return status;
}

static solow_status unpack_column(solow_frame *frame, const solow_model *model, solow_cursor *cursor, solow_error *err)
{
    char name[512] = "", full[700];
    solow_status status = SOLOW_OK;
    if (solow_comm_rank(frame->comm) == 0) {
        char *text = solow_get_text(cursor);
        snprintf(name, sizeof name, "%s", text != NULL ? text : "");
        free(text);
        if (!solow_cursor_holds(cursor, frame->layout.rows, sizeof(double))) {
            status =
                SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the saved columns of model `%s` cannot be read back", model->id);
        }
    }
    status = solow_comm_agree(frame->comm, status, err);
    status = status == SOLOW_OK ? solow_comm_broadcast(frame->comm, 0, name, sizeof name, err) : status;
    snprintf(full, sizeof full, "saved(%s,%s)", model->id, name);
    solow_frame_column *column = solow_frame_find(frame, full);
    if (status == SOLOW_OK && column == NULL) {
        status = solow_frame_add_number(frame, full, &column, err);
    }
    status = solow_comm_agree(frame->comm, status, err);
    status = status == SOLOW_OK ? spread(frame, cursor, column->number, err) : status;
    return status == SOLOW_OK ? solow_frame_column_check(frame, column, err) : status;
}

solow_status solow_saved_get(solow_frame *frame, const solow_model *model, solow_cursor *cursor, solow_error *err)
{
    int64_t about[2] = {0, 0}; /* columns, rows */
    solow_status status = SOLOW_OK;
    if (solow_comm_rank(frame->comm) == 0) {
        about[0] = solow_get_integer(cursor);
        about[1] = solow_get_integer(cursor);
        if (cursor->bad || about[0] < 0 || about[1] != frame->layout.rows) {
            status =
                SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the saved columns of model `%s` are of another panel", model->id);
        }
    }
    status = solow_comm_agree(frame->comm, status, err);
    status = status == SOLOW_OK ? solow_comm_broadcast(frame->comm, 0, about, sizeof about, err) : status;
    for (int64_t c = 0; c < about[0] && status == SOLOW_OK; c++) {
        status = unpack_column(frame, model, cursor, err);
    }
    return status;
}
