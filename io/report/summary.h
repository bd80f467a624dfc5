/* summary.h - `summaries:` of a job: statistics of variables that the engine computed, laid out for .tex, .md, .html, .csv.
 *
 * A row a variable, a column a statistic; with correlations, further columns (1), (2), ... hold their lower triangle, in
 * the order of the variables.
 */
#ifndef SOLOW_IO_REPORT_SUMMARY_H
#define SOLOW_IO_REPORT_SUMMARY_H

#include "io/job/yaml.h"
#include "io/report/grid.h"

typedef struct solow_summary {
    ptrdiff_t variables, statistics;
    const char *const *variable;  /* [variables] */
    const char *const *statistic; /* [statistics] as job files spell them: n, mean, sd, p25, ... */
    const double *value;          /* [variables x statistics] row by row; NaN: none */
    const double *correlation;    /* [variables x variables], NULL: not asked for */
    const char *note;             /* "" or NULL: none; the sample, for instance */
} solow_summary;

/* entry: digits (3) and labels of the mapping under summaries:. clear the grid in every case.
 * Errors  SOLOW_ERR_INPUT for digits that cannot be used, with the line; SOLOW_ERR_MEMORY */
solow_status solow_summary_table(const solow_yaml *entry, const solow_summary *summary, solow_grid *grid,
                                 solow_error *err);

/* The entry's `file:`, taken from folder unless absolute, written whole or not at all. Errors  also CREATE, IO */
solow_status solow_summary_write(const solow_yaml *entry, const solow_summary *summary, const char *folder,
                                 solow_error *err);

#endif
