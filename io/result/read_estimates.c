/* read_estimates.c - walks the groups of which each holds one estimate (see read.h). */
#include "io/result/read.h"

#include <stdlib.h>

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

/* Calls do_estimate for a group if it holds dataset `mark`. */
static solow_status visit_one(const solow_reader *reader, hid_t group, const char *mark,
                              solow_visit_estimate do_estimate, solow_results *results, solow_error *err)
{
    if (H5Lexists(group, mark, H5P_DEFAULT) <= 0) {
        return SOLOW_OK;
    }
    char *model = NULL, *name = NULL;
    solow_status status = solow_read_attribute(reader, group, "model", &model, err);
    if (status == SOLOW_OK) {
        status = solow_read_attribute(reader, group, "group", &name, err);
    }
    if (status == SOLOW_OK) {
        status = do_estimate(reader, group, model, name, results, err);
    }
    free(model);
    free(name);
    return status;
}

solow_status solow_read_estimates(const solow_reader *reader, hid_t parent, const char *mark, bool deeper,
                                  solow_visit_estimate do_estimate, solow_results *results, solow_error *err)
{
    names list = {0};
    solow_status status = solow_read_children(reader, parent, &list.name, &list.count, err);
    for (ptrdiff_t i = 0; status == SOLOW_OK && i < list.count; i++) {
        hid_t group = H5Gopen2(parent, list.name[i], H5P_DEFAULT);
        if (group < 0) {
            status = solow_read_damaged(reader, "one of its groups cannot be opened", err);
            break;
        }
        status = visit_one(reader, group, mark, do_estimate, results, err);
        if (status == SOLOW_OK && deeper) {
            status = solow_read_estimates(reader, group, mark, false, do_estimate, results, err);
        }
        (void)H5Gclose(group);
    }
    free_names(&list);
    return status;
}
