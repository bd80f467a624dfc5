/* check_model.c - a concrete model's keys against the schema and its estimator's options; see sections.h. */
#include "io/job/sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 256 };

/* Estimators that job files may name but this version has not: an error of their own, and what others call them. */
static const char *const later[][2] = {
    {"between", ""},
    {"re", ""},
    {"fd", ""},
    {"mundlak", ""},
    {"quantile", "qreg rq"},
    {"sur", "sureg systemfit"},
    {"iv", "ivreghdfe ivreg ivreg2 ivregress"},
    {"poisson", "ppmlhdfe fepois ppml"},
    {"negbin", "nbreg fenegbin"},
    {"logit", "feglm clogit"},
    {"probit", ""},
    {"oprobit", ""},
    {"tobit", ""},
    {"heckman", ""},
    {"dgmm", "xtabond2 xtabond pgmm"},
    {"sgmm", "xtdpdsys"},
    {"ccep", "pcce"},
    {"ccemg", "xtmg"},
    {"mg", "pmg"},
    {"amg", ""},
    {"ife", ""},
    {"op", "opreg prodest"},
    {"lp", "levpet"},
    {"wooldridge", ""},
    {"acf", "acfest"},
    {"gnr", ""},
    {"sfa", "frontier sfcross"},
    {"dea", ""},
    {"malmquist", ""},
    {"solow_residual", ""},
    {"tornqvist", ""},
    {"slx", ""},
    {"sar", "lagsarlm spreg"},
    {"sem", "errorsarlm"},
    {"sac", "sacsarlm"},
    {"sarar", ""},
    {"sdm", "xsmle spml"},
    {"sdem", ""},
    {"gns", ""},
    {"did", "csdid att_gt sunab eventstudyinteract did_imputation"},
    {"threshold", "xthreg"},
    {"mediation", ""},
};
enum { LATER = sizeof later / sizeof *later };

static const solow_estimator_names *find(const solow_reader *reader, const char *name)
{
    for (ptrdiff_t i = 0; i < reader->estimator_count; i++) {
        if (strcmp(reader->estimators[i].name, name) == 0) {
            return &reader->estimators[i];
        }
    }
    return NULL;
}

/* Our name for what other programs call it, or NULL. */
static const char *ours(const solow_reader *reader, const char *name)
{
    for (ptrdiff_t i = 0; i < reader->estimator_count; i++) {
        const char *others = reader->estimators[i].also_known_as;
        if (others != NULL && solow_schema_has_word(others, name)) {
            return reader->estimators[i].name;
        }
    }
    for (size_t i = 0; i < LATER; i++) {
        if (solow_schema_has_word(later[i][1], name)) {
            return later[i][0];
        }
    }
    return NULL;
}

static bool is_later(const char *name)
{
    for (size_t i = 0; i < LATER; i++) {
        if (strcmp(later[i][0], name) == 0) {
            return true;
        }
    }
    return false;
}

static void refuse_estimator(solow_reader *reader, const solow_yaml *node)
{
    char hint[SOLOW_HINT_BYTES];
    const char *name = ours(reader, node->text);
    if (is_later(node->text)) {
        solow_reader_error(reader, node, NULL, "the estimator `%s` is not available in this version", node->text);
        return;
    }
    if (name != NULL) {
        (void)snprintf(hint, sizeof hint, "here it is `%s`", name);
        solow_reader_error(reader, node, hint, "unknown estimator `%.80s`", node->text);
        return;
    }
    const char *names[NAMES];
    ptrdiff_t count = 0;
    for (; count < reader->estimator_count && count < NAMES; count++) {
        names[count] = reader->estimators[count].name;
    }
    solow_reader_error(reader, node, solow_reader_did_you_mean(hint, solow_closest(node->text, names, count)),
                       "unknown estimator `%.80s`; see `solow estimators`", node->text);
}

static const char *estimators_with(const solow_reader *reader, const char *key, char *names, size_t size)
{
    size_t used = 0;
    names[0] = '\0';
    for (ptrdiff_t i = 0; i < reader->estimator_count; i++) {
        for (const solow_option *option = reader->estimators[i].options; option != NULL && option->name != NULL;
             option++) {
            if (strcmp(option->name, key) == 0 && used < size) {
                int length =
                    snprintf(names + used, size - used, "%s%s", used > 0 ? ", " : "", reader->estimators[i].name);
                used += length > 0 ? (size_t)length : 0;
            }
        }
    }
    return used > 0 ? names : NULL;
}

/* A key that is an option of other estimators only. */
static bool refuse_option(solow_reader *reader, const char *estimator, const solow_yaml *key)
{
    char names[SOLOW_HINT_BYTES];
    if (estimators_with(reader, key->text, names, sizeof names) == NULL) {
        return false;
    }
    solow_reader_error(reader, key, NULL, "`%.80s` is an option of %s, not of %s", key->text, names, estimator);
    return true;
}

/* The estimator's entry, its name known; NULL after an error, which is reported. */
static const solow_estimator_names *check_estimator(solow_reader *reader, const solow_yaml *mapping)
{
    const solow_yaml *node = solow_yaml_get(mapping, "estimator");
    if (node == NULL) {
        solow_reader_error(reader, mapping, NULL, "`estimator:` is missing here");
        return NULL;
    }
    if (node->kind != SOLOW_YAML_SCALAR) {
        solow_reader_error(reader, node, NULL, "`estimator` is a name");
        return NULL;
    }
    const solow_estimator_names *estimator = find(reader, node->text);
    if (estimator == NULL) {
        refuse_estimator(reader, node);
    }
    return estimator;
}

/* The model without the keys that are other estimators' options, which are reported: a list that owns nothing. */
static void gather_known(solow_reader *reader, const char *estimator, const solow_rule *options,
                         const solow_yaml *mapping, solow_yaml *known)
{
    for (ptrdiff_t i = 0; i < mapping->count; i++) {
        const char *key = mapping->key[i]->text;
        bool other = solow_schema_find(solow_model_rules, key) == NULL && solow_schema_find(options, key) == NULL;
        /* Whose option it is cannot be known without an estimator. */
        if (other && (estimator == NULL || refuse_option(reader, estimator, mapping->key[i]))) {
            continue;
        }
        known->key[known->count] = mapping->key[i];
        known->item[known->count++] = mapping->item[i];
    }
}

static void check_keys(solow_reader *reader, const solow_estimator_names *estimator, const solow_yaml *mapping)
{
    solow_rule *options = solow_schema_options(reader, estimator != NULL ? estimator->options : NULL);
    solow_yaml known = {.kind = SOLOW_YAML_MAPPING, .line = mapping->line, .column = mapping->column};
    known.key = solow_reader_allocate(reader, mapping->count, sizeof(solow_yaml *));
    known.item = solow_reader_allocate(reader, mapping->count, sizeof(solow_yaml *));
    if (!reader->no_memory) {
        gather_known(reader, estimator != NULL ? estimator->name : NULL, options, mapping, &known);
        (void)solow_schema_check_keys(reader, solow_model_rules, options, &known);
    }
    free(known.key);
    free(known.item);
    free(options);
}

bool solow_job_check_model(solow_reader *reader, const solow_yaml *mapping)
{
    check_keys(reader, check_estimator(reader, mapping), mapping);
    const solow_yaml *id = solow_yaml_get(mapping, "id");
    return id != NULL && id->kind == SOLOW_YAML_SCALAR;
}
