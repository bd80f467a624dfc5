/* results.c - the tables, arrays and attributes of one result file, owned together (see results.h). */
#include "io/result/results.h"

#include "io/result/schema.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static solow_table *table_at(solow_results *results, const solow_table_schema *schema)
{
    return (solow_table *)((char *)results + schema->offset);
}

solow_status solow_results_init(solow_results *results, solow_error *err)
{
    *results = (solow_results){0};
    solow_status status = SOLOW_OK;
    for (const solow_table_schema *s = solow_result_schema; status == SOLOW_OK && s->name != NULL; s++) {
        status = solow_table_init(table_at(results, s), s->name, s->columns, err);
    }
    results->title = solow_copy_text("");
    if (status == SOLOW_OK && results->title == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for results");
    }
    if (status != SOLOW_OK) {
        solow_results_clear(results);
    }
    return status;
}

static void free_texts(char **text, int64_t count)
{
    for (int64_t i = 0; text != NULL && i < count; i++) {
        free(text[i]);
    }
    free(text);
}

static void clear_model(solow_model_arrays *model)
{
    if (model->shared) {
        return;
    }
    free(model->model);
    free(model->group);
    free_texts(model->term, model->terms);
    free(model->estimate);
    free(model->vcov);
}

static void clear_saved(solow_saved *saved)
{
    free(saved->model);
    free_texts(saved->unit, saved->rows);
    free(saved->time);
    for (ptrdiff_t j = 0; saved->value != NULL && j < saved->columns; j++) {
        free(saved->value[j]);
    }
    free(saved->value);
    free_texts(saved->name, saved->columns);
}

void solow_results_clear(solow_results *results)
{
    for (const solow_table_schema *s = solow_result_schema; s->name != NULL; s++) {
        solow_table_clear(table_at(results, s));
    }
    for (ptrdiff_t i = 0; i < results->model_count; i++) {
        clear_model(&results->model[i]);
    }
    for (ptrdiff_t i = 0; i < results->saved_count; i++) {
        clear_saved(&results->saved[i]);
    }
    for (ptrdiff_t i = 0; i < results->attribute_count; i++) {
        free(results->attribute[i].name);
        free(results->attribute[i].text);
    }
    for (ptrdiff_t i = 0; i < results->blocks; i++) {
        free(results->block[i]);
    }
    free(results->block);
    free(results->model);
    free(results->saved);
    free(results->attribute);
    free(results->title);
    free(results->created);
    free(results->engine_version);
    *results = (solow_results){0};
}

/* One more place at the end of a growing array: its capacity is the power of two at or above count. */
static void *one_more(void *items, ptrdiff_t count, size_t size)
{
    if ((count & (count - 1)) != 0) {
        return items;
    }
    return solow_resize(items, count == 0 ? 1 : 2 * count, size);
}

/* The attribute of that name, emptied if it is there already, else a new one. NULL: no memory. */
static solow_attribute *place_attribute(solow_results *results, const char *name, solow_error *err)
{
    for (ptrdiff_t i = 0; i < results->attribute_count; i++) {
        solow_attribute *attribute = &results->attribute[i];
        if (strcmp(attribute->name, name) == 0) {
            free(attribute->text);
            attribute->text = NULL;
            return attribute;
        }
    }
    solow_attribute *grown = one_more(results->attribute, results->attribute_count, sizeof *grown);
    char *copy = solow_copy_text(name);
    if (grown != NULL) {
        results->attribute = grown;
    }
    if (grown == NULL || copy == NULL) {
        free(copy);
        (void)SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for attribute %s", name);
        return NULL;
    }
    solow_attribute *attribute = &results->attribute[results->attribute_count++];
    *attribute = (solow_attribute){.name = copy};
    return attribute;
}

solow_status solow_results_attribute_text(solow_results *results, const char *name, const char *value, solow_error *err)
{
    char *copy = solow_copy_text(value);
    solow_attribute *attribute = copy != NULL ? place_attribute(results, name, err) : NULL;
    if (attribute == NULL) {
        free(copy);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for attribute %s", name);
    }
    attribute->kind = SOLOW_CELL_TEXT;
    attribute->text = copy;
    return SOLOW_OK;
}

solow_status solow_results_attribute_number(solow_results *results, const char *name, double value, solow_error *err)
{
    solow_attribute *attribute = place_attribute(results, name, err);
    if (attribute == NULL) {
        return SOLOW_ERR_MEMORY;
    }
    attribute->kind = SOLOW_CELL_NUMBER;
    attribute->number = value;
    return SOLOW_OK;
}

solow_status solow_results_attribute_integer(solow_results *results, const char *name, int64_t value, solow_error *err)
{
    solow_attribute *attribute = place_attribute(results, name, err);
    if (attribute == NULL) {
        return SOLOW_ERR_MEMORY;
    }
    attribute->kind = SOLOW_CELL_INTEGER;
    attribute->integer = value;
    return SOLOW_OK;
}

static char **copy_texts(const char *const *text, int64_t count)
{
    char **copy = solow_allocate_zeroed(count, sizeof *copy);
    for (int64_t i = 0; copy != NULL && i < count; i++) {
        copy[i] = solow_copy_text(text[i]);
        if (copy[i] == NULL) {
            free_texts(copy, count);
            return NULL;
        }
    }
    return copy;
}

static double *copy_numbers(const double *number, ptrdiff_t count)
{
    double *copy = solow_allocate(count, sizeof *copy);
    if (copy != NULL && count > 0) {
        memcpy(copy, number, solow_bytes(count, sizeof *copy));
    }
    return copy;
}

solow_status solow_results_add_model(solow_results *results, const char *model, const char *group, ptrdiff_t terms,
                                     const char *const *term, const double *estimate, const double *vcov,
                                     solow_error *err)
{
    solow_model_arrays added = {.terms = terms};
    added.model = solow_copy_text(model);
    added.group = solow_copy_text(group != NULL ? group : "");
    added.term = copy_texts(term, terms);
    added.estimate = copy_numbers(estimate, terms);
    added.vcov = copy_numbers(vcov, solow_product(terms, terms));
    solow_model_arrays *grown = one_more(results->model, results->model_count, sizeof *grown);
    if (grown != NULL) {
        results->model = grown;
    }
    if (added.model == NULL || added.group == NULL || added.term == NULL || added.estimate == NULL ||
        added.vcov == NULL || grown == NULL) {
        clear_model(&added);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the arrays of model %s", model);
    }
    results->model[results->model_count++] = added;
    return SOLOW_OK;
}

solow_status solow_results_add_shared(solow_results *results, const solow_model_arrays *arrays, solow_error *err)
{
    solow_model_arrays *grown = one_more(results->model, results->model_count, sizeof *grown);
    if (grown == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the arrays of model %s", arrays->model);
    }
    results->model = grown;
    results->model[results->model_count] = *arrays;
    results->model[results->model_count++].shared = true;
    return SOLOW_OK;
}

solow_status solow_results_own(solow_results *results, void *block, solow_error *err)
{
    void **grown = one_more(results->block, results->blocks, sizeof *grown);
    if (grown == NULL) {
        free(block);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for results");
    }
    results->block = grown;
    results->block[results->blocks++] = block;
    return SOLOW_OK;
}

static bool copy_saved(const solow_saved *saved, solow_saved *copy)
{
    *copy = (solow_saved){.rows = saved->rows, .columns = saved->columns};
    copy->model = solow_copy_text(saved->model);
    copy->unit = copy_texts((const char *const *)saved->unit, saved->rows);
    copy->name = copy_texts((const char *const *)saved->name, saved->columns);
    copy->value = solow_allocate_zeroed(saved->columns, sizeof *copy->value);
    bool ok = copy->model != NULL && copy->unit != NULL && copy->name != NULL && copy->value != NULL;
    if (ok && saved->time != NULL) {
        copy->time = copy_numbers(saved->time, saved->rows);
        ok = copy->time != NULL;
    }
    for (ptrdiff_t j = 0; ok && j < saved->columns; j++) {
        copy->value[j] = copy_numbers(saved->value[j], saved->rows);
        ok = copy->value[j] != NULL;
    }
    return ok;
}

solow_status solow_results_add_saved(solow_results *results, const solow_saved *saved, solow_error *err)
{
    solow_saved added;
    bool ok = copy_saved(saved, &added);
    solow_saved *grown = ok ? one_more(results->saved, results->saved_count, sizeof *grown) : NULL;
    if (grown == NULL) {
        clear_saved(&added);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the saved columns of model %s", saved->model);
    }
    results->saved = grown;
    results->saved[results->saved_count++] = added;
    return SOLOW_OK;
}

solow_table *solow_results_table(solow_results *results, const char *name)
{
    for (const solow_table_schema *s = solow_result_schema; s->name != NULL; s++) {
        if (strcmp(s->name, name) == 0) {
            return table_at(results, s);
        }
    }
    return NULL;
}

const solow_table *solow_results_table_const(const solow_results *results, const char *name)
{
    return solow_results_table((solow_results *)results, name);
}

const char *const *solow_results_names(void)
{
    static const char *const names[] = {"tidy",        "glance",     "groups",        "effects",  "tests",
                                        "diagnostics", "resampling", "adjusted",      "measures", "published",
                                        "timing",      "inputs",     "fixed_effects", NULL};
    return names;
}

const solow_model_arrays *solow_results_model(const solow_results *results, const char *model, const char *group)
{
    for (ptrdiff_t i = 0; i < results->model_count; i++) {
        if (strcmp(results->model[i].model, model) == 0 && strcmp(results->model[i].group, group) == 0) {
            return &results->model[i];
        }
    }
    return NULL;
}
