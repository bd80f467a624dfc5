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

/* The group named after text (escaped as in link_name.h) below parent, made if it is not there; attribute `model`. */
hid_t solow_layout_named_group(solow_image *image, hid_t parent, const char *text);
/* parent/model or parent/model/group, whose attributes `model` and `group` hold the names unescaped. */
hid_t solow_layout_estimate_group(solow_image *image, hid_t parent, const char *model, const char *group);

void solow_layout_models(solow_image *image, const solow_results *results);
void solow_layout_panel(solow_image *image, const solow_results *results);
void solow_layout_fixed_effects(solow_image *image, const solow_results *results);

#endif
