/* grid_plain.c - a grid as Markdown, HTML or CSV (see grid.h). */
#include "io/report/escape.h"
#include "io/report/grid.h"

static void markdown_row(const solow_grid *grid, const solow_grid_row *row, solow_buffer *out)
{
    solow_buffer_char(out, '|');
    for (ptrdiff_t j = 0; j < grid->columns; j++) {
        const solow_grid_cell *cell = &row->cell[j];
        solow_buffer_char(out, ' ');
        solow_escape_markdown(out, cell->text != NULL ? cell->text : "");
        solow_escape_markdown(out, cell->stars != NULL ? cell->stars : "");
        solow_buffer_text(out, " |");
    }
    solow_buffer_char(out, '\n');
}

/* Pipe tables have one heading row: further ones become the first rows of the body. */
void solow_grid_render_markdown(const solow_grid *grid, solow_buffer *out)
{
    for (ptrdiff_t i = 0; i < grid->rows; i++) {
        markdown_row(grid, &grid->row[i], out);
        if (i == 0) {
            solow_buffer_text(out, "| :--- |");
            for (ptrdiff_t j = 1; j < grid->columns; j++) {
                solow_buffer_text(out, " :---: |");
            }
            solow_buffer_char(out, '\n');
        }
    }
    for (ptrdiff_t i = 0; i < grid->notes; i++) {
        solow_buffer_char(out, '\n');
        solow_escape_markdown(out, grid->note[i]);
        solow_buffer_char(out, '\n');
    }
}

static void html_row(const solow_grid *grid, const solow_grid_row *row, solow_buffer *out)
{
    solow_buffer_text(out, row->rule_before ? "<tr class=\"rule\">" : "<tr>");
    for (ptrdiff_t j = 0; j < grid->columns; j++) {
        int span = row->span != NULL ? row->span[j] : 1;
        const char *tag = row->head || j == 0 ? "th" : "td";
        if (span == 0) {
            continue;
        }
        solow_buffer_format(out, "<%s", tag);
        if (span > 1) {
            solow_buffer_format(out, " colspan=\"%d\"", span);
        }
        solow_buffer_char(out, '>');
        solow_escape_html(out, row->cell[j].text != NULL ? row->cell[j].text : "");
        if (row->cell[j].stars != NULL) {
            solow_buffer_text(out, "<sup>");
            solow_escape_html(out, row->cell[j].stars);
            solow_buffer_text(out, "</sup>");
        }
        solow_buffer_format(out, "</%s>", tag);
    }
    solow_buffer_text(out, "</tr>\n");
}

void solow_grid_render_html(const solow_grid *grid, solow_buffer *out)
{
    bool in_head = true;
    solow_buffer_text(out, "<table>\n<thead>\n");
    for (ptrdiff_t i = 0; i < grid->rows; i++) {
        if (in_head && !grid->row[i].head) {
            solow_buffer_text(out, "</thead>\n<tbody>\n");
            in_head = false;
        }
        html_row(grid, &grid->row[i], out);
    }
    solow_buffer_text(out, in_head ? "</thead>\n" : "</tbody>\n");
    if (grid->notes > 0) {
        solow_buffer_format(out, "<tfoot>\n<tr><td colspan=\"%td\">", grid->columns);
        for (ptrdiff_t i = 0; i < grid->notes; i++) {
            solow_buffer_text(out, i > 0 ? "<br>\n" : "");
            solow_escape_html(out, grid->note[i]);
        }
        solow_buffer_text(out, "</td></tr>\n</tfoot>\n");
    }
    solow_buffer_text(out, "</table>\n");
}

/* Notes follow as rows of one field. A heading that spans stands over its first column. */
void solow_grid_render_csv(const solow_grid *grid, solow_buffer *out)
{
    for (ptrdiff_t i = 0; i < grid->rows; i++) {
        for (ptrdiff_t j = 0; j < grid->columns; j++) {
            const solow_grid_cell *cell = &grid->row[i].cell[j];
            solow_buffer whole = {0};
            solow_buffer_text(&whole, cell->text != NULL ? cell->text : "");
            solow_buffer_text(&whole, cell->stars != NULL ? cell->stars : "");
            solow_buffer_text(out, j > 0 ? "," : "");
            solow_escape_csv(out, whole.text != NULL ? whole.text : "");
            out->failed = out->failed || whole.failed;
            solow_buffer_clear(&whole);
        }
        solow_buffer_char(out, '\n');
    }
    for (ptrdiff_t i = 0; i < grid->notes; i++) {
        solow_escape_csv(out, grid->note[i]);
        solow_buffer_char(out, '\n');
    }
}
