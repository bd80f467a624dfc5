/* table_writer.h - a group of equally long columns with the axis `row` and the attribute `column-order`.
 *
 * Texts of more than SOLOW_TEXT_LIMIT rows are written as `NAME_code`, int32 from 0, whose attribute `levels` names the
 * dataset of distinct texts beside it (`levels/NAME`, in order of first appearance): variable-length texts cost 40 bytes a
 * row and 0.2 s a million.
 */
#ifndef SOLOW_IO_RESULT_TABLE_WRITER_H
#define SOLOW_IO_RESULT_TABLE_WRITER_H

#include "io/result/hdf5_image.h"

#define SOLOW_TEXT_LIMIT 1000000

typedef struct solow_table_writer {
    solow_image *image;
    hid_t group;
    solow_axis row;
    ptrdiff_t columns;
    char **name; /* [columns] of the datasets written */
} solow_table_writer;

void solow_table_writer_begin(solow_table_writer *writer, solow_image *image, hid_t group, int64_t rows);
/* cells are double, int64_t or char * by kind. */
void solow_table_writer_column(solow_table_writer *writer, const char *name, solow_cell_kind kind, const void *cells);
/* Writes axis and attributes; the group stays open. */
void solow_table_writer_end(solow_table_writer *writer);

#endif
