/* reader.h - inside io/panel: an open source, and the functions that each format supplies.
 *
 * source.c opens the file, finds its format and dispatches; a format fills name and columns in open and keeps what it
 * needs in state.
 */
#ifndef SOLOW_IO_PANEL_READER_H
#define SOLOW_IO_PANEL_READER_H

#include "io/panel/source.h"

typedef struct solow_format_reader {
    solow_status (*open)(solow_source *source, solow_error *err); /* names the columns; state may be left half made */
    void (*close)(solow_source *source);                          /* frees state, NULL too */
    solow_status (*scan)(solow_source *source, int *parity, solow_error *err);
    solow_status (*profile)(solow_source *source, int starts_quoted, const bool *wanted, int64_t *rows, bool *numeric,
                            solow_error *err);
    solow_status (*read)(solow_source *source, int starts_quoted, const bool *wanted, const bool *numeric,
                         solow_columns *out, solow_error *err);
    bool (*sorted_by)(const solow_source *source, const char *unit, const char *time); /* NULL: never */
} solow_format_reader;

struct solow_source {
    const solow_format_reader *reader;
    void *state;
    solow_format format;
    char *path;
    int64_t bytes;
    ptrdiff_t columns;
    char **name;
    int part, parts;
    char delimiter; /* as asked for; 0: detect */
    char *group;    /* HDF5: where to look; NULL: found */
    ptrdiff_t missing_count, missing_numbers;
    char **missing;
    double *missing_number; /* [missing_numbers] the codes that are decimals: numbers compare by value */
};

extern const solow_format_reader solow_csv_reader, solow_stat_reader, solow_hdf5_reader;

/* Appends a column name (a copy). */
solow_status solow_source_add_name(solow_source *source, const char *name, size_t bytes, solow_error *err);

/* Whether a text is missing: blank, or a missing code once blanks at both ends are off. Alike in every format. */
bool solow_source_text_missing(const solow_source *source, const char *text, size_t bytes);
bool solow_source_number_missing(const solow_source *source, double value); /* NaN, or the value of a missing code */

/* "FILE, row R: the number in column 'C' is infinite ...". row counts from 1. */
solow_status solow_source_fail_infinite(const solow_source *source, ptrdiff_t column, int64_t row, solow_error *err);
/* For a demand of numbers from a column that is text by the file's own account. */
solow_status solow_source_fail_text(const solow_source *source, ptrdiff_t column, solow_error *err);

/* The last step of a path, for messages. */
const char *solow_path_leaf(const char *path);

#endif
