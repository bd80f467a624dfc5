/* summary.c - see summary.h. */
#include "io/report/summary.h"

#include "io/report/number.h"
#include "io/report/paper_style.h"
#include "io/report/paper_table.h"

#include <string.h>

static const char *heading(const char *statistic)
{
    static const struct {
        const char *name, *label;
    } known[] = {{"n", "N"},
                 {"mean", "Mean"},
                 {"sd", "SD"},
                 {"min", "Min"},
                 {"max", "Max"},
                 {"median", "Median"},
                 {"p50", "Median"},
                 {"within_sd", "SD within"},
                 {"between_sd", "SD between"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, statistic) == 0) {
            return known[i].label;
        }
    }
    return statistic;
}

static void head_rows(const solow_summary *summary, solow_grid *grid)
{
    ptrdiff_t row = solow_grid_add(grid, true, false);
    if (summary->correlation != NULL && summary->variables > 0) {
        solow_grid_span(grid, row, 1 + summary->statistics, (int)summary->variables, "Correlations");
        row = solow_grid_add(grid, true, false);
    }
    for (ptrdiff_t j = 0; j < summary->statistics; j++) {
        solow_grid_set(grid, row, j + 1, heading(summary->statistic[j]));
    }
    for (ptrdiff_t j = 0; summary->correlation != NULL && j < summary->variables; j++) {
        char text[SOLOW_NUMBER_BYTES];
        (void)snprintf(text, sizeof text, "(%td)", j + 1);
        solow_grid_set(grid, row, 1 + summary->statistics + j, text);
    }
}

/* `(1) label` where correlations refer to it. */
static void label_cell(const solow_summary *summary, const solow_paper_style *style, ptrdiff_t i, solow_grid *grid,
                       ptrdiff_t row)
{
    const char *label = solow_paper_label(style, summary->variable[i], summary->variable[i]);
    solow_buffer text = {0};
    if (summary->correlation != NULL) {
        solow_buffer_format(&text, "(%td) ", i + 1);
    }
    solow_buffer_text(&text, label);
    solow_grid_set(grid, row, 0, text.failed ? "" : text.text);
    grid->failed = grid->failed || text.failed;
    solow_buffer_clear(&text);
}

static void variable_row(const solow_summary *summary, const solow_paper_style *style, ptrdiff_t i, solow_grid *grid)
{
    char text[SOLOW_NUMBER_BYTES];
    ptrdiff_t row = solow_grid_add(grid, false, false);
    label_cell(summary, style, i, grid, row);
    for (ptrdiff_t j = 0; j < summary->statistics; j++) {
        const bool count = strcmp(summary->statistic[j], "n") == 0;
        solow_number_fixed(summary->value[i * summary->statistics + j], count ? 0 : style->digits, text);
        solow_grid_set(grid, row, j + 1, text);
    }
    for (ptrdiff_t j = 0; summary->correlation != NULL && j <= i; j++) {
        solow_number_fixed(summary->correlation[i * summary->variables + j], style->digits, text);
        solow_grid_set(grid, row, 1 + summary->statistics + j, text);
    }
}

solow_status solow_summary_table(const solow_yaml *entry, const solow_summary *summary, solow_grid *grid,
                                 solow_error *err)
{
    solow_paper_style style;
    solow_grid_init(grid, 0);
    solow_status status = solow_paper_style_read(entry, &style, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_grid_init(grid, 1 + summary->statistics + (summary->correlation != NULL ? summary->variables : 0));
    head_rows(summary, grid);
    for (ptrdiff_t i = 0; i < summary->variables; i++) {
        variable_row(summary, &style, i, grid);
    }
    if (summary->note != NULL && summary->note[0] != '\0') {
        solow_grid_note(grid, summary->note);
    }
    return grid->failed ? SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a summary") : SOLOW_OK;
}

solow_status solow_summary_write(const solow_yaml *entry, const solow_summary *summary, const char *folder,
                                 solow_error *err)
{
    solow_grid grid;
    solow_status status = solow_summary_table(entry, summary, &grid, err);
    if (status == SOLOW_OK) {
        status = solow_grid_write(&grid, entry, folder, err);
    }
    solow_grid_clear(&grid);
    return status;
}
