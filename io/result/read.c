/* read.c - a result file read back: root, provenance, tables (see results.h). */
#include "io/result/read.h"

#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

typedef struct text_cells { /* where solow_read_texts puts a column */
    solow_table *table;
    const char *column;
    int64_t first;
} text_cells;

static bool keep_cell(void *state, int64_t index, const char *text)
{
    const text_cells *cells = state;
    return solow_table_set_text(cells->table, cells->first + index, cells->column, text);
}

solow_status solow_read_columns(const solow_reader *reader, hid_t group, solow_table *table, ptrdiff_t skip,
                                solow_error *err)
{
    int64_t rows = 0;
    const int64_t first = table->rows;
    solow_status status = solow_read_length(reader, group, table->column[skip].name, &rows, err);
    if (status == SOLOW_OK) {
        status = solow_table_grow(table, rows, err);
    }
    for (ptrdiff_t j = skip; status == SOLOW_OK && j < table->columns; j++) {
        solow_table_column *column = &table->column[j];
        text_cells cells = {table, column->name, first};
        switch (column->kind) {
        case SOLOW_CELL_NUMBER:
            status =
                solow_read_numbers(reader, group, column->name, rows, column->number + (rows > 0 ? first : 0), err);
            break;
        case SOLOW_CELL_INTEGER:
            status =
                solow_read_integers(reader, group, column->name, rows, column->integer + (rows > 0 ? first : 0), err);
            break;
        case SOLOW_CELL_TEXT:
            status = solow_read_texts(reader, group, column->name, rows, keep_cell, &cells, err);
            break;
        }
    }
    return status;
}

static solow_status read_table(const solow_reader *reader, const char *path, solow_table *table, solow_error *err)
{
    hid_t group = -1;
    solow_status status = solow_read_group(reader, path, &group, err);
    if (status == SOLOW_OK) {
        status = solow_read_columns(reader, group, table, 0, err);
        (void)H5Gclose(group);
    }
    return status;
}

static solow_status check_format(const solow_reader *reader, solow_error *err)
{
    char *format = NULL, *version = NULL;
    if (H5Aexists(reader->file, "format") <= 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is an HDF5 file, but not results of solow (no attribute format)",
                          reader->path);
    }
    solow_status status = solow_read_attribute(reader, reader->file, "format", &format, err);
    if (status == SOLOW_OK && strcmp(format, SOLOW_RESULT_FORMAT) != 0) {
        status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s holds %.64s, not %s", reader->path, format, SOLOW_RESULT_FORMAT);
    }
    if (status == SOLOW_OK) {
        status = solow_read_attribute(reader, reader->file, "format_version", &version, err);
    }
    if (status == SOLOW_OK && strncmp(version, SOLOW_RESULT_FORMAT_VERSION, 2) != 0) { /* "1." */
        status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s has format version %.16s; this solow reads %s", reader->path,
                            version, SOLOW_RESULT_FORMAT_VERSION);
    }
    free(format);
    free(version);
    return status;
}

static solow_status read_root(const solow_reader *reader, solow_results *results, solow_error *err)
{
    char *title = NULL;
    solow_status status = solow_read_attribute(reader, reader->file, "title", &title, err);
    if (status == SOLOW_OK) {
        free(results->title);
        results->title = title;
        status = solow_read_attribute(reader, reader->file, "created", &results->created, err);
    }
    if (status == SOLOW_OK) {
        status = solow_read_attribute(reader, reader->file, "engine_version", &results->engine_version, err);
    }
    return status;
}

static solow_status store_attribute(solow_results *results, const solow_attribute *attribute, solow_error *err)
{
    switch (attribute->kind) {
    case SOLOW_CELL_NUMBER:
        return solow_results_attribute_number(results, attribute->name, attribute->number, err);
    case SOLOW_CELL_INTEGER:
        return solow_results_attribute_integer(results, attribute->name, attribute->integer, err);
    case SOLOW_CELL_TEXT:
        break;
    }
    return solow_results_attribute_text(results, attribute->name, attribute->text, err);
}

static solow_status read_provenance(const solow_reader *reader, solow_results *results, solow_error *err)
{
    hid_t group = -1;
    H5O_info_t info;
    solow_status status = solow_read_group(reader, "/provenance", &group, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (H5Oget_info2(group, &info, H5O_INFO_NUM_ATTRS) < 0) {
        status = solow_read_damaged(reader, "the attributes of /provenance cannot be listed", err);
    }
    for (hsize_t i = 0; status == SOLOW_OK && i < info.num_attrs; i++) {
        solow_attribute attribute = {0};
        status = solow_read_attribute_at(reader, group, (ptrdiff_t)i, &attribute, err);
        if (status == SOLOW_OK) {
            status = store_attribute(results, &attribute, err);
        }
        free(attribute.name);
        free(attribute.text);
    }
    (void)H5Gclose(group);
    return status;
}

static solow_status read_all(const solow_reader *reader, solow_results *results, solow_error *err)
{
    solow_status status = check_format(reader, err);
    if (status == SOLOW_OK) {
        status = read_root(reader, results, err);
    }
    if (status == SOLOW_OK) {
        status = read_provenance(reader, results, err);
    }
    for (const solow_table_schema *s = solow_result_schema; status == SOLOW_OK && s->name != NULL; s++) {
        if (s->path != NULL) {
            status = read_table(reader, s->path, solow_results_table(results, s->name), err);
        }
    }
    if (status == SOLOW_OK) {
        status = solow_read_models(reader, results, err);
    }
    if (status == SOLOW_OK) {
        status = solow_read_panel(reader, results, err);
    }
    if (status == SOLOW_OK) {
        status = solow_read_fixed_effects(reader, results, err);
    }
    return status;
}

solow_status solow_results_read(const char *path, solow_results *results, solow_error *err)
{
    solow_results found;
    solow_status status = solow_results_init(&found, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_reader reader = {.file = -1};
    H5E_BEGIN_TRY /* HDF5's own report would go to stderr; ours is a sentence */
    {
        status = solow_reader_open(path, &reader, err);
        if (status == SOLOW_OK) {
            status = read_all(&reader, &found, err);
            solow_reader_close(&reader);
        }
    }
    H5E_END_TRY;
    if (status != SOLOW_OK) {
        solow_results_clear(&found);
        return status;
    }
    *results = found;
    return SOLOW_OK;
}
