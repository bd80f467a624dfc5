/* model.c - one concrete model's keys to a solow_model; see sections.h. */
#include "io/job/buffer.h"
#include "io/job/resampling.h"
#include "io/job/sections.h"
#include "io/job/universe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_place place_of(const solow_yaml *node)
{
    return node != NULL ? (solow_place){node->line, node->column} : (solow_place){0, 0};
}

static void free_texts(char **texts, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count && texts != NULL; i++) {
        free(texts[i]);
    }
    free(texts);
}

static void clear_published(solow_model *model)
{
    for (ptrdiff_t i = 0; i < model->published_count; i++) {
        solow_published_value *value = &model->published[i];
        free(value->term);
        free(value->quantity);
        free(value->text);
        free(value->effect);
        free(value->group);
    }
    free(model->published);
    free(model->published_source);
}

void solow_model_clear(solow_model *model)
{
    free(model->id);
    free(model->estimator);
    free(model->formula_text);
    for (ptrdiff_t i = 0; i < model->group_count; i++) {
        free(model->group[i].key);
        free(model->group[i].value);
    }
    free(model->group);
    solow_formula_clear(&model->formula);
    solow_terms_clear(&model->vcov.cluster);
    free(model->vcov.kernel);
    free(model->ssc.name);
    solow_node_destroy(model->where);
    solow_terms_clear(&model->by);
    solow_terms_clear(&model->leave_out);
    for (ptrdiff_t i = 0; i < model->designs; i++) {
        solow_resampling_clear(&model->design[i]);
    }
    free(model->design);
    solow_node_destroy(model->weights);
    free_texts(model->save, model->save_count);
    for (ptrdiff_t i = 0; i < model->combine_count; i++) {
        free(model->combine[i].name);
        solow_node_destroy(model->combine[i].expression);
    }
    free(model->combine);
    solow_universe_destroy(model->universe);
    clear_published(model);
    *model = (solow_model){0};
}

/* where and every and_where, in order, joined by `and`. */
static void read_where(solow_reader *reader, const solow_yaml *mapping, solow_model *model)
{
    for (ptrdiff_t i = 0; i < mapping->count; i++) {
        const char *key = mapping->key[i]->text;
        if (strcmp(key, "where") != 0 && strcmp(key, "and_where") != 0) {
            continue;
        }
        solow_node *condition = solow_reader_expression(reader, mapping->item[i]);
        if (condition == NULL || model->where == NULL) {
            model->where = condition != NULL ? condition : model->where;
            continue;
        }
        solow_node *both = solow_node_push(solow_node_create(SOLOW_NODE_CALL, "and", 0, 0), model->where, NULL);
        model->where = both != NULL ? solow_node_push(both, condition, NULL) : NULL;
        if (both == NULL) {
            solow_node_destroy(condition);
        }
        reader->no_memory |= model->where == NULL;
    }
}

static void read_weights(solow_reader *reader, const solow_yaml *node, solow_model *model)
{
    if (node == NULL) {
        return;
    }
    const solow_yaml *column = node->kind == SOLOW_YAML_MAPPING ? solow_yaml_get(node, "column") : node,
                     *type = solow_yaml_get(node, "type");
    const char *name = type != NULL && type->kind == SOLOW_YAML_SCALAR ? type->text : "analytic";
    model->weights = column != NULL ? solow_reader_expression(reader, column) : NULL;
    model->weight_type = strcmp(name, "frequency") == 0     ? SOLOW_WEIGHT_FREQUENCY
                         : strcmp(name, "probability") == 0 ? SOLOW_WEIGHT_PROBABILITY
                                                            : SOLOW_WEIGHT_ANALYTIC;
}

static ptrdiff_t read_count(const solow_yaml *mapping, const char *key, ptrdiff_t standard)
{
    double value;
    bool good = solow_yaml_number(solow_yaml_get(mapping, key), &value) && value >= 1 && value <= 1e6;
    return good ? (ptrdiff_t)value : standard;
}

static void read_combine(solow_reader *reader, const solow_yaml *node, solow_model *model)
{
    if (node == NULL || node->kind != SOLOW_YAML_MAPPING) {
        return;
    }
    model->combine = solow_reader_allocate(reader, node->count, sizeof *model->combine);
    for (ptrdiff_t i = 0; i < node->count && model->combine != NULL; i++) {
        struct solow_combination *each = &model->combine[model->combine_count];
        each->expression = solow_reader_restriction(reader, node->item[i]);
        each->name = solow_reader_copy(reader, node->key[i]->text);
        each->place = solow_reader_place(reader, node->item[i], 0);
        model->combine_count++;
    }
}

static void read_leave_out(solow_reader *reader, const solow_yaml *node, solow_model *model)
{
    if (node != NULL && solow_reader_factors(reader, node, &model->leave_out) && model->leave_out.count != 1) {
        solow_reader_error(reader, node, "a^b combines two",
                           "`leave_out` is one factor, whose levels go one at a time");
    }
}

/* Everything but the formula. */
static void read_keys(solow_reader *reader, const solow_yaml *mapping, solow_model *model)
{
    double number;
    const solow_yaml *by = solow_yaml_get(mapping, "by"), *window = solow_yaml_get(mapping, "window"),
                     *singletons = solow_yaml_get(mapping, "singletons");
    model->place = place_of(mapping);
    model->id = solow_reader_text(reader, mapping, "id");
    model->estimator = solow_reader_text(reader, mapping, "estimator");
    read_where(reader, mapping, model);
    if (by != NULL) {
        (void)solow_reader_factors(reader, by, &model->by);
    }
    read_leave_out(reader, solow_yaml_get(mapping, "leave_out"), model);
    if (window != NULL && window->kind == SOLOW_YAML_MAPPING) {
        model->window_length = read_count(window, "length", 0);
        model->window_step = read_count(window, "step", 1);
    }
    read_weights(reader, solow_yaml_get(mapping, "weights"), model);
    solow_job_read_vcov(reader, solow_yaml_get(mapping, "vcov"), &model->vcov);
    solow_job_read_ssc(reader, solow_yaml_get(mapping, "ssc"), &model->ssc);
    model->level = solow_yaml_number(solow_yaml_get(mapping, "level"), &number) ? number : 0.95;
    model->drop_singletons =
        singletons == NULL || singletons->kind != SOLOW_YAML_SCALAR || strcmp(singletons->text, "keep") != 0;
    model->save = solow_reader_texts(reader, solow_yaml_get(mapping, "save"), &model->save_count);
    read_combine(reader, solow_yaml_get(mapping, "combine"), model);
    solow_job_read_published(reader, solow_yaml_get(mapping, "published"), model);
    model->tests = solow_yaml_get(mapping, "tests");
    model->options = mapping;
}

static void push_group(solow_reader *reader, solow_model *model, const char *key, const char *value)
{
    solow_key_value *pair = &model->group[model->group_count++];
    pair->key = solow_reader_copy(reader, key);
    pair->value = solow_reader_copy(reader, value);
}

static void name_group(solow_reader *reader, const solow_simple_formula *simple, solow_model *model)
{
    char step[32];
    (void)snprintf(step, sizeof step, "%td", simple->step);
    model->group = solow_reader_allocate(reader, 2, sizeof *model->group);
    if (model->group != NULL && simple->outcome != NULL) {
        push_group(reader, model, "outcome", simple->outcome);
    }
    if (model->group != NULL && simple->step > 0) {
        push_group(reader, model, "step", step);
    }
}

/* Terms of every `drop:` leave all simple formulas; one that stands in none is an error. */
static void drop_terms(solow_reader *reader, const solow_yaml *drop, solow_simple_formula *simple, ptrdiff_t count)
{
    solow_error err = {0};
    solow_formula gone = {.constant = true};
    solow_simple_formula *flat = NULL;
    ptrdiff_t flats = 0;
    solow_spot spot = {0};
    const char *near = NULL;
    char hint[SOLOW_HINT_BYTES];
    if (!solow_reader_terms(reader, drop, &gone)) {
        solow_formula_clear(&gone);
        return;
    }
    /* The terms are flattened as a formula's would be; any outcome does. */
    if (!solow_terms_push(&gone.outcome, solow_node_create(SOLOW_NODE_NAME, "y", 0, 0))) {
        reader->no_memory = true;
    } else if (solow_formula_expand(&gone, reader->list, reader->lists, &flat, &flats, &spot, &near, &err) !=
               SOLOW_OK) {
        solow_reader_spot(reader, drop, spot, solow_reader_did_you_mean(hint, near), &err);
    }
    const solow_formula *terms = flats > 0 ? &flat[0].formula : NULL;
    for (ptrdiff_t i = 0; terms != NULL && i < terms->regressor.count + terms->effects; i++) {
        const solow_node *term =
            i < terms->regressor.count ? terms->regressor.node[i] : terms->effect[i - terms->regressor.count].factor;
        ptrdiff_t removed = 0;
        for (ptrdiff_t j = 0; j < count; j++) {
            removed += solow_formula_remove(&simple[j].formula, term);
        }
        char *text = removed == 0 ? solow_node_print(term) : NULL;
        if (text != NULL) {
            solow_reader_error(reader, drop, NULL, "`drop`: the formula has no term `%.200s`", text);
        }
        free(text);
    }
    solow_simple_formulas_destroy(flat, flats);
    solow_formula_clear(&gone);
}

/* The effects of a formula give way to those of another. */
static void replace_effects(solow_reader *reader, const solow_formula *effects, solow_formula *formula)
{
    solow_error err = {0};
    for (ptrdiff_t e = 0; e < formula->effects; e++) {
        solow_node_destroy(formula->effect[e].factor);
        solow_terms_clear(&formula->effect[e].slopes);
    }
    formula->effects = 0;
    reader->no_memory |= solow_formula_append(formula, effects, &err) != SOLOW_OK;
}

solow_simple_formula *solow_job_expand_formula(solow_reader *reader, const solow_yaml *mapping, const solow_yaml *text,
                                               const solow_formula *effects, ptrdiff_t *count)
{
    solow_error err = {0};
    solow_formula formula = {0};
    solow_simple_formula *simple = NULL;
    solow_spot spot = {0};
    const char *near = NULL;
    char hint[SOLOW_HINT_BYTES];
    bool good = solow_reader_formula(reader, text, &formula);
    for (ptrdiff_t i = 0; i < mapping->count && good; i++) {
        if (strcmp(mapping->key[i]->text, "add") == 0) {
            good = solow_reader_terms(reader, mapping->item[i], &formula);
        }
    }
    if (good && effects != NULL) {
        replace_effects(reader, effects, &formula);
    }
    if (good && !reader->no_memory &&
        solow_formula_expand(&formula, reader->list, reader->lists, &simple, count, &spot, &near, &err) != SOLOW_OK) {
        solow_reader_spot(reader, text, spot, solow_reader_did_you_mean(hint, near), &err);
    }
    solow_formula_clear(&formula);
    for (ptrdiff_t i = 0; i < mapping->count && simple != NULL; i++) {
        if (strcmp(mapping->key[i]->text, "drop") == 0) {
            drop_terms(reader, mapping->item[i], simple, *count);
        }
    }
    return simple;
}

static const solow_estimator_names *find_estimator(const solow_reader *reader, const char *name)
{
    for (ptrdiff_t i = 0; i < reader->estimator_count; i++) {
        if (strcmp(reader->estimators[i].name, name) == 0) {
            return &reader->estimators[i];
        }
    }
    return NULL;
}

static void take_formula(solow_reader *reader, const solow_yaml *text, solow_simple_formula *simple, solow_model *model)
{
    const solow_estimator_names *estimator = model->estimator != NULL ? find_estimator(reader, model->estimator) : NULL;
    model->formula = simple->formula;
    simple->formula = (solow_formula){0};
    model->formula_text = solow_formula_print(&model->formula);
    reader->no_memory |= model->formula_text == NULL;
    model->formula_place = solow_reader_place(reader, text, 0);
    if (estimator != NULL && !estimator->instruments && model->formula.instrument.count > 0) {
        const solow_node *first = model->formula.endogenous.count > 0 ? model->formula.endogenous.node[0] : NULL;
        solow_place place =
            first != NULL && first->line > 0 ? (solow_place){first->line, first->column} : model->formula_place;
        solow_diagnostics_add(reader->diagnostics, false, place,
                              find_estimator(reader, "iv") != NULL ? "use `iv`" : NULL, "`%s` takes no instruments",
                              model->estimator);
    }
}

static solow_model *room_for_model(solow_reader *reader)
{
    solow_job *job = reader->job;
    solow_model *models = solow_job_room(job->model, job->models, sizeof *models);
    if (models == NULL) {
        reader->no_memory = true;
        return NULL;
    }
    job->model = models;
    models[job->models] = (solow_model){0};
    return &models[job->models++];
}

/* One model for each simple formula; one without a formula, if its estimator needs none. */
static void read_model(solow_reader *reader, const solow_yaml *mapping)
{
    const solow_yaml *text = solow_yaml_get(mapping, "formula");
    solow_simple_formula *simple = NULL;
    ptrdiff_t count = 0, before = reader->job->models;
    if (text != NULL) {
        simple = solow_job_expand_formula(reader, mapping, text, NULL, &count);
    }
    for (ptrdiff_t i = 0; i < (simple != NULL ? count : 1) && !reader->no_memory; i++) {
        solow_model *model = room_for_model(reader);
        if (model == NULL) {
            break;
        }
        read_keys(reader, mapping, model);
        if (simple != NULL) {
            name_group(reader, &simple[i], model);
            take_formula(reader, text, &simple[i], model);
            if (i == 0) {
                solow_job_read_universe(reader, mapping, model);
            }
        }
    }
    solow_simple_formulas_destroy(simple, count);
    if (!reader->no_memory) {
        solow_job_check_published(reader, solow_yaml_get(mapping, "published"), reader->job->models - before,
                                  reader->job->model + before);
    }
}

void solow_job_read_models(solow_reader *reader, const solow_yaml *models)
{
    for (ptrdiff_t i = 0; models != NULL && models->kind == SOLOW_YAML_LIST && i < models->count; i++) {
        if (models->item[i]->kind == SOLOW_YAML_MAPPING && solow_job_check_model(reader, models->item[i])) {
            read_model(reader, models->item[i]);
        }
    }
}
