/* panel_file.c - see panel_file.h.
 *
 * The disk's room is asked for before the first byte is written: HDF5 takes a full disk badly.
 */
#include "io/panel/panel_file.h"
#include "io/panel/hdf5.h"
#include "io/result/atomic_file.h"
#include "kernels/core/size.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct panel_writer {
    const solow_columns *columns;
    ptrdiff_t unit, time;
    hid_t file, panel, levels, value_labels; /* groups; -1 while not there */
    hid_t text, number_list, text_list, group_list, link_list;
    bool failed; /* an HDF5 call did; later ones do nothing that matters */
} panel_writer;

static void note(panel_writer *writer, bool whole)
{
    writer->failed = writer->failed || !whole;
}

/* length -1: a scalar. */
static void put_attribute(panel_writer *writer, hid_t object, const char *name, hid_t type, ptrdiff_t length,
                          const void *value)
{
    hsize_t size = (hsize_t)length;
    hid_t space = length < 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, NULL);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    note(writer, attribute >= 0 && (length == 0 || H5Awrite(attribute, type, value) >= 0));
    (void)H5Aclose(attribute);
    (void)H5Sclose(space);
}

static void put_text(panel_writer *writer, hid_t object, const char *name, const char *value)
{
    put_attribute(writer, object, name, writer->text, -1, &value);
}

/* A one-dimensional dataset; to be closed. */
static hid_t put_dataset(panel_writer *writer, hid_t group, const char *name, hid_t type, hid_t memory, int64_t length,
                         const void *cells)
{
    hsize_t size = (hsize_t)length;
    hid_t space = H5Screate_simple(1, &size, NULL);
    hid_t list = type == writer->text ? writer->text_list : writer->number_list;
    hid_t dataset = H5Dcreate2(group, name, type, space, writer->link_list, list, H5P_DEFAULT);
    note(writer, dataset >= 0);
    if (!writer->failed && length > 0) {
        note(writer, H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, cells) >= 0);
    }
    (void)H5Sclose(space);
    return dataset;
}

static hid_t make_group(panel_writer *writer, hid_t parent, const char *name)
{
    hid_t group = H5Gcreate2(parent, name, writer->link_list, writer->group_list, H5P_DEFAULT);
    note(writer, group >= 0);
    return group;
}

static void put_codes(panel_writer *writer, const solow_column *column)
{
    const int32_t missing = -1;
    char path[512];
    (void)snprintf(path, sizeof path, "/levels/%.480s", column->name);
    hid_t dataset = put_dataset(writer, writer->panel, column->name, H5T_NATIVE_INT32, H5T_NATIVE_INT32,
                                writer->columns->rows, column->code);
    put_text(writer, dataset, "levels", path);
    put_attribute(writer, dataset, "_FillValue", H5T_NATIVE_INT32, 1, &missing);
    if (column->label != NULL) {
        put_text(writer, dataset, "long_name", column->label);
    }
    (void)H5Dclose(dataset);
    if (writer->levels < 0) {
        writer->levels = make_group(writer, writer->file, "levels");
    }
    (void)H5Dclose(put_dataset(writer, writer->levels, column->name, writer->text, writer->text, column->levels.count,
                               column->levels.label));
}

static bool fits_int32(const double *number, int64_t rows)
{
    for (int64_t i = 0; i < rows; i++) {
        if (!(number[i] >= INT32_MIN && number[i] <= INT32_MAX && number[i] == floor(number[i]))) {
            return false;
        }
    }
    return true;
}

static void put_numbers(panel_writer *writer, const solow_column *column, bool key)
{
    int64_t rows = writer->columns->rows;
    hid_t type = key && fits_int32(column->number, rows) ? H5T_NATIVE_INT32 : H5T_NATIVE_DOUBLE;
    hid_t dataset = put_dataset(writer, writer->panel, column->name, type, H5T_NATIVE_DOUBLE, rows, column->number);
    if (column->label != NULL) {
        put_text(writer, dataset, "long_name", column->label);
    }
    (void)H5Dclose(dataset);
    if (column->value_labels == 0) {
        return;
    }
    if (writer->value_labels < 0) {
        writer->value_labels = make_group(writer, writer->file, "value_labels");
    }
    hid_t set = make_group(writer, writer->value_labels, column->name);
    (void)H5Dclose(put_dataset(writer, set, "value", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, column->value_labels,
                               column->labelled_value));
    (void)H5Dclose(
        put_dataset(writer, set, "label", writer->text, writer->text, column->value_labels, column->value_label));
    (void)H5Gclose(set);
}

static solow_status put_unit_first(panel_writer *writer, solow_error *err)
{
    const solow_columns *columns = writer->columns;
    const solow_column *unit = &columns->column[writer->unit];
    int64_t units = 0;
    for (int64_t i = 0; i < columns->rows; i++) {
        units += i == 0 || !solow_column_same(unit, i - 1, i) ? 1 : 0;
    }
    int64_t *first = solow_allocate((ptrdiff_t)(units + 1), sizeof *first);
    if (first == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the first rows of %lld units", (long long)units);
    }
    units = 0;
    for (int64_t i = 0; i < columns->rows; i++) {
        if (i == 0 || !solow_column_same(unit, i - 1, i)) {
            first[units++] = i;
        }
    }
    first[units] = columns->rows;
    (void)H5Dclose(
        put_dataset(writer, writer->panel, "unit_first", H5T_NATIVE_INT64, H5T_NATIVE_INT64, units + 1, first));
    free(first);
    return SOLOW_OK;
}

static solow_status put_frame_attributes(panel_writer *writer, solow_error *err)
{
    const solow_columns *columns = writer->columns;
    const char **name = solow_allocate(columns->count, sizeof *name);
    if (name == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for column names");
    }
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        name[j] = columns->column[j].name;
    }
    put_text(writer, writer->panel, "encoding-type", "dataframe");
    put_attribute(writer, writer->panel, "column-order", writer->text, columns->count, name);
    put_attribute(writer, writer->panel, "n", H5T_NATIVE_INT64, -1, &columns->rows);
    if (writer->unit >= 0) {
        char sorted_by[1024];
        (void)snprintf(sorted_by, sizeof sorted_by, "%s%s%s", name[writer->unit], writer->time >= 0 ? "," : "",
                       writer->time >= 0 ? name[writer->time] : "");
        put_text(writer, writer->panel, "sorted_by", sorted_by);
    }
    free(name);
    return SOLOW_OK;
}

static void open_writer(panel_writer *writer, const char *path)
{
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t file_list = H5Pcreate(H5P_FILE_CREATE), access_list = H5Pcreate(H5P_FILE_ACCESS);
    writer->group_list = H5Pcreate(H5P_GROUP_CREATE);
    writer->number_list = H5Pcreate(H5P_DATASET_CREATE);
    writer->text_list = H5Pcreate(H5P_DATASET_CREATE);
    writer->link_list = H5Pcreate(H5P_LINK_CREATE);
    writer->text = H5Tcopy(H5T_C_S1);
    note(writer, H5Pset_libver_bounds(access_list, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0);
    note(writer, H5Pset_obj_track_times(file_list, false) >= 0);
    note(writer, H5Pset_link_creation_order(file_list, order) >= 0);
    note(writer, H5Pset_obj_track_times(writer->group_list, false) >= 0);
    note(writer, H5Pset_link_creation_order(writer->group_list, order) >= 0);
    note(writer, H5Pset_obj_track_times(writer->number_list, false) >= 0);
    note(writer, H5Pset_obj_track_times(writer->text_list, false) >= 0);
    note(writer, H5Pset_fill_time(writer->number_list, H5D_FILL_TIME_NEVER) >= 0); /* HDF5 forbids it for text */
    note(writer, H5Pset_char_encoding(writer->link_list, H5T_CSET_UTF8) >= 0);
    note(writer, H5Tset_size(writer->text, H5T_VARIABLE) >= 0 && H5Tset_cset(writer->text, H5T_CSET_UTF8) >= 0);
    writer->file = H5Fcreate(path, H5F_ACC_TRUNC, file_list, access_list);
    note(writer, writer->file >= 0);
    (void)H5Pclose(file_list);
    (void)H5Pclose(access_list);
}

static void close_writer(panel_writer *writer)
{
    (void)H5Gclose(writer->levels);
    (void)H5Gclose(writer->value_labels);
    (void)H5Gclose(writer->panel);
    (void)H5Pclose(writer->group_list);
    (void)H5Pclose(writer->number_list);
    (void)H5Pclose(writer->text_list);
    (void)H5Pclose(writer->link_list);
    (void)H5Tclose(writer->text);
    note(writer, H5Fclose(writer->file) >= 0);
}

static solow_status put_all(panel_writer *writer, solow_error *err)
{
    const solow_columns *columns = writer->columns;
    put_text(writer, writer->file, "format", "solow-panel");
    put_text(writer, writer->file, "format_version", "1.0");
    put_text(writer, writer->file, "engine_version", SOLOW_VERSION);
    writer->panel = make_group(writer, writer->file, "panel");
    solow_status status = put_frame_attributes(writer, err);
    for (ptrdiff_t j = 0; status == SOLOW_OK && !writer->failed && j < columns->count; j++) {
        if (columns->column[j].kind == SOLOW_COLUMN_TEXT) {
            put_codes(writer, &columns->column[j]);
        } else {
            put_numbers(writer, &columns->column[j], j == writer->unit || j == writer->time);
        }
    }
    bool named_so = solow_columns_find(columns, "unit_first") >= 0; /* the user's column goes first */
    return status == SOLOW_OK && writer->unit >= 0 && !named_so ? put_unit_first(writer, err) : status;
}

/* Room for all values and, roughly, labels and structure. */
static solow_status claim_room(const solow_columns *columns, const solow_atomic_file *file, solow_error *err)
{
    int64_t bytes = 1 << 16;
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        const solow_column *column = &columns->column[j];
        bool text = column->kind == SOLOW_COLUMN_TEXT;
        bytes += columns->rows * (int64_t)(text ? sizeof *column->code : sizeof *column->number);
        for (int32_t i = 0; text && i < column->levels.count; i++) {
            bytes += 32 + (int64_t)strlen(column->levels.label[i]);
        }
    }
    int code = posix_fallocate(file->descriptor, 0, (off_t)bytes);
    bool full = code == ENOSPC || code == EFBIG || code == EDQUOT;
    return full ? SOLOW_FAIL(err, SOLOW_ERR_IO, "%s: no room for %lld MB: %s; nothing was kept", file->path,
                             (long long)(bytes / 1000000), strerror(code))
                : SOLOW_OK;
}

static solow_status check_names(const char *path, const solow_columns *columns, solow_error *err)
{
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        const char *name = columns->column[j].name;
        if (strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strlen(name) > 400) {
            return SOLOW_FAIL(
                err, SOLOW_ERR_INPUT,
                "%s: a panel file cannot hold a column named '%.100s' ('/', '.' alone and more than 400 bytes "
                "are not possible): rename it",
                path, name);
        }
    }
    return SOLOW_OK;
}

solow_status solow_panel_write(const char *path, const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time,
                               solow_error *err)
{
    solow_atomic_file output;
    solow_status status = check_names(path, columns, err);
    status = status == SOLOW_OK ? solow_atomic_open(path, &output, err) : status;
    if (status != SOLOW_OK) {
        return status;
    }
    panel_writer writer = {
        .columns = columns, .unit = unit, .time = time, .file = -1, .panel = -1, .levels = -1, .value_labels = -1};
    solow_hdf5_quiet quiet;
    solow_hdf5_hush(&quiet);
    open_writer(&writer, output.temporary);
    status = claim_room(columns, &output, err);
    status = status == SOLOW_OK && !writer.failed ? put_all(&writer, err) : status;
    char reason[200] = "";
    solow_hdf5_reason(reason, sizeof reason);
    close_writer(&writer);
    solow_hdf5_restore(&quiet);
    if (status == SOLOW_OK && writer.failed) {
        status = SOLOW_FAIL(err, SOLOW_ERR_IO, "writing %s broke off (%s); nothing was kept", path, reason);
    }
    if (status != SOLOW_OK) {
        solow_atomic_discard(&output);
        return status;
    }
    return solow_atomic_commit(&output, err);
}
