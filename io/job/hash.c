/* hash.c - see hash.h. */
#include "io/job/hash.h"

#include "io/job/buffer.h"
#include "io/job/resampling.h"
#include "io/job/schema.h"
#include "io/job/universe.h"
#include "io/result/file_hash.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

/* Keys of a model that have a member of solow_model, or that do not change what is estimated. */
static const char read_keys[] =
    "id estimator formula like add drop where and_where by window weights vcov ssc level "
    "singletons save combine tests published foreach bootstrap placebo leave_out multiverse";

static void add_key(solow_job_buffer *out, const char *key)
{
    solow_job_buffer_format(out, "\n%s=", key);
}

/* A text with its length, so that no two sequences of texts read alike. */
static void add_text(solow_job_buffer *out, const char *text)
{
    solow_job_buffer_format(out, "%zu:%s,", text != NULL ? strlen(text) : 0, text != NULL ? text : "");
}

static void add_number(solow_job_buffer *out, double value)
{
    solow_job_buffer_format(out, "%.17g,", value);
}

static void add_taken(solow_job_buffer *out, char *text)
{
    out->failed = out->failed || text == NULL;
    add_text(out, text);
    free(text);
}

static void add_node(solow_job_buffer *out, const solow_node *node)
{
    if (node == NULL) {
        solow_job_buffer_add(out, "-,");
    } else {
        add_taken(out, solow_node_print(node));
    }
}

static void add_terms(solow_job_buffer *out, const solow_terms *terms)
{
    solow_job_buffer_format(out, "%td(", terms->count);
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        add_node(out, terms->node[i]);
    }
    solow_job_buffer_add(out, ")");
}

typedef struct pair {
    const char *key;
    const solow_yaml *item;
} pair;

static int by_key(const void *a, const void *b)
{
    return strcmp(((const pair *)a)->key, ((const pair *)b)->key);
}

static void add_tree(solow_job_buffer *out, const solow_yaml *node);

/* Keys in the order of their bytes. */
static void add_mapping(solow_job_buffer *out, const solow_yaml *node)
{
    pair *pairs = solow_allocate(node->count, sizeof *pairs);
    if (pairs == NULL) {
        out->failed = true;
        return;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        pairs[i] = (pair){node->key[i]->text, node->item[i]};
    }
    if (node->count > 1) {
        qsort(pairs, (size_t)node->count, sizeof *pairs, by_key);
    }
    solow_job_buffer_add(out, "{");
    for (ptrdiff_t i = 0; i < node->count; i++) {
        add_text(out, pairs[i].key);
        add_tree(out, pairs[i].item);
    }
    solow_job_buffer_add(out, "}");
    free(pairs);
}

/* A tree without places; numbers by their value, so that 1, 1.0 and 1e0 are one. */
static void add_tree(solow_job_buffer *out, const solow_yaml *node)
{
    double number;
    if (node == NULL) {
        solow_job_buffer_add(out, "-,");
    } else if (node->kind == SOLOW_YAML_MAPPING) {
        add_mapping(out, node);
    } else if (node->kind == SOLOW_YAML_LIST) {
        solow_job_buffer_add(out, "[");
        for (ptrdiff_t i = 0; i < node->count; i++) {
            add_tree(out, node->item[i]);
        }
        solow_job_buffer_add(out, "]");
    } else if (!node->quoted && solow_yaml_number(node, &number)) {
        add_number(out, number);
    } else {
        add_text(out, node->text);
    }
}

static void add_vcov(solow_job_buffer *out, const solow_vcov_spec *vcov)
{
    add_key(out, "vcov");
    solow_job_buffer_format(out, "%d,%d,%d,%d,", (int)vcov->kind, (int)vcov->type, vcov->lags, vcov->time_lags);
    add_number(out, vcov->cutoff_km);
    add_text(out, vcov->kernel);
    add_terms(out, &vcov->cluster);
}

static void add_ssc(solow_job_buffer *out, const solow_ssc_spec *ssc)
{
    add_key(out, "ssc");
    add_text(out, ssc->name); /* it is printed */
    solow_job_buffer_format(out, "%d,%d,%d,%d,%d", (int)ssc->k, (int)ssc->g, (int)ssc->df, (int)ssc->rows,
                            (int)ssc->hac);
}

/* Options of the estimator, those that are not given by their default. */
static void add_options(solow_job_buffer *out, const solow_model *model, const solow_option *options)
{
    for (const solow_option *o = options; o != NULL && o->name != NULL; o++) {
        solow_yaml *standard = NULL;
        const solow_yaml *value = solow_yaml_get(model->options, o->name);
        solow_error err = {0};
        int line, column;
        if (value == NULL && o->default_text != NULL &&
            solow_yaml_parse(o->default_text, strlen(o->default_text), &standard, &line, &column, &err) != SOLOW_OK) {
            out->failed = true;
        }
        add_key(out, o->name);
        add_tree(out, value != NULL ? value : standard);
        solow_yaml_destroy(standard);
    }
}

static bool is_option(const solow_option *options, const char *key)
{
    bool found = false;
    for (const solow_option *o = options; o != NULL && o->name != NULL && !found; o++) {
        found = strcmp(o->name, key) == 0;
    }
    return found;
}

/* What it is drawn under, by what that says: not the design's name. */
static void add_designs(solow_job_buffer *out, const solow_model *model)
{
    for (ptrdiff_t d = 0; d < model->designs; d++) {
        const solow_resampling *design = &model->design[d];
        add_key(out, "design");
        solow_job_buffer_format(out, "%d,%lld,%llu,%d,%d,%d,%td,", (int)design->type, (long long)design->reps,
                                (unsigned long long)design->seed, (int)design->distribution, (int)design->restricted,
                                (int)design->interval, design->length);
        add_terms(out, &design->cluster);
        add_text(out, design->stream);
        add_node(out, design->permute);
        add_terms(out, &design->within);
    }
}

/* Keys that nothing above has seen. */
static void add_rest(solow_job_buffer *out, const solow_model *model, const solow_option *options)
{
    for (ptrdiff_t i = 0; i < model->options->count; i++) {
        const char *key = model->options->key[i]->text;
        if (!solow_schema_has_word(read_keys, key) && !is_option(options, key)) {
            add_key(out, key);
            add_tree(out, model->options->item[i]);
        }
    }
}

/* All choices as they are meant; how many specifications are allowed changes nothing. */
static void add_universe(solow_job_buffer *out, const solow_universe *universe)
{
    add_key(out, "multiverse");
    add_terms(out, &universe->outcome);
    add_terms(out, &universe->always);
    for (ptrdiff_t i = 0; i < universe->any; i++) {
        add_text(out, universe->any_item[i].name);
    }
    add_key(out, "one_of");
    for (ptrdiff_t i = 0; i < universe->one_of; i++) {
        add_text(out, universe->one_of_item[i].name);
    }
    add_key(out, "choices");
    for (ptrdiff_t e = 0; e < universe->effects; e++) {
        add_taken(out, solow_formula_print(&universe->formula[e]));
    }
    for (ptrdiff_t s = 0; s < universe->samples; s++) {
        add_text(out, universe->sample[s].name);
        add_node(out, universe->sample[s].where);
    }
    for (ptrdiff_t v = 0; v < universe->vcovs; v++) {
        add_vcov(out, &universe->vcov[v].spec);
    }
    add_key(out, "terms");
    for (ptrdiff_t t = 0; t < universe->terms; t++) {
        add_text(out, universe->term[t]);
    }
    solow_job_buffer_format(out, "%lld,%llu,", (long long)universe->draw, (unsigned long long)universe->draw_seed);
}

/* All of (1) but the tests. */
static void add_model(solow_job_buffer *out, const solow_model *model, const solow_option *options)
{
    add_key(out, "estimator");
    add_text(out, model->estimator);
    add_key(out, "formula");
    add_text(out, model->formula_text);
    add_vcov(out, &model->vcov);
    add_ssc(out, &model->ssc);
    add_key(out, "rows");
    add_node(out, model->where);
    add_terms(out, &model->by);
    solow_job_buffer_format(out, "%td,%td,%d,", model->window_length, model->window_step, (int)model->drop_singletons);
    add_key(out, "weights");
    add_node(out, model->weights);
    solow_job_buffer_format(out, "%d,", model->weights != NULL ? (int)model->weight_type : 0);
    add_key(out, "level");
    add_number(out, model->level);
    add_key(out, "save");
    for (ptrdiff_t i = 0; i < model->save_count; i++) {
        add_text(out, model->save[i]);
    }
    add_key(out, "combine");
    for (ptrdiff_t i = 0; i < model->combine_count; i++) {
        add_text(out, model->combine[i].name);
        add_node(out, model->combine[i].expression);
    }
    if (model->universe != NULL) {
        add_universe(out, model->universe);
    }
    add_options(out, model, options);
    add_terms(out, &model->leave_out);
    add_designs(out, model);
    add_rest(out, model, options);
}

/* Every model of that id, one that a test is set against; its own options by the trees that it has. */
static void add_against(solow_job_buffer *out, const solow_job *job, const char *id)
{
    for (ptrdiff_t m = 0; m < job->models; m++) {
        if (strcmp(job->model[m].id, id) == 0) {
            add_model(out, &job->model[m], NULL);
        }
    }
}

static void add_tests(solow_job_buffer *out, const solow_job *job, const solow_model *model)
{
    add_key(out, "tests");
    add_tree(out, model->tests);
    for (ptrdiff_t i = 0; model->tests != NULL && model->tests->kind == SOLOW_YAML_LIST && i < model->tests->count;
         i++) {
        const solow_yaml *test = model->tests->item[i];
        for (ptrdiff_t j = 0; test->kind == SOLOW_YAML_MAPPING && j < test->count; j++) {
            const solow_yaml *against =
                test->item[j]->kind == SOLOW_YAML_MAPPING ? solow_yaml_get(test->item[j], "against") : NULL;
            if (against != NULL && against->kind == SOLOW_YAML_SCALAR) {
                add_against(out, job, against->text);
            }
        }
    }
}

static solow_status finish(solow_job_buffer *out, char *hash, solow_error *err)
{
    char *text = solow_job_buffer_take(out);
    if (text == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the identity of a job");
    }
    solow_text_sha256(text, hash);
    free(text);
    return SOLOW_OK;
}

solow_status solow_model_hash(const solow_job *job, const solow_model *model, const solow_option *options, char *hash,
                              solow_error *err)
{
    solow_job_buffer out = {0};
    add_model(&out, model, options);
    add_tests(&out, job, model);
    return finish(&out, hash, err);
}

static void add_texts(solow_job_buffer *out, char *const *text, ptrdiff_t count)
{
    solow_job_buffer_format(out, "%td(", count);
    for (ptrdiff_t i = 0; i < count; i++) {
        add_text(out, text[i]);
    }
    solow_job_buffer_add(out, ")");
}

/* Everything but the names of files: their content is compared by itself. */
static void add_data(solow_job_buffer *out, const solow_data_section *data)
{
    const char *const texts[] = {data->unit,   data->time,    data->frequency, data->delimiter, data->longitude,
                                 data->source, data->licence, data->citation,  data->latitude};
    add_key(out, "data");
    solow_job_buffer_format(out, "%td,", data->files);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        add_text(out, texts[i]);
    }
    add_texts(out, data->missing, data->missing_count);
    add_node(out, data->where);
    for (ptrdiff_t m = 0; m < data->merges; m++) {
        add_texts(out, data->merge[m].by, data->merge[m].by_count);
        add_texts(out, data->merge[m].keep, data->merge[m].keep_count);
        solow_job_buffer_format(out, "%d,%d,", (int)data->merge[m].match, (int)data->merge[m].unmatched);
    }
}

static const solow_option *options_of(const solow_estimator_names *estimators, ptrdiff_t count, const char *name)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        if (strcmp(estimators[i].name, name) == 0) {
            return estimators[i].options;
        }
    }
    return NULL;
}

static solow_status add_models(solow_job_buffer *out, const solow_job *job, const solow_estimator_names *estimators,
                               ptrdiff_t estimator_count, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < job->models && status == SOLOW_OK; m++) {
        const solow_model *model = &job->model[m];
        char hash[SOLOW_HASH_BYTES] = "";
        status = solow_model_hash(job, model, options_of(estimators, estimator_count, model->estimator), hash, err);
        add_key(out, "model");
        add_text(out, model->id);
        add_taken(out, solow_group_text(model, 0, NULL));
        add_text(out, hash);
        add_tree(out, solow_yaml_get(model->options, "published"));
    }
    return status;
}

solow_status solow_job_hash(const solow_job *job, const solow_estimator_names *estimators, ptrdiff_t estimator_count,
                            char *hash, solow_error *err)
{
    static const char *const sections[] = {"compare",         "families",          "tables",    "summaries", "measures",
                                           "spatial_weights", "indicator_systems", "resampling"};
    solow_job_buffer out = {0};
    add_key(&out, "title");
    add_text(&out, job->title);
    solow_job_buffer_format(&out, "%llu", (unsigned long long)job->seed);
    add_data(&out, &job->data);
    for (ptrdiff_t v = 0; v < job->variables; v++) {
        add_key(&out, "variable");
        add_text(&out, job->variable[v].name);
        add_node(&out, job->variable[v].expression);
    }
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
        add_key(&out, sections[s]);
        add_tree(&out, solow_yaml_get(job->root, sections[s]));
    }
    solow_status status = add_models(&out, job, estimators, estimator_count, err);
    if (status != SOLOW_OK) {
        solow_job_buffer_clear(&out);
        return status;
    }
    return finish(&out, hash, err);
}
