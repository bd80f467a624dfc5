/* show.c - see show.h. */
#include "io/report/show.h"

#include "io/report/number.h"
#include "io/report/paper_style.h"
#include "io/report/pattern.h"
#include "io/report/terminal.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_WIDTH = 80, MOST_LISTED = 12, MOST_COLUMNS = 16 };

typedef struct page { /* what every part of the output needs */
    const solow_results *results;
    solow_show_style style;
    solow_buffer *out;
    solow_error *err;
} page;

/* A number for eyes: five significant digits, p-values three. */
static void brief(const solow_table_column *column, int64_t row, char text[SOLOW_NUMBER_BYTES])
{
    if (column->kind == SOLOW_CELL_INTEGER) {
        solow_number_integer(column->integer[row], text);
        return;
    }
    double value = column->number[row];
    const bool p_value = strncmp(column->name, "p_", 2) == 0;
    if (!isfinite(value)) {
        solow_number_shortest(value, text);
    } else if (value == floor(value) && fabs(value) < 1e9) {
        (void)snprintf(text, SOLOW_NUMBER_BYTES, "%.0f", value);
    } else {
        (void)snprintf(text, SOLOW_NUMBER_BYTES, "%.*g", p_value ? 3 : 5, value);
    }
}

/* Whether a row belongs to an estimate. */
static bool belongs(const solow_table *table, int64_t row, const char *model, const char *group)
{
    return strcmp(solow_table_text(table, row, "model"), model) == 0 &&
           strcmp(solow_table_text(table, row, "group"), group) == 0;
}

static void head_row(const char *const *name, ptrdiff_t columns, solow_grid *grid)
{
    ptrdiff_t row = solow_grid_add(grid, true, false);
    for (ptrdiff_t j = 0; j < columns; j++) {
        solow_grid_set(grid, row, j, name[j]);
    }
}

static void body_row(const solow_table *table, int64_t from, const char *const *name, ptrdiff_t columns,
                     solow_grid *grid)
{
    char number[SOLOW_NUMBER_BYTES];
    ptrdiff_t row = solow_grid_add(grid, false, false);
    for (ptrdiff_t j = 0; j < columns; j++) {
        const solow_table_column *column = solow_table_column_find(table, name[j]);
        if (column == NULL) { /* the column of stars */
            solow_paper_style stars;
            static const solow_yaml none = {.kind = SOLOW_YAML_MAPPING};
            (void)solow_paper_style_read(&none, &stars, NULL);
            solow_grid_set(grid, row, j, solow_paper_stars(&stars, solow_table_number(table, from, "p_value")));
        } else if (column->kind == SOLOW_CELL_TEXT) {
            solow_grid_set(grid, row, j, column->text[from]);
        } else {
            brief(column, from, number);
            solow_grid_set(grid, row, j, number);
        }
    }
}

static solow_status print_grid(const page *p, solow_grid *grid)
{
    solow_status status = SOLOW_OK;
    if (grid->rows > 1) {
        solow_grid_drop_empty(grid);
        status = solow_terminal_grid(grid, p->style.width, p->style.colour, p->out, p->err);
        solow_buffer_char(p->out, '\n');
    }
    solow_grid_clear(grid);
    return status;
}

/* The rows of an estimate in a table; names end with NULL, the empty name is the column of stars. */
static void fill_part(const page *p, const char *table_name, const char *const *name, const char *model,
                      const char *group, solow_grid *grid)
{
    const solow_table *table = solow_results_table_const(p->results, table_name);
    ptrdiff_t columns = 0;
    while (name[columns] != NULL) {
        columns++;
    }
    solow_grid_init(grid, columns);
    head_row(name, columns, grid);
    for (int64_t row = 0; row < table->rows; row++) {
        if (belongs(table, row, model, group)) {
            body_row(table, row, name, columns, grid);
        }
    }
}

/* The same, printed; nothing without rows. */
static solow_status print_part(const page *p, const char *table_name, const char *const *name, const char *model,
                               const char *group)
{
    solow_grid grid;
    fill_part(p, table_name, name, model, group, &grid);
    return print_grid(p, &grid);
}

/* As many columns as the terminal has room for: names of terms are cut only when the fewest do not fit. */
static solow_status coefficients(const page *p, const char *model, const char *group)
{
    static const char *const choice[][MOST_COLUMNS] = {
        {"term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "", NULL},
        {"term", "estimate", "std_error", "statistic", "p_value", "", NULL},
        {"term", "estimate", "std_error", "p_value", "", NULL}};
    enum { CHOICES = sizeof choice / sizeof *choice };
    solow_grid grid;
    for (int c = 0;; c++) {
        fill_part(p, "tidy", choice[c], model, group, &grid);
        if (c + 1 == CHOICES || solow_terminal_width(&grid) <= p->style.width) {
            return print_grid(p, &grid);
        }
        solow_grid_clear(&grid);
    }
}

/* `within: ols of ln_gsp`, its status if not ok, and what it says of itself. */
static void heading(const page *p, int64_t row)
{
    const solow_table *glance = &p->results->glance;
    const char *group = solow_table_text(glance, row, "group"), *status = solow_table_text(glance, row, "status");
    const char *message = solow_table_text(glance, row, "message");
    solow_buffer title = {0};
    solow_buffer_format(&title, "%s%s%s: %s of %s", solow_table_text(glance, row, "model"), group[0] != '\0' ? "/" : "",
                        group, solow_table_text(glance, row, "estimator"), solow_table_text(glance, row, "outcome"));
    if (strcmp(status, "ok") != 0 && status[0] != '\0') {
        solow_buffer_format(&title, " (%s)", status);
    }
    solow_terminal_title(title.text != NULL ? title.text : "", p->style.colour, p->out);
    solow_buffer_format(p->out, "%s%s", message, message[0] != '\0' ? "\n" : "");
    p->out->failed = p->out->failed || title.failed;
    solow_buffer_clear(&title);
}

/* The statistics of fit that exist, `name value` a line. */
static solow_status fit(const page *p, int64_t row)
{
    const solow_table *glance = &p->results->glance;
    char number[SOLOW_NUMBER_BYTES];
    solow_grid grid;
    solow_grid_init(&grid, 2);
    const ptrdiff_t identity = 4; /* model, group, estimator, outcome stand in the title */
    for (ptrdiff_t j = identity; j < glance->columns; j++) {
        const solow_table_column *column = &glance->column[j];
        const char *text = number;
        if (column->kind == SOLOW_CELL_TEXT) {
            text = column->text[row];
        } else {
            brief(column, row, number);
        }
        if (text[0] != '\0' && strcmp(column->name, "message") != 0) {
            ptrdiff_t at = solow_grid_add(&grid, false, false);
            solow_grid_set(&grid, at, 0, column->name);
            solow_grid_set(&grid, at, 1, text);
        }
    }
    return print_grid(p, &grid);
}

static solow_status details(const page *p, int64_t row)
{
    static const struct {
        const char *table;
        const char *name[MOST_COLUMNS];
    } part[] = {
        {"effects", {"term", "effect", "horizon", "estimate", "std_error", "p_value", "", NULL}},
        {"tests", {"test", "statistic", "df1", "df2", "p_value", "note", NULL}},
        {"adjusted", {"family", "term", "p_value", "p_adjusted", "method", NULL}},
        {"resampling",
         {"term", "design", "kind", "std_error", "p_value", "conf_low", "conf_high", "reps", "failed", NULL}},
        {"diagnostics", {"name", "value", "text", NULL}},
    };
    const solow_table *glance = &p->results->glance;
    const char *model = solow_table_text(glance, row, "model"), *group = solow_table_text(glance, row, "group");
    solow_status status = fit(p, row);
    for (size_t i = 0; status == SOLOW_OK && i < sizeof part / sizeof *part; i++) {
        status = print_part(p, part[i].table, part[i].name, model, group);
    }
    return status;
}

static solow_status overview(const page *p)
{
    static const char *const name[] = {"model", "group", "estimator", "outcome", "nobs", "r_squared", "status"};
    enum { COLUMNS = sizeof name / sizeof *name };
    const solow_table *glance = &p->results->glance;
    solow_grid grid;
    solow_grid_init(&grid, COLUMNS);
    head_row(name, COLUMNS, &grid);
    for (int64_t row = 0; row < glance->rows; row++) {
        body_row(glance, row, name, COLUMNS, &grid);
    }
    if (p->results->title[0] != '\0') {
        solow_terminal_title(p->results->title, p->style.colour, p->out);
    }
    return print_grid(p, &grid);
}

/* Whether `id` or `id/group` means the estimate of a glance row. */
static bool wanted(const solow_table *glance, int64_t row, const char *text)
{
    const char *model = solow_table_text(glance, row, "model"), *group = solow_table_text(glance, row, "group");
    const char *slash = strchr(text, '/');
    if (slash == NULL) {
        return solow_pattern_matches(text, model);
    }
    char *id = solow_copy_text(text);
    bool same = id != NULL;
    if (same) {
        id[slash - text] = '\0';
        same = solow_pattern_matches(id, model) && solow_pattern_matches(slash + 1, group);
    }
    free(id);
    return same;
}

/* Whether rows of that model belong to no estimate: they are a comparison's. */
static bool is_comparison(const page *p, const char *model)
{
    const solow_table *glance = &p->results->glance;
    bool found = false;
    for (int64_t row = 0; row < glance->rows && !found; row++) {
        found = strcmp(solow_table_text(glance, row, "model"), model) == 0;
    }
    return !found;
}

/* The tests of `compare:`, all of them or those of one entry, which then say what they are. */
static solow_status comparisons(const page *p, const char *pattern, bool *any)
{
    static const char *const name[] = {"model", "group", "statistic", "df1", "df2", "p_value", ""};
    enum { COLUMNS = sizeof name / sizeof *name };
    const solow_table *tests = &p->results->tests;
    solow_grid grid;
    solow_grid_init(&grid, COLUMNS);
    head_row(name, COLUMNS, &grid);
    solow_grid_set(&grid, 0, 0, "comparison");
    for (int64_t row = 0; row < tests->rows; row++) {
        const char *model = solow_table_text(tests, row, "model");
        if ((pattern == NULL || solow_pattern_matches(pattern, model)) && is_comparison(p, model)) {
            body_row(tests, row, name, COLUMNS, &grid);
            *any = true;
            if (pattern != NULL) {
                solow_buffer_format(p->out, "%s\n", solow_table_text(tests, row, "note"));
            }
        }
    }
    return print_grid(p, &grid);
}

static solow_status no_such_model(const page *p, const char *model)
{
    const solow_table *glance = &p->results->glance;
    solow_buffer list = {0};
    for (int64_t row = 0; row < glance->rows && row < MOST_LISTED; row++) {
        const char *id = solow_table_text(glance, row, "model");
        if (row == 0 || strcmp(id, solow_table_text(glance, row - 1, "model")) != 0) {
            solow_buffer_format(&list, "%s%s", row > 0 ? ", " : "", id);
        }
    }
    solow_status status = SOLOW_FAIL(p->err, SOLOW_ERR_USAGE, "no model is called %s; there is %s%s", model,
                                     list.length > 0 ? list.text : "none", glance->rows > MOST_LISTED ? ", ..." : "");
    solow_buffer_clear(&list);
    return status;
}

solow_status solow_show(const solow_results *results, const char *model, const solow_show_style *style,
                        solow_buffer *out, solow_error *err)
{
    page p = {results, *style, out, err};
    p.style.width = style->width > 0 ? style->width : USUAL_WIDTH;
    const solow_table *glance = &results->glance;
    const bool all = model == NULL, each = !all || glance->rows <= MOST_LISTED;
    solow_status status = all ? overview(&p) : SOLOW_OK;
    bool any = false;
    for (int64_t row = 0; each && status == SOLOW_OK && row < glance->rows; row++) {
        if (!all && !wanted(glance, row, model)) {
            continue;
        }
        any = true;
        heading(&p, row);
        status = coefficients(&p, solow_table_text(glance, row, "model"), solow_table_text(glance, row, "group"));
        if (status == SOLOW_OK && !all) {
            status = details(&p, row);
        }
    }
    if (status == SOLOW_OK) {
        status = comparisons(&p, model, &any);
    }
    if (status == SOLOW_OK && !all && !any) {
        return no_such_model(&p, model);
    }
    return status == SOLOW_OK ? solow_buffer_finish(out, err) : status;
}
