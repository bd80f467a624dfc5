/* stat.h - inside io/panel: what a statistics package's file says of its columns, and its values.
 *
 * Source    ReadStat (Evan Miller), which reads .dta, .sav, .zsav, .sas7bdat and .xpt.
 */
#ifndef SOLOW_IO_PANEL_STAT_H
#define SOLOW_IO_PANEL_STAT_H

#include "io/panel/reader.h"

typedef struct solow_stat {
    int64_t rows;        /* as the file states; -1: it does not */
    bool *text;          /* [columns] */
    char **label;        /* [columns] variable labels, NULL if none */
    char **set;          /* [columns] name of the set of value labels, NULL if none */
    ptrdiff_t described; /* columns with text, label and set */
    solow_columns kept;  /* read by profile */
    bool profiled;
} solow_stat;

/* Names, kinds and labels of the columns, into source and its solow_stat.
 * Errors  SOLOW_ERR_INPUT with ReadStat's reason; SOLOW_ERR_CONFIG if ReadStat is not built in */
solow_status solow_stat_describe(solow_source *source, solow_error *err);

/* All rows of the wanted columns, with their labels; out is an empty table. */
solow_status solow_stat_values(solow_source *source, const bool *wanted, solow_columns *out, solow_error *err);

#endif
