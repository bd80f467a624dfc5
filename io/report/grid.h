/* grid.h - a table ready to print: a column of labels, columns of cells, headings that span, rules, notes.
 *
 * Paper tables and summaries are laid out here once and rendered as LaTeX (booktabs), Markdown, HTML or CSV. Texts are
 * plain; each renderer escapes them.
 */
#ifndef SOLOW_IO_REPORT_GRID_H
#define SOLOW_IO_REPORT_GRID_H

#include "io/report/buffer.h"

typedef struct solow_grid_cell {
    char *text;  /* NULL: empty */
    char *stars; /* set in superscript behind the text; NULL: none */
} solow_grid_cell;

typedef struct solow_grid_row {
    bool head;             /* above the rule that closes the heading */
    bool rule_before;      /* starts a new part of the body */
    solow_grid_cell *cell; /* [columns]; cell 0 is the label */
    int *span;             /* [columns] of a heading that spans: columns taken, 0: covered; NULL: each its own */
} solow_grid_row;

typedef struct solow_grid {
    ptrdiff_t columns, rows, notes; /* columns count the labels' */
    solow_grid_row *row;
    char **note;
    bool failed; /* no memory: sticks */
} solow_grid;

typedef enum { SOLOW_GRID_TEX, SOLOW_GRID_MD, SOLOW_GRID_HTML, SOLOW_GRID_CSV } solow_grid_format;

/* By the ending of a file name. Errors  SOLOW_ERR_INPUT naming the four endings */
solow_status solow_grid_format_of(const char *file, solow_grid_format *format, solow_error *err);

void solow_grid_init(solow_grid *grid, ptrdiff_t columns);
/* A new row; its index, or -1 when there is no memory. */
ptrdiff_t solow_grid_add(solow_grid *grid, bool head, bool rule_before);
/* Copies of the texts; row -1 is allowed and does nothing. */
void solow_grid_set(solow_grid *grid, ptrdiff_t row, ptrdiff_t column, const char *text);
void solow_grid_stars(solow_grid *grid, ptrdiff_t row, ptrdiff_t column, const char *stars);
/* Text over `span` columns from `column` on. */
void solow_grid_span(solow_grid *grid, ptrdiff_t row, ptrdiff_t column, int span, const char *text);
void solow_grid_note(solow_grid *grid, const char *text);
/* Removes the columns after the labels' that are empty below the heading. For grids without spans. */
void solow_grid_drop_empty(solow_grid *grid);
void solow_grid_clear(solow_grid *grid);

/* Appends the rendered table. Errors  SOLOW_ERR_MEMORY */
solow_status solow_grid_render(const solow_grid *grid, solow_grid_format format, solow_buffer *out, solow_error *err);

void solow_grid_render_tex(const solow_grid *grid, solow_buffer *out);
void solow_grid_render_markdown(const solow_grid *grid, solow_buffer *out);
void solow_grid_render_html(const solow_grid *grid, solow_buffer *out);
void solow_grid_render_csv(const solow_grid *grid, solow_buffer *out);

#endif
