/* columns.c - the columns that a job needs, with places; see solow_job_columns. */
#include "io/job/buffer.h"
#include "io/job/visit.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

typedef struct gathering {
    const solow_job *job;
    const char **made; /* [variables] names, sorted */
    solow_column_reference *list;
    ptrdiff_t count;
    bool no_memory;
} gathering;

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_made(const gathering *all, const char *name)
{
    return all->job->variables > 0 &&
           bsearch(&name, all->made, (size_t)all->job->variables, sizeof *all->made, by_text) != NULL;
}

static void add(gathering *all, const char *name, solow_place place, const char *context, const char *model)
{
    if (name == NULL || is_made(all, name)) {
        return;
    }
    solow_column_reference *list = solow_job_room(all->list, all->count, sizeof *list);
    char *copy = solow_copy_text(name);
    all->list = list != NULL ? list : all->list;
    if (list == NULL || copy == NULL) {
        free(copy);
        all->no_memory = true;
        return;
    }
    all->list[all->count++] = (solow_column_reference){copy, context, model, place};
}

/* Names under node; those of matrices, models and saved columns are no columns of the data. */
static void gather(void *to, const solow_node *node, const char *context, const solow_model *model)
{
    gathering *all = to;
    if (node->kind == SOLOW_NODE_NAME) {
        add(all, node->text, (solow_place){node->line, node->column}, context, model != NULL ? model->id : NULL);
    }
    ptrdiff_t first = solow_node_is_call(node, "saved") ? node->count : solow_node_is_call(node, "w") ? 1 : 0;
    for (ptrdiff_t i = first; i < node->count; i++) {
        gather(to, node->child[i], context, model);
    }
}

static int by_place(const void *a, const void *b)
{
    const solow_column_reference *left = a, *right = b;
    if (left->place.line != right->place.line) {
        return left->place.line < right->place.line ? -1 : 1;
    }
    if (left->place.column != right->place.column) {
        return left->place.column < right->place.column ? -1 : 1;
    }
    return strcmp(left->name, right->name);
}

/* Copies made by foreach, outcomes and steps mention a column at one place: it is kept once. */
static void remove_repeated(gathering *all)
{
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < all->count; i++) {
        if (kept > 0 && by_place(&all->list[kept - 1], &all->list[i]) == 0) {
            free(all->list[i].name);
        } else {
            all->list[kept++] = all->list[i];
        }
    }
    all->count = kept;
}

static void gather_summaries(gathering *all)
{
    const solow_yaml *summaries = all->job->summaries;
    for (ptrdiff_t i = 0; summaries != NULL && i < summaries->count; i++) {
        const solow_yaml *variables = solow_yaml_get(summaries->item[i], "variables");
        for (ptrdiff_t j = 0; variables != NULL && variables->kind == SOLOW_YAML_LIST && j < variables->count; j++) {
            const solow_yaml *text = variables->item[j];
            solow_node *node = NULL;
            ptrdiff_t position;
            if (text->kind == SOLOW_YAML_SCALAR &&
                solow_expression_parse(text->text, &node, &position, NULL) == SOLOW_OK) {
                gathering inside = {.job = all->job, .made = all->made};
                gather(&inside, node, "summaries", NULL);
                for (ptrdiff_t k = 0; k < inside.count; k++) {
                    add(all, inside.list[k].name, (solow_place){text->line, text->column}, "summaries", NULL);
                }
                solow_job_columns_destroy(inside.list, inside.count);
                all->no_memory |= inside.no_memory;
            }
            solow_node_destroy(node);
        }
    }
}

static void gather_all(gathering *all)
{
    const solow_data_section *data = &all->job->data;
    for (ptrdiff_t i = 0; i < all->job->variables; i++) {
        all->made[i] = all->job->variable[i].name;
    }
    if (all->job->variables > 1) {
        qsort(all->made, (size_t)all->job->variables, sizeof *all->made, by_text);
    }
    add(all, data->unit, data->unit_place, "unit", NULL);
    add(all, data->time, data->time_place, "time", NULL);
    add(all, data->longitude, data->longitude_place, "coordinates", NULL);
    add(all, data->latitude, data->latitude_place, "coordinates", NULL);
    solow_visit_job(all->job, gather, all);
    gather_summaries(all);
}

solow_status solow_job_columns(const solow_job *job, solow_column_reference **references, ptrdiff_t *count,
                               solow_error *err)
{
    gathering all = {.job = job, .made = solow_allocate(job->variables, sizeof *all.made)};
    all.no_memory = all.made == NULL;
    if (!all.no_memory) {
        gather_all(&all);
    }
    free(all.made);
    if (all.no_memory) {
        solow_job_columns_destroy(all.list, all.count);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the columns of the job");
    }
    if (all.count > 1) {
        qsort(all.list, (size_t)all.count, sizeof *all.list, by_place);
    }
    remove_repeated(&all);
    *references = all.list;
    *count = all.count;
    return SOLOW_OK;
}

void solow_job_columns_destroy(solow_column_reference *references, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        free(references[i].name);
    }
    free(references);
}
