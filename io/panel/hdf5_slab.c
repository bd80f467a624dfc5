/* hdf5_slab.c - a run of rows of one column of an HDF5 file; see hdf5.h. */
#include "io/panel/hdf5.h"
#include "io/panel/utf8.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 1 << 20, REASON_BYTES = 200 };

static const double WHOLE_LIMIT = 9007199254740992.0; /* 2^53 */

static solow_status fail_read(const solow_source *source, ptrdiff_t column, solow_error *err)
{
    char reason[REASON_BYTES];
    solow_hdf5_reason(reason, sizeof reason);
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is damaged: the column '%s' cannot be read (%s)", source->path,
                      source->name[column], reason);
}

/* Reads rows of an open dataset in the given memory type. */
static bool read_rows(hid_t dataset, hid_t type, int64_t first, int64_t rows, void *cells)
{
    if (rows == 0) {
        return true;
    }
    hsize_t start = (hsize_t)first, count = (hsize_t)rows;
    hid_t file = H5Dget_space(dataset), memory = H5Screate_simple(1, &count, NULL);
    bool whole = file >= 0 && memory >= 0 &&
                 H5Sselect_hyperslab(file, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0 &&
                 H5Dread(dataset, type, memory, file, H5P_DEFAULT, cells) >= 0;
    (void)H5Sclose(file);
    (void)H5Sclose(memory);
    return whole;
}

static solow_status clean_numbers(const solow_source *source, ptrdiff_t column, int64_t first, int64_t rows,
                                  double *number, solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    const solow_hdf5_column *about = &hdf5->column[column];
    bool codes = source->missing_numbers > 0;
    for (int64_t i = 0; i < rows; i++) {
        if ((about->has_fill && number[i] == about->fill) ||
            (codes && solow_source_number_missing(source, number[i]))) {
            number[i] = NAN;
        } else if (isinf(number[i])) {
            return solow_source_fail_infinite(source, column, first + i + 1, err);
        } else if (about->wide && fabs(number[i]) >= WHOLE_LIMIT) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                              "%s, row %lld: the integer in column '%s' is beyond 2^53, where doubles cannot tell "
                              "neighbours apart: store identifiers as text",
                              solow_path_leaf(source->path), (long long)(first + i + 1), source->name[column]);
        }
    }
    return SOLOW_OK;
}

/* Enumerations have no conversion to numbers: their base integers are read as they stand, then widened in place. */
static bool read_enum(hid_t dataset, int64_t first, int64_t rows, double *number)
{
    hid_t stored = H5Dget_type(dataset), base = H5Tget_super(stored),
          native = H5Tget_native_type(stored, H5T_DIR_ASCEND);
    hid_t native_base = H5Tget_native_type(base, H5T_DIR_ASCEND);
    bool whole = native >= 0 && native_base >= 0 && H5Tget_size(native) <= sizeof *number &&
                 read_rows(dataset, native, first, rows, number) &&
                 H5Tconvert(native_base, H5T_NATIVE_DOUBLE, (size_t)rows, number, NULL, H5P_DEFAULT) >= 0;
    (void)H5Tclose(native_base);
    (void)H5Tclose(native);
    (void)H5Tclose(base);
    (void)H5Tclose(stored);
    return whole;
}

typedef struct label_list { /* labels of a code column: place of each in the levels, -1 if it says missing */
    const solow_source *source;
    solow_levels *levels;
    int32_t *place;
    bool valid;
} label_list;

static bool keep_label(void *state, int64_t index, const char *text)
{
    label_list *list = state;
    size_t bytes = strlen(text);
    list->valid = list->valid && solow_utf8_is_valid(text, bytes);
    list->place[index] = -1;
    if (!solow_source_text_missing(list->source, text, bytes)) {
        list->place[index] = solow_levels_add(list->levels, text, bytes);
        return list->place[index] >= 0;
    }
    return true;
}

static solow_status read_codes(const solow_source *source, ptrdiff_t column, hid_t dataset, int64_t first, int64_t rows,
                               solow_column *out, solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    const char *path = hdf5->column[column].levels;
    int64_t count = 0;
    solow_status status = solow_read_length(&hdf5->reader, hdf5->group, path, &count, err);
    if (status != SOLOW_OK) {
        return status;
    }
    label_list list = {source, &out->levels, solow_allocate((ptrdiff_t)count, sizeof *list.place), true};
    if (list.place == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for labels", source->path);
    }
    status = solow_read_texts(&hdf5->reader, hdf5->group, path, count, keep_label, &list, err);
    if (status == SOLOW_OK && !list.valid) {
        status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: the labels of '%s' are not UTF-8", source->path,
                            source->name[column]);
    }
    if (status == SOLOW_OK && !read_rows(dataset, H5T_NATIVE_INT32, first, rows, out->code)) {
        status = fail_read(source, column, err);
    }
    for (int64_t i = 0; status == SOLOW_OK && i < rows; i++) {
        if (out->code[i] >= count) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is damaged: row %lld of '%s' has code %d of %lld labels",
                                source->path, (long long)(first + i + 1), source->name[column], out->code[i],
                                (long long)count);
        } else {
            out->code[i] = out->code[i] < 0 ? -1 : list.place[out->code[i]];
        }
    }
    free(list.place);
    return status;
}

/* Code of one text cell; -2 for no memory, -3 for text that is not UTF-8. */
static int32_t code_of(const solow_source *source, solow_levels *levels, const char *text, size_t bytes)
{
    if (solow_source_text_missing(source, text, bytes)) {
        return -1;
    }
    int32_t code = solow_levels_find(levels, text, bytes);
    if (code < 0 && !solow_utf8_is_valid(text, bytes)) {
        return -3;
    }
    code = code >= 0 ? code : solow_levels_add(levels, text, bytes);
    return code >= 0 ? code : -2;
}

/* Bytes of a text of fixed length: up to a NUL, or without the blanks that pad it. */
static size_t fixed_bytes(const char *cell, size_t size, bool blank_padded)
{
    size_t bytes = 0;
    while (bytes < size && cell[bytes] != '\0') {
        bytes++;
    }
    while (blank_padded && bytes > 0 && cell[bytes - 1] == ' ') {
        bytes--;
    }
    return bytes;
}

typedef struct text_cells { /* a piece of a text column in memory */
    hid_t type;
    bool variable, blank_padded;
    size_t size;
    void *cell;
} text_cells;

static solow_status take_texts(const solow_source *source, ptrdiff_t column, const text_cells *cells, int64_t from,
                               int64_t rows, int32_t *code, solow_levels *levels, solow_error *err)
{
    for (int64_t i = 0; i < rows; i++) {
        const char *text =
            cells->variable ? ((char **)cells->cell)[i] : (const char *)cells->cell + (size_t)i * cells->size;
        size_t bytes = text == NULL      ? 0
                       : cells->variable ? strlen(text)
                                         : fixed_bytes(text, cells->size, cells->blank_padded);
        code[i] = code_of(source, levels, text != NULL ? text : "", bytes);
        if (code[i] == -3) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s, row %lld: the text in column '%s' is not UTF-8",
                              solow_path_leaf(source->path), (long long)(from + i + 1), source->name[column]);
        }
        if (code[i] == -2) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for labels", source->path);
        }
    }
    return SOLOW_OK;
}

static void give_back(const text_cells *cells, int64_t rows)
{
    char **text = cells->cell;
    for (int64_t i = 0; cells->variable && i < rows; i++) {
        if (text[i] != NULL) {
            (void)H5free_memory(text[i]);
            text[i] = NULL;
        }
    }
}

static solow_status read_texts(const solow_source *source, ptrdiff_t column, hid_t dataset, int64_t first, int64_t rows,
                               solow_column *out, solow_error *err)
{
    hid_t type = H5Dget_type(dataset);
    text_cells cells = {type, H5Tis_variable_str(type) > 0, H5Tget_strpad(type) == H5T_STR_SPACEPAD, 0, NULL};
    cells.size = cells.variable ? sizeof(char *) : H5Tget_size(type);
    int64_t step = cells.size > CHUNK_BYTES || cells.size == 0 ? 1 : (int64_t)(CHUNK_BYTES / cells.size);
    cells.cell = solow_allocate_zeroed((ptrdiff_t)step, cells.size);
    solow_status status =
        cells.cell != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for text", source->path);
    for (int64_t done = 0; status == SOLOW_OK && done < rows; done += step) {
        int64_t now = rows - done < step ? rows - done : step;
        status = read_rows(dataset, type, first + done, now, cells.cell) ? SOLOW_OK : fail_read(source, column, err);
        if (status == SOLOW_OK) {
            status = take_texts(source, column, &cells, first + done, now, out->code + done, &out->levels, err);
        }
        give_back(&cells, now);
    }
    free(cells.cell);
    (void)H5Tclose(type);
    return status;
}

solow_status solow_hdf5_slab(const solow_source *source, ptrdiff_t column, int64_t first, int64_t rows,
                             solow_column *out, solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    hid_t dataset = H5Dopen2(hdf5->group, source->name[column], H5P_DEFAULT);
    if (dataset < 0) {
        return fail_read(source, column, err);
    }
    solow_status status = SOLOW_OK;
    bool read = true;
    switch (hdf5->column[column].kind) {
    case SOLOW_HDF5_CODES:
        status = read_codes(source, column, dataset, first, rows, out, err);
        break;
    case SOLOW_HDF5_TEXT:
        status = read_texts(source, column, dataset, first, rows, out, err);
        break;
    default:
        read = hdf5->column[column].kind == SOLOW_HDF5_ENUM
                   ? read_enum(dataset, first, rows, out->number)
                   : read_rows(dataset, H5T_NATIVE_DOUBLE, first, rows, out->number);
        status = read ? clean_numbers(source, column, first, rows, out->number, err) : fail_read(source, column, err);
        break;
    }
    (void)H5Dclose(dataset);
    return status;
}

typedef struct value_list {
    solow_column *column;
    const double *value;
    solow_status status;
} value_list;

static bool keep_value_label(void *state, int64_t index, const char *text)
{
    value_list *list = state;
    bool valid = solow_utf8_is_valid(text, strlen(text));
    list->status = valid ? solow_column_add_value_label(list->column, list->value[index], text, NULL) : SOLOW_OK;
    return list->status == SOLOW_OK;
}

solow_status solow_hdf5_value_labels(const solow_source *source, ptrdiff_t column, solow_column *out, solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    hid_t set = -1;
    if (strchr(source->name[column], '/') == NULL && H5Lexists(hdf5->reader.file, "value_labels", H5P_DEFAULT) > 0) {
        hid_t sets = H5Gopen2(hdf5->reader.file, "value_labels", H5P_DEFAULT);
        set = sets >= 0 && H5Lexists(sets, source->name[column], H5P_DEFAULT) > 0
                  ? H5Gopen2(sets, source->name[column], H5P_DEFAULT)
                  : -1;
        (void)H5Gclose(sets);
    }
    if (set < 0) {
        return SOLOW_OK;
    }
    int64_t count = 0;
    double *value = NULL;
    solow_status status = solow_read_length(&hdf5->reader, set, "value", &count, err);
    if (status == SOLOW_OK && (value = solow_allocate((ptrdiff_t)count, sizeof *value)) == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for labels", source->path);
    }
    value_list list = {out, value, SOLOW_OK};
    status = status == SOLOW_OK ? solow_read_numbers(&hdf5->reader, set, "value", count, value, err) : status;
    status = status == SOLOW_OK ? solow_read_texts(&hdf5->reader, set, "label", count, keep_value_label, &list, err)
                                : status;
    free(value);
    (void)H5Gclose(set);
    return status;
}
