/* paper_notes.c - see paper_notes.h. */
#include "io/report/paper_notes.h"

#include "io/report/number.h"

#include <math.h>
#include <string.h>

static const char *glance_text(const solow_results *results, const solow_paper_columns *columns, ptrdiff_t j,
                               const char *name)
{
    return solow_table_text(&results->glance, columns->column[j].glance, name);
}

static bool all_equal(const solow_results *results, const solow_paper_columns *columns, const char *name)
{
    for (ptrdiff_t j = 1; j < columns->count; j++) {
        if (strcmp(glance_text(results, columns, j, name), glance_text(results, columns, 0, name)) != 0) {
            return false;
        }
    }
    return true;
}

/* `(1) x; (2) y` or, where all columns agree, `x`. */
static void by_column(const solow_results *results, const solow_paper_columns *columns, const char *name,
                      solow_buffer *out)
{
    if (all_equal(results, columns, name)) {
        solow_buffer_text(out, glance_text(results, columns, 0, name));
        return;
    }
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        const char *text = glance_text(results, columns, j, name);
        solow_buffer_format(out, "%s(%td) %s", j > 0 ? "; " : "", j + 1, text[0] != '\0' ? text : "none");
    }
}

static bool any(const solow_results *results, const solow_paper_columns *columns, const char *name)
{
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        if (glance_text(results, columns, j, name)[0] != '\0') {
            return true;
        }
    }
    return false;
}

static void variance(const solow_results *results, const solow_paper_columns *columns, const solow_paper_style *style,
                     solow_buffer *out)
{
    bool parentheses = false;
    for (ptrdiff_t c = 0; c < style->cells; c++) {
        parentheses = parentheses || style->cell[c] == SOLOW_PAPER_STD_ERROR;
    }
    if (any(results, columns, "vcov")) {
        solow_buffer_text(out, parentheses ? "Standard errors in parentheses: " : "Variance: ");
        by_column(results, columns, "vcov", out);
        solow_buffer_text(out, ". ");
    }
    if (any(results, columns, "ssc")) {
        solow_buffer_text(out, "Small-sample rule: ");
        by_column(results, columns, "ssc", out);
        solow_buffer_text(out, ". ");
    }
}

static void stars(const solow_paper_style *style, solow_buffer *out)
{
    for (ptrdiff_t i = 0; i < style->stars; i++) {
        char level[SOLOW_NUMBER_BYTES];
        solow_number_shortest(style->star[i].level, level);
        solow_buffer_format(out, "%s%s p < %s", i > 0 ? ", " : "", style->star[i].mark, level);
    }
    solow_buffer_text(out, style->stars > 0 ? ". " : "");
}

/* Rows that a column's estimate dropped, by reason: diagnostics named `dropped_rows:REASON`, the count their value. */
static void drops(const solow_results *results, const solow_paper_columns *columns, ptrdiff_t j, solow_buffer *out)
{
    static const char prefix[] = "dropped_rows:";
    const solow_table *table = &results->diagnostics;
    const char *between = "";
    for (int64_t i = 0; i < table->rows; i++) {
        const char *name = solow_table_text(table, i, "name");
        double rows = solow_table_number(table, i, "value");
        if (strncmp(name, prefix, sizeof prefix - 1) != 0 || !(rows > 0) ||
            strcmp(solow_table_text(table, i, "model"), columns->column[j].model) != 0 ||
            strcmp(solow_table_text(table, i, "group"), columns->column[j].group) != 0) {
            continue;
        }
        solow_buffer_format(out, "%s%.0f %s", between, rows, name + sizeof prefix - 1);
        between = ", ";
    }
}

static void samples(const solow_yaml *table, const solow_results *results, const solow_paper_columns *columns,
                    solow_buffer *out)
{
    const solow_yaml *sample = solow_yaml_get(table, "sample");
    if (sample != NULL && sample->kind == SOLOW_YAML_SCALAR && strcmp(sample->text, "common") == 0) {
        solow_buffer_text(out, "Every column uses the rows that all share. ");
    }
    bool first = true;
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        solow_buffer dropped = {0};
        drops(results, columns, j, &dropped);
        if (dropped.length > 0) {
            solow_buffer_format(out, "%s(%td) %s", first ? "Rows dropped: " : "; ", j + 1, dropped.text);
            first = false;
        }
        out->failed = out->failed || dropped.failed;
        solow_buffer_clear(&dropped);
    }
    solow_buffer_text(out, first ? "" : ". ");
}

/* What an estimate says of itself: failures and warnings. */
static void messages(const solow_results *results, const solow_paper_columns *columns, solow_buffer *out)
{
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        const char *status = glance_text(results, columns, j, "status");
        const char *message = glance_text(results, columns, j, "message");
        if (strcmp(status, "failed") == 0) {
            solow_buffer_format(out, "(%td) failed: %s ", j + 1, message);
        } else if (message[0] != '\0') {
            solow_buffer_format(out, "(%td) %s ", j + 1, message);
        }
    }
}

static void automatic(const solow_yaml *table, const solow_results *results, const solow_paper_columns *columns,
                      const solow_paper_style *style, solow_grid *grid)
{
    solow_buffer note = {0};
    variance(results, columns, style, &note);
    stars(style, &note);
    samples(table, results, columns, &note);
    messages(results, columns, &note);
    while (note.length > 0 && note.text[note.length - 1] == ' ') {
        note.text[--note.length] = '\0';
    }
    if (note.length > 0) {
        solow_grid_note(grid, note.text);
    }
    grid->failed = grid->failed || note.failed;
    solow_buffer_clear(&note);
}

void solow_paper_notes(const solow_yaml *table, const solow_results *results, const solow_paper_columns *columns,
                       const solow_paper_style *style, solow_grid *grid)
{
    const solow_yaml *notes = solow_yaml_get(table, "notes");
    if (notes == NULL || (notes->kind == SOLOW_YAML_SCALAR && strcmp(notes->text, "auto") == 0)) {
        automatic(table, results, columns, style, grid);
    } else if (notes->kind == SOLOW_YAML_SCALAR && strcmp(notes->text, "none") != 0) {
        solow_grid_note(grid, notes->text);
    }
    for (ptrdiff_t i = 0; notes != NULL && notes->kind == SOLOW_YAML_LIST && i < notes->count; i++) {
        const solow_yaml *item = notes->item[i];
        if (item->kind == SOLOW_YAML_SCALAR && strcmp(item->text, "auto") == 0) {
            automatic(table, results, columns, style, grid);
        } else if (item->kind == SOLOW_YAML_SCALAR) {
            solow_grid_note(grid, item->text);
        }
    }
}
