/* columns.c - see columns.h. */
#include "io/panel/columns.h"
#include "io/panel/pages.h"
#include "kernels/core/size.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void solow_column_clear(solow_column *column)
{
    free(column->name);
    free(column->number);
    free(column->code);
    solow_levels_clear(&column->levels);
    free(column->label);
    for (ptrdiff_t i = 0; i < column->value_labels; i++) {
        free(column->value_label[i]);
    }
    free(column->labelled_value);
    free(column->value_label);
    *column = (solow_column){0};
}

void solow_columns_clear(solow_columns *columns)
{
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        solow_column_clear(&columns->column[j]);
    }
    free(columns->column);
    *columns = (solow_columns){0};
}

ptrdiff_t solow_columns_find(const solow_columns *columns, const char *name)
{
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        if (strcmp(columns->column[j].name, name) == 0) {
            return j;
        }
    }
    return -1;
}

static bool resize_rows(solow_column *column, int64_t old_rows, int64_t rows)
{
    bool is_number = column->kind == SOLOW_COLUMN_NUMBER;
    size_t size = is_number ? sizeof *column->number : sizeof *column->code;
    size_t bytes = solow_bytes((ptrdiff_t)rows, size);
    if (bytes > PTRDIFF_MAX) {
        return false;
    }
    void *block = solow_pages_resize(is_number ? (void *)column->number : (void *)column->code,
                                     solow_bytes((ptrdiff_t)old_rows, size), bytes);
    if (block == NULL) {
        return false;
    }
    if (is_number) {
        column->number = block;
    } else {
        column->code = block;
    }
    return true;
}

solow_status solow_columns_add(solow_columns *columns, const char *name, solow_column_kind kind, ptrdiff_t *index,
                               solow_error *err)
{
    solow_column *grown = solow_resize(columns->column, columns->count + 1, sizeof *grown);
    if (grown == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td columns", columns->count + 1);
    }
    columns->column = grown;
    solow_column *added = &grown[columns->count];
    *added = (solow_column){.name = solow_copy_text(name), .kind = kind};
    if (added->name == NULL || !resize_rows(added, 0, columns->capacity)) {
        solow_column_clear(added);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %lld rows of column '%s'", (long long)columns->capacity,
                          name);
    }
    if (index != NULL) {
        *index = columns->count;
    }
    columns->count++;
    return SOLOW_OK;
}

solow_status solow_columns_reserve(solow_columns *columns, int64_t rows, bool exact, solow_error *err)
{
    if (rows == columns->capacity || (rows < columns->capacity && !exact)) {
        return SOLOW_OK;
    }
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        if (!resize_rows(&columns->column[j], columns->capacity, rows)) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %lld rows of %td columns", (long long)rows,
                              columns->count);
        }
    }
    columns->capacity = rows;
    return SOLOW_OK;
}

solow_status solow_column_sort_levels(solow_column *column, int64_t rows, solow_error *err)
{
    assert(column->kind == SOLOW_COLUMN_TEXT);
    int32_t count = column->levels.count;
    int32_t *rank = solow_allocate(count, sizeof *rank);
    solow_levels sorted = {0};
    solow_status status = SOLOW_OK;
    if (rank == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort the labels of '%s'", column->name);
        goto done;
    }
    status = solow_levels_rank(&column->levels, rank, err);
    if (status != SOLOW_OK) {
        goto done;
    }
    int32_t *place = solow_allocate(count, sizeof *place); /* place[r]: old index of the r-th label */
    for (int32_t i = 0; place != NULL && i < count; i++) {
        place[rank[i]] = i;
    }
    for (int32_t r = 0; place != NULL && r < count; r++) {
        const char *label = column->levels.label[place[r]];
        if (solow_levels_add(&sorted, label, strlen(label)) < 0) {
            free(place);
            place = NULL;
        }
    }
    if (place == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort the labels of '%s'", column->name);
        goto done;
    }
    free(place);
    for (int64_t i = 0; i < rows; i++) {
        column->code[i] = column->code[i] >= 0 ? rank[column->code[i]] : -1;
    }
    solow_levels swap = column->levels;
    column->levels = sorted;
    sorted = swap;
done:
    free(rank);
    solow_levels_clear(&sorted);
    return status;
}

solow_status solow_column_add_value_label(solow_column *column, double value, const char *label, solow_error *err)
{
    ptrdiff_t count = column->value_labels + 1;
    double *values = solow_resize(column->labelled_value, count, sizeof *values);
    column->labelled_value = values != NULL ? values : column->labelled_value;
    char **labels = solow_resize(column->value_label, count, sizeof *labels);
    column->value_label = labels != NULL ? labels : column->value_label;
    char *copy = solow_copy_text(label);
    if (values == NULL || labels == NULL || copy == NULL) {
        free(copy);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the value labels of '%s'", column->name);
    }
    values[count - 1] = value;
    labels[count - 1] = copy;
    column->value_labels = count;
    return SOLOW_OK;
}
