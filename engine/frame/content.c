/* content.c - see content.h. */
#include "engine/frame/content.h"

#include <stdlib.h>
#include <string.h>

/* Labels one after the other, each with its NUL. */
static solow_status labels_content(const solow_frame_column *column, solow_digest *digest, solow_error *err)
{
    size_t bytes = 0;
    for (int32_t l = 0; l < column->levels; l++) {
        bytes += strlen(column->label[l]) + 1;
    }
    char *text = malloc(bytes + 1), *end = text;
    if (text == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the labels of `%s`", column->name);
    }
    for (int32_t l = 0; l < column->levels; l++) {
        size_t length = strlen(column->label[l]) + 1;
        memcpy(end, column->label[l], length);
        end += length;
    }
    *digest = solow_digest_of(text, bytes);
    free(text);
    return SOLOW_OK;
}

/* (1) of this rank's blocks. */
static void hash_blocks(const solow_frame *frame, const solow_frame_column *column, solow_digest *block)
{
    bool text = column->kind == SOLOW_COLUMN_TEXT;
    size_t size = text ? sizeof *column->code : sizeof *column->number;
    const char *bytes = text ? (const char *)column->code : (const char *)column->number;
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        ptrdiff_t begin = frame->block_start[b], rows = frame->block_start[b + 1] - begin;
        block[b] = solow_digest_of(bytes + solow_bytes(begin, size), solow_bytes(rows, size));
    }
}

solow_status solow_frame_content(const solow_frame *frame, const solow_frame_column *column, solow_digest *digest,
                                 solow_error *err)
{
    solow_comm *comm = frame->comm;
    solow_digest *mine = solow_allocate(frame->blocks, sizeof *mine), parts[2] = {{0}};
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    void *all = NULL;
    solow_status status = mine != NULL && offset != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to hash `%s`", column->name);
    if (status == SOLOW_OK && column->kind == SOLOW_COLUMN_TEXT) {
        status = labels_content(column, &parts[1], err);
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        hash_blocks(frame, column, mine);
        status = solow_comm_allgather(comm, mine, solow_bytes(frame->blocks, sizeof *mine), &all, offset, err);
    }
    if (status == SOLOW_OK) {
        parts[0] = solow_digest_of(all, offset[solow_comm_size(comm)]);
        *digest = solow_digest_of(parts, sizeof parts);
    }
    free(mine);
    free(offset);
    free(all);
    return status;
}
