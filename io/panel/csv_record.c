/* csv_record.c - one record of a CSV text into the columns of a table; see csv.h. */
#include "io/panel/csv.h"
#include "io/panel/number.h"
#include "io/panel/utf8.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void store_number(const solow_source *source, solow_csv_column *column, const char *text, double value)
{
    solow_csv *csv = source->state;
    if (!isnan(value) && solow_source_number_missing(source, value)) {
        column->spelled = true;
        value = NAN;
    }
    if (isinf(value) && column->infinite_at < 0) {
        column->infinite_at = solow_csv_input_position(&csv->input, text);
    }
    column->number[csv->rows] = value;
}

static bool store_text(const solow_source *source, solow_csv_column *column, const solow_csv_field *field)
{
    solow_csv *csv = source->state;
    if (solow_source_text_missing(source, field->text, field->bytes)) {
        column->code[csv->rows] = -1;
        return true;
    }
    solow_levels *levels = &csv->table->column[column->stored].levels;
    int32_t code = column->last_code;
    if (code < 0 || strncmp(levels->label[code], field->text, field->bytes) != 0 ||
        levels->label[code][field->bytes] != '\0') {
        code = solow_levels_find(levels, field->text, field->bytes);
    }
    if (code < 0) {
        if (!solow_utf8_is_valid(field->text, field->bytes)) {
            csv->problem = SOLOW_CSV_NOT_UTF8;
            return false;
        }
        code = solow_levels_add(levels, field->text, field->bytes);
    }
    if (code < 0) {
        csv->problem = SOLOW_CSV_NO_MEMORY;
        return false;
    }
    column->last_code = code;
    column->code[csv->rows] = code;
    return true;
}

/* A column of numbers meets text: from here on it is text. Rows before must be missing, else they are read again. */
static bool turn_to_text(solow_csv *csv, solow_csv_column *column)
{
    solow_column *stored = &csv->table->column[column->stored];
    column->looked_textual = true;
    bool lost = column->spelled;
    for (int64_t i = 0; i < csv->rows && !lost; i++) {
        lost = !isnan(stored->number[i]);
    }
    if (lost) {
        column->lost = true;
        column->take = SOLOW_TAKE_SKIP;
        return true;
    }
    int32_t *code = solow_allocate((ptrdiff_t)csv->table->capacity, sizeof *code);
    if (code == NULL) {
        csv->problem = SOLOW_CSV_NO_MEMORY;
        return false;
    }
    for (int64_t i = 0; i < csv->rows; i++) {
        code[i] = -1;
    }
    free(stored->number);
    stored->number = NULL;
    stored->kind = SOLOW_COLUMN_TEXT;
    stored->code = code;
    column->number = NULL;
    column->code = code;
    column->take = SOLOW_TAKE_TEXT;
    return true;
}

/* The general way: quotes, blanks, missing codes, text. */
static const char *take_field(const solow_source *source, solow_csv_column *column, const char *text)
{
    solow_csv *csv = source->state;
    solow_csv_field field;
    const char *separator = solow_csv_field_read(csv, text, &field);
    if (separator == NULL) {
        return NULL;
    }
    csv->at = text;
    if (column->take == SOLOW_TAKE_NUMBER) {
        double value;
        solow_field_kind kind = solow_csv_field_number(source, &field, &value);
        if (kind != SOLOW_FIELD_TEXT) {
            column->spelled |= kind == SOLOW_FIELD_NAN;
            store_number(source, column, text, value);
            return separator;
        }
        if (column->strict) {
            csv->problem = SOLOW_CSV_NOT_NUMBER;
            return NULL;
        }
        if (!turn_to_text(csv, column)) {
            return NULL;
        }
    }
    if (column->take == SOLOW_TAKE_TEXT && !store_text(source, column, &field)) {
        return NULL;
    }
    return separator;
}

/* The quick way for a plain number; the separator, or NULL if the field needs the general way. */
static inline const char *take_number(const solow_source *source, solow_csv_column *column, const char *text)
{
    solow_csv *csv = source->state;
    double value;
    const char *end = solow_number_scan(text, &value);
    if (end == text) {
        return NULL;
    }
    unsigned char class = csv->class[(unsigned char)*end];
    if (class == SOLOW_BYTE_CR && end[1] == '\n') {
        class = SOLOW_BYTE_NEWLINE;
        end++;
    }
    if (class != SOLOW_BYTE_DELIMITER && class != SOLOW_BYTE_NEWLINE) {
        return NULL;
    }
    if (source->missing_numbers > 0 || isinf(value)) {
        store_number(source, column, text, value);
    } else {
        column->number[csv->rows] = value;
    }
    return end;
}

static inline const char *take(const solow_source *source, solow_csv_column *column, const char *text)
{
    solow_csv *csv = source->state;
    if (column->take == SOLOW_TAKE_NUMBER) {
        const char *separator = take_number(source, column, text);
        return separator != NULL ? separator : take_field(source, column, text);
    }
    return column->take == SOLOW_TAKE_SKIP ? solow_csv_field_skip(csv, text) : take_field(source, column, text);
}

/* Counts the fields of a record that has too few or too many; always NULL. */
static const char *ragged(solow_csv *csv, const char *separator, ptrdiff_t fields)
{
    const char *at = separator;
    while (separator != NULL && csv->class[(unsigned char)*separator] == SOLOW_BYTE_DELIMITER) {
        separator = solow_csv_field_skip(csv, separator + 1);
        fields++;
    }
    if (separator == NULL) {
        return NULL; /* that problem comes first */
    }
    csv->problem = SOLOW_CSV_RAGGED;
    csv->problem_fields = fields;
    csv->at = at;
    return NULL;
}

const char *solow_csv_record(const solow_source *source, const char *text)
{
    solow_csv *csv = source->state;
    ptrdiff_t last = csv->columns - 1;
    for (ptrdiff_t j = 0;; j++) {
        const char *separator = take(source, &csv->column[j], text);
        if (separator == NULL) {
            csv->problem_column = j;
            return NULL;
        }
        bool ends = csv->class[(unsigned char)*separator] == SOLOW_BYTE_NEWLINE;
        if (ends != (j == last)) {
            return ragged(csv, separator, j + 1);
        }
        text = separator + 1;
        if (ends) {
            return text;
        }
    }
}
