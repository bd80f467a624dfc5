/* source.h - a data file opened for reading, whatever its format, by any number of readers.
 *
 * The engine's ranks read one file together without io knowing of ranks: each opens the source, asks for its part
 * (part p of P), and exchanges what must be agreed:
 *
 *   1. open        format by ending and content, header or schema read, column names known
 *   2. scan        CSV: quote parity of the part's bytes; the exclusive XOR over parts tells whether a part starts quoted
 *   3. profile     CSV: rows of the part, and for each wanted column whether all its fields are numbers; agreed by AND
 *   4. read        fields of the wanted columns into solow_columns, types as agreed
 *
 * Formats without byte ranges (gzip, Stata, SPSS, SAS) give all their rows to part 0; HDF5 gives row slabs.
 */
#ifndef SOLOW_IO_PANEL_SOURCE_H
#define SOLOW_IO_PANEL_SOURCE_H

#include "io/panel/columns.h"

typedef enum {
    SOLOW_FORMAT_CSV,
    SOLOW_FORMAT_CSV_GZIP,
    SOLOW_FORMAT_STATA,
    SOLOW_FORMAT_SPSS,
    SOLOW_FORMAT_SAS,
    SOLOW_FORMAT_HDF5
} solow_format;

typedef struct solow_source_options {
    char delimiter; /* 0: detected from the header among , ; tab | */
    ptrdiff_t missing_count;
    const char *const *missing; /* codes read as missing, compared after trimming blanks; empty fields always are */
    const char *group;          /* HDF5: group of the columns; NULL: /panel, else the root */
} solow_source_options;

typedef struct solow_source solow_source;

/* options NULL: delimiter detected, missing codes "", NA and "."
 * Errors  SOLOW_ERR_NO_INPUT (absent, a directory, unreadable), SOLOW_ERR_INPUT (empty, unknown format, damaged) */
solow_status solow_source_open(const char *path, const solow_source_options *options, solow_source **source,
                               solow_error *err);
void solow_source_close(solow_source *source);
solow_format solow_source_format(const solow_source *source);
ptrdiff_t solow_source_columns(const solow_source *source);
const char *solow_source_name(const solow_source *source, ptrdiff_t column);
int64_t solow_source_bytes(const solow_source *source); /* size of the file */

/* Sets the part of this reader: the byte range or row slab p of P. Must precede scan. */
void solow_source_part(solow_source *source, int part, int parts);

/* Number of double quotes in the part's bytes, modulo 2. 0 for other formats. */
solow_status solow_source_scan(solow_source *source, int *parity, solow_error *err);

/* starts_quoted: XOR of the parities of all earlier parts. wanted [columns of the source]: flags.
 * rows: records that begin in this part. numeric [columns]: whether every field of a wanted column is a number or missing
 * (nan in any case is missing then; inf is an error of the read, not of the profile); true for columns not wanted. */
solow_status solow_source_profile(solow_source *source, int starts_quoted, const bool *wanted, int64_t *rows,
                                  bool *numeric, solow_error *err);

/* Reads the part. first_row: number of records in earlier parts (for messages: row numbers count from 1 after the header,
 * empty lines not counted). numeric: as agreed over parts; true for a column that is not numeric is the way to demand
 * numbers: the error names row, column and text. out (zeroed) gets the wanted columns in source order. What profile parsed
 * is handed over without reading again, unless a column's kind changed.
 * Errors  SOLOW_ERR_INPUT for text in a numeric column, infinite values, text that is not UTF-8 */
solow_status solow_source_read(solow_source *source, int starts_quoted, const bool *wanted, const bool *numeric,
                               int64_t first_row, solow_columns *out, solow_error *err);

/* Why a column is text although numbers are needed: reads it once more, alone and whole, and fails with the sentence that
 * names row, column and text of the first offender. For the path of an error, not of the data.
 * Returns SOLOW_OK if the file has no such column or it holds numbers only */
solow_status solow_source_demand_numbers(const char *path, const solow_source_options *options, const char *column,
                                         solow_error *err);

/* For HDF5 panel files only: whether the file says that its rows are sorted by these two columns. */
bool solow_source_sorted_by(const solow_source *source, const char *unit, const char *time);

/* Exact decimal to double: bit-equal to strtod, infinite if the decimal overflows; false if text is not wholly a decimal
 * (number.h says what that is: inf, nan and hexadecimal are not). */
bool solow_number_parse(const char *text, size_t bytes, double *value);

#endif
