/* diff.c - see diff.h. */
#include "io/report/diff.h"

#include "io/report/number.h"
#include "io/report/pick.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 100 };

/* The columns that name a row are the first `names` of a table. */
static const struct {
    const char *table;
    ptrdiff_t names;
} compared[] = {{"tidy", 3},     {"glance", 2},      {"groups", 3},        {"effects", 5},
                {"tests", 3},    {"diagnostics", 3}, {"resampling", 5},    {"adjusted", 4},
                {"measures", 4}, {"published", 5},   {"fixed_effects", 4}, {"vcov", 4}};

typedef struct keyed { /* a row and its name */
    char *key;
    int64_t row, match; /* match: row in the other table, -1: none */
} keyed;

typedef struct comparison {
    const char *name;
    const solow_table *a, *b;
    ptrdiff_t names;
    double tolerance;
    solow_buffer *out;
    int64_t found;
} comparison;

static void cell_text(const solow_table_column *column, int64_t row, solow_buffer *out)
{
    char scratch[SOLOW_NUMBER_BYTES];
    switch (column->kind) {
    case SOLOW_CELL_TEXT:
        solow_buffer_text(out, column->text[row]);
        return;
    case SOLOW_CELL_NUMBER:
        solow_number_shortest(column->number[row], scratch);
        break;
    case SOLOW_CELL_INTEGER:
        solow_number_integer(column->integer[row], scratch);
        break;
    }
    solow_buffer_text(out, scratch[0] != '\0' ? scratch : "missing");
}

/* `model within, term log(pc)`: empty names are left out. */
static void row_name(const solow_table *table, ptrdiff_t names, int64_t row, solow_buffer *out)
{
    const char *between = "";
    for (ptrdiff_t j = 0; j < names; j++) {
        const solow_table_column *column = &table->column[j];
        if (column->kind == SOLOW_CELL_TEXT && column->text[row][0] == '\0') {
            continue;
        }
        solow_buffer_format(out, "%s%s ", between, column->name);
        cell_text(column, row, out);
        between = ", ";
    }
}

static int by_key(const void *left, const void *right)
{
    const keyed *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static int by_row(const void *left, const void *right)
{
    const keyed *a = left, *b = right;
    return (a->row > b->row) - (a->row < b->row);
}

static void free_keys(keyed *keys, int64_t rows)
{
    for (int64_t i = 0; keys != NULL && i < rows; i++) {
        free(keys[i].key);
    }
    free(keys);
}

/* Rows sorted by name; NULL when there is no memory. */
static keyed *sorted_keys(const solow_table *table, ptrdiff_t names)
{
    keyed *keys = solow_allocate_zeroed(table->rows, sizeof *keys);
    for (int64_t i = 0; keys != NULL && i < table->rows; i++) {
        solow_buffer key = {0};
        for (ptrdiff_t j = 0; j < names; j++) {
            cell_text(&table->column[j], i, &key);
            solow_buffer_char(&key, '\x1f');
        }
        if (key.failed) {
            solow_buffer_clear(&key);
            free_keys(keys, i);
            return NULL;
        }
        keys[i] = (keyed){key.text, i, -1};
    }
    if (keys != NULL) {
        qsort(keys, (size_t)table->rows, sizeof *keys, by_key);
    }
    return keys;
}

/* Pairs equal names; the n-th of several equal ones meets the n-th. */
static void match(keyed *a, int64_t a_rows, keyed *b, int64_t b_rows)
{
    for (int64_t i = 0, j = 0; i < a_rows && j < b_rows;) {
        int order = strcmp(a[i].key, b[j].key);
        if (order == 0) {
            a[i].match = b[j].row;
            b[j].match = a[i].row;
        }
        i += order <= 0;
        j += order >= 0;
    }
}

/* Counts a difference; whether it is still to be printed. */
static bool count(comparison *c)
{
    c->found++;
    return c->found <= MOST_LINES;
}

static bool same_number(double a, double b, double tolerance)
{
    if (a == b || (isnan(a) && isnan(b))) {
        return true;
    }
    return isfinite(a) && isfinite(b) && fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

static bool same_cell(const solow_table_column *a, int64_t a_row, const solow_table_column *b, int64_t b_row,
                      double tolerance)
{
    switch (a->kind) {
    case SOLOW_CELL_NUMBER:
        return same_number(a->number[a_row], b->number[b_row], tolerance);
    case SOLOW_CELL_INTEGER:
        return a->integer[a_row] == b->integer[b_row];
    case SOLOW_CELL_TEXT:
        break;
    }
    return strcmp(a->text[a_row], b->text[b_row]) == 0;
}

static void compare_row(comparison *c, int64_t a_row, int64_t b_row)
{
    for (ptrdiff_t j = c->names; j < c->a->columns; j++) {
        const solow_table_column *a = &c->a->column[j], *b = &c->b->column[j];
        if (same_cell(a, a_row, b, b_row, c->tolerance) || !count(c)) {
            continue;
        }
        solow_buffer_format(c->out, "%s: ", c->name);
        row_name(c->a, c->names, a_row, c->out);
        solow_buffer_format(c->out, ": %s ", a->name);
        cell_text(a, a_row, c->out);
        solow_buffer_text(c->out, " against ");
        cell_text(b, b_row, c->out);
        if (a->kind == SOLOW_CELL_NUMBER && isfinite(a->number[a_row]) && isfinite(b->number[b_row])) {
            double x = a->number[a_row], y = b->number[b_row];
            solow_buffer_format(c->out, " (relative difference %.2g)", fabs(x - y) / fmax(fabs(x), fabs(y)));
        }
        solow_buffer_char(c->out, '\n');
    }
}

static void only_in(comparison *c, const solow_table *table, int64_t row, const char *side)
{
    if (count(c)) {
        solow_buffer_format(c->out, "%s: only in the %s: ", c->name, side);
        row_name(table, c->names, row, c->out);
        solow_buffer_char(c->out, '\n');
    }
}

/* Whether both tables name the same rows in the same order, as they do unless something was added or moved. */
static bool same_order(const comparison *c)
{
    bool same = c->a->rows == c->b->rows;
    for (ptrdiff_t j = 0; same && j < c->names; j++) {
        for (int64_t i = 0; same && i < c->a->rows; i++) {
            same = same_cell(&c->a->column[j], i, &c->b->column[j], i, 0);
        }
    }
    return same;
}

static solow_status compare_matched(comparison *c, solow_error *err)
{
    keyed *a = sorted_keys(c->a, c->names), *b = sorted_keys(c->b, c->names);
    if (a == NULL || b == NULL) {
        free_keys(a, c->a->rows);
        free_keys(b, c->b->rows);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to compare table %s", c->name);
    }
    match(a, c->a->rows, b, c->b->rows);
    qsort(a, (size_t)c->a->rows, sizeof *a, by_row);
    qsort(b, (size_t)c->b->rows, sizeof *b, by_row);
    for (int64_t i = 0; i < c->a->rows; i++) {
        if (a[i].match >= 0) {
            compare_row(c, i, a[i].match);
        } else {
            only_in(c, c->a, i, "first");
        }
    }
    for (int64_t i = 0; i < c->b->rows; i++) {
        if (b[i].match < 0) {
            only_in(c, c->b, i, "second");
        }
    }
    free_keys(a, c->a->rows);
    free_keys(b, c->b->rows);
    return SOLOW_OK;
}

static solow_status compare_tables(comparison *c, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (same_order(c)) {
        for (int64_t i = 0; i < c->a->rows; i++) {
            compare_row(c, i, i);
        }
    } else {
        status = compare_matched(c, err);
    }
    if (c->found > MOST_LINES) {
        solow_buffer_format(c->out, "%s: and %lld more\n", c->name, (long long)(c->found - MOST_LINES));
    }
    return status;
}

static bool same_columns(const solow_table *a, const solow_table *b)
{
    bool same = a->columns == b->columns;
    for (ptrdiff_t j = 0; same && j < a->columns; j++) {
        same = a->column[j].kind == b->column[j].kind && strcmp(a->column[j].name, b->column[j].name) == 0;
    }
    return same;
}

static solow_status compare_named(const solow_results *a, const solow_results *b, comparison *c, solow_error *err)
{
    solow_pick pick_a, pick_b = {0};
    solow_status status = solow_pick_table(a, c->name, &pick_a, err);
    if (status == SOLOW_OK) {
        status = solow_pick_table(b, c->name, &pick_b, err);
    }
    if (status == SOLOW_OK && !same_columns(pick_a.table, pick_b.table)) {
        c->found++;
        solow_buffer_format(c->out, "%s: the columns differ\n", c->name);
    } else if (status == SOLOW_OK) {
        c->a = pick_a.table;
        c->b = pick_b.table;
        status = compare_tables(c, err);
    }
    solow_pick_clear(&pick_a);
    solow_pick_clear(&pick_b);
    return status;
}

static bool saves(const solow_results *results, const char *model)
{
    for (ptrdiff_t i = 0; i < results->saved_count; i++) {
        if (strcmp(results->saved[i].model, model) == 0) {
            return true;
        }
    }
    return false;
}

/* Saved columns of the models of a that b saves too; the others are said. */
static solow_status compare_panels(const solow_results *a, const solow_results *b, comparison *c, bool second,
                                   solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; status == SOLOW_OK && i < a->saved_count; i++) {
        solow_buffer name = {0};
        solow_buffer_format(&name, "panel/%s", a->saved[i].model);
        status = solow_buffer_finish(&name, err);
        c->name = name.text;
        if (status == SOLOW_OK && !saves(b, a->saved[i].model)) {
            c->found++;
            solow_buffer_format(c->out, "%s: only in the %s\n", c->name, second ? "second" : "first");
        } else if (status == SOLOW_OK && !second) {
            c->names = a->saved[i].time != NULL ? 2 : 1;
            status = compare_named(a, b, c, err);
        }
        solow_buffer_clear(&name);
    }
    return status;
}

solow_status solow_results_diff(const solow_results *a, const solow_results *b, double tolerance, solow_buffer *out,
                                int64_t *differences, solow_error *err)
{
    solow_status status = SOLOW_OK;
    int64_t total = 0;
    for (size_t i = 0; status == SOLOW_OK && i < sizeof compared / sizeof *compared; i++) {
        comparison c = {.name = compared[i].table, .names = compared[i].names, .tolerance = tolerance, .out = out};
        status = compare_named(a, b, &c, err);
        total += c.found;
    }
    comparison panels = {.tolerance = tolerance, .out = out};
    if (status == SOLOW_OK) {
        status = compare_panels(a, b, &panels, false, err);
    }
    if (status == SOLOW_OK) {
        status = compare_panels(b, a, &panels, true, err);
    }
    if (status == SOLOW_OK) {
        status = solow_buffer_finish(out, err);
    }
    if (status == SOLOW_OK) {
        *differences = total + panels.found;
    }
    return status;
}
