/* resampling.c - see resampling.h. */
#include "io/job/resampling.h"

#include "io/job/named.h"
#include "io/job/sections.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

/* What a type of draws can be asked for; the first distribution and interval are its defaults. */
static const struct kind {
    const char *name, *distributions, *intervals;
} kinds[] = {
    [SOLOW_RESAMPLING_PAIRS] = {"pairs", "multinomial poisson", "percentile percentile_t bca normal"},
    [SOLOW_RESAMPLING_WILD] = {"wild", "rademacher webb mammen normal", "percentile_t percentile normal"},
    [SOLOW_RESAMPLING_BAYESIAN] = {"bayesian", "", "percentile percentile_t bca normal"},
    [SOLOW_RESAMPLING_BLOCK] = {"block", "", "percentile percentile_t normal"},
    [SOLOW_RESAMPLING_JACKKNIFE] = {"jackknife", "", "normal"},
    [SOLOW_RESAMPLING_PERMUTATION] = {"permutation", "", ""},
};
static const char *const distributions[] = {
    [SOLOW_DISTRIBUTION_NONE] = "",          [SOLOW_DISTRIBUTION_RADEMACHER] = "rademacher",
    [SOLOW_DISTRIBUTION_WEBB] = "webb",      [SOLOW_DISTRIBUTION_MAMMEN] = "mammen",
    [SOLOW_DISTRIBUTION_NORMAL] = "normal",  [SOLOW_DISTRIBUTION_MULTINOMIAL] = "multinomial",
    [SOLOW_DISTRIBUTION_POISSON] = "poisson"};
static const char *const intervals[] = {[SOLOW_INTERVAL_NONE] = "",
                                        [SOLOW_INTERVAL_PERCENTILE] = "percentile",
                                        [SOLOW_INTERVAL_PERCENTILE_T] = "percentile_t",
                                        [SOLOW_INTERVAL_BCA] = "bca",
                                        [SOLOW_INTERVAL_NORMAL] = "normal",
                                        [SOLOW_INTERVAL_INVERSION] = "inversion"};
static const char only_inversion[] = "inversion";

const char *solow_resampling_scheme(solow_resampling_type type)
{
    return kinds[type].name;
}

const solow_resampling *solow_model_design(const solow_model *model, const char *name)
{
    for (ptrdiff_t d = 0; d < model->designs; d++) {
        if (strcmp(model->design[d].name, name) == 0) {
            return &model->design[d];
        }
    }
    return NULL;
}

void solow_resampling_clear(solow_resampling *design)
{
    free(design->name);
    free(design->items);
    free(design->stream);
    solow_terms_clear(&design->cluster);
    solow_terms_clear(&design->within);
    solow_node_destroy(design->permute);
    *design = (solow_resampling){0};
}

/* ---- what a mapping says, whatever the model ---- */

static const char *scalar_under(const solow_yaml *mapping, const char *key)
{
    const solow_yaml *value = solow_yaml_get(mapping, key);
    return value != NULL && value->kind == SOLOW_YAML_SCALAR ? value->text : NULL;
}

/* The place of the first word of words, or of the text among them, in names; -1: it is not one of them. */
static int choose(const char *text, const char *words, const char *const *names, size_t count)
{
    const char *at = words, *word = text;
    size_t length = text != NULL ? strlen(text) : solow_schema_word(&at, &word);
    if (text != NULL && !solow_schema_has_word(words, text)) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (strlen(names[i]) == length && strncmp(names[i], word != NULL ? word : "", length) == 0) {
            return (int)i;
        }
    }
    return 0;
}

/* The place in names of what is said under key, or of the first word. */
static int read_choice(solow_reader *reader, const solow_yaml *node, const char *key, const char *words,
                       const char *const *names, size_t count)
{
    const solow_yaml *value = solow_yaml_get(node, key);
    int chosen = choose(scalar_under(node, key), words, names, count);
    if (chosen < 0 && words[0] == '\0') {
        solow_reader_error(reader, value, NULL, "`%s` has no meaning with this `type`", key);
    } else if (chosen < 0) {
        solow_reader_error(reader, value, NULL, "`%s` is one of: %s here; not `%.80s`", key, words, value->text);
    }
    return chosen < 0 ? 0 : chosen;
}

static void refuse_key(solow_reader *reader, const solow_yaml *node, const char *key, const char *sentence)
{
    const solow_yaml *value = solow_yaml_get(node, key);
    if (value != NULL) {
        solow_reader_error(reader, value, NULL, "%s", sentence);
    }
}

static void read_items(solow_reader *reader, const solow_yaml *node, solow_resampling *design)
{
    const solow_yaml *cluster = solow_yaml_get(node, "cluster"), *within = solow_yaml_get(node, "within");
    if (cluster != NULL && solow_reader_factors(reader, cluster, &design->cluster) && design->cluster.count != 1) {
        solow_reader_error(reader, cluster, "a^b combines two", "a design draws one set of clusters");
    }
    if (within != NULL && design->type == SOLOW_RESAMPLING_PERMUTATION) {
        (void)solow_reader_factors(reader, within, &design->within);
    }
}

/* Keys that go with one type alone. */
static void check_keys(solow_reader *reader, const solow_yaml *node, const solow_resampling *design)
{
    bool permutes = design->type == SOLOW_RESAMPLING_PERMUTATION, blocks = design->type == SOLOW_RESAMPLING_BLOCK;
    if (design->type != SOLOW_RESAMPLING_WILD) {
        refuse_key(reader, node, "restricted", "`restricted` goes with `type: wild`");
    }
    if (!permutes) {
        refuse_key(reader, node, "permute", "`permute` goes with `type: permutation`");
        refuse_key(reader, node, "within", "`within` goes with `type: permutation`");
    } else if (design->permute == NULL && solow_yaml_get(node, "permute") == NULL) {
        solow_reader_error(reader, node, "permute: the column whose values change places",
                           "`permute:` is missing here");
    }
    if (!blocks) {
        refuse_key(reader, node, "length", "`length` goes with `type: block`");
        return;
    }
    refuse_key(reader, node, "cluster", "a block design draws periods: it takes no `cluster`");
    if (design->length == 0) {
        solow_reader_error(reader, node, "length: the periods of a block", "`length:` is missing here");
    }
    if (reader->job->data.time == NULL) {
        solow_reader_error(reader, node, NULL,
                           "a block design draws periods: it needs the `time:` column under `data:`");
    }
}

static double number_under(const solow_yaml *node, const char *key, double standard)
{
    double value;
    return solow_yaml_number(solow_yaml_get(node, key), &value) && value >= 0 ? value : standard;
}

/* The type that a mapping names; a placebo names none. False if there is no such type, which the schema has said. */
static bool read_type(const solow_yaml *node, solow_resampling_type *type)
{
    const solow_yaml *said = solow_yaml_get(node, "type");
    *type = SOLOW_RESAMPLING_PERMUTATION;
    for (size_t k = 0; said != NULL && said->kind == SOLOW_YAML_SCALAR && k < sizeof kinds / sizeof *kinds; k++) {
        if (strcmp(kinds[k].name, said->text) == 0) {
            *type = (solow_resampling_type)k;
            return true;
        }
    }
    return said == NULL;
}

/* All that the mapping says. */
static void read_design(solow_reader *reader, const solow_yaml *node, const char *name, solow_resampling *design)
{
    const solow_yaml *permute = solow_yaml_get(node, "permute"), *restricted = solow_yaml_get(node, "restricted");
    *design = (solow_resampling){.place = {node->line, node->column}};
    if (!read_type(node, &design->type)) {
        return;
    }
    const struct kind *kind = &kinds[design->type];
    design->name = solow_reader_copy(reader, name);
    design->reps = (int64_t)number_under(node, "reps", design->type == SOLOW_RESAMPLING_JACKKNIFE ? 0 : 999);
    design->seed = (uint64_t)number_under(node, "seed", (double)reader->job->seed);
    design->length = (ptrdiff_t)number_under(node, "length", 0);
    design->stream = solow_reader_text(reader, node, "stream");
    design->restricted =
        design->type == SOLOW_RESAMPLING_WILD && (restricted == NULL || !solow_yaml_is_false(restricted));
    design->distribution = (solow_resampling_distribution)read_choice(
        reader, node, "distribution", kind->distributions, distributions, sizeof distributions / sizeof *distributions);
    design->interval = (solow_resampling_interval)read_choice(reader, node, "interval",
                                                              design->restricted ? only_inversion : kind->intervals,
                                                              intervals, sizeof intervals / sizeof *intervals);
    if (design->type == SOLOW_RESAMPLING_PERMUTATION && permute != NULL) {
        design->permute = solow_reader_expression(reader, permute);
    }
    if (design->type == SOLOW_RESAMPLING_JACKKNIFE) {
        refuse_key(reader, node, "reps", "a jackknife leaves out each cluster once: it takes no `reps`");
    }
    read_items(reader, node, design);
    check_keys(reader, node, design);
}

/* ---- what a model makes of it ---- */

static void copy_design(solow_reader *reader, const solow_resampling *from, solow_resampling *to)
{
    *to = *from;
    to->cluster = to->within = (solow_terms){0};
    to->name = solow_reader_copy(reader, from->name);
    to->items = NULL;
    to->stream = solow_reader_copy(reader, from->stream);
    to->permute = from->permute != NULL ? solow_node_copy(from->permute) : NULL;
    bool good = solow_terms_copy(&to->cluster, &from->cluster) && solow_terms_copy(&to->within, &from->within) &&
                (from->permute == NULL || to->permute != NULL);
    reader->no_memory |= !good;
}

static void take_column(solow_reader *reader, const char *column, solow_terms *factor)
{
    solow_node *node = solow_node_create(SOLOW_NODE_NAME, column, 0, 0);
    reader->no_memory |= node == NULL || !solow_terms_push(factor, node);
}

/* The clusters that a design of the model draws when it names none. A permutation moves the values of units where it can. */
static void fill_items(solow_reader *reader, const solow_model *model, solow_resampling *design)
{
    const solow_vcov_spec *vcov = &model->vcov;
    const solow_data_section *data = &reader->job->data;
    if (design->cluster.count > 0) {
        design->from = SOLOW_ITEMS_NAMED;
    } else if (design->type == SOLOW_RESAMPLING_BLOCK) {
        design->from = SOLOW_ITEMS_PERIODS;
        take_column(reader, data->time, &design->cluster);
    } else if (vcov->kind == SOLOW_VCOV_CLUSTER && design->type != SOLOW_RESAMPLING_PERMUTATION) {
        design->from = SOLOW_ITEMS_VCOV;
        reader->no_memory |= !solow_terms_copy(&design->cluster, &vcov->cluster);
        if (vcov->cluster.count > 1) {
            solow_diagnostics_add(reader->diagnostics, false, design->place, NULL,
                                  "model `%.128s` clusters in several ways, and a design draws one set of clusters: "
                                  "give it a `cluster:`",
                                  model->id);
        }
    } else if (data->unit != NULL) {
        design->from = SOLOW_ITEMS_UNITS;
        take_column(reader, data->unit, &design->cluster);
    } else {
        design->from = SOLOW_ITEMS_ROWS;
    }
    design->items =
        design->cluster.count == 1 ? solow_node_print(design->cluster.node[0]) : solow_reader_copy(reader, "");
    reader->no_memory |= design->items == NULL;
}

/* Adds a copy of the design to the model, unless it has it. */
static void add_design(solow_reader *reader, const solow_resampling *design, solow_model *model)
{
    if (solow_model_design(model, design->name) != NULL) {
        return;
    }
    solow_resampling *grown = solow_resize(model->design, model->designs + 1, sizeof *grown);
    if (grown == NULL) {
        reader->no_memory = true;
        return;
    }
    model->design = grown;
    copy_design(reader, design, &grown[model->designs]);
    if (!reader->no_memory && (design->type != SOLOW_RESAMPLING_BLOCK || reader->job->data.time != NULL)) {
        fill_items(reader, model, &grown[model->designs]);
    }
    model->designs++;
}

/* The designs of `resampling:`, read once each. */
typedef struct named_designs {
    solow_reader *reader;
    ptrdiff_t count;
    solow_resampling *design;
} named_designs;

static void add_named(const named_designs *all, const char *name, solow_model *model)
{
    for (ptrdiff_t d = 0; name != NULL && d < all->count; d++) {
        if (all->design[d].name != NULL && strcmp(all->design[d].name, name) == 0) {
            add_design(all->reader, &all->design[d], model);
        }
    }
}

/* A mapping in the model itself. */
static void add_own(const named_designs *all, const solow_yaml *node, const char *name, solow_model *model)
{
    solow_resampling own;
    read_design(all->reader, node, name, &own);
    if (own.name != NULL) {
        add_design(all->reader, &own, model);
    }
    solow_resampling_clear(&own);
}

static void add_all(const named_designs *all, solow_model *model)
{
    const solow_yaml *bootstrap = solow_yaml_get(model->options, "bootstrap"),
                     *placebo = solow_yaml_get(model->options, "placebo");
    const solow_job *job = all->reader->job;
    const solow_yaml *const sections[] = {job->families, job->compare};
    if (bootstrap != NULL && bootstrap->kind == SOLOW_YAML_MAPPING) {
        add_own(all, bootstrap, "", model);
    } else if (bootstrap != NULL && bootstrap->kind == SOLOW_YAML_SCALAR) {
        add_named(all, bootstrap->text, model);
    }
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
        for (ptrdiff_t i = 0; sections[s] != NULL && i < sections[s]->count; i++) {
            const solow_yaml *entry = sections[s]->item[i];
            const char *name = scalar_under(entry, "bootstrap");
            if (name != NULL && solow_may_name_model(solow_yaml_get(entry, "models"), model)) {
                add_named(all, name, model);
            }
        }
    }
    if (placebo != NULL && placebo->kind == SOLOW_YAML_MAPPING) {
        add_own(all, placebo, "placebo", model);
    }
}

void solow_job_read_designs(solow_reader *reader, const solow_yaml *root)
{
    const solow_yaml *section = solow_yaml_get(root, "resampling");
    ptrdiff_t count = section != NULL && section->kind == SOLOW_YAML_MAPPING ? section->count : 0;
    named_designs all = {.reader = reader, .design = solow_reader_allocate(reader, count, sizeof *all.design)};
    for (ptrdiff_t i = 0; i < count && all.design != NULL && !reader->no_memory; i++) {
        if (section->item[i]->kind == SOLOW_YAML_MAPPING) {
            read_design(reader, section->item[i], section->key[i]->text, &all.design[all.count++]);
        }
    }
    for (ptrdiff_t m = 0; m < reader->job->models && !reader->no_memory; m++) {
        add_all(&all, &reader->job->model[m]);
    }
    for (ptrdiff_t d = 0; d < all.count; d++) {
        solow_resampling_clear(&all.design[d]);
    }
    free(all.design);
}
