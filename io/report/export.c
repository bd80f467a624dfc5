/* export.c - see export.h. */
#include "io/report/export.h"

#include "io/report/escape.h"
#include "io/report/number.h"
#include "io/report/pick.h"

#include <math.h>
#include <string.h>

#ifdef SOLOW_JANSSON
#include <jansson.h>
#endif

solow_status solow_export_format_named(const char *name, solow_export_format *format, solow_error *err)
{
    static const char *const names[] = {"csv", "json", "md", "tex"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(names[i], name) == 0) {
            *format = (solow_export_format)i;
            return SOLOW_OK;
        }
    }
    return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "there is no format %s; the formats are csv, json, md and tex", name);
}

/* A cell as text: a text itself, or a number written into scratch. */
static const char *cell(const solow_table_column *column, int64_t row, char scratch[SOLOW_NUMBER_BYTES])
{
    switch (column->kind) {
    case SOLOW_CELL_NUMBER:
        solow_number_shortest(column->number[row], scratch);
        return scratch;
    case SOLOW_CELL_INTEGER:
        solow_number_integer(column->integer[row], scratch);
        return scratch;
    case SOLOW_CELL_TEXT:
        break;
    }
    return column->text[row];
}

/* How a row is put together: before the first cell, between two, after the last. */
typedef struct row_form {
    const char *open, *between, *close;
    solow_escape escape;
} row_form;

static void header(const solow_table *table, const row_form *form, solow_buffer *out)
{
    solow_buffer_text(out, form->open);
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        solow_buffer_text(out, j > 0 ? form->between : "");
        form->escape(out, table->column[j].name);
    }
    solow_buffer_text(out, form->close);
}

static void body(const solow_table *table, const row_form *form, solow_buffer *out)
{
    char scratch[SOLOW_NUMBER_BYTES];
    for (int64_t row = 0; row < table->rows && !out->failed; row++) {
        solow_buffer_text(out, form->open);
        for (ptrdiff_t j = 0; j < table->columns; j++) {
            solow_buffer_text(out, j > 0 ? form->between : "");
            form->escape(out, cell(&table->column[j], row, scratch));
        }
        solow_buffer_text(out, form->close);
    }
}

static void export_csv(const solow_table *table, solow_buffer *out)
{
    static const row_form form = {"", ",", "\n", solow_escape_csv};
    header(table, &form, out);
    body(table, &form, out);
}

static void export_markdown(const solow_table *table, solow_buffer *out)
{
    static const row_form form = {"| ", " | ", " |\n", solow_escape_markdown};
    header(table, &form, out);
    solow_buffer_char(out, '|');
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        solow_buffer_text(out, table->column[j].kind == SOLOW_CELL_TEXT ? " --- |" : " ---: |");
    }
    solow_buffer_char(out, '\n');
    body(table, &form, out);
}

static void export_tex(const solow_table *table, solow_buffer *out)
{
    static const row_form form = {"", " & ", " \\\\\n", solow_escape_tex};
    solow_buffer_text(out, "\\begin{tabular}{");
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        solow_buffer_char(out, table->column[j].kind == SOLOW_CELL_TEXT ? 'l' : 'r');
    }
    solow_buffer_text(out, "}\n\\toprule\n");
    header(table, &form, out);
    solow_buffer_text(out, "\\midrule\n");
    body(table, &form, out);
    solow_buffer_text(out, "\\bottomrule\n\\end{tabular}\n");
}

#ifdef SOLOW_JANSSON
static int append_json(const char *bytes, size_t count, void *out)
{
    solow_buffer_bytes(out, bytes, count);
    return ((solow_buffer *)out)->failed ? -1 : 0;
}

static void json_text(const char *text, solow_buffer *out)
{
    json_t *value = json_string(text);
    if (value == NULL) { /* not UTF-8: a damaged label must not lose the table */
        solow_buffer_text(out, "null");
        return;
    }
    out->failed = json_dump_callback(value, append_json, out, JSON_ENCODE_ANY) != 0 || out->failed;
    json_decref(value);
}

static void json_cell(const solow_table_column *column, int64_t row, solow_buffer *out)
{
    char scratch[SOLOW_NUMBER_BYTES];
    const char *text = cell(column, row, scratch);
    if (column->kind == SOLOW_CELL_TEXT || (column->kind == SOLOW_CELL_NUMBER && isinf(column->number[row]))) {
        json_text(text, out);
    } else {
        solow_buffer_text(out, text[0] != '\0' ? text : "null");
    }
}

static void export_json(const solow_table *table, solow_buffer *out)
{
    solow_buffer_char(out, '[');
    for (int64_t row = 0; row < table->rows && !out->failed; row++) {
        solow_buffer_text(out, row > 0 ? ",\n {" : "\n {");
        for (ptrdiff_t j = 0; j < table->columns; j++) {
            solow_buffer_text(out, j > 0 ? ", " : "");
            json_text(table->column[j].name, out);
            solow_buffer_text(out, ": ");
            json_cell(&table->column[j], row, out);
        }
        solow_buffer_char(out, '}');
    }
    solow_buffer_text(out, table->rows > 0 ? "\n]\n" : "]\n");
}
#endif

solow_status solow_export_table(const solow_table *table, solow_export_format format, solow_buffer *out,
                                solow_error *err)
{
    switch (format) {
    case SOLOW_EXPORT_CSV:
        export_csv(table, out);
        break;
    case SOLOW_EXPORT_JSON:
#ifdef SOLOW_JANSSON
        export_json(table, out);
        break;
#else
        return SOLOW_FAIL(err, SOLOW_ERR_CONFIG, "this build has no JSON output: Jansson was absent; use csv");
#endif
    case SOLOW_EXPORT_MD:
        export_markdown(table, out);
        break;
    case SOLOW_EXPORT_TEX:
        export_tex(table, out);
        break;
    }
    return solow_buffer_finish(out, err);
}

solow_status solow_export(const solow_results *results, const char *table, solow_export_format format,
                          solow_buffer *out, solow_error *err)
{
    solow_pick pick;
    solow_status status = solow_pick_table(results, table, &pick, err);
    if (status == SOLOW_OK) {
        status = solow_export_table(pick.table, format, out, err);
    }
    solow_pick_clear(&pick);
    return status;
}
