/* layout.h - the parts of a result file's layout that writing and reading share. Explained in io/result/README.md. */
#ifndef SOLOW_IO_RESULT_LAYOUT_H
#define SOLOW_IO_RESULT_LAYOUT_H

#include "io/result/hdf5_image.h"
#include "io/result/schema.h"

#define SOLOW_RESULT_FORMAT "solow-results"
#define SOLOW_RESULT_FORMAT_VERSION "1.0"

enum { SOLOW_UNPACKED_LIMIT = 500 }; /* estimates above which /models is packed */

/* The columns of a table from `skip` on as datasets of a group, with the axis `row` and the attribute `column-order`. */
void solow_layout_columns(solow_image *image, hid_t group, const solow_table *table, ptrdiff_t skip);

void solow_layout_models(solow_image *image, const solow_results *results);
void solow_layout_panel(solow_image *image, const solow_results *results);
void solow_layout_fixed_effects(solow_image *image, const solow_results *results);

#endif
