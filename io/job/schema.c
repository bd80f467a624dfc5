/* schema.c - a tree against its rules; see schema.h. */
#include "io/job/schema.h"
#include "kernels/core/size.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 128 };

size_t solow_schema_word(const char **at, const char **word)
{
    *word = *at + strspn(*at, " ");
    size_t length = strcspn(*word, " ");
    *at = *word + length;
    return length;
}

bool solow_schema_has_word(const char *words, const char *word)
{
    const char *at = words, *each;
    for (size_t length = solow_schema_word(&at, &each); length > 0; length = solow_schema_word(&at, &each)) {
        if (length == strlen(word) && strncmp(each, word, length) == 0) {
            return true;
        }
    }
    return false;
}

const solow_rule *solow_schema_find(const solow_rule *rules, const char *key)
{
    for (; rules != NULL && rules->key != NULL; rules++) {
        if (strcmp(rules->key, key) == 0) {
            return rules;
        }
    }
    return NULL;
}

/* "write `hc1`" or "did you mean `hc1`?" for a word that is no choice. */
static const char *choice_hint(const solow_rule *rule, const char *text, char hint[SOLOW_HINT_BYTES])
{
    const char *at = rule->aliases != NULL ? rule->aliases : "", *word;
    for (size_t length = solow_schema_word(&at, &word); length > 0; length = solow_schema_word(&at, &word)) {
        size_t name = strcspn(word, "=");
        if (name == strlen(text) && strncmp(word, text, name) == 0) {
            (void)snprintf(hint, SOLOW_HINT_BYTES, "here it is `%.*s`", (int)(length - name - 1), word + name + 1);
            return hint;
        }
    }
    char words[NAMES][40];
    const char *names[NAMES];
    ptrdiff_t count = 0;
    at = rule->choices;
    for (size_t length = solow_schema_word(&at, &word); length > 0 && count < NAMES;
         length = solow_schema_word(&at, &word)) {
        (void)snprintf(words[count], sizeof words[count], "%.*s", (int)length, word);
        names[count] = words[count];
        count++;
    }
    return solow_reader_did_you_mean(hint, solow_closest(text, names, count));
}

static bool check_choice(solow_reader *reader, const solow_rule *rule, const char *key, const solow_yaml *node)
{
    if (solow_schema_has_word(rule->choices, node->text)) {
        return true;
    }
    char hint[SOLOW_HINT_BYTES];
    solow_reader_error(reader, node, choice_hint(rule, node->text, hint), "`%s` is one of: %s; not `%.80s`", key,
                       rule->choices, node->text);
    return false;
}

static bool check_number(solow_reader *reader, const solow_rule *rule, const char *key, const solow_yaml *node)
{
    double value;
    bool integer = rule->scalar == SOLOW_SCALAR_INTEGER, printed = rule->scalar == SOLOW_SCALAR_PRINTED;
    if ((node->quoted && !printed) || !solow_yaml_number(node, &value) || !isfinite(value) ||
        (integer && value != floor(value))) {
        solow_reader_error(reader, node, NULL, "`%s` is a %s, not `%.80s`", key, integer ? "whole number" : "number",
                           node->text);
        return false;
    }
    if ((rule->minimum != 0 || rule->maximum != 0) && (value < rule->minimum || value > rule->maximum)) {
        if (rule->minimum == rule->maximum) {
            solow_reader_error(reader, node, NULL, "`%s` is %g in this version, not %.40s", key, rule->minimum,
                               node->text);
        } else {
            solow_reader_error(reader, node, NULL, "`%s` lies between %g and %g; %.40s does not", key, rule->minimum,
                               rule->maximum, node->text);
        }
        return false;
    }
    return true;
}

static bool check_id(solow_reader *reader, const char *key, const solow_yaml *node)
{
    size_t length = strlen(node->text), good = 0;
    while (isalnum((unsigned char)node->text[good]) || (node->text[good] != '\0' && strchr("_.-", node->text[good]))) {
        good++;
    }
    if (length >= 1 && length <= 128 && good == length) {
        return true;
    }
    solow_place place = solow_reader_place(reader, node, (ptrdiff_t)good);
    if (good < length) {
        const char *hint =
            node->text[good] == '{' ? "a `{name}` is replaced only if it is a name of the model's `foreach:`" : NULL;
        solow_diagnostics_add(reader->diagnostics, false, place, hint,
                              "`%s` has only letters, digits and `_ . -` of ASCII", key);
    } else {
        solow_reader_error(reader, node, NULL, "`%s` has 1 to 128 characters", key);
    }
    return false;
}

/* Texts that are parsed: a syntax error is reported here; who needs the tree parses again. */
static bool check_syntax(solow_reader *reader, const solow_rule *rule, const solow_yaml *node)
{
    solow_formula formula = {0};
    solow_terms terms = {0};
    solow_node *tree = NULL;
    bool good = true;
    switch (rule->scalar) {
    case SOLOW_SCALAR_EXPRESSION:
        tree = solow_reader_expression(reader, node);
        good = tree != NULL;
        break;
    case SOLOW_SCALAR_RESTRICTION:
        tree = solow_reader_restriction(reader, node);
        good = tree != NULL;
        break;
    case SOLOW_SCALAR_FORMULA:
        good = solow_reader_formula(reader, node, &formula);
        break;
    case SOLOW_SCALAR_TERMS:
        good = solow_reader_terms(reader, node, &formula);
        break;
    case SOLOW_SCALAR_FACTORS:
        good = solow_reader_factors(reader, node, &terms);
        break;
    default:
        break;
    }
    solow_node_destroy(tree);
    solow_formula_clear(&formula);
    solow_terms_clear(&terms);
    return good;
}

static bool check_scalar(solow_reader *reader, const solow_rule *rule, const char *key, const solow_yaml *node)
{
    switch (rule->scalar) {
    case SOLOW_SCALAR_CHOICE:
        return check_choice(reader, rule, key, node);
    case SOLOW_SCALAR_NUMBER:
    case SOLOW_SCALAR_INTEGER:
    case SOLOW_SCALAR_PRINTED:
        return check_number(reader, rule, key, node);
    case SOLOW_SCALAR_BOOLEAN:
        if (!solow_yaml_is_true(node) && !solow_yaml_is_false(node)) {
            solow_reader_error(reader, node, NULL, "`%s` is true or false, not `%.80s`", key, node->text);
            return false;
        }
        return true;
    case SOLOW_SCALAR_ID:
        return check_id(reader, key, node);
    case SOLOW_SCALAR_COLUMN:
    case SOLOW_SCALAR_PATH:
        if (node->text[0] == '\0') {
            solow_reader_error(reader, node, NULL, "`%s` is empty", key);
            return false;
        }
        return true;
    default:
        return check_syntax(reader, rule, node);
    }
}

/* "a text, a list or a mapping": the shapes of a rule. */
static void name_shapes(const solow_rule *rule, char shapes[SOLOW_HINT_BYTES])
{
    const char *names[3] = {"nothing"};
    size_t count = 0;
    if (rule->scalar != SOLOW_SCALAR_NONE) {
        bool number = rule->scalar == SOLOW_SCALAR_NUMBER || rule->scalar == SOLOW_SCALAR_INTEGER ||
                      rule->scalar == SOLOW_SCALAR_PRINTED;
        names[count++] = number ? "a number" : "a text";
    }
    if (rule->item != NULL) {
        names[count++] = "a list";
    }
    if (rule->keys != NULL || rule->value != NULL) {
        names[count++] = "a mapping";
    }
    (void)snprintf(shapes, SOLOW_HINT_BYTES, "%s%s%s%s%s", names[0], count > 1 ? (count > 2 ? ", " : " or ") : "",
                   count > 1 ? names[1] : "", count > 2 ? " or " : "", count > 2 ? names[2] : "");
}

static bool refuse_shape(solow_reader *reader, const solow_rule *rule, const char *key, const solow_yaml *node)
{
    static const char *const shapes[] = {
        [SOLOW_YAML_SCALAR] = "a text", [SOLOW_YAML_LIST] = "a list", [SOLOW_YAML_MAPPING] = "a mapping"};
    char expected[SOLOW_HINT_BYTES];
    name_shapes(rule, expected);
    bool braces = node->kind == SOLOW_YAML_MAPPING && node->count == 1 && solow_yaml_is_null(node->item[0]);
    char hint[SOLOW_HINT_BYTES];
    if (braces) {
        (void)snprintf(hint, sizeof hint, "in YAML {%.40s} is a mapping; write \"{%.40s}\"", node->key[0]->text,
                       node->key[0]->text);
    }
    solow_reader_error(reader, node, braces ? hint : NULL, "`%s` is %s, not %s", key, expected, shapes[node->kind]);
    return false;
}

bool solow_schema_check_repeated(solow_reader *reader, const solow_yaml *mapping)
{
    bool good = true;
    ptrdiff_t from = 1;
    for (const solow_yaml *key = solow_yaml_repeated(mapping, &from); key != NULL;
         key = solow_yaml_repeated(mapping, &from)) {
        solow_reader_error(reader, key, NULL, "the key `%.80s` stands here a second time", key->text);
        good = false;
    }
    return good;
}

static bool refuse_key(solow_reader *reader, const solow_rule *rules, const solow_rule *further, const solow_yaml *key)
{
    const char *names[NAMES];
    ptrdiff_t count = 0;
    const solow_rule *const both[] = {rules, further};
    for (size_t i = 0; i < 2; i++) {
        for (const solow_rule *rule = both[i]; rule != NULL && rule->key != NULL && count < NAMES; rule++) {
            if (rule->instead == NULL) {
                names[count++] = rule->key;
            }
        }
    }
    char hint[SOLOW_HINT_BYTES];
    solow_reader_error(reader, key, solow_reader_did_you_mean(hint, solow_closest(key->text, names, count)),
                       "unknown key `%.80s`", key->text);
    return false;
}

static bool check_pair(solow_reader *reader, const solow_rule *rule, const solow_yaml *key, const solow_yaml *item)
{
    if (rule->instead != NULL) {
        char hint[SOLOW_HINT_BYTES];
        (void)snprintf(hint, sizeof hint, "write %s", rule->instead);
        solow_reader_error(reader, key, hint, "unknown key `%.80s`", key->text);
        return false;
    }
    if (rule->later) {
        solow_reader_error(reader, key, NULL, "`%s` is not available in this version", key->text);
        return false;
    }
    return solow_schema_check(reader, rule, rule->key, item);
}

bool solow_schema_check_keys(solow_reader *reader, const solow_rule *rules, const solow_rule *further,
                             const solow_yaml *mapping)
{
    bool good = true;
    for (ptrdiff_t i = 0; i < mapping->count; i++) {
        const solow_yaml *key = mapping->key[i];
        const solow_rule *rule = solow_schema_find(further, key->text);
        rule = rule != NULL ? rule : solow_schema_find(rules, key->text);
        good = (rule != NULL ? check_pair(reader, rule, key, mapping->item[i])
                             : refuse_key(reader, rules, further, key)) &&
               good;
    }
    const solow_rule *const both[] = {rules, further};
    for (size_t i = 0; i < 2; i++) {
        for (const solow_rule *rule = both[i]; rule != NULL && rule->key != NULL; rule++) {
            if (rule->required && solow_yaml_get(mapping, rule->key) == NULL) {
                solow_reader_error(reader, mapping, NULL, "`%s:` is missing here", rule->key);
                good = false;
            }
        }
    }
    return good;
}

static bool check_values(solow_reader *reader, const solow_rule *rule, const solow_yaml *mapping)
{
    bool good = true;
    for (ptrdiff_t i = 0; i < mapping->count; i++) {
        if (mapping->key[i]->text[0] == '\0') {
            solow_reader_error(reader, mapping->key[i], NULL, "a name is empty");
            good = false;
        }
        good = solow_schema_check(reader, rule->value, mapping->key[i]->text, mapping->item[i]) && good;
    }
    return good;
}

bool solow_schema_check(solow_reader *reader, const solow_rule *rule, const char *key, const solow_yaml *node)
{
    bool good = true;
    if (node->kind == SOLOW_YAML_SCALAR) {
        if (solow_yaml_is_null(node) && rule->scalar != SOLOW_SCALAR_ANY) {
            solow_reader_error(reader, node, NULL, "`%s` has no value", key);
            return false;
        }
        return rule->scalar != SOLOW_SCALAR_NONE ? check_scalar(reader, rule, key, node)
                                                 : refuse_shape(reader, rule, key, node);
    }
    if (node->kind == SOLOW_YAML_LIST) {
        if (rule->item == NULL) {
            return refuse_shape(reader, rule, key, node);
        }
        for (ptrdiff_t i = 0; i < node->count; i++) {
            good = solow_schema_check(reader, rule->item, key, node->item[i]) && good;
        }
        return good;
    }
    if (rule->keys == NULL && rule->value == NULL) {
        return refuse_shape(reader, rule, key, node);
    }
    return rule->keys != NULL ? solow_schema_check_keys(reader, rule->keys, NULL, node)
                              : check_values(reader, rule, node);
}
