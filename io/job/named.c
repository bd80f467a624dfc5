/* named.c - see named.h. */
#include "io/job/named.h"

#include "io/report/pattern.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static bool names(const char *pattern, const char *id, const char *group)
{
    const char *slash = strchr(pattern, '/');
    if (slash == NULL) {
        return solow_pattern_matches(pattern, id);
    }
    char *head = solow_copy_text(pattern);
    bool same = head != NULL;
    if (same) {
        head[slash - pattern] = '\0';
        same = solow_pattern_matches(head, id) && (group == NULL || solow_pattern_matches(slash + 1, group));
    }
    free(head);
    return same;
}

bool solow_names_estimate(const solow_yaml *models, const char *id, const char *group)
{
    bool list = models != NULL && models->kind == SOLOW_YAML_LIST, found = false;
    for (ptrdiff_t i = 0; models != NULL && i < (list ? models->count : 1) && !found; i++) {
        const solow_yaml *item = list ? models->item[i] : models;
        found = item->kind == SOLOW_YAML_SCALAR && names(item->text, id, group);
    }
    return found;
}

bool solow_may_name_model(const solow_yaml *models, const solow_model *model)
{
    bool splits = model->by.count > 0 || model->window_length > 0 || model->leave_out.count > 0;
    char *group = solow_group_text(model, 0, NULL);
    bool named = group != NULL && solow_names_estimate(models, model->id, splits ? NULL : group);
    free(group);
    return named;
}
