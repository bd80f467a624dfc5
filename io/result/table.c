/* table.c - one result table in memory: typed columns, rows appended, texts in chunks (see results.h). */
#include "io/result/results.h"

#include "kernels/core/size.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROWS = 16, CHUNK_BYTES = 65536 };

/* Text cells point into chunks, so that a table of a million names costs few allocations. */
struct solow_text_chunk {
    struct solow_text_chunk *next;
    size_t used, size;
    char bytes[];
};

static char *no_text(void)
{
    static const char empty[1] = "";
    return (char *)empty;
}

static char *keep_text(solow_table *table, const char *text)
{
    size_t length = strlen(text) + 1;
    struct solow_text_chunk *chunk = table->text;
    if (chunk == NULL || chunk->size - chunk->used < length) {
        size_t size = length > CHUNK_BYTES ? length : CHUNK_BYTES;
        chunk = malloc(sizeof *chunk + size);
        if (chunk == NULL) {
            return NULL;
        }
        chunk->next = table->text;
        chunk->used = 0;
        chunk->size = size;
        table->text = chunk;
    }
    char *kept = chunk->bytes + chunk->used;
    memcpy(kept, text, length);
    chunk->used += length;
    return kept;
}

char *solow_table_keep_text(solow_table *table, const char *text)
{
    return text[0] == '\0' ? no_text() : keep_text(table, text);
}

solow_status solow_table_init(solow_table *table, const char *name, const solow_column_schema *schema, solow_error *err)
{
    ptrdiff_t columns = 0;
    while (schema[columns].name != NULL) {
        columns++;
    }
    solow_table_column *column = solow_allocate_zeroed(columns, sizeof *column);
    if (column == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for table %s", name);
    }
    for (ptrdiff_t j = 0; j < columns; j++) {
        column[j].name = schema[j].name;
        column[j].kind = schema[j].kind;
    }
    *table = (solow_table){.name = name, .columns = columns, .column = column};
    return SOLOW_OK;
}

/* Room for capacity rows in one column; the old cells stay. */
static bool widen(solow_table_column *column, int64_t capacity)
{
    void *cells = NULL;
    switch (column->kind) {
    case SOLOW_CELL_NUMBER:
        cells = solow_resize(column->number, capacity, sizeof *column->number);
        column->number = cells != NULL ? cells : column->number;
        break;
    case SOLOW_CELL_INTEGER:
        cells = solow_resize(column->integer, capacity, sizeof *column->integer);
        column->integer = cells != NULL ? cells : column->integer;
        break;
    case SOLOW_CELL_TEXT:
        cells = solow_resize(column->text, capacity, sizeof *column->text);
        column->text = cells != NULL ? cells : column->text;
        break;
    }
    return cells != NULL;
}

static void empty_cell(solow_table_column *column, int64_t row)
{
    switch (column->kind) {
    case SOLOW_CELL_NUMBER:
        column->number[row] = NAN;
        break;
    case SOLOW_CELL_INTEGER:
        column->integer[row] = SOLOW_MISSING_INTEGER;
        break;
    case SOLOW_CELL_TEXT:
        column->text[row] = no_text();
        break;
    }
}

static bool make_room(solow_table *table, int64_t capacity)
{
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        if (!widen(&table->column[j], capacity)) {
            return false;
        }
    }
    table->capacity = capacity;
    return true;
}

int64_t solow_table_append(solow_table *table)
{
    if (table->rows == table->capacity) {
        int64_t capacity = table->capacity == 0 ? FIRST_ROWS : 2 * table->capacity;
        if (!make_room(table, capacity)) {
            return -1;
        }
    }
    int64_t row = table->rows++;
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        empty_cell(&table->column[j], row);
    }
    return row;
}

solow_status solow_table_grow(solow_table *table, int64_t rows, solow_error *err)
{
    int64_t total = table->rows + rows;
    if (total > table->capacity && !make_room(table, total)) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %lld rows of table %s", (long long)total, table->name);
    }
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        for (int64_t row = table->rows; row < total; row++) {
            empty_cell(&table->column[j], row);
        }
    }
    table->rows = total;
    return SOLOW_OK;
}

static solow_table_column *find(const solow_table *table, const char *name)
{
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        if (strcmp(table->column[j].name, name) == 0) {
            return &table->column[j];
        }
    }
    return NULL;
}

const solow_table_column *solow_table_column_find(const solow_table *table, const char *column)
{
    return find(table, column);
}

void solow_table_set_number(solow_table *table, int64_t row, const char *column, double value)
{
    solow_table_column *cells = find(table, column);
    assert(cells != NULL && cells->kind != SOLOW_CELL_TEXT && row >= 0 && row < table->rows);
    if (cells->kind == SOLOW_CELL_NUMBER) {
        cells->number[row] = value;
    } else {
        cells->integer[row] = fabs(value) < 0x1p53 ? llround(value) : SOLOW_MISSING_INTEGER;
    }
}

void solow_table_set_integer(solow_table *table, int64_t row, const char *column, int64_t value)
{
    solow_table_column *cells = find(table, column);
    assert(cells != NULL && cells->kind != SOLOW_CELL_TEXT && row >= 0 && row < table->rows);
    if (cells->kind == SOLOW_CELL_INTEGER) {
        cells->integer[row] = value;
    } else {
        cells->number[row] = value == SOLOW_MISSING_INTEGER ? NAN : (double)value;
    }
}

bool solow_table_set_text(solow_table *table, int64_t row, const char *column, const char *value)
{
    solow_table_column *cells = find(table, column);
    assert(cells != NULL && cells->kind == SOLOW_CELL_TEXT && row >= 0 && row < table->rows);
    if (value == NULL || value[0] == '\0') {
        cells->text[row] = no_text();
        return true;
    }
    if (row > 0 && strcmp(cells->text[row - 1], value) == 0) { /* ids and groups repeat from row to row */
        cells->text[row] = cells->text[row - 1];
        return true;
    }
    char *kept = keep_text(table, value);
    if (kept == NULL) {
        return false;
    }
    cells->text[row] = kept;
    return true;
}

double solow_table_number(const solow_table *table, int64_t row, const char *column)
{
    const solow_table_column *cells = find(table, column);
    assert(cells != NULL && cells->kind == SOLOW_CELL_NUMBER && row >= 0 && row < table->rows);
    return cells->number[row];
}

int64_t solow_table_integer(const solow_table *table, int64_t row, const char *column)
{
    const solow_table_column *cells = find(table, column);
    assert(cells != NULL && cells->kind == SOLOW_CELL_INTEGER && row >= 0 && row < table->rows);
    return cells->integer[row];
}

const char *solow_table_text(const solow_table *table, int64_t row, const char *column)
{
    const solow_table_column *cells = find(table, column);
    assert(cells != NULL && cells->kind == SOLOW_CELL_TEXT && row >= 0 && row < table->rows);
    return cells->text[row];
}

void solow_table_clear(solow_table *table)
{
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        free(table->column[j].number);
        free(table->column[j].integer);
        free(table->column[j].text);
    }
    free(table->column);
    for (struct solow_text_chunk *chunk = table->text; chunk != NULL;) {
        struct solow_text_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    *table = (solow_table){.name = table->name};
}
