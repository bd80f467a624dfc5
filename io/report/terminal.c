/* terminal.c - see terminal.h. */
#include "io/report/terminal.h"

#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 2, LEAST_WIDTH = 8 };

typedef struct terminal_column {
    ptrdiff_t width;
    bool number;
} terminal_column;

static bool looks_like_number(const char *text)
{
    char *end = NULL;
    if (text[0] == '\0' || strcmp(text, "Inf") == 0 || strcmp(text, "-Inf") == 0) {
        return true;
    }
    (void)strtod(text, &end);
    return end != text && *end == '\0';
}

static void cell_text(const solow_grid_cell *cell, solow_buffer *out)
{
    solow_buffer_text(out, cell->text != NULL ? cell->text : "");
    solow_buffer_text(out, cell->stars != NULL ? cell->stars : "");
}

static void measure(const solow_grid *grid, terminal_column *column)
{
    for (ptrdiff_t j = 0; j < grid->columns; j++) {
        column[j] = (terminal_column){0, j > 0};
        for (ptrdiff_t i = 0; i < grid->rows; i++) {
            const char *text = grid->row[i].cell[j].text != NULL ? grid->row[i].cell[j].text : "";
            ptrdiff_t width = solow_text_width(text);
            column[j].width = width > column[j].width ? width : column[j].width;
            column[j].number = column[j].number && (grid->row[i].head || looks_like_number(text));
        }
    }
}

static ptrdiff_t total_width(const solow_grid *grid, const terminal_column *column)
{
    ptrdiff_t total = -GAP;
    for (ptrdiff_t j = 0; j < grid->columns; j++) {
        total += column[j].width + GAP;
    }
    return total;
}

ptrdiff_t solow_terminal_width(const solow_grid *grid)
{
    terminal_column *column = solow_allocate(grid->columns, sizeof *column);
    ptrdiff_t width = -1;
    if (column != NULL) {
        measure(grid, column);
        width = total_width(grid, column);
    }
    free(column);
    return width;
}

/* Takes from the widest column of texts until the line fits or none is left to cut. */
static void fit(const solow_grid *grid, terminal_column *column, ptrdiff_t width)
{
    for (;;) {
        ptrdiff_t widest = -1;
        for (ptrdiff_t j = 0; j < grid->columns; j++) {
            if (!column[j].number && column[j].width > LEAST_WIDTH &&
                (widest < 0 || column[j].width > column[widest].width)) {
                widest = j;
            }
        }
        if (total_width(grid, column) <= width || widest < 0) {
            return;
        }
        column[widest].width--;
    }
}

/* Text cut at whole characters to a width, its last column a tilde. */
static void cut(const char *text, ptrdiff_t width, solow_buffer *out)
{
    solow_buffer part = {0};
    for (const char *at = text; *at != '\0' && !part.failed;) {
        size_t kept = part.length;
        do {
            solow_buffer_char(&part, *at++);
        } while (((unsigned char)*at & 0xc0) == 0x80);
        if (!part.failed && solow_text_width(part.text) > width - 1) {
            part.text[kept] = '\0';
            break;
        }
    }
    solow_buffer_text(out, part.text != NULL ? part.text : "");
    solow_buffer_char(out, '~');
    out->failed = out->failed || part.failed;
    solow_buffer_clear(&part);
}

static void row_line(const solow_grid *grid, const solow_grid_row *row, const terminal_column *column,
                     solow_buffer *out)
{
    for (ptrdiff_t j = 0; j < grid->columns; j++) {
        solow_buffer text = {0}, shown = {0};
        cell_text(&row->cell[j], &text);
        const char *whole = text.text != NULL ? text.text : "";
        if (!column[j].number && solow_text_width(whole) > column[j].width) {
            cut(whole, column[j].width, &shown);
            whole = shown.text != NULL ? shown.text : "";
        }
        bool last = j + 1 == grid->columns;
        solow_buffer_padded(out, whole, last && !column[j].number ? 0 : column[j].width, column[j].number);
        solow_buffer_repeat(out, ' ', last ? 0 : GAP);
        out->failed = out->failed || text.failed || shown.failed;
        solow_buffer_clear(&text);
        solow_buffer_clear(&shown);
    }
    while (out->length > 0 && out->text[out->length - 1] == ' ') {
        out->text[--out->length] = '\0';
    }
}

void solow_terminal_title(const char *text, bool colour, solow_buffer *out)
{
    solow_buffer_format(out, "%s%s%s\n", colour ? "\033[1m" : "", text, colour ? "\033[0m" : "");
}

solow_status solow_terminal_grid(const solow_grid *grid, ptrdiff_t width, bool colour, solow_buffer *out,
                                 solow_error *err)
{
    terminal_column *column = solow_allocate(grid->columns, sizeof *column);
    if (column == NULL || grid->failed) {
        free(column);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to print a table");
    }
    measure(grid, column);
    fit(grid, column, width);
    for (ptrdiff_t i = 0; i < grid->rows; i++) {
        const bool bold = colour && grid->row[i].head;
        solow_buffer_text(out, bold ? "\033[1m" : "");
        row_line(grid, &grid->row[i], column, out);
        solow_buffer_text(out, bold ? "\033[0m\n" : "\n");
    }
    for (ptrdiff_t i = 0; i < grid->notes; i++) {
        solow_buffer_format(out, "%s\n", grid->note[i]);
    }
    free(column);
    return solow_buffer_finish(out, err);
}
