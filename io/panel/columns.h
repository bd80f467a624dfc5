/* columns.h - a table in memory: named columns of numbers or labels, all of one length.
 *
 * What readers (CSV, Stata, SPSS, SAS, HDF5) produce and the frame takes over. Numbers are double with NaN for missing;
 * text is int32 codes into the column's own levels, -1 for missing; levels are sorted by unsigned bytes once the import
 * is finished.
 */
#ifndef SOLOW_IO_PANEL_COLUMNS_H
#define SOLOW_IO_PANEL_COLUMNS_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stdint.h>

#define SOLOW_LONGEST_NUMBER 9007199254740992.0 /* 2^53: from here on a double does not tell whole numbers apart */

typedef enum { SOLOW_COLUMN_NUMBER, SOLOW_COLUMN_TEXT } solow_column_kind;

typedef struct solow_levels { /* distinct labels in first-come order, with a hash table */
    int32_t count;
    char **label;            /* [count], NUL-terminated UTF-8 */
    int32_t capacity, slots; /* internal */
    int32_t *slot;           /* [slots] index of a label, -1 if free */
    uint32_t *hash;          /* [count] */
} solow_levels;

typedef struct solow_column {
    char *name;
    solow_column_kind kind;
    double *number;         /* [rows] if NUMBER */
    int32_t *code;          /* [rows] if TEXT */
    solow_levels levels;    /* if TEXT */
    char *label;            /* variable label of Stata, SPSS, SAS; NULL if none */
    ptrdiff_t value_labels; /* labelled values of a numeric column */
    double *labelled_value;
    char **value_label;
} solow_column;

typedef struct solow_columns {
    int64_t rows, capacity; /* capacity: allocated rows of every column */
    ptrdiff_t count;
    solow_column *column;
} solow_columns;

/* Index of label in levels, added if new; -1 when there is no memory (or 2^30 labels). bytes excludes the NUL; no byte of
 * the label is 0. Zeroed levels are empty. */
int32_t solow_levels_add(solow_levels *levels, const char *label, size_t bytes);
int32_t solow_levels_find(const solow_levels *levels, const char *label, size_t bytes); /* -1 if absent */
void solow_levels_clear(solow_levels *levels);

/* rank [count] out: place of each label when labels are sorted by unsigned bytes. */
solow_status solow_levels_rank(const solow_levels *levels, int32_t *rank, solow_error *err);

/* Sorts the levels of a text column by unsigned bytes and recodes its rows. */
solow_status solow_column_sort_levels(solow_column *column, int64_t rows, solow_error *err);

/* A value and its label, kept with a numeric column. Takes copies. */
solow_status solow_column_add_value_label(solow_column *column, double value, const char *label, solow_error *err);

/* Frees what the column owns and zeroes it. */
void solow_column_clear(solow_column *column);

/* Appends a column of the given kind with room for capacity rows (values not set); zeroed columns are an empty table.
 * index out: its place (NULL is allowed). */
solow_status solow_columns_add(solow_columns *columns, const char *name, solow_column_kind kind, ptrdiff_t *index,
                               solow_error *err);

/* Room for at least rows rows in every column; shrinks too if exact. Values of the first `rows` rows are kept. */
solow_status solow_columns_reserve(solow_columns *columns, int64_t rows, bool exact, solow_error *err);

ptrdiff_t solow_columns_find(const solow_columns *columns, const char *name); /* -1 if absent */
void solow_columns_clear(solow_columns *columns);

#endif
