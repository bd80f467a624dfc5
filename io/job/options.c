/* options.c - an estimator's options as rules, and their values in a model; see schema.h and job.h. */
#include "io/job/schema.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static const solow_rule text_item = {.key = "", .scalar = SOLOW_SCALAR_TEXT};

solow_rule solow_schema_option(const solow_option *option)
{
    static const solow_scalar scalars[] = {
        [SOLOW_OPTION_CHOICE] = SOLOW_SCALAR_CHOICE,   [SOLOW_OPTION_NUMBER] = SOLOW_SCALAR_NUMBER,
        [SOLOW_OPTION_INTEGER] = SOLOW_SCALAR_INTEGER, [SOLOW_OPTION_BOOLEAN] = SOLOW_SCALAR_BOOLEAN,
        [SOLOW_OPTION_TEXT] = SOLOW_SCALAR_TEXT,       [SOLOW_OPTION_COLUMN] = SOLOW_SCALAR_EXPRESSION,
        [SOLOW_OPTION_LIST] = SOLOW_SCALAR_TEXT,       [SOLOW_OPTION_ANY] = SOLOW_SCALAR_ANY};
    solow_rule rule = {.key = option->name,
                       .scalar = scalars[option->type],
                       .choices = option->choices,
                       .standard = option->default_text,
                       .minimum = option->minimum,
                       .maximum = option->maximum,
                       .help = option->help};
    if (option->type == SOLOW_OPTION_LIST) {
        rule.item = &text_item;
    }
    if (option->type == SOLOW_OPTION_ANY) {
        rule.item = solow_anything_rule.item;
        rule.value = solow_anything_rule.value;
    }
    return rule;
}

solow_rule *solow_schema_options(solow_reader *reader, const solow_option *options)
{
    ptrdiff_t count = 0;
    while (options != NULL && options[count].name != NULL) {
        count++;
    }
    solow_rule *rules = solow_reader_allocate(reader, count + 1, sizeof *rules);
    for (ptrdiff_t i = 0; i < count && rules != NULL; i++) {
        rules[i] = solow_schema_option(&options[i]);
    }
    return rules;
}

const char *solow_model_option(const solow_model *model, const solow_option *options, const char *name)
{
    const solow_yaml *value = solow_yaml_get(model->options, name);
    if (value != NULL && value->kind == SOLOW_YAML_SCALAR) {
        return value->text;
    }
    for (; value == NULL && options != NULL && options->name != NULL; options++) {
        if (strcmp(options->name, name) == 0) {
            return options->default_text;
        }
    }
    return NULL;
}
