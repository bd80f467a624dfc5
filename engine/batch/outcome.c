/* outcome.c - see outcome.h. */
#include "engine/batch/outcome.h"

#include "engine/batch/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "state + year"; malloc'ed. */
static char *effects_text(const solow_task *task)
{
    size_t bytes = 1;
    for (ptrdiff_t e = 0; e < task->effects.count; e++) {
        bytes += strlen(task->effects.effect[e].name) + 3;
    }
    char *text = malloc(bytes), *end = text;
    if (text != NULL) {
        *end = '\0';
        for (ptrdiff_t e = 0; e < task->effects.count; e++) {
            end = stpcpy(end, e > 0 ? " + " : "");
            end = stpcpy(end, task->effects.effect[e].name);
        }
    }
    return text;
}

solow_status solow_outcome_take(solow_task *task, solow_outcome *outcome, solow_error *err)
{
    bool failed = task->error.status != SOLOW_OK;
    outcome->error.status = task->error.status;
    outcome->error.message = failed ? solow_copy_text(task->error.message) : NULL;
    outcome->effects = effects_text(task);
    if (outcome->effects == NULL || (failed && outcome->error.message == NULL)) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for an estimate");
    }
    outcome->record = task->record;
    solow_record_init(&task->record);
    outcome->drop = task->sample.drop;
    outcome->drops = task->sample.drops;
    task->sample.drop = NULL;
    task->sample.drops = 0;
    outcome->levels = task->levels;
    outcome->level = task->level;
    outcome->effect_names = task->effect_names;
    outcome->effect_name = task->effect_name;
    outcome->influences = task->influences;
    outcome->influence = task->influence;
    task->levels = task->effect_names = 0;
    task->level = NULL;
    task->effect_name = NULL;
    task->influences = 0;
    task->influence = NULL;
    outcome->designs = task->replicates != NULL ? task->model->designs : 0;
    outcome->replicates = task->replicates;
    task->replicates = NULL;
    return SOLOW_OK;
}

ptrdiff_t solow_outcome_groups(const solow_outcome *outcome)
{
    return outcome->model->group_count + outcome->own_groups;
}

const solow_key_value *solow_outcome_group(const solow_outcome *outcome, ptrdiff_t g)
{
    ptrdiff_t given = outcome->model->group_count;
    return g < given ? &outcome->model->group[g] : &outcome->own_group[g - given];
}

solow_status solow_outcome_add_group(solow_outcome *outcome, char *key, char *value, solow_error *err)
{
    if (key == NULL || value == NULL || outcome->own_groups == SOLOW_OWN_GROUPS) {
        free(key);
        free(value);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the name of a group");
    }
    outcome->own_group[outcome->own_groups++] = (solow_key_value){key, value};
    return SOLOW_OK;
}

void solow_outcome_clear(solow_outcome *outcome)
{
    for (ptrdiff_t g = 0; g < outcome->own_groups; g++) {
        free(outcome->own_group[g].key);
        free(outcome->own_group[g].value);
    }
    solow_record_clear(&outcome->record);
    for (ptrdiff_t d = 0; d < outcome->drops; d++) {
        free(outcome->drop[d].reason);
    }
    for (ptrdiff_t l = 0; l < outcome->levels; l++) {
        free(outcome->level[l].level);
    }
    for (ptrdiff_t n = 0; n < outcome->effect_names; n++) {
        free(outcome->effect_name[n]);
    }
    solow_kept_influences_clear(outcome->influences, outcome->influence);
    for (ptrdiff_t d = 0; d < outcome->designs; d++) {
        solow_replicates_destroy(outcome->replicates[d]);
    }
    free(outcome->replicates);
    solow_bundle_destroy(outcome->estimates);
    free(outcome->drop);
    free(outcome->level);
    free(outcome->effect_name);
    free(outcome->effects);
    free(outcome->error.message);
    *outcome = (solow_outcome){0};
}
