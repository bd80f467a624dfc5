/* sample_data.c - see sample_data.h. */
#include "tests/support/sample_data.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_text(const char *folder, const char *file)
{
    char path[1024];
    bool own = strncmp(file, "jobs/", 5) == 0;
    snprintf(path, sizeof path, own ? "%s/%s%s" : "%s/../shared/%s/%s", SOLOW_SOURCE_DIR, own ? "" : folder, file);
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        printf("skipped: %s/%s is not there\n", folder, file);
        return NULL;
    }
    fseek(stream, 0, SEEK_END);
    long size = ftell(stream);
    rewind(stream);
    char *text = malloc((size_t)size + 1);
    ck_assert(text != NULL && fread(text, 1, (size_t)size, stream) == (size_t)size);
    text[size] = '\0';
    fclose(stream);
    return text;
}

/* Cuts one field off *at, unquoted in place; *ended: it was the line's last. */
static char *next_field(char **at, bool *ended)
{
    char *from = *at, *to = from, *field = from;
    bool quoted = false;
    for (; *from != '\0' && (quoted || (*from != ',' && *from != '\n')); from++) {
        if (*from == '"') {
            if (quoted && from[1] == '"') {
                *to++ = *from++;
            } else {
                quoted = !quoted;
            }
        } else if (*from != '\r') {
            *to++ = *from;
        }
    }
    *ended = *from != ',';
    *at = *from != '\0' ? from + 1 : from;
    *to = '\0';
    return field;
}

sample_data *sample_create(ptrdiff_t rows)
{
    sample_data *data = calloc(1, sizeof *data);
    ck_assert(data != NULL);
    data->rows = rows;
    return data;
}

double *sample_add(sample_data *data, const char *name)
{
    ck_assert(data->columns < SAMPLE_COLUMNS);
    double *value = calloc((size_t)data->rows + 1, sizeof *value);
    char *copy = malloc(strlen(name) + 1);
    ck_assert(value != NULL && copy != NULL);
    strcpy(copy, name);
    data->name[data->columns] = copy;
    data->value[data->columns++] = value;
    return value;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Numbers, or codes 0, 1, ... of the sorted distinct texts. */
static void convert(ptrdiff_t rows, char **text, ptrdiff_t stride, double *value)
{
    bool numeric = true;
    for (ptrdiff_t i = 0; i < rows; i++) {
        char *end;
        const char *field = text[i * stride];
        value[i] = *field == '\0' || strcmp(field, "NA") == 0 ? NAN : strtod(field, &end);
        numeric = numeric && (isnan(value[i]) || *end == '\0');
    }
    if (numeric) {
        return;
    }
    char **sorted = malloc((size_t)rows * sizeof *sorted);
    ck_assert(sorted != NULL);
    for (ptrdiff_t i = 0; i < rows; i++) {
        sorted[i] = text[i * stride];
    }
    qsort(sorted, (size_t)rows, sizeof *sorted, by_text);
    ptrdiff_t levels = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (i == 0 || strcmp(sorted[i], sorted[levels - 1]) != 0) {
            sorted[levels++] = sorted[i];
        }
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        char **found = bsearch(&text[i * stride], sorted, (size_t)levels, sizeof *sorted, by_text);
        value[i] = (double)(found - sorted);
    }
    free(sorted);
}

sample_data *sample_read(const char *file)
{
    char *text = read_text("data", file), *at = text, *names[SAMPLE_COLUMNS];
    ptrdiff_t columns = 0, rows = 0, room = 0;
    char **field = NULL;
    if (text == NULL) {
        return NULL;
    }
    for (bool ended = false; !ended; columns++) {
        ck_assert(columns < SAMPLE_COLUMNS);
        names[columns] = next_field(&at, &ended);
    }
    while (*at != '\0') {
        if (rows == room) {
            room = room * 2 + 64;
            char **larger = realloc(field, (size_t)(room * columns) * sizeof *field);
            ck_assert(larger != NULL);
            field = larger;
        }
        bool ended = false;
        for (ptrdiff_t c = 0; c < columns; c++) {
            field[rows * columns + c] = next_field(&at, &ended);
        }
        rows++;
    }
    sample_data *data = sample_create(rows);
    for (ptrdiff_t c = 0; c < columns; c++) {
        convert(rows, field + c, columns, sample_add(data, names[c]));
    }
    free(field);
    free(text);
    return data;
}

void sample_free(sample_data *data)
{
    for (ptrdiff_t c = 0; data != NULL && c < data->columns; c++) {
        free(data->name[c]);
        free(data->value[c]);
    }
    free(data);
}

double *sample_column(const sample_data *data, const char *name)
{
    for (ptrdiff_t c = 0; c < data->columns; c++) {
        if (strcmp(data->name[c], name) == 0) {
            return data->value[c];
        }
    }
    ck_abort_msg("no column %s", name);
    return NULL;
}

double *sample_add_log(sample_data *data, const char *name, const char *of)
{
    double *value = sample_add(data, name);
    const double *from = sample_column(data, of);
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        value[i] = from[i] > 0 ? log(from[i]) : NAN;
    }
    return value;
}

typedef struct ordered {
    double unit, time;
    ptrdiff_t row;
} ordered;

static int by_unit_time(const void *a, const void *b)
{
    const ordered *x = a, *y = b;
    if (x->unit != y->unit) {
        return x->unit < y->unit ? -1 : 1;
    }
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return x->row < y->row ? -1 : x->row > y->row;
}

void sample_sort(sample_data *data, const char *unit, const char *time)
{
    ordered *order = malloc((size_t)data->rows * sizeof *order);
    double *copy = malloc((size_t)data->rows * sizeof *copy);
    ck_assert(order != NULL && copy != NULL);
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        order[i] = (ordered){sample_column(data, unit)[i], time != NULL ? sample_column(data, time)[i] : 0, i};
    }
    qsort(order, (size_t)data->rows, sizeof *order, by_unit_time);
    for (ptrdiff_t c = 0; c < data->columns; c++) {
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            copy[i] = data->value[c][order[i].row];
        }
        memcpy(data->value[c], copy, (size_t)data->rows * sizeof *copy);
    }
    free(order);
    free(copy);
}

sample_reference *sample_reference_read(const char *file)
{
    char *text = read_text("reference", file), *at = text;
    if (text == NULL) {
        return NULL;
    }
    sample_reference *reference = calloc(1, sizeof *reference);
    ck_assert(reference != NULL);
    reference->text = text;
    while (*at != '\0') {
        bool ended = false;
        reference->field = realloc(reference->field, (size_t)(reference->rows + 1) * 6 * sizeof *reference->field);
        ck_assert(reference->field != NULL);
        for (ptrdiff_t c = 0; c < 6; c++) {
            static char empty[] = "";
            reference->field[reference->rows * 6 + c] = ended ? empty : next_field(&at, &ended);
        }
        reference->rows++;
    }
    return reference;
}

void sample_reference_free(sample_reference *reference)
{
    if (reference != NULL) {
        free(reference->text);
        free(reference->field);
    }
    free(reference);
}

double sample_reference_get(const sample_reference *reference, const char *model, const char *term,
                            const char *quantity)
{
    ptrdiff_t column = strcmp(quantity, "estimate") == 0 ? 2 : strcmp(quantity, "std_error") == 0 ? 3 : 4;
    for (ptrdiff_t i = 0; i < reference->rows; i++) {
        char **field = reference->field + i * 6;
        if (strcmp(field[0], model) == 0 && strcmp(field[1], term) == 0) {
            return field[column][0] != '\0' ? strtod(field[column], NULL) : NAN;
        }
    }
    ck_abort_msg("no reference figure %s %s", model, term);
    return NAN;
}
