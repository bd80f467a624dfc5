/* hdf5_describe.c - which datasets of a group are columns, and of what kind; see hdf5.h. */
#include "io/panel/hdf5.h"
#include "io/panel/utf8.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

enum { NOTE_BYTES = 96 };

/* A text attribute, malloc'ed; text stays NULL if there is none, or one of another type. */
static solow_status text_attribute(const solow_source *source, hid_t object, const char *name, char **text,
                                   solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    hid_t attribute = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    hid_t type = attribute >= 0 ? H5Aget_type(attribute) : -1;
    bool is_text = type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0;
    (void)H5Tclose(type);
    (void)H5Aclose(attribute);
    return is_text ? solow_read_attribute(&hdf5->reader, object, name, text, err) : SOLOW_OK;
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

static bool is_line(hid_t dataset, int64_t *rows)
{
    hid_t space = H5Dget_space(dataset);
    hsize_t length = 0;
    bool line =
        space >= 0 && H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_dims(space, &length, NULL) == 1;
    (void)H5Sclose(space);
    *rows = (int64_t)length;
    return line && !is_bare_dimension(dataset);
}

/* fits out: false for a dataset that is no column, by its type. */
static solow_status find_kind(const solow_source *source, hid_t dataset, solow_hdf5_column *column, bool *fits,
                              solow_error *err)
{
    hid_t type = H5Dget_type(dataset);
    H5T_class_t class = H5Tget_class(type);
    bool wide = class == H5T_INTEGER && H5Tget_size(type) >= 8;
    (void)H5Tclose(type);
    *column = (solow_hdf5_column){.wide = wide};
    *fits = class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_STRING || class == H5T_ENUM;
    solow_status status = *fits ? text_attribute(source, dataset, "long_name", &column->long_name, err) : SOLOW_OK;
    if (class == H5T_STRING || class == H5T_ENUM) {
        column->kind = class == H5T_STRING ? SOLOW_HDF5_TEXT : SOLOW_HDF5_ENUM;
        return status;
    }
    if (status == SOLOW_OK && class == H5T_INTEGER) {
        status = text_attribute(source, dataset, "levels", &column->levels, err);
    }
    column->kind = column->levels != NULL ? SOLOW_HDF5_CODES : SOLOW_HDF5_NUMBER;
    find_fill(dataset, column);
    return status;
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
    bool fits = dataset >= 0 && is_line(dataset, &rows);
    solow_status status = fits ? find_kind(source, dataset, &column, &fits, err) : SOLOW_OK;
    (void)H5Dclose(dataset);
    if (status == SOLOW_OK && fits) {
        status = keep_column(source, name, &column, rows, err);
        fits = status == SOLOW_OK;
    } else if (status == SOLOW_OK && must) {
        status = SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                            "%s: '%s' is listed in column-order, but is not a 1-D dataset of numbers or text",
                            source->path, name);
    }
    if (!fits || status != SOLOW_OK) {
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

/* The columns that an attribute column-order lists; listed out: whether there is one. */
static solow_status try_listed(solow_source *source, bool *listed, solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    char **name = NULL;
    ptrdiff_t count = 0;
    solow_error unread = {0};
    *listed = H5Aexists(hdf5->group, "column-order") > 0;
    solow_status status =
        *listed ? solow_read_attribute_list(&hdf5->reader, hdf5->group, "column-order", &name, &count, &unread)
                : SOLOW_OK;
    if (status == SOLOW_ERR_MEMORY) {
        return SOLOW_FAIL(err, status, "%s", unread.message);
    }
    if (status != SOLOW_OK) { /* not a list of texts: somebody else's attribute */
        *listed = false;
        return SOLOW_OK;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        status = status == SOLOW_OK ? try_link(source, name[i], true, err) : status;
        free(name[i]);
    }
    free(name);
    return status;
}

solow_status solow_hdf5_describe(solow_source *source, solow_error *err)
{
    solow_hdf5 *hdf5 = source->state;
    bool listed = false;
    solow_status status = text_attribute(source, hdf5->group, "sorted_by", &hdf5->sorted_by, err);
    status = status == SOLOW_OK ? try_listed(source, &listed, err) : status;
    status = status == SOLOW_OK && !listed ? try_all(source, err) : status;
    if (status == SOLOW_OK && source->columns == 0) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "%s has no columns: one 1-D dataset of numbers or text for each is needed, in /panel, the root, "
            "or the group named",
            source->path);
    }
    return status;
}
