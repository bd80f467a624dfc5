/* hdf5_image.c - see hdf5_image.h. */
#include "io/result/hdf5_image.h"

#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

enum {
    IMAGE_STEP = 1 << 20,
    NAME_BYTES = 80,
    TRANSFER_BYTES = 1 << 16 /* HDF5's own 1 MiB is cleared for every dataset of texts: milliseconds each */
};

static void note(solow_image *image, bool ok)
{
    image->failed = image->failed || !ok;
}

/* Property lists: no times, creation order of links and attributes kept, names in UTF-8. */
static void make_lists(solow_image *image, hid_t file_list)
{
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    image->group_list = H5Pcreate(H5P_GROUP_CREATE);
    image->dataset_list = H5Pcreate(H5P_DATASET_CREATE);
    image->link_list = H5Pcreate(H5P_LINK_CREATE);
    image->transfer_list = H5Pcreate(H5P_DATASET_XFER);
    image->text_type = H5Tcopy(H5T_C_S1);
    note(image, H5Pset_obj_track_times(image->group_list, false) >= 0);
    note(image, H5Pset_link_creation_order(image->group_list, order) >= 0);
    note(image, H5Pset_attr_creation_order(image->group_list, order) >= 0);
    note(image, H5Pset_obj_track_times(file_list, false) >= 0);
    note(image, H5Pset_link_creation_order(file_list, order) >= 0);
    note(image, H5Pset_attr_creation_order(file_list, order) >= 0);
    note(image, H5Pset_obj_track_times(image->dataset_list, false) >= 0);
    note(image, H5Pset_attr_creation_order(image->dataset_list, order) >= 0);
    note(image, H5Pset_char_encoding(image->link_list, H5T_CSET_UTF8) >= 0);
    note(image, H5Pset_buffer(image->transfer_list, TRANSFER_BYTES, NULL, NULL) >= 0);
    note(image, H5Tset_size(image->text_type, H5T_VARIABLE) >= 0);
    note(image, H5Tset_cset(image->text_type, H5T_CSET_UTF8) >= 0);
}

solow_status solow_image_open(solow_image *image, solow_error *err)
{
    *image = (solow_image){-1, -1, -1, -1, -1, -1, false};
    hid_t file_list = H5Pcreate(H5P_FILE_CREATE), access_list = H5Pcreate(H5P_FILE_ACCESS);
    note(image, file_list >= 0 && access_list >= 0);
    make_lists(image, file_list);
    note(image, H5Pset_libver_bounds(access_list, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0);
    note(image, H5Pset_fclose_degree(access_list, H5F_CLOSE_STRONG) >= 0); /* nothing is left open after a failure */
    note(image, H5Pset_fapl_core(access_list, IMAGE_STEP, false) >= 0);
    if (!image->failed) {
        image->file = H5Fcreate("results", H5F_ACC_TRUNC, file_list, access_list);
        note(image, image->file >= 0);
    }
    (void)H5Pclose(file_list);
    (void)H5Pclose(access_list);
    if (image->failed) {
        solow_image_close(image);
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "HDF5 cannot make a file in memory");
    }
    return SOLOW_OK;
}

hid_t solow_image_group(solow_image *image, hid_t parent, const char *name)
{
    if (image->failed) {
        return -1;
    }
    hid_t group = H5Gcreate2(parent, name, image->link_list, image->group_list, H5P_DEFAULT);
    note(image, group >= 0);
    return group;
}

void solow_image_group_close(solow_image *image, hid_t group)
{
    if (group >= 0) {
        note(image, H5Gclose(group) >= 0);
    }
}

/* An attribute of any type; length -1: a scalar. */
static void attribute(solow_image *image, hid_t object, const char *name, hid_t type, ptrdiff_t length,
                      const void *value)
{
    if (image->failed) {
        return;
    }
    hsize_t size = (hsize_t)length;
    hid_t space = length < 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, NULL);
    hid_t id = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    note(image, id >= 0 && H5Awrite(id, type, value) >= 0);
    if (id >= 0) {
        note(image, H5Aclose(id) >= 0);
    }
    (void)H5Sclose(space);
}

void solow_image_text(solow_image *image, hid_t object, const char *name, const char *value)
{
    attribute(image, object, name, image->text_type, -1, &value);
}

void solow_image_texts(solow_image *image, hid_t object, const char *name, ptrdiff_t count, const char *const *value)
{
    attribute(image, object, name, image->text_type, count, value);
}

void solow_image_number(solow_image *image, hid_t object, const char *name, double value)
{
    attribute(image, object, name, H5T_NATIVE_DOUBLE, -1, &value);
}

void solow_image_integer(solow_image *image, hid_t object, const char *name, int64_t value)
{
    attribute(image, object, name, H5T_NATIVE_INT64, -1, &value);
}

/* The dimension scale specification wants these two in fixed-length strings. */
static void fixed_text(solow_image *image, hid_t object, const char *name, const char *value)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    note(image, H5Tset_size(type, strlen(value) + 1) >= 0);
    attribute(image, object, name, type, -1, value);
    (void)H5Tclose(type);
}

static hid_t create(solow_image *image, hid_t group, const char *name, hid_t type, int rank, const hsize_t *length)
{
    if (image->failed) {
        return -1;
    }
    hid_t space = H5Screate_simple(rank, length, NULL);
    hid_t dataset = H5Dcreate2(group, name, type, space, image->link_list, image->dataset_list, H5P_DEFAULT);
    note(image, dataset >= 0);
    (void)H5Sclose(space);
    return dataset;
}

void solow_image_axis(solow_image *image, hid_t group, const char *name, hsize_t length, solow_axis *axis)
{
    axis->length = length;
    axis->uses = 0;
    axis->scale = create(image, group, name, H5T_IEEE_F32BE, 1, &length);
    char text[NAME_BYTES];
    (void)snprintf(text, sizeof text, "This is a netCDF dimension but not a netCDF variable.%10llu",
                   (unsigned long long)length);
    fixed_text(image, axis->scale, "CLASS", "DIMENSION_SCALE");
    fixed_text(image, axis->scale, "NAME", text);
}

void solow_image_labels(solow_image *image, hid_t group, const char *name, hsize_t length, char *const *label,
                        solow_axis *axis)
{
    axis->length = length;
    axis->uses = 0;
    axis->scale = create(image, group, name, image->text_type, 1, &length);
    if (!image->failed && length > 0) {
        note(image, H5Dwrite(axis->scale, image->text_type, H5S_ALL, H5S_ALL, image->transfer_list, label) >= 0);
    }
    fixed_text(image, axis->scale, "CLASS", "DIMENSION_SCALE");
    fixed_text(image, axis->scale, "NAME", name);
}

void solow_image_axis_close(solow_image *image, solow_axis *axis)
{
    if (!image->failed && axis->uses > 0) {
        hid_t type = H5Tcreate(H5T_COMPOUND, sizeof *axis->use);
        note(image, H5Tinsert(type, "dataset", HOFFSET(struct solow_axis_use, dataset), H5T_STD_REF_OBJ) >= 0);
        note(image, H5Tinsert(type, "dimension", HOFFSET(struct solow_axis_use, dimension), H5T_NATIVE_INT) >= 0);
        attribute(image, axis->scale, "REFERENCE_LIST", type, axis->uses, axis->use);
        (void)H5Tclose(type);
    }
    if (axis->scale >= 0) {
        note(image, H5Dclose(axis->scale) >= 0);
    }
    axis->scale = -1;
}

/* DIMENSION_LIST of a dataset, and its entry in each axis's list. */
static void attach(solow_image *image, hid_t group, hid_t dataset, const char *name, solow_axis *const *axis, int rank)
{
    hobj_ref_t scale[2];
    hvl_t list[2];
    for (int d = 0; d < rank && !image->failed; d++) {
        note(image, H5Rcreate(&scale[d], axis[d]->scale, ".", H5R_OBJECT, -1) >= 0);
        list[d] = (hvl_t){1, &scale[d]};
        if (axis[d]->uses < SOLOW_IMAGE_USES) {
            struct solow_axis_use *use = &axis[d]->use[axis[d]->uses++];
            memset(use, 0, sizeof *use); /* padding goes into the file, too */
            note(image, H5Rcreate(&use->dataset, group, name, H5R_OBJECT, -1) >= 0);
            use->dimension = d;
        }
    }
    hid_t type = H5Tvlen_create(H5T_STD_REF_OBJ);
    attribute(image, dataset, "DIMENSION_LIST", type, rank, list);
    (void)H5Tclose(type);
}

void solow_image_dataset(solow_image *image, hid_t group, const char *name, solow_cell_kind kind, const void *cells,
                         solow_axis *first, solow_axis *second)
{
    hid_t type = image->text_type;
    if (kind != SOLOW_CELL_TEXT) {
        type = kind == SOLOW_CELL_NUMBER ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
    }
    const int rank = second != NULL ? 2 : 1;
    solow_axis *const axis[2] = {first, second};
    const hsize_t length[2] = {first->length, rank == 2 ? second->length : 1};
    hid_t dataset = create(image, group, name, type, rank, length);
    if (!image->failed && length[0] * length[1] > 0) {
        note(image, H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, image->transfer_list, cells) >= 0);
    }
    if (kind == SOLOW_CELL_INTEGER) {
        const int64_t missing = SOLOW_MISSING_INTEGER;
        attribute(image, dataset, "_FillValue", type, 1, &missing);
    }
    attach(image, group, dataset, name, axis, rank);
    if (dataset >= 0) {
        note(image, H5Dclose(dataset) >= 0);
    }
}

void solow_image_codes(solow_image *image, hid_t group, const char *name, const int32_t *code, const char *levels,
                       solow_axis *axis)
{
    hid_t dataset = create(image, group, name, H5T_NATIVE_INT32, 1, &axis->length);
    if (!image->failed) {
        note(image, H5Dwrite(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, image->transfer_list, code) >= 0);
    }
    solow_image_text(image, dataset, "levels", levels);
    attach(image, group, dataset, name, &axis, 1);
    if (dataset >= 0) {
        note(image, H5Dclose(dataset) >= 0);
    }
}

solow_status solow_image_finish(solow_image *image, const void **bytes, size_t *count, solow_error *err)
{
    void **memory = NULL;
    ssize_t size = -1; /* of the file as allocated: the memory behind it is longer, grown in steps */
    note(image, !image->failed && H5Fflush(image->file, H5F_SCOPE_GLOBAL) >= 0);
    if (!image->failed) {
        size = H5Fget_file_image(image->file, NULL, 0);
        note(image, size > 0 && H5Fget_vfd_handle(image->file, H5P_DEFAULT, (void **)&memory) >= 0);
    }
    if (image->failed || memory == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "HDF5 could not build the result file in memory (is there enough?)");
    }
    *bytes = *memory;
    *count = (size_t)size;
    return SOLOW_OK;
}

void solow_image_close(solow_image *image)
{
    const hid_t list[4] = {image->group_list, image->dataset_list, image->link_list, image->transfer_list};
    for (int i = 0; i < 4; i++) {
        if (list[i] >= 0) {
            (void)H5Pclose(list[i]);
        }
    }
    if (image->text_type >= 0) {
        (void)H5Tclose(image->text_type);
    }
    if (image->file >= 0) {
        (void)H5Fclose(image->file);
    }
    *image = (solow_image){-1, -1, -1, -1, -1, -1, true};
}
