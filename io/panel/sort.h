/* sort.h - the order of a panel: rows by (unit, time), and what a sorted panel is made of.
 *
 * Numbers sort by value, labels by unsigned bytes, missing last; equal keys keep the order of the file. For one reader
 * that holds all rows.
 */
#ifndef SOLOW_IO_PANEL_SORT_H
#define SOLOW_IO_PANEL_SORT_H

#include "io/panel/columns.h"

typedef struct solow_panel_structure { /* of a panel sorted by (unit, time) */
    int64_t rows, units;
    int64_t periods;               /* distinct times in the panel */
    int64_t least_rows, most_rows; /* of a unit */
    bool balanced;                 /* every unit has every period */
    double step;                   /* greatest common divisor of the time differences inside units; 0 without time */
    int64_t gaps;                  /* steps longer than that */
    int64_t missing_periods;       /* periods that the gaps leave out */
    int64_t spells;                /* runs of a unit's rows without a gap */
} solow_panel_structure;

/* order [rows] out: row of the file at each place. unit, time: columns, or -1 for none.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_panel_order(const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time, int64_t *order,
                               solow_error *err);

/* Rearranges the rows of every column. */
solow_status solow_columns_permute(solow_columns *columns, const int64_t *order, solow_error *err);

/* Refuses what is not a panel: rows without unit or time, times that are not whole numbers, and two rows with one (unit,
 * time). order: of the rows; row numbers in messages are those of the file, from 1. name: of the file.
 * Errors  SOLOW_ERR_INPUT naming the first offenders */
solow_status solow_panel_check(const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time, const int64_t *order,
                               const char *name, solow_error *err);

/* columns: sorted, checked. unit -1: every row is a unit of its own. */
solow_status solow_panel_structure_find(const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time,
                                        solow_panel_structure *structure, solow_error *err);

/* Whether two rows have the same value in a column. */
bool solow_column_same(const solow_column *column, int64_t a, int64_t b);

#endif
