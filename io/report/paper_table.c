/* paper_table.c - see paper_table.h. */
#include "io/report/paper_table.h"

#include "io/report/number.h"
#include "io/report/paper_columns.h"
#include "io/report/paper_foot.h"
#include "io/report/paper_notes.h"
#include "io/report/paper_style.h"
#include "io/report/paper_terms.h"
#include "io/result/atomic_file.h"

#include <math.h>
#include <string.h>

/* `id`, `id/group`, with `@effect`; the name of a column without headers. */
static void column_name(const solow_paper_column *column, solow_buffer *out)
{
    solow_buffer_text(out, column->model);
    if (column->group[0] != '\0') {
        solow_buffer_format(out, "/%s", column->group);
    }
    if (column->effect != NULL) {
        solow_buffer_format(out, "@%s", column->effect);
    }
}

static void default_heading(const solow_paper_columns *columns, solow_grid *grid)
{
    ptrdiff_t row = solow_grid_add(grid, true, false);
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        solow_buffer name = {0};
        column_name(&columns->column[j], &name);
        solow_grid_set(grid, row, j + 1, name.failed ? "" : name.text);
        grid->failed = grid->failed || name.failed;
        solow_buffer_clear(&name);
    }
}

/* headers: [{text: Within, span: 1}, Other]; they must cover the columns or fewer. */
static solow_status given_heading(const solow_yaml *headers, solow_grid *grid, solow_error *err)
{
    if (headers->kind != SOLOW_YAML_LIST) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: headers is a list of {text: ..., span: ...}", headers->line);
    }
    ptrdiff_t row = solow_grid_add(grid, true, false), column = 1;
    for (ptrdiff_t i = 0; i < headers->count; i++) {
        const solow_yaml *item = headers->item[i];
        const bool mapping = item->kind == SOLOW_YAML_MAPPING;
        const solow_yaml *text = mapping ? solow_yaml_get(item, "text") : item;
        const solow_yaml *span = mapping ? solow_yaml_get(item, "span") : NULL;
        double width = 1;
        if ((span != NULL && !solow_yaml_number(span, &width)) || !(width >= 1 && width == floor(width)) ||
            width > (double)(grid->columns - column)) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: the spans of headers add up to more than the %td columns",
                              item->line, grid->columns - 1);
        }
        bool has_text = text != NULL && text->kind == SOLOW_YAML_SCALAR;
        solow_grid_span(grid, row, column, (int)width, has_text ? text->text : "");
        column += (ptrdiff_t)width;
    }
    return SOLOW_OK;
}

static void numbers_and_outcomes(const solow_results *results, const solow_paper_columns *columns, solow_grid *grid)
{
    ptrdiff_t number = solow_grid_add(grid, true, false), outcome = solow_grid_add(grid, true, false);
    solow_grid_set(grid, outcome, 0, "Outcome");
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        char text[SOLOW_NUMBER_BYTES];
        (void)snprintf(text, sizeof text, "(%td)", j + 1);
        solow_grid_set(grid, number, j + 1, text);
        solow_grid_set(grid, outcome, j + 1, solow_table_text(&results->glance, columns->column[j].glance, "outcome"));
    }
}

/* The adjusted p-value of a term, NaN if no family holds it. */
static double adjusted_p(const solow_results *results, const solow_paper_column *column, const char *term)
{
    const solow_table *table = &results->adjusted;
    for (int64_t i = 0; i < table->rows; i++) {
        if (strcmp(solow_table_text(table, i, "model"), column->model) == 0 &&
            strcmp(solow_table_text(table, i, "group"), column->group) == 0 &&
            strcmp(solow_table_text(table, i, "term"), term) == 0) {
            return solow_table_number(table, i, "p_adjusted");
        }
    }
    return NAN;
}

/* before value after, in fixed digits; nothing for NaN. */
static void number_cell(const char *before, double value, const char *after, int digits, solow_buffer *out)
{
    char number[SOLOW_NUMBER_BYTES];
    if (!isnan(value)) {
        solow_number_fixed(value, digits, number);
        solow_buffer_format(out, "%s%s%s", before, number, after);
    }
}

static void cell_text(const solow_results *results, const solow_paper_column *column, int64_t row, const char *term,
                      solow_paper_cell kind, int digits, solow_buffer *out)
{
    const solow_table *table = column->table;
    switch (kind) {
    case SOLOW_PAPER_ESTIMATE:
        number_cell("", solow_table_number(table, row, "estimate"), "", digits, out);
        break;
    case SOLOW_PAPER_STD_ERROR:
        number_cell("(", solow_table_number(table, row, "std_error"), ")", digits, out);
        break;
    case SOLOW_PAPER_STATISTIC:
        number_cell("t = ", solow_table_number(table, row, "statistic"), "", digits, out);
        break;
    case SOLOW_PAPER_P_VALUE:
        number_cell("p = ", solow_table_number(table, row, "p_value"), "", digits, out);
        break;
    case SOLOW_PAPER_CONF:
        if (!isnan(solow_table_number(table, row, "conf_low"))) {
            number_cell("[", solow_table_number(table, row, "conf_low"), ", ", digits, out);
            number_cell("", solow_table_number(table, row, "conf_high"), "]", digits, out);
        }
        break;
    case SOLOW_PAPER_ADJUSTED_P:
        number_cell("adj. p = ", adjusted_p(results, column, term), "", digits, out);
        break;
    case SOLOW_PAPER_CELL_KINDS:
        break;
    }
}

/* The rows of one term: one a cell kind; the label stands in the first. */
static void term_rows(const solow_results *results, const solow_paper_columns *columns, const solow_paper_style *style,
                      const char *term, solow_grid *grid)
{
    for (ptrdiff_t c = 0; c < style->cells; c++) {
        ptrdiff_t row = solow_grid_add(grid, false, false);
        solow_grid_set(grid, row, 0, c == 0 ? solow_paper_label(style, term, term) : "");
        for (ptrdiff_t j = 0; j < columns->count; j++) {
            const solow_paper_column *column = &columns->column[j];
            int64_t at = solow_paper_row(column, term);
            if (at < 0) {
                continue;
            }
            solow_buffer text = {0};
            cell_text(results, column, at, term, style->cell[c], style->digits, &text);
            solow_grid_set(grid, row, j + 1, text.text != NULL ? text.text : "");
            grid->failed = grid->failed || text.failed;
            solow_buffer_clear(&text);
            if (style->cell[c] == SOLOW_PAPER_ESTIMATE) {
                solow_grid_stars(grid, row, j + 1,
                                 solow_paper_stars(style, solow_table_number(column->table, at, "p_value")));
            }
        }
    }
}

static solow_status fill(const solow_yaml *table, const solow_results *results, const solow_paper_columns *columns,
                         const solow_paper_style *style, solow_grid *grid, solow_error *err)
{
    const solow_yaml *headers = solow_yaml_get(table, "headers");
    solow_paper_terms terms = {0};
    solow_status status = SOLOW_OK;
    if (headers != NULL) {
        status = given_heading(headers, grid, err);
    } else {
        default_heading(columns, grid);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    numbers_and_outcomes(results, columns, grid);
    status = solow_paper_terms_create(table, columns, &terms, err);
    for (ptrdiff_t i = 0; status == SOLOW_OK && i < terms.count; i++) {
        term_rows(results, columns, style, terms.term[i], grid);
    }
    solow_paper_terms_clear(&terms);
    if (status == SOLOW_OK) {
        status = solow_paper_foot(table, results, columns, style, grid, err);
    }
    if (status == SOLOW_OK) {
        solow_paper_notes(table, results, columns, style, grid);
    }
    return status;
}

solow_status solow_paper_table(const solow_yaml *table, const solow_results *results, solow_grid *grid,
                               solow_error *err)
{
    solow_paper_columns columns = {0};
    solow_paper_style style;
    solow_grid_init(grid, 0);
    solow_status status = solow_paper_style_read(table, &style, err);
    if (status == SOLOW_OK) {
        status = solow_paper_columns_create(solow_yaml_get(table, "columns"), results, &columns, err);
    }
    if (status == SOLOW_OK) {
        solow_grid_init(grid, columns.count + 1);
        status = fill(table, results, &columns, &style, grid, err);
    }
    if (status == SOLOW_OK && grid->failed) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a table");
    }
    solow_paper_columns_clear(&columns);
    return status;
}

solow_status solow_grid_write(const solow_grid *grid, const solow_yaml *entry, const char *folder, solow_error *err)
{
    const solow_yaml *file = solow_yaml_get(entry, "file");
    if (file == NULL || file->kind != SOLOW_YAML_SCALAR || file->text[0] == '\0') {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: a table needs `file:`, where it is written to", entry->line);
    }
    solow_grid_format format = SOLOW_GRID_TEX;
    solow_buffer path = {0}, out = {0};
    solow_buffer_format(&path, "%s%s%s", file->text[0] == '/' ? "" : folder, file->text[0] == '/' ? "" : "/",
                        file->text);
    solow_status status = solow_buffer_finish(&path, err);
    if (status == SOLOW_OK) {
        status = solow_grid_format_of(file->text, &format, err);
    }
    if (status == SOLOW_OK) {
        status = solow_grid_render(grid, format, &out, err);
    }
    if (status == SOLOW_OK) {
        status = solow_atomic_put(path.text, out.text, out.length, err);
    }
    solow_buffer_clear(&path);
    solow_buffer_clear(&out);
    return status;
}

solow_status solow_paper_table_write(const solow_yaml *table, const solow_results *results, const char *folder,
                                     solow_error *err)
{
    solow_grid grid;
    solow_status status = solow_paper_table(table, results, &grid, err);
    if (status == SOLOW_OK) {
        status = solow_grid_write(&grid, table, folder, err);
    }
    solow_grid_clear(&grid);
    return status;
}
