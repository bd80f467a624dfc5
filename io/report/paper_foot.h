/* paper_foot.h - the rows under the coefficients of a paper's table: `rows:`. */
#ifndef SOLOW_IO_REPORT_PAPER_FOOT_H
#define SOLOW_IO_REPORT_PAPER_FOOT_H

#include "io/report/grid.h"
#include "io/report/paper_columns.h"
#include "io/report/paper_style.h"

/* Adds a row for each entry of rows: (default effects, nobs, r_squared); `effects` gives one row an effect.
 * Errors  SOLOW_ERR_INPUT for an entry that is no column of /glance, with its line */
solow_status solow_paper_foot(const solow_yaml *table, const solow_results *results, const solow_paper_columns *columns,
                              const solow_paper_style *style, solow_grid *grid, solow_error *err);

#endif
