/* references.c - models and designs that other parts of the job name, and columns that saved() takes; see sections.h. */
#include "io/job/sections.h"
#include "kernels/core/size.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

typedef struct directory { /* of everything that can be named */
    solow_reader *reader;
    const char **name; /* [count] ids of models, once each */
    ptrdiff_t count;
} directory;

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Distinct ids, sorted. Two models of one id that are not one model's outcomes and steps are an error. */
static void list_models(directory *all)
{
    const solow_job *job = all->reader->job;
    all->name = solow_reader_allocate(all->reader, job->models, sizeof *all->name);
    const solow_model *last = NULL;
    for (ptrdiff_t i = 0; i < job->models && all->name != NULL; i++) {
        if (last == NULL || job->model[i].options != last->options) {
            all->name[all->count++] = job->model[i].id;
        }
        last = &job->model[i];
    }
    if (all->count > 1) {
        qsort(all->name, (size_t)all->count, sizeof *all->name, by_text);
    }
}

static bool is_repeated(const directory *all, const char *id)
{
    const char **found =
        all->count > 0 ? bsearch(&id, all->name, (size_t)all->count, sizeof *all->name, by_text) : NULL;
    if (found == NULL) {
        return false;
    }
    return (found > all->name && strcmp(found[-1], id) == 0) ||
           (found + 1 < all->name + all->count && strcmp(found[1], id) == 0);
}

/* Whether the model and the one beside it are copies that foreach made. */
static bool are_copies(const solow_model *a, const solow_model *b)
{
    const solow_yaml *left = solow_yaml_get(a->options, "id"), *right = solow_yaml_get(b->options, "id");
    return a->options != b->options && left->line == right->line && left->column == right->column;
}

static void check_unique(const directory *all)
{
    const solow_job *job = all->reader->job;
    for (ptrdiff_t i = 0; i < job->models; i++) {
        const solow_model *model = &job->model[i];
        if (is_repeated(all, model->id)) {
            bool copies =
                (i > 0 && are_copies(model - 1, model)) || (i + 1 < job->models && are_copies(model, model + 1));
            solow_reader_error(all->reader, solow_yaml_get(model->options, "id"),
                               copies ? "put the {names} of its `foreach` into the id" : NULL,
                               "several models have the id `%.128s`", model->id);
        }
    }
}

static bool is_model(const directory *all, const char *id)
{
    return all->count > 0 && bsearch(&id, all->name, (size_t)all->count, sizeof *all->name, by_text) != NULL;
}

static void refuse(const directory *all, const solow_yaml *at, const char *id)
{
    char hint[SOLOW_HINT_BYTES];
    solow_reader_error(all->reader, at, solow_reader_did_you_mean(hint, solow_closest(id, all->name, all->count)),
                       "there is no model `%.128s`", id);
}

/* id, glob, id/group or id@effect of a table, a family or a comparison. */
static void check_pattern(const directory *all, const solow_yaml *node)
{
    char id[160];
    if (node->kind != SOLOW_YAML_SCALAR) {
        return;
    }
    size_t length = strcspn(node->text, "/@");
    if (length >= sizeof id) {
        refuse(all, node, node->text);
        return;
    }
    memcpy(id, node->text, length);
    id[length] = '\0';
    if (strpbrk(id, "*?[") == NULL) {
        if (!is_model(all, id)) {
            refuse(all, node, id);
        }
        return;
    }
    for (ptrdiff_t i = 0; i < all->count; i++) {
        if (fnmatch(id, all->name[i], 0) == 0) {
            return;
        }
    }
    solow_reader_error(all->reader, node, NULL, "no model's id matches `%.128s`", id);
}

static void check_patterns(const directory *all, const solow_yaml *node)
{
    if (node == NULL) {
        return;
    }
    if (node->kind == SOLOW_YAML_SCALAR) {
        check_pattern(all, node);
    }
    for (ptrdiff_t i = 0; i < node->count && node->kind == SOLOW_YAML_LIST; i++) {
        check_pattern(all, node->item[i]);
    }
}

/* key: of every mapping in a list or mapping of mappings. */
static void check_section(const directory *all, const solow_yaml *section, const char *key)
{
    for (ptrdiff_t i = 0; section != NULL && i < section->count; i++) {
        check_patterns(all, solow_yaml_get(section->item[i], key));
    }
}

/* Ids of tables and the like must differ within their section. */
static void check_ids(const directory *all, const solow_yaml *section)
{
    for (ptrdiff_t i = 0; section != NULL && section->kind == SOLOW_YAML_LIST && i < section->count && i < 1000; i++) {
        const solow_yaml *id = solow_yaml_get(section->item[i], "id");
        for (ptrdiff_t j = 0; j < i && id != NULL && id->kind == SOLOW_YAML_SCALAR; j++) {
            const solow_yaml *other = solow_yaml_get(section->item[j], "id");
            if (other != NULL && other->kind == SOLOW_YAML_SCALAR && strcmp(other->text, id->text) == 0) {
                solow_reader_error(all->reader, id, NULL, "the id `%.128s` stands here a second time", id->text);
                break;
            }
        }
    }
}

static void check_tests(const directory *all, const solow_yaml *tests)
{
    for (ptrdiff_t i = 0; tests != NULL && tests->kind == SOLOW_YAML_LIST && i < tests->count; i++) {
        const solow_yaml *test = tests->item[i];
        for (ptrdiff_t j = 0; test->kind == SOLOW_YAML_MAPPING && j < test->count; j++) {
            check_patterns(all, solow_yaml_get(test->item[j], "against"));
        }
    }
}

/* The name of a resampling design, where it is a name. */
static void check_design(const directory *all, const solow_yaml *root, const solow_yaml *node)
{
    const solow_yaml *designs = solow_yaml_get(root, "resampling");
    if (node == NULL || node->kind != SOLOW_YAML_SCALAR || solow_yaml_get(designs, node->text) != NULL) {
        return;
    }
    const char *names[128];
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; designs != NULL && designs->kind == SOLOW_YAML_MAPPING && i < designs->count && count < 128;
         i++) {
        names[count++] = designs->key[i]->text;
    }
    char hint[SOLOW_HINT_BYTES];
    solow_reader_error(all->reader, node, solow_reader_did_you_mean(hint, solow_closest(node->text, names, count)),
                       "`resampling:` has no design `%.128s`", node->text);
}

void solow_job_check_references(solow_reader *reader, const solow_yaml *root)
{
    static const char *const sections[] = {"compare", "tables", "summaries"};
    const solow_job *job = reader->job;
    directory all = {.reader = reader};
    list_models(&all);
    check_unique(&all);
    for (ptrdiff_t i = 0; i < job->models; i++) {
        check_tests(&all, job->model[i].tests);
        check_design(&all, root, solow_yaml_get(job->model[i].options, "bootstrap"));
    }
    check_section(&all, job->compare, "models");
    check_section(&all, job->families, "models");
    check_section(&all, job->tables, "columns");
    check_section(&all, job->summaries, "sample");
    for (ptrdiff_t i = 0; job->families != NULL && i < job->families->count; i++) {
        check_design(&all, root, solow_yaml_get(job->families->item[i], "bootstrap"));
    }
    for (ptrdiff_t i = 0; job->compare != NULL && i < job->compare->count; i++) {
        check_design(&all, root, solow_yaml_get(job->compare->item[i], "bootstrap"));
    }
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        check_ids(&all, solow_yaml_get(root, sections[i]));
    }
    free(all.name);
}
