/* paper_columns.h - which estimates a paper's table shows: `columns: [within, "sdm_*@indirect", by_region/region=East]`.
 *
 *   id              every group of the model, in the job's order
 *   id/group        one group
 *   id@effect       the rows of /effects with that effect instead of the coefficients
 *   `*` and `?`     in id and group
 */
#ifndef SOLOW_IO_REPORT_PAPER_COLUMNS_H
#define SOLOW_IO_REPORT_PAPER_COLUMNS_H

#include "io/job/yaml.h"
#include "io/result/results.h"

typedef struct solow_paper_column {
    const char *model, *group, *effect; /* borrowed; effect NULL: coefficients */
    int64_t glance;                     /* row of the glance table */
    const solow_table *table;           /* tidy or effects */
    ptrdiff_t rows;
    int64_t *row; /* [rows] of the table that belong to this column */
} solow_paper_column;

typedef struct solow_paper_columns {
    ptrdiff_t count;
    solow_paper_column *column;
} solow_paper_columns;

/* list: the YAML under columns:. Errors  SOLOW_ERR_INPUT for an entry that no estimate matches, with its line */
solow_status solow_paper_columns_create(const solow_yaml *list, const solow_results *results,
                                        solow_paper_columns *columns, solow_error *err);
void solow_paper_columns_clear(solow_paper_columns *columns);

/* The row of a term in a column's table, -1 if it has none. Of several horizons of an effect the first. */
int64_t solow_paper_row(const solow_paper_column *column, const char *term);

#endif
