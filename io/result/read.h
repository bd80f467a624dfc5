/* read.h - the parts of reading a result file: tables in read.c, arrays in read_models.c and read_panel.c. */
#ifndef SOLOW_IO_RESULT_READ_H
#define SOLOW_IO_RESULT_READ_H

#include "io/result/hdf5_read.h"
#include "io/result/layout.h"

/* Columns of an open group into new rows at the end of a table, from column `skip` on. */
solow_status solow_read_columns(const solow_reader *reader, hid_t group, solow_table *table, ptrdiff_t skip,
                                solow_error *err);

/* What to do with a group that holds one estimate; model and group as the file's attributes say. */
typedef solow_status (*solow_visit_estimate)(const solow_reader *reader, hid_t group, const char *model,
                                             const char *name, solow_results *results, solow_error *err);

/* Calls do_estimate for every child of parent that holds dataset `mark`, and for their children if deeper. */
solow_status solow_read_estimates(const solow_reader *reader, hid_t parent, const char *mark, bool deeper,
                                  solow_visit_estimate do_estimate, solow_results *results, solow_error *err);

solow_status solow_read_models(const solow_reader *reader, solow_results *results, solow_error *err);
solow_status solow_read_panel(const solow_reader *reader, solow_results *results, solow_error *err);
solow_status solow_read_fixed_effects(const solow_reader *reader, solow_results *results, solow_error *err);

#endif
