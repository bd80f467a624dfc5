/* hdf5.h - inside io/panel: the columns of an HDF5 file, one 1-D dataset each, all of one length in one group.
 *
 * Numbers may be of any integer or float type, enumerations count as their integers (h5py's booleans), text may be
 * variable or fixed in length, or codes with an attribute `levels` that names the dataset of labels. `_FillValue` is
 * missing. An attribute `column-order` of the group chooses and orders the columns; else all that fit, in the order made.
 */
#ifndef SOLOW_IO_PANEL_HDF5_H
#define SOLOW_IO_PANEL_HDF5_H

#include "io/panel/reader.h"
#include "io/result/hdf5_read.h"

typedef enum { SOLOW_HDF5_NUMBER, SOLOW_HDF5_ENUM, SOLOW_HDF5_CODES, SOLOW_HDF5_TEXT } solow_hdf5_kind;

typedef struct solow_hdf5_column {
    solow_hdf5_kind kind;
    char *levels;    /* CODES: path of the labels */
    char *long_name; /* NULL if none */
    bool has_fill;
    double fill;
    bool wide; /* an integer type that a double does not hold whole */
} solow_hdf5_column;

typedef struct solow_hdf5 {
    solow_reader reader;
    hid_t group;
    int64_t rows;
    ptrdiff_t described;
    solow_hdf5_column *column; /* [described] */
    char *sorted_by;           /* "unit,time" or NULL */
} solow_hdf5;

typedef struct solow_hdf5_quiet { /* HDF5's own error printing, put aside */
    H5E_auto2_t function;
    void *data;
} solow_hdf5_quiet;

void solow_hdf5_hush(solow_hdf5_quiet *quiet);
void solow_hdf5_restore(const solow_hdf5_quiet *quiet);

/* The innermost reason of HDF5's last failure, in its own words. */
void solow_hdf5_reason(char *text, size_t bytes);

/* Names and kinds of the columns, into source and its solow_hdf5, whose file and group are open. */
solow_status solow_hdf5_describe(solow_source *source, solow_error *err);

/* Rows first..first+rows-1 of one column, into a column of out that has room. row numbers in messages count from the
 * file's first row. */
solow_status solow_hdf5_slab(const solow_source *source, ptrdiff_t column, int64_t first, int64_t rows,
                             solow_column *out, solow_error *err);

/* Value labels of a column, if the file keeps any in /value_labels/NAME. */
solow_status solow_hdf5_value_labels(const solow_source *source, ptrdiff_t column, solow_column *out, solow_error *err);

#endif
