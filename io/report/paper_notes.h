/* paper_notes.h - the notes under a paper's table, written from what the estimates recorded about themselves. */
#ifndef SOLOW_IO_REPORT_PAPER_NOTES_H
#define SOLOW_IO_REPORT_PAPER_NOTES_H

#include "io/report/grid.h"
#include "io/report/paper_columns.h"
#include "io/report/paper_style.h"

/* Adds the notes that `notes:` of the table asks for: auto (default), none, a text or a list of texts. */
void solow_paper_notes(const solow_yaml *table, const solow_results *results, const solow_paper_columns *columns,
                       const solow_paper_style *style, solow_grid *grid);

#endif
