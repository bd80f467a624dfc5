/* finish.c - after the last model: published figures compared, the paper's tables and summaries written. See run.h. */
#include "engine/batch/compare.h"
#include "engine/batch/family.h"

#include "engine/batch/universe.h"
#include "engine/inference/after.h"
#include "io/report/paper_table.h"
#include "io/report/published.h"

#include <string.h>

static solow_status compare_published(solow_run *run, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < run->job->models && status == SOLOW_OK; m++) {
        /* outcomes and steps of one model share its figures, which name their group */
        bool again = m > 0 && run->job->model[m].options == run->job->model[m - 1].options;
        if (!again && run->job->model[m].published_count > 0) {
            status = solow_published_compare(&run->job->model[m], run->results, err);
        }
    }
    return status;
}

typedef struct sibling_context {
    const solow_run *run;
    const solow_outcome *outcome;
} sibling_context;

static bool same_group(const solow_outcome *a, const solow_outcome *b)
{
    ptrdiff_t groups = solow_outcome_groups(a);
    bool same = groups == solow_outcome_groups(b);
    for (ptrdiff_t g = 0; same && g < groups; g++) {
        const solow_key_value *x = solow_outcome_group(a, g), *y = solow_outcome_group(b, g);
        same = strcmp(x->key, y->key) == 0 && strcmp(x->value, y->value) == 0;
    }
    return same;
}

/* The record of another model of the job: of the same group, or the only one of that id. */
static const solow_record *find_sibling(const void *context, const char *id)
{
    const sibling_context *sibling = context;
    const solow_record *only = NULL;
    ptrdiff_t count = 0;
    for (ptrdiff_t o = 0; o < sibling->run->outcomes; o++) {
        const solow_outcome *outcome = &sibling->run->outcome[o];
        if (outcome->error.status != SOLOW_OK || outcome->estimates != NULL || strcmp(outcome->model->id, id) != 0) {
            continue;
        }
        if (same_group(outcome, sibling->outcome)) {
            return &outcome->record;
        }
        only = &outcome->record;
        count++;
    }
    return count == 1 ? only : NULL;
}

/* What each model asks for once it is estimated; tests see other models as they were estimated, so they come first. */
static solow_status add_after(solow_run *run, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t o = 0; o < run->outcomes && status == SOLOW_OK; o++) {
        solow_outcome *outcome = &run->outcome[o];
        if (outcome->error.status == SOLOW_OK && outcome->estimates == NULL) {
            const sibling_context context = {run, outcome};
            status = solow_tests(outcome->model, find_sibling, &context, &outcome->record, err);
        }
    }
    for (ptrdiff_t o = 0; o < run->outcomes && status == SOLOW_OK; o++) {
        solow_outcome *outcome = &run->outcome[o];
        if (outcome->error.status == SOLOW_OK && outcome->estimates == NULL) {
            status = solow_combine(outcome->model, &outcome->record, err);
        }
    }
    return status;
}

static solow_status collect_all(solow_run *run, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t o = 0; o < run->outcomes && status == SOLOW_OK;) {
        ptrdiff_t end = o + 1;
        if (run->outcome[o].model->universe == NULL) {
            status = solow_collect(run, &run->outcome[o], err);
        } else {
            while (end < run->outcomes && run->outcome[end].index == run->outcome[o].index) {
                end++;
            }
            status = solow_collect_universe(run, end - o, &run->outcome[o], err);
        }
        o = end;
    }
    return status;
}

static bool is_wanted(const solow_run *run, const solow_yaml *column)
{
    size_t length = column->kind == SOLOW_YAML_SCALAR ? strcspn(column->text, "/@") : 0;
    bool found = length == 0 || strcspn(column->text, "*?") < length;
    for (ptrdiff_t i = 0; i < run->only_count && !found; i++) {
        found = strlen(run->only[i]) == length && strncmp(run->only[i], column->text, length) == 0;
    }
    return found;
}

/* Whether all models that a table names are estimated, when only some are. */
static bool is_table_whole(const solow_run *run, const solow_yaml *table)
{
    const solow_yaml *columns = solow_yaml_get(table, "columns");
    bool whole = run->only == NULL || columns->kind == SOLOW_YAML_LIST || is_wanted(run, columns);
    for (ptrdiff_t i = 0; run->only != NULL && columns->kind == SOLOW_YAML_LIST && i < columns->count && whole; i++) {
        whole = is_wanted(run, columns->item[i]);
    }
    return whole;
}

solow_status solow_run_finish(solow_run *run, solow_error *err)
{
    solow_status status = SOLOW_OK;
    const solow_yaml *tables = run->job->tables;
    if (run->results != NULL) {
        status = add_after(run, err);
        status = status == SOLOW_OK ? collect_all(run, err) : status;
        status = status == SOLOW_OK ? solow_run_families(run, err) : status;
    }
    status = solow_comm_agree(run->comm, status, err);
    status = status == SOLOW_OK ? solow_run_compare(run, err) : status;
    if (run->results != NULL && status == SOLOW_OK) {
        status = compare_published(run, err);
        for (ptrdiff_t t = 0; status == SOLOW_OK && tables != NULL && t < tables->count; t++) {
            if (solow_yaml_get(tables->item[t], "file") != NULL && is_table_whole(run, tables->item[t])) {
                status = solow_paper_table_write(tables->item[t], run->results, run->job->folder, err);
            }
        }
    }
    status = solow_comm_agree(run->comm, status, err);
    status = status == SOLOW_OK ? solow_collect_saved(run, err) : status;
    return status == SOLOW_OK ? solow_run_summaries(run, err) : status;
}
