/* paper_table.h - the tables of an article: an entry of the job's `tables:` and the results, to .tex, .md, .html or .csv.
 *
 *   heading   headers: with spans (else the columns' names), column numbers, outcomes
 *   body      keep: gives terms and their order, drop: leaves terms out of the rest, labels: renames; a term has a row for
 *             each of cells: (estimate with stars, (std_error), t = statistic, p = p_value, [conf], adjusted p)
 *   foot      rows: effects (one row an effect, Yes or No) and any column of /glance; default effects, nobs, r_squared
 *   notes     auto: the variance and small-sample rule of each column, stars, rows dropped, warnings; none; or a text
 *
 * Everything printed comes from the result file, so that a table is rewritten without estimating.
 */
#ifndef SOLOW_IO_REPORT_PAPER_TABLE_H
#define SOLOW_IO_REPORT_PAPER_TABLE_H

#include "io/job/yaml.h"
#include "io/report/grid.h"
#include "io/result/results.h"

/* Lays one entry of tables: out; clear the grid in every case.
 * Errors  SOLOW_ERR_INPUT, with the line, for columns that no estimate matches and for values that cannot be used */
solow_status solow_paper_table(const solow_yaml *table, const solow_results *results, solow_grid *grid,
                               solow_error *err);

/* The entry's `file:`, taken from folder unless it is absolute, written whole or not at all.
 * Errors  also SOLOW_ERR_CREATE, SOLOW_ERR_IO */
solow_status solow_paper_table_write(const solow_yaml *table, const solow_results *results, const char *folder,
                                     solow_error *err);

/* The grid to the file that `entry`'s key `file:` names; what tables and summaries share. */
solow_status solow_grid_write(const solow_grid *grid, const solow_yaml *entry, const char *folder, solow_error *err);

#endif
