/* csv.h - inside io/panel: the parts of the CSV reader.
 *
 *   csv_input    bytes in order
 *   csv_field    one field, after RFC 4180: quotes, doubled quotes, newlines in quotes
 *   csv_header   delimiter, line end, column names
 *   csv_record   one record into columns
 *   csv_part     the records that begin in a byte range
 *   csv_problem  sentences with row, line and column
 *   csv          profile and read: numbers are kept while profiling, so that the text is parsed once
 *
 * Source    RFC 4180. Departs: any delimiter; LF, CRLF or CR ends a record, as the header's end says; blanks around quotes
 *           are allowed; empty lines are skipped; a quotation mark inside a field without quotes is an error, so that
 *           parity alone tells quoted bytes from others and the text may be cut anywhere.
 */
#ifndef SOLOW_IO_PANEL_CSV_H
#define SOLOW_IO_PANEL_CSV_H

#include "io/panel/csv_input.h"
#include "io/panel/reader.h"

typedef enum {
    SOLOW_BYTE_ORDINARY,
    SOLOW_BYTE_DELIMITER,
    SOLOW_BYTE_NEWLINE, /* ends a record */
    SOLOW_BYTE_CR,      /* ends a record together with the newline behind it */
    SOLOW_BYTE_QUOTE,
    SOLOW_BYTE_NUL
} solow_byte_class;

typedef enum {
    SOLOW_CSV_INCOMPLETE, /* the buffer ends inside the record: read more */
    SOLOW_CSV_NUL,
    SOLOW_CSV_BARE_QUOTE,
    SOLOW_CSV_AFTER_QUOTE,
    SOLOW_CSV_UNCLOSED,
    SOLOW_CSV_TOO_LONG,
    SOLOW_CSV_RAGGED,
    SOLOW_CSV_NOT_NUMBER,
    SOLOW_CSV_INFINITE,
    SOLOW_CSV_NOT_UTF8,
    SOLOW_CSV_NO_MEMORY
} solow_csv_problem;

typedef struct solow_csv_field { /* content, without quotes; lives until the next field is read */
    const char *text;
    size_t bytes;
} solow_csv_field;

typedef enum { SOLOW_FIELD_NUMBER, SOLOW_FIELD_MISSING, SOLOW_FIELD_NAN, SOLOW_FIELD_TEXT } solow_field_kind;

typedef enum { SOLOW_TAKE_SKIP, SOLOW_TAKE_NUMBER, SOLOW_TAKE_TEXT } solow_csv_take;

typedef struct solow_csv_column { /* what becomes of one column's fields */
    solow_csv_take take;
    bool strict;         /* NUMBER: text is an error; else the column turns to text */
    bool looked_textual; /* some field was text */
    bool lost;           /* turned to text after numbers: the labels of earlier rows must be read again */
    bool spelled;        /* a missing value whose text would be a label if the column were text */
    ptrdiff_t stored;    /* place in the table filled, -1 if none */
    double *number;      /* the table's arrays, borrowed */
    int32_t *code;
    int32_t last_code;   /* of the row before: panels repeat labels */
    int64_t infinite_at; /* position of the first infinite number, -1 if none */
} solow_csv_column;

typedef struct solow_csv {
    solow_csv_input input;
    char delimiter, terminator; /* terminator: \n, also for CRLF, or \r */
    unsigned char class[256];   /* solow_byte_class of every byte */
    int64_t data_begins;        /* position of the first record */
    int64_t part_begins, part_ends;
    char *scratch; /* content of a quoted field with doubled quotes */
    size_t scratch_bytes;
    ptrdiff_t columns;
    solow_csv_column *column; /* [columns] */
    solow_columns *table;     /* being filled */
    solow_columns kept;       /* filled while profiling */
    int64_t rows, kept_rows;  /* kept_rows: -1 if nothing was profiled */

    solow_csv_problem problem; /* why the last call gave NULL */
    const char *at;            /* and where in the buffer */
    ptrdiff_t problem_column;
    ptrdiff_t problem_fields; /* RAGGED: fields found */
} solow_csv;

/* csv_field.c */

/* Reads the field that begins at text; returns its separator (a delimiter, or the byte that ends the record), or NULL with
 * csv->problem set. */
const char *solow_csv_field_read(solow_csv *csv, const char *text, solow_csv_field *field);
/* The separator alone: quicker. */
const char *solow_csv_field_skip(solow_csv *csv, const char *text);
/* What the field says in a column of numbers. value: the number, maybe infinite; NaN for the other kinds. Without the
 * missing codes: inf and infinity in any case are infinite NUMBERs, nan is NAN. */
solow_field_kind solow_csv_field_number(const solow_source *source, const solow_csv_field *field, double *value);
void solow_csv_field_trim(solow_csv_field *field); /* blanks off both ends */

/* csv_header.c */
solow_status solow_csv_header(solow_source *source, solow_error *err);

/* csv_record.c: stores the record at text into row csv->rows of the table; returns the byte behind it, or NULL. */
const char *solow_csv_record(const solow_source *source, const char *text);

/* csv_part.c */
void solow_csv_part_range(solow_source *source);
/* Fills the table with the records that begin in the part; csv->rows: how many. */
solow_status solow_csv_part_read(solow_source *source, int starts_quoted, solow_error *err);

/* csv_problem.c */
/* Records and lines before a position (the header included in lines), counted from the file's start. */
solow_status solow_csv_place(const solow_source *source, int64_t position, int64_t *record, int64_t *line,
                             solow_error *err);
/* The sentence for csv->problem in a record that begins at position. */
solow_status solow_csv_fail(const solow_source *source, int64_t position, solow_error *err);
/* The sentence for a field of a number column: not a number or infinite. The record begins at position. */
solow_status solow_csv_fail_field(const solow_source *source, int64_t position, ptrdiff_t column, solow_error *err);

#endif
