/* demand.c - the place of the first text in a column that should hold numbers; see source.h. */
#include "io/panel/source.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static solow_status read_column(solow_source *source, const char *column, solow_error *err)
{
    ptrdiff_t count = solow_source_columns(source);
    bool *wanted = solow_allocate_zeroed(count, sizeof *wanted),
         *numeric = solow_allocate_zeroed(count, sizeof *numeric);
    solow_columns read = {0};
    solow_status status = SOLOW_OK;
    if (wanted == NULL || numeric == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to read column '%s'", column);
    } else {
        for (ptrdiff_t j = 0; j < count; j++) {
            wanted[j] = strcmp(solow_source_name(source, j), column) == 0;
            numeric[j] = true;
        }
        status = solow_source_read(source, 0, wanted, numeric, 0, &read, err);
    }
    solow_columns_clear(&read);
    free(wanted);
    free(numeric);
    return status;
}

solow_status solow_source_demand_numbers(const char *path, const solow_source_options *options, const char *column,
                                         solow_error *err)
{
    solow_source *source = NULL;
    solow_status status = solow_source_open(path, options, &source, err);
    status = status == SOLOW_OK ? read_column(source, column, err) : status;
    solow_source_close(source);
    return status;
}
