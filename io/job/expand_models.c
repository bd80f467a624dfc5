/* expand_models.c - `like:` and `defaults:`: every model as the mapping that it would be if all were written out.
 *
 * A model starts from a copy of the one it is like, without id and published figures; its own keys override. add, drop and
 * and_where add up from one to the next instead, in order, unless the formula or the condition that they amend is replaced.
 * Then defaults fill what is missing, as far as the model's estimator knows the key; then foreach makes its copies.
 */
#include "io/job/buffer.h"
#include "io/job/sections.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_MODELS = 100000 };

typedef struct family {
    solow_reader *reader;
    const solow_yaml *models;
    solow_yaml **merged; /* [count] made, or NULL */
    bool *open;          /* [count] on the way up */
    ptrdiff_t *path, depth;
} family;

static const char *id_of(const solow_yaml *model)
{
    const solow_yaml *id = solow_yaml_get(model, "id");
    return id != NULL && id->kind == SOLOW_YAML_SCALAR ? id->text : "?";
}

static ptrdiff_t find_model(const family *all, const solow_yaml *like)
{
    for (ptrdiff_t i = 0; i < all->models->count; i++) {
        if (all->models->item[i]->kind == SOLOW_YAML_MAPPING && strcmp(id_of(all->models->item[i]), like->text) == 0) {
            return i;
        }
    }
    const char **names = solow_reader_allocate(all->reader, all->models->count, sizeof *names);
    for (ptrdiff_t i = 0; i < all->models->count && names != NULL; i++) {
        names[i] = id_of(all->models->item[i]);
    }
    char hint[SOLOW_HINT_BYTES];
    const char *near = names != NULL ? solow_closest(like->text, names, all->models->count) : NULL;
    solow_reader_error(all->reader, like, solow_reader_did_you_mean(hint, near),
                       "there is no model `%.128s` to be like", like->text);
    free(names);
    return -1;
}

static void report_cycle(family *all, const solow_yaml *like, ptrdiff_t start)
{
    solow_job_buffer cycle = {0};
    ptrdiff_t first = all->depth - 1;
    while (first > 0 && all->path[first] != start) {
        first--;
    }
    for (ptrdiff_t i = first; i < all->depth; i++) {
        solow_job_buffer_format(&cycle, "%s -> ", id_of(all->models->item[all->path[i]]));
    }
    solow_job_buffer_add(&cycle, id_of(all->models->item[start]));
    char *text = solow_job_buffer_take(&cycle);
    if (text != NULL) {
        solow_reader_error(all->reader, like, NULL, "models are like each other in a cycle: %s", text);
    }
    all->reader->no_memory |= text == NULL;
    free(text);
}

static bool is_amendment(const char *key)
{
    return strcmp(key, "add") == 0 || strcmp(key, "drop") == 0 || strcmp(key, "and_where") == 0;
}

/* Whether the child takes the pair from its parent. */
static bool is_inherited(const solow_yaml *child, const char *key)
{
    if (strcmp(key, "id") == 0 || strcmp(key, "published") == 0 || strcmp(key, "like") == 0) {
        return false;
    }
    if (is_amendment(key)) {
        return solow_yaml_get(child, strcmp(key, "and_where") == 0 ? "where" : "formula") == NULL;
    }
    return solow_yaml_get(child, key) == NULL;
}

static void push_copy(solow_reader *reader, solow_yaml *to, const solow_yaml *key, const solow_yaml *item)
{
    reader->no_memory |= !solow_yaml_push(to, solow_yaml_copy(key), solow_yaml_copy(item));
}

static const solow_yaml *merge(family *all, ptrdiff_t index);

/* The merged parent, or NULL if the model is like none or there is an error. */
static const solow_yaml *parent_of(family *all, const solow_yaml *model)
{
    const solow_yaml *like = solow_yaml_get(model, "like");
    if (like == NULL) {
        return NULL;
    }
    if (like->kind != SOLOW_YAML_SCALAR) {
        solow_reader_error(all->reader, like, NULL, "`like` is the id of one model");
        return NULL;
    }
    ptrdiff_t parent = find_model(all, like);
    if (parent >= 0 && all->open[parent]) {
        report_cycle(all, like, parent);
        return NULL;
    }
    return parent >= 0 ? merge(all, parent) : NULL;
}

static const solow_yaml *merge(family *all, ptrdiff_t index)
{
    const solow_yaml *model = all->models->item[index];
    if (all->merged[index] != NULL || model->kind != SOLOW_YAML_MAPPING || all->depth >= SOLOW_YAML_DEPTH) {
        if (all->depth >= SOLOW_YAML_DEPTH) {
            solow_reader_error(all->reader, model, NULL, "more than 64 models are like one another in a row");
        }
        return all->merged[index];
    }
    solow_yaml *made = solow_yaml_create(SOLOW_YAML_MAPPING, NULL, model->line, model->column);
    if (made == NULL) {
        all->reader->no_memory = true;
        return NULL;
    }
    all->open[index] = true;
    all->path[all->depth++] = index;
    const solow_yaml *parent = parent_of(all, model);
    all->depth--;
    all->open[index] = false;
    for (ptrdiff_t i = 0; parent != NULL && i < parent->count; i++) {
        if (is_inherited(model, parent->key[i]->text)) {
            push_copy(all->reader, made, parent->key[i], parent->item[i]);
        }
    }
    for (ptrdiff_t i = 0; i < model->count; i++) {
        if (strcmp(model->key[i]->text, "like") != 0) {
            push_copy(all->reader, made, model->key[i], model->item[i]);
        }
    }
    all->merged[index] = made;
    return made;
}

static const solow_option *options_of(const solow_reader *reader, const solow_yaml *model)
{
    const solow_yaml *name = solow_yaml_get(model, "estimator");
    for (ptrdiff_t i = 0; i < reader->estimator_count && name != NULL && name->kind == SOLOW_YAML_SCALAR; i++) {
        if (strcmp(reader->estimators[i].name, name->text) == 0) {
            return reader->estimators[i].options;
        }
    }
    return NULL;
}

static bool has_option(const solow_option *options, const char *key)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (strcmp(options->name, key) == 0) {
            return true;
        }
    }
    return false;
}

static void fill(solow_reader *reader, solow_yaml *model, const solow_yaml *defaults)
{
    for (ptrdiff_t i = 0; defaults != NULL && i < defaults->count; i++) {
        const char *key = defaults->key[i]->text;
        bool known = solow_schema_find(solow_model_rules, key) != NULL || has_option(options_of(reader, model), key);
        if (known && !is_amendment(key) && solow_yaml_get(model, key) == NULL) {
            push_copy(reader, model, defaults->key[i], defaults->item[i]);
        }
    }
}

/* `defaults:` has keys of models, but not those that make or name one. */
static void check_defaults(solow_reader *reader, const solow_yaml *defaults)
{
    static const char own[] = "id like add drop and_where foreach published";
    for (ptrdiff_t i = 0; i < defaults->count; i++) {
        const char *key = defaults->key[i]->text;
        if (solow_schema_has_word(own, key)) {
            solow_reader_error(reader, defaults->key[i], NULL, "`%s` belongs to one model, not to the defaults", key);
            continue;
        }
        bool known = solow_schema_find(solow_model_rules, key) != NULL;
        for (ptrdiff_t j = 0; j < reader->estimator_count && !known; j++) {
            known = has_option(reader->estimators[j].options, key);
        }
        if (!known) {
            const char *names[128];
            ptrdiff_t count = 0;
            for (const solow_rule *rule = solow_model_rules; rule->key != NULL && count < 128; rule++) {
                names[count++] = rule->key;
            }
            char hint[SOLOW_HINT_BYTES];
            solow_reader_error(reader, defaults->key[i],
                               solow_reader_did_you_mean(hint, solow_closest(key, names, count)), "unknown key `%.80s`",
                               key);
        }
    }
}

static void expand_all(family *all, const solow_yaml *defaults, solow_yaml *list)
{
    for (ptrdiff_t i = 0; i < all->models->count && !all->reader->no_memory; i++) {
        const solow_yaml *merged = merge(all, i);
        solow_yaml *model = merged != NULL ? solow_yaml_copy(merged) : NULL;
        if (model == NULL) {
            all->reader->no_memory |= merged != NULL;
            continue;
        }
        fill(all->reader, model, defaults);
        solow_job_expand_foreach(all->reader, model, list);
        solow_yaml_destroy(model);
        if (list->count > MOST_MODELS) {
            solow_reader_error(all->reader, all->models->item[i], NULL, "more than 100,000 models");
            return;
        }
    }
}

static void replace_models(solow_yaml *root, solow_yaml *list)
{
    for (ptrdiff_t i = 0; i < root->count; i++) {
        if (strcmp(root->key[i]->text, "models") == 0) {
            solow_yaml_destroy(root->item[i]);
            root->item[i] = list;
            return;
        }
    }
    solow_yaml_destroy(list);
}

void solow_job_expand_models(solow_reader *reader, solow_yaml *root)
{
    const solow_yaml *models = solow_yaml_get(root, "models"), *defaults = solow_yaml_get(root, "defaults");
    bool filled = defaults != NULL && defaults->kind == SOLOW_YAML_MAPPING;
    if (filled) {
        check_defaults(reader, defaults);
    }
    if (models == NULL || models->kind != SOLOW_YAML_LIST) {
        return;
    }
    family all = {.reader = reader, .models = models};
    all.merged = solow_reader_allocate(reader, models->count, sizeof(solow_yaml *));
    all.open = solow_reader_allocate(reader, models->count, sizeof *all.open);
    all.path = solow_reader_allocate(reader, SOLOW_YAML_DEPTH + 1, sizeof *all.path);
    solow_yaml *list = solow_yaml_create(SOLOW_YAML_LIST, NULL, models->line, models->column);
    reader->no_memory |= list == NULL;
    if (!reader->no_memory) {
        expand_all(&all, filled ? defaults : NULL, list);
    }
    for (ptrdiff_t i = 0; all.merged != NULL && i < models->count; i++) {
        solow_yaml_destroy(all.merged[i]);
    }
    free(all.merged);
    free(all.open);
    free(all.path);
    if (list != NULL) {
        replace_models(root, list);
    }
}
