/* identity.c - see identity.h. */
#include "io/job/identity.h"

#include "io/job/buffer.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

typedef struct yaml_pair {
    const char *key;
    const solow_yaml *item;
} yaml_pair;

static int by_key(const void *a, const void *b)
{
    return strcmp(((const yaml_pair *)a)->key, ((const yaml_pair *)b)->key);
}

/* Length before the text, so that no text can look like another's structure. */
static void add_text(solow_job_buffer *out, const char *text)
{
    solow_job_buffer_format(out, "%zu:", strlen(text));
    solow_job_buffer_add(out, text);
}

static void add_yaml(solow_job_buffer *out, const solow_yaml *node);

static void add_mapping(solow_job_buffer *out, const solow_yaml *node)
{
    yaml_pair *pair = solow_allocate(node->count, sizeof *pair);
    if (pair == NULL) {
        out->failed = true;
        return;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        pair[i] = (yaml_pair){node->key[i]->text, node->item[i]};
    }
    if (node->count > 1) {
        qsort(pair, (size_t)node->count, sizeof *pair, by_key);
    }
    solow_job_buffer_add(out, "{");
    for (ptrdiff_t i = 0; i < node->count; i++) {
        add_text(out, pair[i].key);
        solow_job_buffer_add(out, "=");
        add_yaml(out, pair[i].item);
    }
    solow_job_buffer_add(out, "}");
    free(pair);
}

static void add_yaml(solow_job_buffer *out, const solow_yaml *node)
{
    switch (node->kind) {
    case SOLOW_YAML_SCALAR:
        solow_job_buffer_add(out, node->quoted ? "t" : "s");
        add_text(out, node->text);
        break;
    case SOLOW_YAML_LIST:
        solow_job_buffer_add(out, "[");
        for (ptrdiff_t i = 0; i < node->count; i++) {
            add_yaml(out, node->item[i]);
        }
        solow_job_buffer_add(out, "]");
        break;
    case SOLOW_YAML_MAPPING:
        add_mapping(out, node);
        break;
    }
}

char *solow_yaml_canonical(const solow_yaml *node)
{
    solow_job_buffer out = {0};
    add_yaml(&out, node);
    return solow_job_buffer_take(&out);
}

static void add_node(solow_job_buffer *out, const char *key, const solow_node *node)
{
    char *text = node != NULL ? solow_node_print(node) : solow_copy_text("");
    out->failed = out->failed || text == NULL;
    solow_job_buffer_format(out, "%s=", key);
    add_text(out, text != NULL ? text : "");
    solow_job_buffer_add(out, "\n");
    free(text);
}

static void add_terms(solow_job_buffer *out, const char *key, const solow_terms *terms)
{
    for (ptrdiff_t t = 0; t < terms->count; t++) {
        add_node(out, key, terms->node[t]);
    }
}

/* The formula part by part: its printed form leaves out what the defaults say of the constant. */
static void add_formula(solow_job_buffer *out, const solow_formula *f)
{
    add_terms(out, "outcome", &f->outcome);
    add_terms(out, "regressor", &f->regressor);
    solow_job_buffer_format(out, "constant=%d\n", f->constant);
    for (ptrdiff_t e = 0; e < f->effects; e++) {
        add_node(out, "effect", f->effect[e].factor);
        solow_job_buffer_format(out, "level=%d\n", f->effect[e].level);
        add_terms(out, "slope", &f->effect[e].slopes);
    }
    add_terms(out, "endogenous", &f->endogenous);
    add_terms(out, "instrument", &f->instrument);
}

static void add_rules(solow_job_buffer *out, const solow_model *model)
{
    const solow_vcov_spec *v = &model->vcov;
    const solow_ssc_spec *s = &model->ssc;
    solow_job_buffer_format(out, "vcov=%d,%d,%d,%.17g,%d,%s\n", (int)v->kind, (int)v->type, v->lags, v->cutoff_km,
                            v->time_lags, v->kernel != NULL ? v->kernel : "");
    add_terms(out, "cluster", &v->cluster);
    solow_job_buffer_format(out, "ssc=%s,%d,%d,%d,%d,%d\n", s->name != NULL ? s->name : "", (int)s->k, (int)s->g,
                            (int)s->df, (int)s->rows, (int)s->hac);
    add_node(out, "where", model->where);
    add_terms(out, "by", &model->by);
    solow_job_buffer_format(out, "window=%td,%td\n", model->window_length, model->window_step);
    add_node(out, "weights", model->weights);
    solow_job_buffer_format(out, "weight_type=%d\nsingletons=%d\n", (int)model->weight_type, model->drop_singletons);
    for (ptrdiff_t i = 0; i < model->save_count; i++) {
        solow_job_buffer_add(out, "save=");
        add_text(out, model->save[i]);
        solow_job_buffer_add(out, "\n");
    }
}

/* Keys that are told above by their parsed form, and those that change no number. */
static bool is_told(const char *key)
{
    static const char *const told[] = {
        "id",  "title",   "published", "like", "foreach", "add",     "drop",  "where", "and_where",  "formula",  "vcov",
        "ssc", "weights", "save",      "by",   "window",  "combine", "level", "label", "singletons", "estimator"};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        if (strcmp(told[i], key) == 0) {
            return true;
        }
    }
    return false;
}

static const solow_option *find_option(const solow_option *options, const char *key)
{
    for (const solow_option *o = options; o != NULL && o->name != NULL; o++) {
        if (strcmp(o->name, key) == 0) {
            return o;
        }
    }
    return NULL;
}

/* The estimator's options with their defaults, then what else the mapping holds (tests, resampling), sorted. */
static void add_options(solow_job_buffer *out, const solow_model *model, const solow_option *options)
{
    for (const solow_option *o = options; o != NULL && o->name != NULL; o++) {
        const solow_yaml *given = model->options != NULL ? solow_yaml_get(model->options, o->name) : NULL;
        const char *text = solow_model_option(model, options, o->name);
        solow_job_buffer_format(out, "option %s=", o->name);
        if (given != NULL && given->kind != SOLOW_YAML_SCALAR) {
            add_yaml(out, given);
        } else {
            add_text(out, text != NULL ? text : "");
        }
        solow_job_buffer_add(out, "\n");
    }
    solow_yaml rest = {.kind = SOLOW_YAML_MAPPING};
    ptrdiff_t most = model->options != NULL && model->options->kind == SOLOW_YAML_MAPPING ? model->options->count : 0;
    rest.key = solow_allocate(most, sizeof *rest.key);
    rest.item = solow_allocate(most, sizeof *rest.item);
    out->failed = out->failed || rest.key == NULL || rest.item == NULL;
    for (ptrdiff_t i = 0; i < most && !out->failed; i++) {
        const char *key = model->options->key[i]->text;
        if (!is_told(key) && find_option(options, key) == NULL) {
            rest.key[rest.count] = model->options->key[i];
            rest.item[rest.count++] = model->options->item[i];
        }
    }
    if (!out->failed) {
        add_mapping(out, &rest);
    }
    free(rest.key);
    free(rest.item);
}

char *solow_model_specification(const solow_model *model, const solow_option *options)
{
    solow_job_buffer out = {0};
    solow_job_buffer_add(&out, "estimator=");
    add_text(&out, model->estimator);
    solow_job_buffer_add(&out, "\n");
    add_formula(&out, &model->formula);
    add_rules(&out, model);
    add_options(&out, model, options);
    return solow_job_buffer_take(&out);
}
