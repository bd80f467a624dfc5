/* levels.c - one list of labels for all ranks. See arrange.h. */
#include "engine/frame/arrange.h"

#include <stdlib.h>
#include <string.h>

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b); /* strcmp compares unsigned bytes */
}

/* This rank's labels one after the other, each with its NUL; malloc'ed. */
static char *pack_labels(const solow_levels *levels, size_t *bytes)
{
    *bytes = 0;
    for (int32_t i = 0; i < levels->count; i++) {
        *bytes += strlen(levels->label[i]) + 1;
    }
    char *packed = malloc(*bytes + 1), *end = packed;
    for (int32_t i = 0; packed != NULL && i < levels->count; i++) {
        size_t length = strlen(levels->label[i]) + 1;
        memcpy(end, levels->label[i], length);
        end += length;
    }
    return packed;
}

/* Sorted distinct copies of the labels in packed text. */
static solow_status sort_labels(const char *packed, size_t bytes, char ***label, int32_t *levels, solow_error *err)
{
    int64_t count = 0, kept = 0;
    for (size_t i = 0; i < bytes; i++) {
        count += packed[i] == '\0';
    }
    if (count > INT32_MAX / 2) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "a text column has more than 1e9 labels over all ranks");
    }
    char **all = solow_allocate(count, sizeof *all);
    if (all == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %lld labels", (long long)count);
    }
    const char *next = packed;
    for (int64_t i = 0; i < count; i++) {
        all[i] = (char *)next;
        next += strlen(next) + 1;
    }
    qsort(all, (size_t)count, sizeof *all, by_bytes);
    for (int64_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(all[i], all[kept - 1]) != 0) {
            all[kept++] = all[i];
        }
    }
    for (int64_t i = 0; i < kept; i++) {
        all[i] = solow_copy_text(all[i]);
        if (all[i] == NULL) {
            while (i-- > 0) {
                free(all[i]);
            }
            free(all);
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for labels");
        }
    }
    *label = all;
    *levels = (int32_t)kept;
    return SOLOW_OK;
}

static solow_status recode(ptrdiff_t rows, solow_column *column, char *const *label, int32_t levels, solow_error *err)
{
    int32_t *place = solow_allocate(column->levels.count, sizeof *place);
    if (place == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for labels of `%s`", column->name);
    }
    for (int32_t i = 0; i < column->levels.count; i++) {
        char *const *found = bsearch(&column->levels.label[i], label, (size_t)levels, sizeof *label, by_bytes);
        place[i] = (int32_t)(found - label);
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        column->code[i] = column->code[i] < 0 ? -1 : place[column->code[i]];
    }
    free(place);
    return SOLOW_OK;
}

solow_status solow_agree_levels(solow_comm *comm, ptrdiff_t rows, solow_column *column, char ***label, int32_t *levels,
                                solow_error *err)
{
    size_t bytes = 0, *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    char *packed = pack_labels(&column->levels, &bytes), **sorted = NULL;
    void *all = NULL;
    int32_t count = 0;
    solow_status status = packed != NULL && offset != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for labels of `%s`", column->name);
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(comm, packed, bytes, &all, offset, err);
    }
    if (status == SOLOW_OK) {
        status = sort_labels(all, offset[solow_comm_size(comm)], &sorted, &count, err);
    }
    if (status == SOLOW_OK) {
        status = recode(rows, column, sorted, count, err);
    }
    status = solow_comm_agree(comm, status, err);
    free(packed);
    free(offset);
    free(all);
    if (status != SOLOW_OK) {
        for (int32_t i = 0; i < count; i++) {
            free(sorted[i]);
        }
        free(sorted);
        return status;
    }
    *label = sorted;
    *levels = count;
    return SOLOW_OK;
}
