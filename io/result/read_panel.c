/* read_panel.c - /panel and /fixed_effects read back (see read.h; written by write_panel.c). */
#include "io/result/read.h"

#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

typedef struct names { /* children of a group */
    char **name;
    ptrdiff_t count;
} names;

static void free_names(names *list)
{
    for (ptrdiff_t i = 0; i < list->count; i++) {
        free(list->name[i]);
    }
    free(list->name);
    *list = (names){0};
}

static solow_status no_memory(const solow_reader *reader, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to read %s", reader->path);
}

/* The cells of /panel/<model>; order lists unit, time if there is one, and the saved columns. */
static solow_status read_saved_columns(const solow_reader *reader, hid_t group, char *const *order, solow_saved *saved,
                                       solow_error *err)
{
    const bool has_time = saved->time != NULL;
    saved->name = (char **)order + 1 + has_time;
    saved->value = solow_allocate_zeroed(saved->columns, sizeof *saved->value);
    solow_status status = saved->value != NULL ? SOLOW_OK : no_memory(reader, err);
    if (status == SOLOW_OK) {
        status = solow_read_text_array(reader, group, "unit", saved->rows, &saved->unit, err);
    }
    if (status == SOLOW_OK && has_time) {
        status = solow_read_numbers(reader, group, "time", saved->rows, saved->time, err);
    }
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < saved->columns; j++) {
        saved->value[j] = solow_allocate(saved->rows, sizeof(double));
        status = saved->value[j] == NULL
                     ? no_memory(reader, err)
                     : solow_read_numbers(reader, group, saved->name[j], saved->rows, saved->value[j], err);
    }
    return status;
}

static void free_saved(solow_saved *saved)
{
    for (int64_t i = 0; saved->unit != NULL && i < saved->rows; i++) {
        free(saved->unit[i]);
    }
    for (ptrdiff_t j = 0; saved->value != NULL && j < saved->columns; j++) {
        free(saved->value[j]);
    }
    free(saved->unit);
    free(saved->value);
    free(saved->time);
}

static solow_status read_saved(const solow_reader *reader, hid_t group, solow_results *results, solow_error *err)
{
    names order = {0};
    solow_saved saved = {0};
    solow_status status = solow_read_attribute(reader, group, "model", &saved.model, err);
    if (status == SOLOW_OK) {
        status = solow_read_attribute_list(reader, group, "column-order", &order.name, &order.count, err);
    }
    if (status == SOLOW_OK && (order.count < 1 || strncmp(order.name[0], "unit", 4) != 0)) {
        status = solow_read_damaged(reader, "a group of /panel has no unit column", err);
    }
    if (status == SOLOW_OK) {
        status = solow_read_length(reader, group, "unit", &saved.rows, err);
    }
    if (status == SOLOW_OK) {
        const bool has_time = order.count > 1 && strcmp(order.name[1], "time") == 0;
        saved.columns = order.count - 1 - has_time;
        saved.time = has_time ? solow_allocate(saved.rows, sizeof *saved.time) : NULL;
        status = has_time && saved.time == NULL ? no_memory(reader, err)
                                                : read_saved_columns(reader, group, order.name, &saved, err);
    }
    if (status == SOLOW_OK) {
        status = solow_results_add_saved(results, &saved, err);
    }
    free_saved(&saved);
    free(saved.model);
    free_names(&order);
    return status;
}

solow_status solow_read_panel(const solow_reader *reader, solow_results *results, solow_error *err)
{
    hid_t panel = -1;
    names list = {0};
    solow_status status = solow_read_group(reader, "/panel", &panel, err);
    if (status != SOLOW_OK) {
        return status;
    }
    status = solow_read_children(reader, panel, &list.name, &list.count, err);
    for (ptrdiff_t i = 0; status == SOLOW_OK && i < list.count; i++) {
        hid_t group = H5Gopen2(panel, list.name[i], H5P_DEFAULT);
        if (group < 0) {
            status = solow_read_damaged(reader, "a group of /panel cannot be opened", err);
            break;
        }
        status = read_saved(reader, group, results, err);
        (void)H5Gclose(group);
    }
    free_names(&list);
    (void)H5Gclose(panel);
    return status;
}

static solow_status read_effects(const solow_reader *reader, hid_t group, const char *model, const char *name,
                                 solow_results *results, solow_error *err)
{
    enum { IDENTITY = 2 }; /* model and group stand in the path */
    solow_table *table = &results->fixed_effects;
    const int64_t first = table->rows;
    solow_status status = solow_read_columns(reader, group, table, IDENTITY, err);
    for (int64_t row = first; status == SOLOW_OK && row < table->rows; row++) {
        if (!solow_table_set_text(table, row, "model", model) || !solow_table_set_text(table, row, "group", name)) {
            status = no_memory(reader, err);
        }
    }
    return status;
}

solow_status solow_read_fixed_effects(const solow_reader *reader, solow_results *results, solow_error *err)
{
    hid_t group = -1;
    solow_status status = solow_read_group(reader, "/fixed_effects", &group, err);
    if (status == SOLOW_OK) {
        status = solow_read_estimates(reader, group, "value", true, read_effects, results, err);
        (void)H5Gclose(group);
    }
    return status;
}
