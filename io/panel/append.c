/* append.c - see append.h. */
#include "io/panel/append.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool all_missing(const solow_column *column, int64_t rows)
{
    for (int64_t i = 0; i < rows; i++) {
        if (column->kind == SOLOW_COLUMN_NUMBER ? !isnan(column->number[i]) : column->code[i] >= 0) {
            return false;
        }
    }
    return true;
}

/* Turns a column of missing numbers into one of missing text. */
static solow_status make_text(solow_column *column, int64_t rows, int64_t capacity, solow_error *err)
{
    int32_t *code = solow_allocate((ptrdiff_t)capacity, sizeof *code);
    if (code == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for column '%s'", column->name);
    }
    for (int64_t i = 0; i < rows; i++) {
        code[i] = -1;
    }
    free(column->number);
    column->number = NULL;
    column->code = code;
    column->kind = SOLOW_COLUMN_TEXT;
    return SOLOW_OK;
}

static solow_status copy_labels(solow_column *to, const solow_column *from, solow_error *err)
{
    if (to->label == NULL && from->label != NULL && (to->label = solow_copy_text(from->label)) == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the label of '%s'", to->name);
    }
    solow_status status = SOLOW_OK;
    bool first = to->value_labels == 0;
    for (ptrdiff_t i = 0; first && status == SOLOW_OK && i < from->value_labels; i++) {
        status = solow_column_add_value_label(to, from->labelled_value[i], from->value_label[i], err);
    }
    return status;
}

/* Codes of from, translated into to's levels, behind the first rows of to. */
static solow_status append_codes(solow_column *to, int64_t rows, const solow_column *from, int64_t more,
                                 solow_error *err)
{
    int32_t *translated = solow_allocate(from->levels.count, sizeof *translated);
    bool whole = translated != NULL;
    for (int32_t i = 0; whole && i < from->levels.count; i++) {
        translated[i] = solow_levels_add(&to->levels, from->levels.label[i], strlen(from->levels.label[i]));
        whole = translated[i] >= 0;
    }
    for (int64_t i = 0; whole && i < more; i++) {
        to->code[rows + i] = from->code[i] < 0 ? -1 : translated[from->code[i]];
    }
    free(translated);
    return whole ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the labels of '%s'", to->name);
}

static void append_missing(solow_column *to, int64_t rows, int64_t more)
{
    for (int64_t i = rows; i < rows + more; i++) {
        if (to->kind == SOLOW_COLUMN_NUMBER) {
            to->number[i] = NAN;
        } else {
            to->code[i] = -1;
        }
    }
}

static solow_status append_column(solow_columns *left, solow_column *to, const solow_column *from, int64_t more,
                                  const char *name, solow_error *err)
{
    if (to->kind != from->kind) {
        bool to_empty = all_missing(to, left->rows), from_empty = all_missing(from, more);
        if (!to_empty && !from_empty) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "column '%s' is %s in %s, but %s before", to->name,
                              from->kind == SOLOW_COLUMN_TEXT ? "text" : "numbers", name,
                              to->kind == SOLOW_COLUMN_TEXT ? "text" : "numbers");
        }
        if (from_empty) {
            append_missing(to, left->rows, more);
            return SOLOW_OK;
        }
        if (to->kind == SOLOW_COLUMN_NUMBER) {
            solow_status status = make_text(to, left->rows, left->capacity, err);
            if (status != SOLOW_OK) {
                return status;
            }
        } else { /* missing text to missing numbers */
            double *number = solow_allocate((ptrdiff_t)left->capacity, sizeof *number);
            if (number == NULL) {
                return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for column '%s'", to->name);
            }
            free(to->code);
            to->code = NULL;
            to->number = number;
            to->kind = SOLOW_COLUMN_NUMBER;
            append_missing(to, 0, left->rows);
        }
    }
    solow_status status = copy_labels(to, from, err);
    if (status == SOLOW_OK && to->kind == SOLOW_COLUMN_TEXT) {
        return append_codes(to, left->rows, from, more, err);
    }
    for (int64_t i = 0; status == SOLOW_OK && i < more; i++) {
        to->number[left->rows + i] = from->number[i];
    }
    return status;
}

solow_status solow_columns_append(solow_columns *left, const solow_columns *right, const char *name, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < right->count; j++) {
        ptrdiff_t place = solow_columns_find(left, right->column[j].name);
        if (place < 0) {
            status = solow_columns_add(left, right->column[j].name, right->column[j].kind, &place, err);
            if (status == SOLOW_OK) {
                append_missing(&left->column[place], 0, left->rows);
            }
        }
    }
    status = status == SOLOW_OK ? solow_columns_reserve(left, left->rows + right->rows, false, err) : status;
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < left->count; j++) {
        ptrdiff_t place = solow_columns_find(right, left->column[j].name);
        if (place < 0) {
            append_missing(&left->column[j], left->rows, right->rows);
        } else {
            status = append_column(left, &left->column[j], &right->column[place], right->rows, name, err);
        }
    }
    left->rows += status == SOLOW_OK ? right->rows : 0;
    return status;
}
