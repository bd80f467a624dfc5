/* hdf5_read_cells.c - datasets of a file that is not trusted (see hdf5_read.h). */
#include "io/result/hdf5_read.h"
#include "kernels/core/size.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_BYTES = 256 };

static solow_status no_memory(const solow_reader *reader, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to read %s", reader->path);
}

/* Opens a dataset and gives the number of its elements. */
static solow_status open_dataset(const solow_reader *reader, hid_t group, const char *name, hid_t *dataset,
                                 int64_t *count, solow_error *err)
{
    if (H5Lexists(group, name, H5P_DEFAULT) <= 0) {
        return solow_read_damaged_at(reader, group, name, "is missing", err);
    }
    hid_t id = H5Dopen2(group, name, H5P_DEFAULT);
    hid_t space = id >= 0 ? H5Dget_space(id) : -1;
    hssize_t points = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    if (space >= 0) {
        (void)H5Sclose(space);
    }
    if (points < 0 || points > reader->most) {
        if (id >= 0) {
            (void)H5Dclose(id);
        }
        return solow_read_damaged_at(reader, group, name, "cannot be read", err);
    }
    *dataset = id;
    *count = points;
    return SOLOW_OK;
}

/* The name of the dataset that holds a column: `name`, or `name_code` where texts are written as codes. */
static const char *stored_name(hid_t group, const char *name, char coded[NAME_BYTES])
{
    (void)snprintf(coded, NAME_BYTES, "%s_code", name);
    return H5Lexists(group, name, H5P_DEFAULT) <= 0 && H5Lexists(group, coded, H5P_DEFAULT) > 0 ? coded : name;
}

solow_status solow_read_length(const solow_reader *reader, hid_t group, const char *name, int64_t *length,
                               solow_error *err)
{
    char coded[NAME_BYTES];
    hid_t dataset = -1;
    solow_status status = open_dataset(reader, group, stored_name(group, name, coded), &dataset, length, err);
    if (status == SOLOW_OK) {
        (void)H5Dclose(dataset);
    }
    return status;
}

static bool is_kind(hid_t type, solow_cell_kind kind)
{
    H5T_class_t class = H5Tget_class(type);
    switch (kind) {
    case SOLOW_CELL_NUMBER:
        return class == H5T_FLOAT || class == H5T_INTEGER;
    case SOLOW_CELL_INTEGER:
        return class == H5T_INTEGER;
    case SOLOW_CELL_TEXT:
        break;
    }
    return class == H5T_STRING && H5Tis_variable_str(type) > 0;
}

/* The type in memory for a kind; to be closed. Texts keep the file's character set. */
static hid_t memory_type(hid_t type, solow_cell_kind kind)
{
    if (kind != SOLOW_CELL_TEXT) {
        return H5Tcopy(kind == SOLOW_CELL_NUMBER ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64);
    }
    hid_t text = H5Tcopy(H5T_C_S1);
    if (text >= 0) {
        (void)H5Tset_size(text, H5T_VARIABLE);
        (void)H5Tset_cset(text, H5Tget_cset(type));
    }
    return text;
}

/* Reads all of a dataset; texts are then HDF5's, to be given back by give_back. */
static solow_status read_cells(const solow_reader *reader, hid_t group, const char *name, solow_cell_kind kind,
                               int64_t count, void *cells, solow_error *err)
{
    hid_t dataset = -1;
    int64_t found = 0;
    solow_status status = open_dataset(reader, group, name, &dataset, &found, err);
    if (status != SOLOW_OK) {
        return status;
    }
    hid_t type = H5Dget_type(dataset);
    hid_t memory = type >= 0 && is_kind(type, kind) ? memory_type(type, kind) : -1;
    if (memory < 0) {
        status = solow_read_damaged_at(reader, group, name, "has another type", err);
    } else if (found != count) {
        status = solow_read_damaged_at(reader, group, name, "has another length than the columns beside it", err);
    } else if (count > 0 && H5Dread(dataset, memory, H5S_ALL, H5S_ALL, reader->transfer_list, cells) < 0) {
        status = solow_read_damaged_at(reader, group, name, "cannot be read", err);
    }
    if (memory >= 0) {
        (void)H5Tclose(memory);
    }
    if (type >= 0) {
        (void)H5Tclose(type);
    }
    (void)H5Dclose(dataset);
    return status;
}

solow_status solow_read_numbers(const solow_reader *reader, hid_t group, const char *name, int64_t count, double *cells,
                                solow_error *err)
{
    return read_cells(reader, group, name, SOLOW_CELL_NUMBER, count, cells, err);
}

solow_status solow_read_integers(const solow_reader *reader, hid_t group, const char *name, int64_t count,
                                 int64_t *cells, solow_error *err)
{
    return read_cells(reader, group, name, SOLOW_CELL_INTEGER, count, cells, err);
}

/* Frees texts that HDF5 allocated. */
static void give_back(char **text, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if (text[i] != NULL) {
            (void)H5free_memory(text[i]);
        }
    }
}

static solow_status read_plain_texts(const solow_reader *reader, hid_t group, const char *name, int64_t count,
                                     solow_keep_text keep, void *state, solow_error *err)
{
    char **text = solow_allocate_zeroed(count, sizeof *text);
    if (text == NULL) {
        return no_memory(reader, err);
    }
    solow_status status = read_cells(reader, group, name, SOLOW_CELL_TEXT, count, text, err);
    for (int64_t i = 0; status == SOLOW_OK && i < count; i++) {
        if (!keep(state, i, text[i] != NULL ? text[i] : "")) {
            status = no_memory(reader, err);
        }
    }
    give_back(text, count);
    free(text);
    return status;
}

/* Codes and their levels, handed on as texts. */
static solow_status read_coded_texts(const solow_reader *reader, hid_t group, const char *name, const char *coded,
                                     int64_t count, solow_keep_text keep, void *state, solow_error *err)
{
    char path[NAME_BYTES];
    int64_t levels = 0;
    (void)snprintf(path, sizeof path, "levels/%s", name);
    if (H5Lexists(group, "levels", H5P_DEFAULT) <= 0) {
        return solow_read_damaged_at(reader, group, path, "is missing", err);
    }
    solow_status status = solow_read_length(reader, group, path, &levels, err);
    if (status != SOLOW_OK) {
        return status;
    }
    int64_t *code = solow_allocate(count, sizeof *code);
    char **text = solow_allocate_zeroed(levels, sizeof *text);
    if (code == NULL || text == NULL) {
        status = no_memory(reader, err);
    } else {
        status = read_cells(reader, group, path, SOLOW_CELL_TEXT, levels, text, err);
        if (status == SOLOW_OK) {
            status = read_cells(reader, group, coded, SOLOW_CELL_INTEGER, count, code, err);
        }
        for (int64_t i = 0; status == SOLOW_OK && i < count; i++) {
            if (code[i] < 0 || code[i] >= levels) {
                status = solow_read_damaged_at(reader, group, coded, "points outside its levels", err);
            } else if (!keep(state, i, text[code[i]] != NULL ? text[code[i]] : "")) {
                status = no_memory(reader, err);
            }
        }
        give_back(text, levels);
    }
    free(code);
    free(text);
    return status;
}

solow_status solow_read_texts(const solow_reader *reader, hid_t group, const char *name, int64_t count,
                              solow_keep_text keep, void *state, solow_error *err)
{
    char coded[NAME_BYTES];
    if (stored_name(group, name, coded) == coded) {
        return read_coded_texts(reader, group, name, coded, count, keep, state, err);
    }
    return read_plain_texts(reader, group, name, count, keep, state, err);
}

static bool keep_copy(void *state, int64_t index, const char *text)
{
    char **copies = state;
    copies[index] = solow_copy_text(text);
    return copies[index] != NULL;
}

solow_status solow_read_text_array(const solow_reader *reader, hid_t group, const char *name, int64_t count,
                                   char ***text, solow_error *err)
{
    char **copies = solow_allocate_zeroed(count, sizeof *copies);
    if (copies == NULL) {
        return no_memory(reader, err);
    }
    solow_status status = solow_read_texts(reader, group, name, count, keep_copy, copies, err);
    if (status != SOLOW_OK) {
        for (int64_t i = 0; i < count; i++) {
            free(copies[i]);
        }
        free(copies);
        return status;
    }
    *text = copies;
    return SOLOW_OK;
}
