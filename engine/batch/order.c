/* order.c - models and variables after what they read. See run.h. */
#include "engine/batch/run.h"

#include "io/job/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool solow_reads_saved(const solow_node *node, const char *id)
{
    if (node == NULL) {
        return false;
    }
    if (node->kind == SOLOW_NODE_CALL && strcmp(node->text, "saved") == 0 && node->count > 0 &&
        (id == NULL || (node->child[0]->text != NULL && strcmp(node->child[0]->text, id) == 0))) {
        return true;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        if (solow_reads_saved(node->child[i], id)) {
            return true;
        }
    }
    return false;
}

typedef struct search {
    const char *id;
    bool found;
} search;

static void look(void *to, const solow_node *node, const char *context, const solow_model *model)
{
    search *wanted = to;
    (void)context;
    (void)model;
    wanted->found = wanted->found || solow_reads_saved(node, wanted->id);
}

bool solow_model_reads(const solow_model *model, const char *id)
{
    search wanted = {.id = id};
    solow_visit_model(model, look, &wanted);
    return wanted.found;
}

/* A model that still waits reads one that waits too, and so on: walking that way long enough ends inside the cycle. */
static solow_status refuse_cycle(const solow_job *job, const bool *placed, solow_error *err)
{
    ptrdiff_t at = 0;
    char path[512] = "";
    while (at < job->models && placed[at]) {
        at++;
    }
    for (ptrdiff_t step = 0; step < 2 * job->models; step++) {
        size_t used = strlen(path);
        if (step >= job->models && used + 140 < sizeof path) {
            snprintf(path + used, sizeof path - used, "%s%s", used > 0 ? " reads " : "", job->model[at].id);
        }
        for (ptrdiff_t other = 0; other < job->models; other++) {
            if (!placed[other] && solow_model_reads(&job->model[at], job->model[other].id)) {
                at = other;
                break;
            }
        }
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "models read one another's saved columns in a circle: %s", path);
}

solow_status solow_model_order(const solow_job *job, ptrdiff_t *order, solow_error *err)
{
    bool *placed = solow_allocate_zeroed(job->models, sizeof *placed);
    if (placed == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to order models");
    }
    ptrdiff_t count = 0, before = -1;
    solow_status status = SOLOW_OK;
    while (count < job->models && count != before) {
        before = count;
        for (ptrdiff_t m = 0; m < job->models; m++) {
            bool ready = !placed[m], reads = ready && solow_model_reads(&job->model[m], NULL);
            for (ptrdiff_t other = 0; other < job->models && reads && ready; other++) {
                ready = placed[other] || !solow_model_reads(&job->model[m], job->model[other].id);
            }
            if (ready) {
                order[count++] = m;
            }
        }
        for (ptrdiff_t i = before; i < count; i++) { /* a whole round at once: its models do not read one another */
            placed[order[i]] = true;
        }
    }
    if (count < job->models) {
        status = refuse_cycle(job, placed, err);
    }
    free(placed);
    return status;
}
