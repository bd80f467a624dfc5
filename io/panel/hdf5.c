/* hdf5.c - an HDF5 file as a source: each part is a slab of rows; see hdf5.h. */
#include "io/panel/hdf5.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

void solow_hdf5_hush(solow_hdf5_quiet *quiet)
{
    (void)H5Eget_auto2(H5E_DEFAULT, &quiet->function, &quiet->data);
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void solow_hdf5_restore(const solow_hdf5_quiet *quiet)
{
    (void)H5Eset_auto2(H5E_DEFAULT, quiet->function, quiet->data);
}

static herr_t keep_description(unsigned n, const H5E_error2_t *error, void *context)
{
    if (n == 0 && error->desc != NULL) {
        *(const char **)context = error->desc;
    }
    return 0;
}

void solow_hdf5_reason(char *text, size_t bytes)
{
    const char *description = "no reason given";
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_description, (void *)&description);
    (void)snprintf(text, bytes, "%s", description);
}

static void close_hdf5(solow_source *source)
{
    solow_hdf5 *hdf5 = source->state;
    if (hdf5 == NULL) {
        return;
    }
    solow_hdf5_quiet quiet;
    solow_hdf5_hush(&quiet);
    if (hdf5->group >= 0) {
        (void)H5Gclose(hdf5->group);
    }
    solow_reader_close(&hdf5->reader);
    solow_hdf5_restore(&quiet);
    for (ptrdiff_t j = 0; j < hdf5->described; j++) {
        free(hdf5->column[j].levels);
        free(hdf5->column[j].long_name);
    }
    free(hdf5->column);
    free(hdf5->sorted_by);
    free(hdf5);
    source->state = NULL;
}

static solow_status open_group(solow_source *source, solow_error *err)
{
    solow_hdf5 *hdf5 = source->state;
    const char *path = source->group;
    if (path == NULL) {
        path = H5Lexists(hdf5->reader.file, "panel", H5P_DEFAULT) > 0 ? "/panel" : "/";
    }
    hdf5->group = H5Gopen2(hdf5->reader.file, path, H5P_DEFAULT);
    if (hdf5->group < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s has no group '%s'", source->path, path);
    }
    return SOLOW_OK;
}

static solow_status open_hdf5(solow_source *source, solow_error *err)
{
    solow_hdf5 *hdf5 = solow_allocate_zeroed(1, sizeof *hdf5);
    if (hdf5 == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory to read the file", source->path);
    }
    hdf5->reader.file = -1;
    hdf5->group = -1;
    source->state = hdf5;
    solow_hdf5_quiet quiet;
    solow_hdf5_hush(&quiet);
    solow_status status = solow_reader_open(source->path, &hdf5->reader, err);
    status = status == SOLOW_OK ? open_group(source, err) : status;
    status = status == SOLOW_OK ? solow_hdf5_describe(source, err) : status;
    solow_hdf5_restore(&quiet);
    return status;
}

/* Rows [first, first + rows) of this part. */
static void slab_of(const solow_source *source, int64_t *first, int64_t *rows)
{
    const solow_hdf5 *hdf5 = source->state;
    int64_t share = hdf5->rows / source->parts, rest = hdf5->rows % source->parts, part = source->part;
    *first = share * part + rest * part / source->parts;
    *rows = share * (part + 1) + rest * (part + 1) / source->parts - *first;
}

static bool is_text(const solow_hdf5_column *column)
{
    return column->kind == SOLOW_HDF5_CODES || column->kind == SOLOW_HDF5_TEXT;
}

static solow_status profile(solow_source *source, int starts_quoted, const bool *wanted, int64_t *rows, bool *numeric,
                            solow_error *err)
{
    (void)starts_quoted;
    (void)err;
    const solow_hdf5 *hdf5 = source->state;
    int64_t first;
    slab_of(source, &first, rows);
    for (ptrdiff_t j = 0; j < source->columns; j++) {
        numeric[j] = !wanted[j] || !is_text(&hdf5->column[j]);
    }
    return SOLOW_OK;
}

static solow_status read_column(const solow_source *source, ptrdiff_t j, int64_t first, int64_t rows,
                                solow_columns *out, solow_error *err)
{
    const solow_hdf5 *hdf5 = source->state;
    ptrdiff_t place;
    solow_column_kind kind = is_text(&hdf5->column[j]) ? SOLOW_COLUMN_TEXT : SOLOW_COLUMN_NUMBER;
    solow_status status = solow_columns_add(out, source->name[j], kind, &place, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_column *column = &out->column[place];
    if (hdf5->column[j].long_name != NULL) {
        column->label = solow_copy_text(hdf5->column[j].long_name);
        if (column->label == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for labels", source->path);
        }
    }
    status = solow_hdf5_slab(source, j, first, rows, column, err);
    return status == SOLOW_OK && kind == SOLOW_COLUMN_NUMBER ? solow_hdf5_value_labels(source, j, column, err) : status;
}

static solow_status read_hdf5(solow_source *source, int starts_quoted, const bool *wanted, const bool *numeric,
                              solow_columns *out, solow_error *err)
{
    (void)starts_quoted;
    const solow_hdf5 *hdf5 = source->state;
    int64_t first, rows;
    slab_of(source, &first, &rows);
    out->capacity = rows;
    out->rows = rows;
    solow_hdf5_quiet quiet;
    solow_hdf5_hush(&quiet);
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < source->columns; j++) {
        if (wanted[j]) {
            status = numeric[j] && is_text(&hdf5->column[j]) ? solow_source_fail_text(source, j, err)
                                                             : read_column(source, j, first, rows, out, err);
        }
    }
    solow_hdf5_restore(&quiet);
    return status;
}

static bool sorted_by(const solow_source *source, const char *unit, const char *time)
{
    const solow_hdf5 *hdf5 = source->state;
    size_t bytes = strlen(unit);
    return hdf5->sorted_by != NULL && strncmp(hdf5->sorted_by, unit, bytes) == 0 && hdf5->sorted_by[bytes] == ',' &&
           strcmp(hdf5->sorted_by + bytes + 1, time) == 0;
}

const solow_format_reader solow_hdf5_reader = {
    .open = open_hdf5, .close = close_hdf5, .profile = profile, .read = read_hdf5, .sorted_by = sorted_by};
