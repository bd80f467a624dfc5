/* import.c - a file of any format to the canonical panel file; see panel_file.h. */
#include "io/job/job.h"
#include "io/panel/panel_file.h"
#include "io/panel/reader.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static solow_status find_column(const solow_source *source, const char *name, const char *role, solow_error *err)
{
    ptrdiff_t count = solow_source_columns(source);
    for (ptrdiff_t j = 0; name != NULL && j < count; j++) {
        if (strcmp(solow_source_name(source, j), name) == 0) {
            return SOLOW_OK;
        }
    }
    if (name == NULL) {
        return SOLOW_OK;
    }
    const char *near = solow_closest(name, (const char *const *)source->name, count);
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s has no column '%s' for the %s%s%s%s", source->path, name, role,
                      near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
}

/* All columns of all rows. */
static solow_status read_whole(solow_source *source, solow_columns *columns, solow_error *err)
{
    ptrdiff_t count = solow_source_columns(source);
    bool *flags = solow_allocate(2 * count, sizeof *flags);
    if (flags == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for %td columns", source->path, count);
    }
    bool *wanted = flags, *numeric = flags + count;
    memset(wanted, true, (size_t)count * sizeof *wanted);
    int64_t rows = 0;
    solow_status status = solow_source_profile(source, 0, wanted, &rows, numeric, err);
    if (status == SOLOW_OK && rows == 0) {
        status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s names columns, but has no rows", source->path);
    }
    status = status == SOLOW_OK ? solow_source_read(source, 0, wanted, numeric, 0, columns, err) : status;
    free(flags);
    return status;
}

static solow_status sort_rows(solow_columns *columns, ptrdiff_t unit, ptrdiff_t time, const char *path,
                              solow_error *err)
{
    int64_t *order = solow_allocate((ptrdiff_t)columns->rows, sizeof *order);
    if (order == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory to sort %lld rows", path, (long long)columns->rows);
    }
    solow_status status = solow_panel_order(columns, unit, time, order, err);
    status = status == SOLOW_OK ? solow_panel_check(columns, unit, time, order, solow_path_leaf(path), err) : status;
    status = status == SOLOW_OK ? solow_columns_permute(columns, order, err) : status;
    free(order);
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < columns->count; j++) {
        if (columns->column[j].kind == SOLOW_COLUMN_TEXT) {
            status = solow_column_sort_levels(&columns->column[j], columns->rows, err);
        }
    }
    return status;
}

solow_status solow_panel_import(const char *path, const solow_source_options *options, const char *unit,
                                const char *time, const char *output, solow_panel_structure *structure,
                                solow_error *err)
{
    solow_source *source = NULL;
    solow_columns columns = {0};
    solow_panel_structure found = {0};
    solow_status status = solow_source_open(path, options, &source, err);
    status = status == SOLOW_OK ? find_column(source, unit, "unit", err) : status;
    status = status == SOLOW_OK ? find_column(source, time, "time", err) : status;
    status = status == SOLOW_OK ? read_whole(source, &columns, err) : status;
    if (status == SOLOW_OK) {
        ptrdiff_t by_unit = unit != NULL ? solow_columns_find(&columns, unit) : -1;
        ptrdiff_t by_time = time != NULL ? solow_columns_find(&columns, time) : -1;
        status = sort_rows(&columns, by_unit, by_time, path, err);
        status = status == SOLOW_OK ? solow_panel_structure_find(&columns, by_unit, by_time, &found, err) : status;
        status = status == SOLOW_OK ? solow_panel_write(output, &columns, by_unit, by_time, err) : status;
    }
    if (status == SOLOW_OK && structure != NULL) {
        *structure = found;
    }
    solow_source_close(source);
    solow_columns_clear(&columns);
    return status;
}
