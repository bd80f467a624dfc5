/* export.h - one table of a result file as CSV, JSON, Markdown or LaTeX.
 *
 * csv   RFC 4180 but for lines ended by LF alone, one header row, numbers in the shortest form that reads back to the same
 *       double, integers without a point, missing empty, infinities `Inf` and `-Inf`
 * json  an array of objects, one a row; missing is null, infinities the texts "Inf" and "-Inf"
 * md    a pipe table; tex a booktabs tabular
 */
#ifndef SOLOW_IO_REPORT_EXPORT_H
#define SOLOW_IO_REPORT_EXPORT_H

#include "io/report/buffer.h"
#include "io/result/results.h"

typedef enum { SOLOW_EXPORT_CSV, SOLOW_EXPORT_JSON, SOLOW_EXPORT_MD, SOLOW_EXPORT_TEX } solow_export_format;

/* csv, json, md, tex. Errors  SOLOW_ERR_USAGE naming the four */
solow_status solow_export_format_named(const char *name, solow_export_format *format, solow_error *err);

/* Appends the table (names as in io/report/pick.h) to out.
 * Errors  SOLOW_ERR_USAGE for a name that is no table, SOLOW_ERR_MEMORY */
solow_status solow_export(const solow_results *results, const char *table, solow_export_format format,
                          solow_buffer *out, solow_error *err);

/* The same for a table at hand. */
solow_status solow_export_table(const solow_table *table, solow_export_format format, solow_buffer *out,
                                solow_error *err);

#endif
