/* paper_foot.c - see paper_foot.h. */
#include "io/report/paper_foot.h"

#include "io/report/number.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *label;
} row_label[] = {
    {"nobs", "Observations"},
    {"n_units", "Units"},
    {"n_periods", "Periods"},
    {"n_clusters", "Clusters"},
    {"k", "Parameters"},
    {"df_residual", "Residual degrees of freedom"},
    {"r_squared", "R-squared"},
    {"adj_r_squared", "Adjusted R-squared"},
    {"within_r_squared", "Within R-squared"},
    {"sigma", "Residual standard deviation"},
    {"loglik", "Log likelihood"},
    {"aic", "AIC"},
    {"bic", "BIC"},
    {"mean_y", "Mean of outcome"},
    {"vcov", "Standard errors"},
    {"ssc", "Small-sample rule"},
    {"instruments", "Instruments"},
    {"estimator", "Estimator"},
    {"outcome", "Outcome"},
    {"converged", "Converged"},
    {"status", "Status"},
};

static const char *default_label(const char *name)
{
    for (size_t i = 0; i < sizeof row_label / sizeof *row_label; i++) {
        if (strcmp(row_label[i].name, name) == 0) {
            return row_label[i].label;
        }
    }
    return name;
}

/* Whole numbers without a point, others in the table's digits. */
static void value_text(const solow_table_column *column, int64_t row, int digits, char text[SOLOW_NUMBER_BYTES])
{
    if (column->kind == SOLOW_CELL_INTEGER) {
        solow_number_integer(column->integer[row], text);
        return;
    }
    double value = column->number[row];
    const bool count = strcmp(column->name, "k") == 0 || strcmp(column->name, "df_residual") == 0;
    solow_number_fixed(value, count && value == floor(value) ? 0 : digits, text);
}

static void statistic_row(const solow_table_column *statistic, const solow_paper_columns *columns,
                          const solow_paper_style *style, bool rule, solow_grid *grid)
{
    ptrdiff_t row = solow_grid_add(grid, false, rule);
    solow_grid_set(grid, row, 0, solow_paper_label(style, statistic->name, default_label(statistic->name)));
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        char text[SOLOW_NUMBER_BYTES];
        int64_t at = columns->column[j].glance;
        if (statistic->kind == SOLOW_CELL_TEXT) {
            solow_grid_set(grid, row, j + 1, statistic->text[at]);
        } else {
            value_text(statistic, at, style->digits, text);
            solow_grid_set(grid, row, j + 1, text);
        }
    }
}

/* The next name of a list `state + year`; false at its end. `+` inside brackets belongs to a name. */
static bool next_effect(const char **rest, solow_buffer *name)
{
    solow_buffer_clear(name);
    const char *start = *rest + strspn(*rest, " +"), *end = start;
    int depth = 0;
    for (; *end != '\0' && (*end != '+' || depth > 0); end++) {
        depth += *end == '[' || *end == '(';
        depth -= *end == ']' || *end == ')';
    }
    *rest = end;
    while (end > start && end[-1] == ' ') {
        end--;
    }
    solow_buffer_bytes(name, start, (size_t)(end - start));
    return end > start && !name->failed;
}

static bool has_effect(const char *list, const char *wanted)
{
    solow_buffer name = {0};
    bool found = false;
    while (!found && next_effect(&list, &name)) {
        found = strcmp(name.text, wanted) == 0;
    }
    solow_buffer_clear(&name);
    return found;
}

/* `state effects: Yes No`, with the first column that has the effect. */
static void effect_row(const char *effect, const solow_results *results, const solow_paper_columns *columns,
                       const solow_paper_style *style, bool rule, solow_grid *grid)
{
    ptrdiff_t row = solow_grid_add(grid, false, rule);
    solow_buffer label = {0};
    solow_buffer_format(&label, "%s effects", solow_paper_label(style, effect, effect));
    solow_grid_set(grid, row, 0, label.failed ? "" : label.text);
    solow_buffer_clear(&label);
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        const char *list = solow_table_text(&results->glance, columns->column[j].glance, "effects");
        solow_grid_set(grid, row, j + 1, has_effect(list, effect) ? "Yes" : "No");
    }
}

/* Whether a column before j has the effect, which then has its row already. */
static bool seen_before(const solow_results *results, const solow_paper_columns *columns, ptrdiff_t j,
                        const char *effect)
{
    for (ptrdiff_t i = 0; i < j; i++) {
        if (has_effect(solow_table_text(&results->glance, columns->column[i].glance, "effects"), effect)) {
            return true;
        }
    }
    return false;
}

static void effect_rows(const solow_results *results, const solow_paper_columns *columns,
                        const solow_paper_style *style, bool rule, solow_grid *grid)
{
    solow_buffer name = {0};
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        const char *list = solow_table_text(&results->glance, columns->column[j].glance, "effects");
        while (next_effect(&list, &name)) {
            if (!seen_before(results, columns, j, name.text)) {
                effect_row(name.text, results, columns, style, rule, grid);
                rule = false;
            }
        }
    }
    grid->failed = grid->failed || name.failed;
    solow_buffer_clear(&name);
}

/* The rows that one entry asks for. */
static solow_status add_entry(const char *name, int line, const solow_results *results,
                              const solow_paper_columns *columns, const solow_paper_style *style, solow_grid *grid,
                              solow_error *err)
{
    bool rule = grid->rows > 0;
    for (ptrdiff_t i = 0; i < grid->rows; i++) { /* the foot's first row alone carries the rule */
        rule = rule && !grid->row[i].rule_before;
    }
    if (strcmp(name, "effects") == 0) {
        effect_rows(results, columns, style, rule, grid);
        return SOLOW_OK;
    }
    const solow_table_column *statistic = solow_table_column_find(&results->glance, name);
    if (statistic == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: rows of a table are columns of glance, and %s is none", line,
                          name);
    }
    statistic_row(statistic, columns, style, rule, grid);
    return SOLOW_OK;
}

solow_status solow_paper_foot(const solow_yaml *table, const solow_results *results, const solow_paper_columns *columns,
                              const solow_paper_style *style, solow_grid *grid, solow_error *err)
{
    static const char *const usual[] = {"effects", "nobs", "r_squared"};
    const solow_yaml *rows = solow_yaml_get(table, "rows");
    solow_status status = SOLOW_OK;
    for (size_t i = 0; rows == NULL && status == SOLOW_OK && i < sizeof usual / sizeof *usual; i++) {
        status = add_entry(usual[i], 0, results, columns, style, grid, err);
    }
    for (ptrdiff_t i = 0; rows != NULL && rows->kind == SOLOW_YAML_LIST && status == SOLOW_OK && i < rows->count; i++) {
        const solow_yaml *item = rows->item[i];
        status = item->kind == SOLOW_YAML_SCALAR
                     ? add_entry(item->text, item->line, results, columns, style, grid, err)
                     : SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: rows is a list of columns of glance", item->line);
    }
    return status;
}
