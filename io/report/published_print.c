/* published_print.c - ours beside theirs on the terminal (see published.h). */
#include "io/report/published.h"

#include "io/report/number.h"
#include "io/report/terminal.h"

#include <math.h>
#include <string.h>

enum { COLUMNS = 5, MORE_DIGITS = 2, EXACT_DIGITS = 12 };

/* A figure with its printed digits; digits below zero stand for a figure in thousands and the like. */
static void printed(double value, int64_t digits, char text[SOLOW_NUMBER_BYTES])
{
    if (isfinite(value) && fabs(value) < 1e15 && digits >= 0 && digits <= EXACT_DIGITS) {
        (void)snprintf(text, SOLOW_NUMBER_BYTES, "%.*f", (int)digits, value);
    } else {
        solow_number_shortest(value, text);
    }
}

static void head(const solow_table *table, int64_t row, bool colour, solow_buffer *out)
{
    solow_buffer title = {0};
    const char *group = solow_table_text(table, row, "group"), *source = solow_table_text(table, row, "source");
    solow_buffer_format(&title, "%s%s%s%s%s%s", solow_table_text(table, row, "model"), group[0] != '\0' ? "/" : "",
                        group, source[0] != '\0' ? " (" : "", source, source[0] != '\0' ? ")" : "");
    solow_terminal_title(title.text != NULL ? title.text : "", colour, out);
    out->failed = out->failed || title.failed;
    solow_buffer_clear(&title);
}

static void add_row(const solow_table *table, int64_t from, solow_grid *grid)
{
    char published[SOLOW_NUMBER_BYTES], ours[SOLOW_NUMBER_BYTES];
    int64_t digits = solow_table_integer(table, from, "digits");
    printed(solow_table_number(table, from, "published"), digits, published);
    printed(solow_table_number(table, from, "ours"), digits < 0 ? 0 : digits + MORE_DIGITS, ours);
    ptrdiff_t row = solow_grid_add(grid, false, false);
    solow_grid_set(grid, row, 0, solow_table_text(table, from, "term"));
    solow_grid_set(grid, row, 1, solow_table_text(table, from, "quantity"));
    solow_grid_set(grid, row, 2, published);
    solow_grid_set(grid, row, 3, ours);
    solow_grid_set(grid, row, 4, solow_table_text(table, from, "verdict"));
}

static bool same_model(const solow_table *table, int64_t a, int64_t b)
{
    return strcmp(solow_table_text(table, a, "model"), solow_table_text(table, b, "model")) == 0 &&
           strcmp(solow_table_text(table, a, "group"), solow_table_text(table, b, "group")) == 0;
}

/* Sentences about figures that the model lacks. */
static void absences(const solow_results *results, int64_t row, solow_buffer *out)
{
    const solow_table *table = &results->published, *diagnostics = &results->diagnostics;
    for (int64_t i = 0; i < diagnostics->rows; i++) {
        if (strcmp(solow_table_text(diagnostics, i, "name"), "published") == 0 &&
            strcmp(solow_table_text(diagnostics, i, "model"), solow_table_text(table, row, "model")) == 0 &&
            strcmp(solow_table_text(diagnostics, i, "group"), solow_table_text(table, row, "group")) == 0) {
            solow_buffer_format(out, "%s\n", solow_table_text(diagnostics, i, "text"));
        }
    }
}

/* The table of one model, rows [first, last). */
static solow_status print_model(const solow_results *results, int64_t first, int64_t last, ptrdiff_t width, bool colour,
                                solow_buffer *out, solow_error *err)
{
    static const char *const heading[COLUMNS] = {"term", "quantity", "published", "ours", "verdict"};
    const solow_table *table = &results->published;
    solow_grid grid;
    solow_grid_init(&grid, COLUMNS);
    ptrdiff_t row = solow_grid_add(&grid, true, false);
    for (ptrdiff_t j = 0; j < COLUMNS; j++) {
        solow_grid_set(&grid, row, j, heading[j]);
    }
    for (int64_t i = first; i < last; i++) {
        add_row(table, i, &grid);
    }
    head(table, first, colour, out);
    solow_status status = solow_terminal_grid(&grid, width, colour, out, err);
    absences(results, first, out);
    solow_buffer_char(out, '\n');
    solow_grid_clear(&grid);
    return status;
}

static void count(const solow_table *table, int64_t row, solow_published_counts *counts)
{
    const char *verdict = solow_table_text(table, row, "verdict");
    counts->matches += strcmp(verdict, "matches") == 0;
    counts->off_by_one += strcmp(verdict, "last digit off by one") == 0;
    counts->misses += strcmp(verdict, "miss") == 0;
}

solow_status solow_published_print(const solow_results *results, ptrdiff_t width, bool colour, solow_buffer *out,
                                   solow_published_counts *counts, solow_error *err)
{
    const solow_table *table = &results->published;
    solow_published_counts found = {0};
    solow_status status = SOLOW_OK;
    for (int64_t first = 0, last; status == SOLOW_OK && first < table->rows; first = last) {
        for (last = first; last < table->rows && same_model(table, first, last); last++) {
            count(table, last, &found);
        }
        status = print_model(results, first, last, width, colour, out, err);
    }
    if (status == SOLOW_OK) {
        solow_buffer_format(out, "%lld published figures: %lld match, %lld with the last digit off by one, %lld miss\n",
                            (long long)table->rows, (long long)found.matches, (long long)found.off_by_one,
                            (long long)found.misses);
        status = solow_buffer_finish(out, err);
    }
    if (status == SOLOW_OK) {
        *counts = found;
    }
    return status;
}
