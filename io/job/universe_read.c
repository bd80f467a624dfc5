/* universe_read.c - `multiverse:` of a model's mapping; see universe.h, sections.h. */
#include "io/job/universe.h"

#include "io/job/buffer.h"
#include "io/job/sections.h"

#include <stdlib.h>
#include <string.h>

static const int64_t standard_limit = 100000;

typedef struct reading {
    solow_reader *reader;
    const solow_yaml *mapping; /* of the model */
    solow_universe *universe;
} reading;

static bool is_text(const solow_yaml *node)
{
    return node != NULL && node->kind == SOLOW_YAML_SCALAR;
}

/* Terms as printed, joined by +. */
static char *join(solow_reader *reader, const solow_terms *terms)
{
    solow_job_buffer text = {0};
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        char *term = solow_node_print(terms->node[i]);
        text.failed = text.failed || term == NULL;
        solow_job_buffer_add(&text, i > 0 ? "+" : "");
        solow_job_buffer_add(&text, term != NULL ? term : "");
        free(term);
    }
    if (terms->count == 0) {
        solow_job_buffer_add(&text, "none");
    }
    char *made = solow_job_buffer_take(&text);
    reader->no_memory |= made == NULL;
    return made;
}

/* A scalar or list of terms, flattened as in a formula and appended. */
static bool read_terms(reading *r, const solow_yaml *node, solow_terms *terms)
{
    solow_error err = {0};
    solow_formula raw = {.constant = true};
    solow_simple_formula *flat = NULL;
    ptrdiff_t flats = 0;
    solow_spot spot = {0};
    const char *near = NULL;
    char hint[SOLOW_HINT_BYTES];
    bool good = solow_reader_terms(r->reader, node, &raw);
    if (good && !solow_terms_push(&raw.outcome, solow_node_create(SOLOW_NODE_NAME, "y", 0, 0))) {
        r->reader->no_memory = true;
        good = false;
    }
    if (good &&
        solow_formula_expand(&raw, r->reader->list, r->reader->lists, &flat, &flats, &spot, &near, &err) != SOLOW_OK) {
        solow_reader_spot(r->reader, node, spot, solow_reader_did_you_mean(hint, near), &err);
        good = false;
    }
    if (good && (flats != 1 || flat[0].formula.effects > 0 || flat[0].formula.instrument.count > 0)) {
        solow_reader_error(r->reader, node, NULL, "controls are plain terms: no effects, instruments or steps");
        good = false;
    }
    if (good) {
        r->reader->no_memory |= !solow_terms_copy(terms, &flat[0].formula.regressor);
    }
    solow_simple_formulas_destroy(flat, flats);
    solow_formula_clear(&raw);
    return good && !r->reader->no_memory;
}

static solow_named_terms *one_more(reading *r, ptrdiff_t *count, solow_named_terms **item)
{
    solow_named_terms *grown = solow_job_room(*item, *count, sizeof *grown);
    if (grown == NULL) {
        r->reader->no_memory = true;
        return NULL;
    }
    *item = grown;
    grown[*count] = (solow_named_terms){NULL, {0, NULL}};
    return &grown[(*count)++];
}

/* An item that comes and goes as a whole; of `..list` each term by itself. */
static void read_item(reading *r, const solow_yaml *node, bool apart, ptrdiff_t *count, solow_named_terms **item)
{
    solow_terms terms = {0, NULL};
    bool list = is_text(node) && strncmp(node->text, "..", 2) == 0 && strpbrk(node->text, "+ ") == NULL;
    bool empty = node->kind == SOLOW_YAML_LIST && node->count == 0;
    if (!empty && !read_terms(r, node, &terms)) {
        solow_terms_clear(&terms);
        return;
    }
    if (!(apart && list)) {
        solow_named_terms *made = one_more(r, count, item);
        if (made != NULL) {
            made->terms = terms;
            made->name = join(r->reader, &terms);
            return;
        }
    }
    for (ptrdiff_t t = 0; apart && list && t < terms.count; t++) {
        solow_named_terms *made = one_more(r, count, item);
        if (made != NULL && solow_terms_push(&made->terms, solow_node_copy(terms.node[t]))) {
            made->name = join(r->reader, &made->terms);
        } else {
            r->reader->no_memory = true;
        }
    }
    solow_terms_clear(&terms);
}

static void read_items(reading *r, const solow_yaml *node, bool apart, ptrdiff_t *count, solow_named_terms **item)
{
    if (is_text(node)) {
        read_item(r, node, apart, count, item);
    }
    for (ptrdiff_t i = 0; node != NULL && node->kind == SOLOW_YAML_LIST && i < node->count; i++) {
        read_item(r, node->item[i], apart, count, item);
    }
}

static void read_controls(reading *r, const solow_yaml *node)
{
    solow_universe *u = r->universe;
    bool parts = node != NULL && node->kind == SOLOW_YAML_MAPPING;
    const solow_yaml *always = parts ? solow_yaml_get(node, "always") : NULL;
    if (always != NULL) {
        (void)read_terms(r, always, &u->always);
    }
    read_items(r, parts ? solow_yaml_get(node, "any") : node, true, &u->any, &u->any_item);
    if (parts) {
        read_items(r, solow_yaml_get(node, "one_of"), false, &u->one_of, &u->one_of_item);
    }
    if (u->any > SOLOW_UNIVERSE_ANY) {
        solow_reader_error(r->reader, node, NULL, "%td controls under `any`: more than %d cannot be combined", u->any,
                           (int)SOLOW_UNIVERSE_ANY);
    }
}

/* A control that is there anyway, or twice: its choices would be the same models under several names. */
static void check_controls(reading *r, const solow_yaml *node)
{
    const solow_universe *u = r->universe;
    for (ptrdiff_t i = 0; i < u->any + u->one_of; i++) {
        const solow_named_terms *item = i < u->any ? &u->any_item[i] : &u->one_of_item[i - u->any];
        for (ptrdiff_t t = 0; t < item->terms.count; t++) {
            const solow_node *term = item->terms.node[t];
            bool there = solow_terms_contain(&u->formula[0].regressor, term) || solow_terms_contain(&u->always, term);
            for (ptrdiff_t h = 0; h < u->any && h < i && !there; h++) {
                there = solow_terms_contain(&u->any_item[h].terms, term);
            }
            if (there) {
                char *name = solow_node_print(term);
                solow_reader_error(r->reader, node, NULL, "the control `%.200s` is in the model already",
                                   name != NULL ? name : "");
                free(name);
            }
        }
    }
}

static void read_outcomes(reading *r, const solow_yaml *node)
{
    solow_universe *u = r->universe;
    if (node == NULL) {
        r->reader->no_memory |= !solow_terms_copy(&u->outcome, &u->formula[0].outcome);
    }
    for (ptrdiff_t i = 0; node != NULL && i < (is_text(node) ? 1 : node->count); i++) {
        solow_node *outcome = solow_reader_expression(r->reader, is_text(node) ? node : node->item[i]);
        if (outcome != NULL) {
            r->reader->no_memory |= !solow_terms_push(&u->outcome, outcome);
        }
    }
    u->outcome_name = solow_reader_allocate(r->reader, u->outcome.count, sizeof *u->outcome_name);
    for (ptrdiff_t i = 0; u->outcome_name != NULL && i < u->outcome.count; i++) {
        u->outcome_name[i] = solow_node_print(u->outcome.node[i]);
        r->reader->no_memory |= u->outcome_name[i] == NULL;
    }
}

/* "firm + year" or "none" as a formula that has these effects alone. */
static bool read_effects(reading *r, const solow_yaml *node, solow_formula *effects)
{
    *effects = (solow_formula){.constant = true};
    if (!is_text(node) || strcmp(node->text, "none") == 0) {
        return is_text(node);
    }
    solow_job_buffer text = {0};
    solow_job_buffer_format(&text, "| %s", node->text);
    char *shifted = solow_job_buffer_take(&text);
    solow_yaml *copy =
        shifted != NULL ? solow_yaml_create(SOLOW_YAML_SCALAR, shifted, node->line, node->column - 2) : NULL;
    r->reader->no_memory |= copy == NULL;
    bool good = copy != NULL && solow_reader_terms(r->reader, copy, effects);
    solow_yaml_destroy(copy);
    free(shifted);
    return good;
}

/* What stands behind the bar of a formula, without spaces. */
static char *name_effects(solow_reader *reader, const solow_formula *formula)
{
    char *text = solow_formula_print(formula), *name = NULL;
    const char *bar = text != NULL ? strstr(text, " | ") : NULL;
    reader->no_memory |= text == NULL;
    if (formula->effects == 0 || bar == NULL) {
        name = solow_reader_copy(reader, "none");
    } else {
        char *end = strstr(text + (bar + 3 - text), " | "); /* before instruments */
        if (end != NULL) {
            *end = '\0';
        }
        name = solow_reader_copy(reader, bar + 3);
        char *to = name;
        for (const char *from = name; from != NULL && *from != '\0'; from++) {
            if (*from != ' ') {
                *to++ = *from;
            }
        }
        if (to != NULL) {
            *to = '\0';
        }
    }
    free(text);
    return name;
}

/* The formula once for each choice of effects. */
static bool read_formulas(reading *r, const solow_yaml *node)
{
    solow_universe *u = r->universe;
    const solow_yaml *text = solow_yaml_get(r->mapping, "formula");
    ptrdiff_t count = node == NULL || is_text(node) ? 1 : node->count;
    u->formula = solow_reader_allocate(r->reader, count, sizeof *u->formula);
    u->effects_name = solow_reader_allocate(r->reader, count, sizeof *u->effects_name);
    for (ptrdiff_t e = 0; e < count && !r->reader->no_memory; e++) {
        solow_formula effects = {.constant = true};
        ptrdiff_t simples = 0;
        if (node != NULL && !read_effects(r, is_text(node) ? node : node->item[e], &effects)) {
            return false;
        }
        solow_simple_formula *simple =
            solow_job_expand_formula(r->reader, r->mapping, text, node != NULL ? &effects : NULL, &simples);
        solow_formula_clear(&effects);
        if (simple != NULL && simples == 1) {
            u->formula[e] = simple[0].formula;
            simple[0].formula = (solow_formula){0};
            u->effects_name[e] = name_effects(r->reader, &u->formula[e]);
            u->effects = e + 1;
        } else if (simple != NULL) {
            solow_reader_error(r->reader, text, "outcomes: [y1, y2] under `multiverse`",
                               "a multiverse has one formula, without several outcomes or stepwise lists");
        }
        solow_simple_formulas_destroy(simple, simples);
        if (u->effects <= e) {
            return false;
        }
    }
    return count > 0 && !r->reader->no_memory;
}

static void read_samples(reading *r, const solow_yaml *node)
{
    solow_universe *u = r->universe;
    u->samples = node != NULL && node->kind == SOLOW_YAML_MAPPING ? node->count : 1;
    u->sample = solow_reader_allocate(r->reader, u->samples, sizeof *u->sample);
    for (ptrdiff_t s = 0; u->sample != NULL && s < u->samples; s++) {
        bool named = node != NULL && node->kind == SOLOW_YAML_MAPPING;
        u->sample[s].name = solow_reader_copy(r->reader, named ? node->key[s]->text : "all");
        if (named && is_text(node->item[s]) && strcmp(node->item[s]->text, "1") != 0) {
            u->sample[s].where = solow_reader_expression(r->reader, node->item[s]);
        }
    }
}

static char *name_vcov(solow_reader *reader, const solow_vcov_spec *spec)
{
    static const char *const plain[] = {"iid", "hc0", "hc1", "hc2", "hc3"};
    static const char *const clusters[] = {"cluster", "cr0", "cr2", "cr3"};
    solow_job_buffer text = {0};
    if (spec->kind <= SOLOW_VCOV_HC3) {
        solow_job_buffer_add(&text, plain[spec->kind]);
    } else if (spec->kind == SOLOW_VCOV_CLUSTER) {
        char *ways = join(reader, &spec->cluster);
        solow_job_buffer_format(&text, "%s(%s)", clusters[spec->type], ways != NULL ? ways : "");
        free(ways);
    } else if (spec->kind == SOLOW_VCOV_CONLEY) {
        solow_job_buffer_format(&text, "conley(%g)", spec->cutoff_km);
    } else {
        const char *name = spec->kind == SOLOW_VCOV_NEWEY_WEST ? "newey_west" : "driscoll_kraay";
        solow_job_buffer_format(&text, spec->lags < 0 ? "%s(auto)" : "%s(%d)", name, spec->lags);
    }
    char *made = solow_job_buffer_take(&text);
    reader->no_memory |= made == NULL;
    return made;
}

static void copy_vcov(solow_reader *reader, const solow_vcov_spec *from, solow_vcov_spec *to)
{
    *to = *from;
    to->cluster = (solow_terms){0, NULL};
    to->kernel = solow_reader_copy(reader, from->kernel);
    reader->no_memory |= !solow_terms_copy(&to->cluster, &from->cluster);
}

static void read_vcovs(reading *r, const solow_yaml *node, solow_model *model)
{
    solow_universe *u = r->universe;
    bool list = node != NULL && node->kind == SOLOW_YAML_LIST;
    u->vcovs = list ? node->count : 1;
    u->vcov = solow_reader_allocate(r->reader, u->vcovs, sizeof *u->vcov);
    for (ptrdiff_t v = 0; u->vcov != NULL && v < u->vcovs; v++) {
        if (node != NULL) {
            solow_job_read_vcov(r->reader, list ? node->item[v] : node, &u->vcov[v].spec);
            model->vcov.is_default = false;
        } else {
            copy_vcov(r->reader, &model->vcov, &u->vcov[v].spec);
        }
        u->vcov[v].name = name_vcov(r->reader, &u->vcov[v].spec);
    }
}

static int64_t read_integer(const solow_yaml *node, int64_t standard)
{
    double value;
    return node != NULL && solow_yaml_number(node, &value) && value >= 0 && value < 9e15 ? (int64_t)value : standard;
}

/* "8192 control sets x 3 outcomes x 2 effects = 49152" */
static char *product_text(const solow_universe *u, double product)
{
    const struct {
        double count;
        const char *what;
    } factor[] = {{(double)solow_universe_control_sets(u), "control sets"},
                  {(double)u->outcome.count, "outcomes"},
                  {(double)u->effects, "effects"},
                  {(double)u->samples, "samples"},
                  {(double)u->vcovs, "variances"}};
    solow_job_buffer text = {0};
    bool any = false;
    for (size_t f = 0; f < sizeof factor / sizeof *factor; f++) {
        if (factor[f].count > 1) {
            solow_job_buffer_format(&text, "%s%.0f %s", any ? " x " : "", factor[f].count, factor[f].what);
            any = true;
        }
    }
    solow_job_buffer_format(&text, " = %.0f", product);
    return solow_job_buffer_take(&text);
}

static void read_size(reading *r, const solow_yaml *node)
{
    solow_universe *u = r->universe;
    const solow_yaml *draw = solow_yaml_get(node, "draw");
    u->limit = read_integer(solow_yaml_get(node, "limit"), standard_limit);
    u->draw = draw != NULL ? read_integer(solow_yaml_get(draw, "n"), 0) : 0;
    u->draw_seed =
        (uint64_t)read_integer(draw != NULL ? solow_yaml_get(draw, "seed") : NULL, (int64_t)r->reader->job->seed);
    if (u->any > SOLOW_UNIVERSE_ANY) {
        return;
    }
    if (1 + u->any + u->one_of + u->outcome.count > SOLOW_UNIVERSE_PIECES) {
        solow_reader_error(r->reader, node, NULL, "more than %d outcomes and sets of controls",
                           (int)SOLOW_UNIVERSE_PIECES - 1);
    }
    double product = (double)solow_universe_control_sets(u) * (double)u->outcome.count * (double)u->effects *
                     (double)u->samples * (double)u->vcovs;
    double taken = u->draw > 0 && (double)u->draw < product ? (double)u->draw : product;
    if (taken > (double)u->limit || product > 9e15) {
        char *text = product_text(u, product);
        if (u->draw > 0 && product <= 9e15) {
            solow_reader_error(r->reader, draw, NULL, "%lld drawn specifications of %s exceed limit %lld",
                               (long long)u->draw, text != NULL ? text : "", (long long)u->limit);
        } else {
            solow_reader_error(r->reader, node, "raise `limit`, or `draw: {n: 5000, seed: 1}` takes some of them",
                               "%s exceeds limit %lld", text != NULL ? text : "", (long long)u->limit);
        }
        free(text);
    }
    u->product = product <= 9e15 ? (int64_t)product : 0;
    u->draw = u->draw < u->product ? u->draw : 0;
}

/* Names of terms must be of the formula or a control; dummies of i() are known to the data alone. */
static void read_term_names(reading *r, const solow_yaml *node)
{
    solow_universe *u = r->universe;
    u->term = node != NULL ? solow_reader_texts(r->reader, node, &u->terms) : NULL;
    for (ptrdiff_t t = 0; t < u->terms && u->term != NULL; t++) {
        char *name = solow_term_name(u->term[t]);
        r->reader->no_memory |= name == NULL;
        if (name != NULL) {
            free(u->term[t]);
            u->term[t] = name;
        }
    }
}

static void refuse_companions(reading *r)
{
    static const char *const others[] = {"by", "window", "save", "published"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const solow_yaml *other = solow_yaml_get(r->mapping, others[i]);
        if (other != NULL) {
            solow_reader_error(r->reader, other, i < 2 ? "`samples:` under `multiverse` makes groups" : NULL,
                               "`%s` and `multiverse` do not go together", others[i]);
        }
    }
}

void solow_job_read_universe(solow_reader *reader, const solow_yaml *mapping, solow_model *model)
{
    const solow_yaml *node = solow_yaml_get(mapping, "multiverse");
    reading r = {.reader = reader, .mapping = mapping};
    if (node == NULL || node->kind != SOLOW_YAML_MAPPING || model->formula.outcome.count != 1) {
        return;
    }
    r.universe = solow_reader_allocate(reader, 1, sizeof *r.universe);
    if (r.universe == NULL) {
        return;
    }
    model->universe = r.universe;
    if (!read_formulas(&r, solow_yaml_get(node, "effects"))) {
        return;
    }
    read_outcomes(&r, solow_yaml_get(node, "outcomes"));
    read_controls(&r, solow_yaml_get(node, "controls"));
    check_controls(&r, solow_yaml_get(node, "controls"));
    read_samples(&r, solow_yaml_get(node, "samples"));
    read_vcovs(&r, solow_yaml_get(node, "vcov"), model);
    read_term_names(&r, solow_yaml_get(node, "terms"));
    if (!reader->no_memory) {
        read_size(&r, node);
    }
    refuse_companions(&r);
}
