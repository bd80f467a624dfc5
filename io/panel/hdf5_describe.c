/* hdf5_describe.c - which datasets of a group are columns, and of what kind; see hdf5.h. */
#include "io/panel/hdf5.h"
#include "io/panel/utf8.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

enum { NOTE_BYTES = 96 };

/* A text attribute of any kind, malloc'ed; NULL if there is none. */
static char *text_attribute(const solow_source *source, hid_t object, const char *name)
{
    const solow_hdf5 *hdf5 = source->state;
    solow_error unread = {0};
    char *text = NULL;
    if (H5Aexists(object, name) > 0 && solow_read_attribute(&hdf5->reader, object, name, &text, &unread) != SOLOW_OK) {
        return NULL;
    }
    return text;
}

/* Whether the dataset only stands for a netCDF dimension: its NAME says so, in text of fixed length. */
static bool is_bare_dimension(hid_t dataset)
{
    static const char says[] = "This is a netCDF dimension but not a netCDF variable";
    char text[NOTE_BYTES] = {0};
    hid_t attribute = H5Aexists(dataset, "NAME") > 0 ? H5Aopen(dataset, "NAME", H5P_DEFAULT) : -1;
    hid_t type = attribute >= 0 ? H5Aget_type(attribute) : -1;
    bool fits = type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
                H5Tget_size(type) < NOTE_BYTES && H5Aget_storage_size(attribute) < NOTE_BYTES;
    bool bare = fits && H5Aread(attribute, type, text) >= 0 && strncmp(text, says, sizeof says - 1) == 0;
    (void)H5Tclose(type);
    (void)H5Aclose(attribute);
    return bare;
}

static void find_fill(hid_t dataset, solow_hdf5_column *column)
{
    hid_t attribute = H5Aexists(dataset, "_FillValue") > 0 ? H5Aopen(dataset, "_FillValue", H5P_DEFAULT) : -1;
    hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    column->has_fill = space >= 0 && H5Sget_simple_extent_npoints(space) == 1 &&
                       H5Aread(attribute, H5T_NATIVE_DOUBLE, &column->fill) >= 0;
    (void)H5Sclose(space);
    (void)H5Aclose(attribute);
}

/* false: a dataset that is no column (its kind or its rank). */
static bool find_kind(const solow_source *source, hid_t dataset, solow_hdf5_column *column, int64_t *rows)
{
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    hsize_t length = 0;
    bool fits = type >= 0 && space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
                H5Sget_simple_extent_dims(space, &length, NULL) == 1;
    H5T_class_t class = H5Tget_class(type);
    *rows = (int64_t)length;
    *column = (solow_hdf5_column){.wide = class == H5T_INTEGER && H5Tget_size(type) >= 8};
    if (class == H5T_INTEGER || class == H5T_FLOAT) {
        column->levels = class == H5T_INTEGER ? text_attribute(source, dataset, "levels") : NULL;
        column->kind = column->levels != NULL ? SOLOW_HDF5_CODES : SOLOW_HDF5_NUMBER;
        find_fill(dataset, column);
    } else if (class == H5T_STRING) {
        column->kind = SOLOW_HDF5_TEXT;
    } else if (class == H5T_ENUM) {
        column->kind = SOLOW_HDF5_ENUM;
    } else {
        fits = false;
    }
    fits = fits && !is_bare_dimension(dataset);
    column->long_name = fits ? text_attribute(source, dataset, "long_name") : NULL;
    (void)H5Tclose(type);
    (void)H5Sclose(space);
    if (!fits) {
        free(column->levels);
    }
    return fits;
}

static solow_status keep_column(solow_source *source, const char *name, const solow_hdf5_column *column, int64_t rows,
                                solow_error *err)
{
    solow_hdf5 *hdf5 = source->state;
    if (source->columns > 0 && rows != hdf5->rows) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: '%s' has %lld values, but '%s' has %lld: columns need one length",
                          source->path, source->name[0], (long long)hdf5->rows, name, (long long)rows);
    }
    if (rows > hdf5->reader.most || !solow_utf8_is_valid(name, strlen(name))) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: the column '%s' cannot be what it claims: the file is damaged",
                          source->path, name);
    }
    solow_hdf5_column *grown = solow_resize(hdf5->column, hdf5->described + 1, sizeof *grown);
    if (grown == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for the columns", source->path);
    }
    hdf5->column = grown;
    solow_status status = solow_source_add_name(source, name, strlen(name), err);
    if (status == SOLOW_OK) {
        hdf5->rows = rows;
        grown[hdf5->described++] = *column;
    }
    return status;
}

/* Takes the link as a column if it is one. must: it has to be. */
static solow_status try_link(solow_source *source, const char *name, bool must, solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    H5O_info_t info;
    hid_t dataset = -1;
    if (H5Lexists(hdf5->group, name, H5P_DEFAULT) > 0 &&
        H5Oget_info_by_name2(hdf5->group, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 &&
        info.type == H5O_TYPE_DATASET) {
        dataset = H5Dopen2(hdf5->group, name, H5P_DEFAULT);
    }
    solow_hdf5_column column = {0};
    int64_t rows = 0;
    bool fits = dataset >= 0 && find_kind(source, dataset, &column, &rows);
    (void)H5Dclose(dataset);
    if (!fits) {
        return must ? SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                 "%s: '%s' is listed in column-order, but is not a 1-D dataset of numbers or text",
                                 source->path, name)
                    : SOLOW_OK;
    }
    solow_status status = keep_column(source, name, &column, rows, err);
    if (status != SOLOW_OK) {
        free(column.levels);
        free(column.long_name);
    }
    return status;
}

/* Link number index in the order made, or by name where that was not kept; malloc'ed. */
static char *link_name(hid_t group, hsize_t index)
{
    H5_index_t order = H5_INDEX_CRT_ORDER;
    ssize_t bytes = H5Lget_name_by_idx(group, ".", order, H5_ITER_INC, index, NULL, 0, H5P_DEFAULT);
    if (bytes < 0) {
        order = H5_INDEX_NAME;
        bytes = H5Lget_name_by_idx(group, ".", order, H5_ITER_INC, index, NULL, 0, H5P_DEFAULT);
    }
    char *name = bytes < 0 ? NULL : malloc((size_t)bytes + 1);
    if (name != NULL &&
        H5Lget_name_by_idx(group, ".", order, H5_ITER_INC, index, name, (size_t)bytes + 1, H5P_DEFAULT) < 0) {
        free(name);
        return NULL;
    }
    return name;
}

static solow_status try_all(solow_source *source, solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    H5G_info_t info;
    if (H5Gget_info(hdf5->group, &info) < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is damaged: its group cannot be listed", source->path);
    }
    solow_status status = SOLOW_OK;
    for (hsize_t i = 0; status == SOLOW_OK && i < info.nlinks; i++) {
        char *name = link_name(hdf5->group, i);
        status = name != NULL
                     ? try_link(source, name, false, err)
                     : SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is damaged: its group cannot be listed", source->path);
        free(name);
    }
    return status;
}

solow_status solow_hdf5_describe(solow_source *source, solow_error *err)
{
    solow_hdf5 *hdf5 = source->state;
    solow_error unread = {0};
    char **name = NULL;
    ptrdiff_t count = 0;
    solow_status status = SOLOW_OK;
    hdf5->sorted_by = text_attribute(source, hdf5->group, "sorted_by");
    if (H5Aexists(hdf5->group, "column-order") > 0 &&
        solow_read_attribute_list(&hdf5->reader, hdf5->group, "column-order", &name, &count, &unread) == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < count; i++) {
            status = status == SOLOW_OK ? try_link(source, name[i], true, err) : status;
            free(name[i]);
        }
        free(name);
    } else {
        status = try_all(source, err);
    }
    if (status == SOLOW_OK && source->columns == 0) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "%s has no columns: one 1-D dataset of numbers or text for each is needed, in /panel, the root, "
            "or the group named",
            source->path);
    }
    return status;
}
