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

typedef enum { SOLOW_COLUMN_NUMBER, SOLOW_COLUMN_TEXT } solow_column_kind;

typedef struct solow_levels { /* distinct labels in first-come order, with a hash table */
    int32_t count;
    char **label;            /* [count], NUL-terminated UTF-8 */
    int32_t capacity, slots; /* internal */
    int32_t *slot;
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

/* Index of label in levels, added if new; -1 when there is no memory. bytes excludes the NUL. */
int32_t solow_levels_add(solow_levels *levels, const char *label, size_t bytes);
int32_t solow_levels_find(const solow_levels *levels, const char *label, size_t bytes); /* -1 if absent */
void solow_levels_clear(solow_levels *levels);

ptrdiff_t solow_columns_find(const solow_columns *columns, const char *name); /* -1 if absent */
void solow_columns_clear(solow_columns *columns);

#endif
