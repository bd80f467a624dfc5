/* part_shared.c - one level as a frame whose rows lie on all ranks, laid out by its own units. See part.h.
 *
 * Units are not split and keep their order, so the rows of a rank follow those of the rank before it, in the whole frame and in
 * the part: what moves are runs of rows at the ends. Nothing of the result depends on where the rows lay.
 */
#include "engine/frame/arrange.h"
#include "engine/frame/factor.h"
#include "engine/frame/part.h"

#include <stdlib.h>
#include <string.h>

typedef struct own_units {   /* of the level's rows on this rank, then of all ranks */
    ptrdiff_t count, before; /* before: units on lower ranks */
    int32_t *rows, *code;    /* [count] rows of each, and its code in the whole frame; malloc'ed */
} own_units;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a group that all ranks share");
}

static solow_status find_rows(const solow_frame *whole, const solow_factor *by, int32_t level, solow_shared_part *part,
                              solow_error *err)
{
    int size = solow_comm_size(whole->comm);
    for (ptrdiff_t i = 0; i < whole->rows; i++) {
        part->rows += by->code[i] == level;
    }
    part->row = solow_allocate(part->rows, sizeof *part->row);
    part->send = solow_allocate_zeroed(size, sizeof *part->send);
    part->receive = solow_allocate_zeroed(size, sizeof *part->receive);
    if (part->row == NULL || part->send == NULL || part->receive == NULL) {
        return no_memory(err);
    }
    for (ptrdiff_t i = 0, at = 0; i < whole->rows; i++) {
        if (by->code[i] == level) {
            part->row[at++] = i;
        }
    }
    return SOLOW_OK;
}

static solow_status count_own(const solow_frame *whole, const solow_shared_part *part, own_units *units,
                              solow_error *err)
{
    units->rows = solow_allocate_zeroed(part->rows, sizeof *units->rows);
    units->code = solow_allocate(part->rows, sizeof *units->code);
    if (units->rows == NULL || units->code == NULL) {
        return no_memory(err);
    }
    for (ptrdiff_t r = 0; r < part->rows; r++) {
        int32_t code = whole->unit[part->row[r]];
        if (units->count == 0 || units->code[units->count - 1] != code) {
            units->code[units->count++] = code;
        }
        units->rows[units->count - 1]++;
    }
    return SOLOW_OK;
}

/* Every rank's list on all ranks, in place of its own. */
static solow_status join(solow_comm *comm, ptrdiff_t count, int32_t **list, size_t *offset, solow_error *err)
{
    void *all = NULL;
    solow_status status = solow_comm_allgather(comm, *list, solow_bytes(count, sizeof **list), &all, offset, err);
    if (status == SOLOW_OK) {
        free(*list);
        *list = all;
    }
    return status;
}

/* The layout, and who gets which of this rank's rows. */
static solow_status lay_out(const solow_frame *whole, solow_shared_part *part, own_units *units, solow_error *err)
{
    solow_comm *comm = whole->comm;
    int size = solow_comm_size(comm), rank = solow_comm_rank(comm);
    int64_t before = 0, total = 0;
    size_t *offset = solow_allocate((ptrdiff_t)size + 1, sizeof *offset);
    solow_status status = offset != NULL ? SOLOW_OK : no_memory(err);
    status = status == SOLOW_OK && whole->has_unit ? count_own(whole, part, units, err) : status;
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_scan_int64(comm, part->rows, &before, &total, err);
    }
    ptrdiff_t own = units->count;
    if (status == SOLOW_OK && whole->has_unit) {
        status = join(comm, own, &units->rows, offset, err);
        status = status == SOLOW_OK ? join(comm, own, &units->code, offset, err) : status;
    }
    if (status == SOLOW_OK && whole->has_unit) {
        units->before = (ptrdiff_t)(offset[rank] / sizeof *units->code);
        total = (int64_t)(offset[size] / sizeof *units->code);
        part->frame.facts.units = total;
    }
    free(offset);
    if (status == SOLOW_OK) {
        status = solow_layout_init(total, whole->has_unit ? units->rows : NULL, size, rank, &part->frame.layout, err);
    }
    status = solow_comm_agree(comm, status, err);
    if (status != SOLOW_OK) {
        return status;
    }
    for (ptrdiff_t r = 0; r < part->rows; r++) {
        part->send[solow_layout_owner(&part->frame.layout, before + r)]++;
    }
    part->frame.rows = (ptrdiff_t)(part->frame.layout.end_row - part->frame.layout.first_row);
    return SOLOW_OK;
}

/* packed: this rank's rows of the level, in order. to [rows of the part's frame]. */
static solow_status move(solow_shared_part *part, const void *packed, size_t width, void *to, solow_error *err)
{
    solow_comm *comm = part->frame.comm;
    int size = solow_comm_size(comm);
    size_t *send = solow_allocate(size, sizeof *send);
    void *came = NULL;
    solow_status status =
        solow_comm_agree(comm, send != NULL && packed != NULL && to != NULL ? SOLOW_OK : no_memory(err), err);
    for (int rank = 0; rank < size && status == SOLOW_OK; rank++) {
        send[rank] = part->send[rank] * width;
    }
    if (status == SOLOW_OK) {
        status = solow_comm_exchange(comm, packed, send, &came, part->receive, err);
    }
    for (int rank = 0; rank < size && status == SOLOW_OK; rank++) {
        part->receive[rank] /= width;
    }
    if (status == SOLOW_OK) {
        memcpy(to, came, solow_bytes(part->frame.rows, width));
    }
    free(send);
    free(came);
    return status;
}

/* The level's rows of an array of the whole frame, of that width. */
static solow_status move_rows(solow_shared_part *part, const void *from, size_t width, void *to, solow_error *err)
{
    char *packed = solow_allocate(part->rows, width);
    for (ptrdiff_t r = 0; r < part->rows && packed != NULL; r++) {
        memcpy(packed + (size_t)r * width, (const char *)from + (size_t)part->row[r] * width, width);
    }
    solow_status status = move(part, packed, width, to, err);
    free(packed);
    return status;
}

/* Labels that the part has on any rank, in the order of the whole column; codes point to them. */
static solow_status recode(solow_comm *comm, ptrdiff_t rows, const solow_frame_column *from, solow_frame_column *made,
                           solow_error *err)
{
    uint8_t *seen = solow_allocate_zeroed(from->levels, 1);
    int32_t *fresh = solow_allocate(from->levels, sizeof *fresh);
    made->label = solow_allocate(from->levels, sizeof *made->label);
    solow_status status = seen != NULL && fresh != NULL && made->label != NULL ? SOLOW_OK : no_memory(err);
    status = solow_comm_agree(comm, status, err);
    for (ptrdiff_t i = 0; i < rows && status == SOLOW_OK; i++) {
        if (made->code[i] >= 0) {
            seen[made->code[i]] = 1;
        }
    }
    status = status == SOLOW_OK ? solow_comm_or_bytes(comm, seen, from->levels, err) : status;
    for (int32_t l = 0; l < from->levels && status == SOLOW_OK; l++) {
        if (seen[l] != 0) {
            made->label[made->levels] = from->label[l];
            fresh[l] = made->levels++;
        }
    }
    for (ptrdiff_t i = 0; i < rows && status == SOLOW_OK; i++) {
        made->code[i] = made->code[i] >= 0 ? fresh[made->code[i]] : -1;
    }
    free(seen);
    free(fresh);
    return status;
}

static solow_status add_column(const solow_frame *whole, const solow_frame_column *from, solow_shared_part *part,
                               solow_error *err)
{
    solow_frame *frame = &part->frame;
    solow_frame_column *made = NULL;
    solow_status status = solow_comm_agree(frame->comm, solow_part_column(frame, whole, from, &made, err), err);
    if (status == SOLOW_OK && from->kind == SOLOW_COLUMN_TEXT) {
        status = move_rows(part, from->code, sizeof *made->code, made->code, err);
        status = status == SOLOW_OK ? recode(frame->comm, frame->rows, from, made, err) : status;
    } else if (status == SOLOW_OK) {
        status = move_rows(part, from->number, sizeof *made->number, made->number, err);
    }
    return status == SOLOW_OK ? solow_frame_column_check(frame, made, err) : status;
}

/* Units are numbered 0, 1, ... in the part. value: of numeric ids, malloc'ed; NULL for text. */
static solow_status add_units(const solow_frame *whole, const own_units *units, solow_shared_part *part, double **value,
                              solow_error *err)
{
    const double *old = whole->unit_factor != NULL ? whole->unit_factor->value : NULL;
    ptrdiff_t count = (ptrdiff_t)part->frame.facts.units, unit = units->before - 1;
    int32_t *packed = solow_allocate(part->rows, sizeof *packed), before = -1;
    part->frame.unit = solow_allocate(part->frame.rows, sizeof *part->frame.unit);
    *value = old != NULL ? solow_allocate(count, sizeof **value) : NULL;
    for (ptrdiff_t r = 0; r < part->rows && packed != NULL; r++) {
        int32_t code = whole->unit[part->row[r]];
        unit += code != before;
        before = code;
        packed[r] = (int32_t)unit;
    }
    for (ptrdiff_t u = 0; u < count && *value != NULL; u++) {
        (*value)[u] = old[units->code[u]];
    }
    solow_status status =
        solow_comm_agree(part->frame.comm, old == NULL || *value != NULL ? SOLOW_OK : no_memory(err), err);
    status = status == SOLOW_OK ? move(part, packed, sizeof *packed, part->frame.unit, err) : status;
    free(packed);
    return status;
}

static solow_status fill(const solow_frame *whole, const solow_needs *needs, const own_units *units,
                         solow_shared_part *part, solow_error *err)
{
    double *value = NULL;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < needs->count && status == SOLOW_OK; c++) {
        status = add_column(whole, needs->column[c], part, err);
    }
    if (status == SOLOW_OK && whole->has_unit) {
        status = add_units(whole, units, part, &value, err);
    }
    if (status == SOLOW_OK && whole->has_time) {
        part->frame.time = solow_allocate(part->frame.rows, sizeof *part->frame.time);
        status = move_rows(part, whole->time, sizeof *whole->time, part->frame.time, err);
    }
    if (status != SOLOW_OK) {
        free(value);
        return status;
    }
    return solow_part_finish(&part->frame, (int32_t)part->frame.facts.units, value, err);
}

solow_status solow_shared_part_create(const solow_frame *whole, const solow_factor *by, int32_t level,
                                      const solow_needs *needs, solow_shared_part *part, solow_error *err)
{
    own_units units = {0};
    *part = (solow_shared_part){
        .frame = {.comm = whole->comm, .has_unit = whole->has_unit, .has_time = whole->has_time, .is_part = true}};
    solow_status status = solow_comm_agree(whole->comm, find_rows(whole, by, level, part, err), err);
    status = status == SOLOW_OK ? lay_out(whole, part, &units, err) : status;
    status = status == SOLOW_OK ? fill(whole, needs, &units, part, err) : status;
    free(units.rows);
    free(units.code);
    return status;
}

solow_status solow_shared_part_return(const solow_shared_part *part, const double *values, double *out,
                                      solow_error *err)
{
    solow_comm *comm = part->frame.comm;
    int size = solow_comm_size(comm);
    size_t *send = solow_allocate(size, sizeof *send), *receive = solow_allocate(size, sizeof *receive);
    void *came = NULL;
    solow_status status = solow_comm_agree(comm, send != NULL && receive != NULL ? SOLOW_OK : no_memory(err), err);
    for (int rank = 0; rank < size && status == SOLOW_OK; rank++) {
        send[rank] = part->receive[rank] * sizeof *values;
    }
    if (status == SOLOW_OK) {
        status = solow_comm_exchange(comm, values, send, &came, receive, err);
    }
    for (ptrdiff_t r = 0; r < part->rows && status == SOLOW_OK; r++) {
        out[part->row[r]] = ((const double *)came)[r];
    }
    free(send);
    free(receive);
    free(came);
    return status;
}

void solow_shared_part_clear(solow_shared_part *part)
{
    free(part->row);
    free(part->send);
    free(part->receive);
    solow_frame_clear(&part->frame);
    *part = (solow_shared_part){0};
}
