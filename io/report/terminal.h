/* terminal.h - a grid on a terminal: columns aligned, numbers to the right, long texts cut to the width. */
#ifndef SOLOW_IO_REPORT_TERMINAL_H
#define SOLOW_IO_REPORT_TERMINAL_H

#include "io/report/grid.h"

/* Appends the grid. A column is aligned right if all its cells below the heading look like numbers. Where lines would be
 * longer than width, the longest columns of texts are cut and end in `~`. colour: headings bold.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_terminal_grid(const solow_grid *grid, ptrdiff_t width, bool colour, solow_buffer *out,
                                 solow_error *err);

/* The width of the grid's lines if nothing is cut; -1: no memory. */
ptrdiff_t solow_terminal_width(const solow_grid *grid);

/* A title line, bold if colour. */
void solow_terminal_title(const char *text, bool colour, solow_buffer *out);

#endif
