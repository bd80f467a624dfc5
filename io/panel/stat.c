/* stat.c - Stata, SPSS and SAS files as a source: no byte ranges, so part 0 has all rows; see stat.h. */
#include "io/panel/stat.h"
#include "kernels/core/size.h"

#include <stdlib.h>

static void close_stat(solow_source *source)
{
    solow_stat *stat = source->state;
    if (stat == NULL) {
        return;
    }
    for (ptrdiff_t j = 0; j < stat->described; j++) {
        free(stat->label[j]);
        free(stat->set[j]);
    }
    free(stat->text);
    free(stat->label);
    free(stat->set);
    solow_columns_clear(&stat->kept);
    free(stat);
    source->state = NULL;
}

static solow_status open_stat(solow_source *source, solow_error *err)
{
    solow_stat *stat = solow_allocate_zeroed(1, sizeof *stat);
    if (stat == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory to read the file", source->path);
    }
    stat->rows = -1;
    source->state = stat;
    solow_status status = solow_stat_describe(source, err);
    if (status == SOLOW_OK && source->columns == 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s has no columns", source->path);
    }
    return status;
}

static solow_status profile(solow_source *source, int starts_quoted, const bool *wanted, int64_t *rows, bool *numeric,
                            solow_error *err)
{
    (void)starts_quoted;
    solow_stat *stat = source->state;
    solow_columns_clear(&stat->kept);
    stat->profiled = false;
    if (source->part == 0) {
        solow_status status = solow_stat_values(source, wanted, &stat->kept, err);
        if (status != SOLOW_OK) {
            return status;
        }
        stat->profiled = true;
    }
    *rows = stat->kept.rows;
    for (ptrdiff_t j = 0; j < source->columns; j++) {
        numeric[j] = !wanted[j] || !stat->text[j];
    }
    return SOLOW_OK;
}

static solow_status read_stat(solow_source *source, int starts_quoted, const bool *wanted, const bool *numeric,
                              solow_columns *out, solow_error *err)
{
    (void)starts_quoted;
    solow_stat *stat = source->state;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < source->columns; j++) {
        if (wanted[j] && numeric[j] && stat->text[j]) {
            return solow_source_fail_text(source, j, err);
        }
    }
    if (stat->profiled) {
        *out = stat->kept;
        stat->kept = (solow_columns){0};
        stat->profiled = false;
        return SOLOW_OK;
    }
    if (source->part == 0) {
        return solow_stat_values(source, wanted, out, err);
    }
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < source->columns; j++) {
        if (wanted[j]) {
            status = solow_columns_add(out, source->name[j], stat->text[j] ? SOLOW_COLUMN_TEXT : SOLOW_COLUMN_NUMBER,
                                       NULL, err);
        }
    }
    return status;
}

const solow_format_reader solow_stat_reader = {
    .open = open_stat, .close = close_stat, .profile = profile, .read = read_stat};
