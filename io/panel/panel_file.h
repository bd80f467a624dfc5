/* panel_file.h - the canonical panel file: HDF5, one dataset per column, rows sorted by (unit, time).
 *
 *   /                     attributes format = "solow-panel", format_version = "1.0", engine_version
 *   /panel                attributes encoding-type = "dataframe", column-order, n, sorted_by = "unit,time"
 *   /panel/<number>       float64, NaN = missing; units and times that are whole: int32; attribute long_name
 *   /panel/<text>         int32 codes, _FillValue -1, attribute levels = "/levels/<text>"
 *   /panel/unit_first     int64, first row of each unit and the number of rows
 *   /levels/<text>        variable-length UTF-8, sorted by unsigned bytes
 *   /value_labels/<number>/{value,label}
 *
 * `encoding-type` and `column-order` are those of AnnData's data frames. Read back by source.h.
 */
#ifndef SOLOW_IO_PANEL_PANEL_FILE_H
#define SOLOW_IO_PANEL_PANEL_FILE_H

#include "io/panel/sort.h"
#include "io/panel/source.h"

/* Writes path whole or not at all. columns: sorted by (unit, time), levels sorted. unit, time: columns, -1 for none.
 * Errors  SOLOW_ERR_INPUT for a column name that HDF5 cannot hold ('/'), SOLOW_ERR_CREATE, SOLOW_ERR_IO */
solow_status solow_panel_write(const char *path, const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time,
                               solow_error *err);

/* What `solow import` does: reads a file of any format, checks that it is a panel, sorts it, and writes the canonical file.
 * unit, time: names or NULL. structure out: of the panel (NULL: not wanted).
 * Errors  those of source.h, solow_panel_check and solow_panel_write; SOLOW_ERR_INPUT for a name that the file lacks and
 *         for a file without rows */
solow_status solow_panel_import(const char *path, const solow_source_options *options, const char *unit,
                                const char *time, const char *output, solow_panel_structure *structure,
                                solow_error *err);

#endif
