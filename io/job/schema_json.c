/* schema_json.c - the table of rules as JSON Schema 2020-12, for editors; see solow_job_schema.
 *
 * Source    https://json-schema.org/draft/2020-12
 * Departs   where foreach may put a value, a text in braces is allowed; what parses is left to `solow check`.
 */
#include "io/job/buffer.h"
#include "io/job/schema.h"

#include <stdlib.h>
#include <string.h>

static void write_string(solow_job_buffer *out, const char *text, size_t length)
{
    solow_job_buffer_add(out, "\"");
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\') {
            solow_job_buffer_add(out, "\\");
        }
        solow_job_buffer_bytes(out, text + i, 1);
    }
    solow_job_buffer_add(out, "\"");
}

static void write_text(solow_job_buffer *out, const char *text)
{
    write_string(out, text, strlen(text));
}

static void write_words(solow_job_buffer *out, const char *words)
{
    const char *at = words, *word, *comma = "";
    for (size_t length = solow_schema_word(&at, &word); length > 0; length = solow_schema_word(&at, &word)) {
        solow_job_buffer_add(out, comma);
        write_string(out, word, length);
        comma = ",";
    }
}

static const char braces[] = "{\"type\":\"string\",\"pattern\":\"^\\\\{.*\\\\}$\"}";

static void write_number(solow_job_buffer *out, const solow_rule *rule)
{
    bool integer = rule->scalar == SOLOW_SCALAR_INTEGER;
    solow_job_buffer_format(out, "{\"type\":\"%s\"", integer ? "integer" : "number");
    if (rule->minimum != 0 || rule->maximum != 0) {
        solow_job_buffer_format(out, ",\"minimum\":%.17g,\"maximum\":%.17g", rule->minimum, rule->maximum);
    }
    solow_job_buffer_format(out, "},%s", braces);
}

/* One alternative, or two with a comma. */
static void write_scalar(solow_job_buffer *out, const solow_rule *rule)
{
    switch (rule->scalar) {
    case SOLOW_SCALAR_CHOICE:
        solow_job_buffer_add(out, "{\"enum\":[");
        write_words(out, rule->choices);
        solow_job_buffer_format(out, "]},%s", braces);
        break;
    case SOLOW_SCALAR_NUMBER:
    case SOLOW_SCALAR_INTEGER:
        write_number(out, rule);
        break;
    case SOLOW_SCALAR_PRINTED:
        solow_job_buffer_add(out, "{\"type\":[\"number\",\"string\"]}");
        break;
    case SOLOW_SCALAR_BOOLEAN:
        solow_job_buffer_format(out, "{\"type\":\"boolean\"},%s", braces);
        break;
    case SOLOW_SCALAR_ID:
        solow_job_buffer_add(out, "{\"type\":[\"string\",\"number\"],\"pattern\":\"^[A-Za-z0-9_.{}-]{1,128}$\"}");
        break;
    default:
        solow_job_buffer_add(out, "{\"type\":[\"string\",\"number\",\"boolean\"]}");
        break;
    }
}

static void write_rule(solow_job_buffer *out, const solow_rule *rule);

static void write_properties(solow_job_buffer *out, const solow_rule *rules, const char *comma)
{
    for (const solow_rule *rule = rules; rule->key != NULL; rule++) {
        if (rule->instead != NULL || rule->later) {
            continue;
        }
        solow_job_buffer_add(out, comma);
        write_text(out, rule->key);
        solow_job_buffer_add(out, ":");
        write_rule(out, rule);
        comma = ",";
    }
}

static void write_required(solow_job_buffer *out, const solow_rule *rules)
{
    const char *comma = "";
    solow_job_buffer_add(out, ",\"required\":[");
    for (const solow_rule *rule = rules; rule->key != NULL; rule++) {
        if (rule->required) {
            solow_job_buffer_add(out, comma);
            write_text(out, rule->key);
            comma = ",";
        }
    }
    solow_job_buffer_add(out, "]");
}

static void write_keys(solow_job_buffer *out, const solow_rule *rules)
{
    solow_job_buffer_add(out, "{\"type\":\"object\",\"properties\":{");
    write_properties(out, rules, "");
    solow_job_buffer_add(out, "}");
    write_required(out, rules);
    solow_job_buffer_add(out, ",\"additionalProperties\":false}");
}

/* The shapes of a rule, as alternatives. */
static void write_rule(solow_job_buffer *out, const solow_rule *rule)
{
    solow_job_buffer_add(out, "{");
    if (rule->help != NULL) {
        solow_job_buffer_add(out, "\"description\":");
        write_text(out, rule->help);
        solow_job_buffer_add(out, rule->scalar == SOLOW_SCALAR_ANY && rule->standard == NULL ? "" : ",");
    }
    if (rule->standard != NULL) {
        solow_job_buffer_add(out, "\"$comment\":\"default: ");
        for (const char *at = rule->standard; *at != '\0'; at++) {
            solow_job_buffer_add(out, *at == '"' || *at == '\\' ? "\\" : "");
            solow_job_buffer_bytes(out, at, 1);
        }
        solow_job_buffer_add(out, rule->scalar == SOLOW_SCALAR_ANY ? "\"" : "\",");
    }
    if (rule->scalar == SOLOW_SCALAR_ANY) {
        solow_job_buffer_add(out, "}");
        return;
    }
    const char *comma = "";
    solow_job_buffer_add(out, "\"anyOf\":[");
    if (rule->scalar != SOLOW_SCALAR_NONE) {
        write_scalar(out, rule);
        comma = ",";
    }
    if (rule->item != NULL) {
        solow_job_buffer_format(out, "%s{\"type\":\"array\",\"items\":", comma);
        write_rule(out, rule->item);
        solow_job_buffer_add(out, "}");
        comma = ",";
    }
    if (rule->keys != NULL) {
        solow_job_buffer_add(out, comma);
        write_keys(out, rule->keys);
        comma = ",";
    }
    if (rule->value != NULL) {
        solow_job_buffer_format(out, "%s{\"type\":\"object\",\"additionalProperties\":", comma);
        write_rule(out, rule->value);
        solow_job_buffer_add(out, "}");
    }
    solow_job_buffer_add(out, "]}");
}

/* Options of all estimators by name, once each: what they hold depends on the estimator. */
static void write_option_names(solow_job_buffer *out, const solow_estimator_names *estimators, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        for (const solow_option *option = estimators[i].options; option != NULL && option->name != NULL; option++) {
            bool known = solow_schema_find(solow_model_rules, option->name) != NULL;
            for (ptrdiff_t j = 0; j < i && !known; j++) {
                for (const solow_option *other = estimators[j].options; other != NULL && other->name != NULL; other++) {
                    known = known || strcmp(other->name, option->name) == 0;
                }
            }
            if (!known) {
                solow_job_buffer_add(out, ",");
                write_text(out, option->name);
                solow_job_buffer_add(out, ":true");
            }
        }
    }
}

/* if the estimator is this one, then its options are such. */
static void write_estimator(solow_job_buffer *out, const solow_estimator_names *estimator)
{
    const char *comma = "";
    solow_job_buffer_add(out, "{\"if\":{\"properties\":{\"estimator\":{\"const\":");
    write_text(out, estimator->name);
    solow_job_buffer_add(out, "}},\"required\":[\"estimator\"]},\"then\":{\"properties\":{");
    for (const solow_option *option = estimator->options; option != NULL && option->name != NULL; option++) {
        solow_rule rule = solow_schema_option(option);
        solow_job_buffer_add(out, comma);
        write_text(out, option->name);
        solow_job_buffer_add(out, ":");
        write_rule(out, &rule);
        comma = ",";
    }
    solow_job_buffer_add(out, "}}}");
}

/* Keys that any model or the defaults may have. */
static void write_model_keys(solow_job_buffer *out, const solow_estimator_names *estimators, ptrdiff_t count)
{
    solow_job_buffer_add(out, "{\"type\":\"object\",\"properties\":{");
    write_properties(out, solow_model_rules, "");
    write_option_names(out, estimators, count);
    solow_job_buffer_add(out, "},\"additionalProperties\":false");
}

char *solow_job_schema(const solow_estimator_names *estimators, ptrdiff_t estimator_count)
{
    solow_job_buffer out = {0};
    solow_job_buffer_add(&out, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"solow job\","
                               "\"$defs\":{\"defaults\":");
    write_model_keys(&out, estimators, estimator_count);
    solow_job_buffer_add(&out, "},\"model\":");
    write_model_keys(&out, estimators, estimator_count);
    write_required(&out, solow_model_rules);
    solow_job_buffer_add(&out, ",\"allOf\":[");
    for (ptrdiff_t i = 0; i < estimator_count; i++) {
        solow_job_buffer_add(&out, i > 0 ? "," : "");
        write_estimator(&out, &estimators[i]);
    }
    solow_job_buffer_add(&out, "]}},\"type\":\"object\",\"properties\":{");
    const char *comma = "";
    for (const solow_rule *rule = solow_job_rules; rule->key != NULL; rule++) {
        if (rule->instead != NULL || rule->later) {
            continue;
        }
        solow_job_buffer_add(&out, comma);
        write_text(&out, rule->key);
        solow_job_buffer_add(&out, ":");
        if (strcmp(rule->key, "models") == 0) {
            solow_job_buffer_add(&out, "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/model\"}}");
        } else if (strcmp(rule->key, "defaults") == 0) {
            solow_job_buffer_add(&out, "{\"$ref\":\"#/$defs/defaults\"}");
        } else {
            write_rule(&out, rule);
        }
        comma = ",";
    }
    solow_job_buffer_add(&out, "}");
    write_required(&out, solow_job_rules);
    solow_job_buffer_add(&out, ",\"additionalProperties\":false}\n");
    return solow_job_buffer_take(&out);
}
