/* hdf5_image.h - an HDF5 file built in memory: groups, attributes, one- and two-dimensional datasets with axes.
 *
 * Everything that makes the file readable as netCDF-4 and equal byte for byte from equal content is decided here:
 * variable-length UTF-8 strings, a dimension scale on every axis, creation order tracked, object times off, format bounds
 * of HDF5 1.8. Building in memory keeps disk failures out of the HDF5 library: the image is written by atomic_file.
 *
 * The first failure sticks: after it every call does nothing, and solow_image_finish tells it.
 *
 * Source    HDF5 Dimension Scale Specification 1.0.4 (attributes CLASS, NAME, REFERENCE_LIST, DIMENSION_LIST);
 *           NetCDF-4 file format, "Dimensions without HDF5 datasets".
 */
#ifndef SOLOW_IO_RESULT_HDF5_IMAGE_H
#define SOLOW_IO_RESULT_HDF5_IMAGE_H

#include "io/result/results.h"

#include <hdf5.h>

enum { SOLOW_IMAGE_USES = 512 }; /* datasets that may share one axis (REFERENCE_LIST must fit 64 KiB) */

typedef struct solow_image {
    hid_t file, text_type, group_list, dataset_list, link_list, transfer_list;
    bool failed;
} solow_image;

typedef struct solow_axis { /* a dimension and the datasets that use it, so that REFERENCE_LIST is written once */
    hid_t scale;
    hsize_t length;
    ptrdiff_t uses;
    struct solow_axis_use {
        hobj_ref_t dataset;
        int dimension;
    } use[SOLOW_IMAGE_USES];
} solow_axis;

/* Errors  SOLOW_ERR_INTERNAL if HDF5 refuses */
solow_status solow_image_open(solow_image *image, solow_error *err);

/* A group below parent; to be closed by solow_image_group_close. */
hid_t solow_image_group(solow_image *image, hid_t parent, const char *name);
void solow_image_group_close(solow_image *image, hid_t group);

void solow_image_text(solow_image *image, hid_t object, const char *name, const char *value);
void solow_image_texts(solow_image *image, hid_t object, const char *name, ptrdiff_t count, const char *const *value);
void solow_image_number(solow_image *image, hid_t object, const char *name, double value);
void solow_image_integer(solow_image *image, hid_t object, const char *name, int64_t value);

/* An axis without values of its own ("a netCDF dimension but not a netCDF variable"): takes no space. */
void solow_image_axis(solow_image *image, hid_t group, const char *name, hsize_t length, solow_axis *axis);
/* An axis whose dataset holds labels. */
void solow_image_labels(solow_image *image, hid_t group, const char *name, hsize_t length, char *const *label,
                        solow_axis *axis);
/* Writes the axis's list of users and closes it. */
void solow_image_axis_close(solow_image *image, solow_axis *axis);

/* A dataset over first, or over first x second if second is not NULL; cells are double, int64_t or char * by kind. */
void solow_image_dataset(solow_image *image, hid_t group, const char *name, solow_cell_kind kind, const void *cells,
                         solow_axis *first, solow_axis *second);

/* int32 codes over an axis; levels is the path of their texts, kept as an attribute. */
void solow_image_codes(solow_image *image, hid_t group, const char *name, const int32_t *code, const char *levels,
                       solow_axis *axis);

/* The finished file's bytes, borrowed until solow_image_close. Errors  SOLOW_ERR_INTERNAL for a failure on the way */
solow_status solow_image_finish(solow_image *image, const void **bytes, size_t *count, solow_error *err);
void solow_image_close(solow_image *image);

#endif
