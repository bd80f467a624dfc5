/* grid_tex.c - a grid as a LaTeX tabular; needs \usepackage{booktabs} (see grid.h). */
#include "io/report/escape.h"
#include "io/report/grid.h"

#include <ctype.h>
#include <string.h>

/* A cell of numbers: a hyphen before a digit is a minus. */
static void number_text(solow_buffer *out, const char *text)
{
    char previous = ' ', piece[2] = {0};
    for (; *text != '\0'; text++) {
        if (*text == '-' && strchr(" ([", previous) != NULL && isdigit((unsigned char)text[1])) {
            solow_buffer_text(out, "$-$");
        } else {
            piece[0] = *text;
            solow_escape_tex(out, piece);
        }
        previous = *text;
    }
}

static void cell(solow_buffer *out, const solow_grid_cell *cell, bool label)
{
    if (cell->text != NULL && label) {
        solow_escape_tex(out, cell->text);
    } else if (cell->text != NULL) {
        number_text(out, cell->text);
    }
    if (cell->stars != NULL) {
        solow_buffer_text(out, "$^{");
        solow_escape_tex(out, cell->stars);
        solow_buffer_text(out, "}$");
    }
}

static void row_cells(const solow_grid *grid, const solow_grid_row *row, solow_buffer *out)
{
    for (ptrdiff_t j = 0; j < grid->columns; j++) {
        int span = row->span != NULL ? row->span[j] : 1;
        if (span == 0) {
            continue;
        }
        solow_buffer_text(out, j > 0 ? " & " : "");
        if (span > 1) {
            solow_buffer_format(out, "\\multicolumn{%d}{c}{", span);
        }
        cell(out, &row->cell[j], j == 0 || row->head);
        solow_buffer_text(out, span > 1 ? "}" : "");
    }
    solow_buffer_text(out, " \\\\\n");
}

/* A thin rule under each heading that spans several columns. */
static void span_rules(const solow_grid *grid, const solow_grid_row *row, solow_buffer *out)
{
    bool any = false;
    for (ptrdiff_t j = 1; row->span != NULL && j < grid->columns; j++) {
        if (row->span[j] > 1) {
            solow_buffer_format(out, "%s\\cmidrule(lr){%td-%td}", any ? " " : "", j + 1, j + row->span[j]);
            any = true;
        }
    }
    solow_buffer_text(out, any ? "\n" : "");
}

void solow_grid_render_tex(const solow_grid *grid, solow_buffer *out)
{
    solow_buffer_text(out, "\\begin{tabular}{l");
    solow_buffer_repeat(out, 'c', grid->columns - 1);
    solow_buffer_text(out, "}\n\\toprule\n");
    bool in_head = true;
    for (ptrdiff_t i = 0; i < grid->rows; i++) {
        const solow_grid_row *row = &grid->row[i];
        if ((in_head && !row->head && i > 0) || row->rule_before) {
            solow_buffer_text(out, "\\midrule\n");
        }
        in_head = row->head;
        row_cells(grid, row, out);
        span_rules(grid, row, out);
    }
    solow_buffer_text(out, "\\bottomrule\n");
    for (ptrdiff_t i = 0; i < grid->notes; i++) {
        solow_buffer_format(out, "\\multicolumn{%td}{p{0.95\\linewidth}}{\\footnotesize ", grid->columns);
        solow_escape_tex(out, grid->note[i]);
        solow_buffer_text(out, "} \\\\\n");
    }
    solow_buffer_text(out, "\\end{tabular}\n");
}
