/* published.c - `published:`: printed figures, with the tolerance that their last digit gives; see sections.h. */
#include "io/job/buffer.h"
#include "io/job/sections.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct printed {
    solow_reader *reader;
    solow_model *model;
    const char *group;
    double tolerance; /* of the block; negative: none given */
} printed;

/* Half a unit of the last printed digit: 0.30 gives 0.005, 816 gives 0.5, 1.2e-3 gives 0.00005. */
static double half_last_digit(const char *text)
{
    int digits = 0;
    const char *point = strchr(text, '.'), *exponent = strpbrk(text, "eE");
    for (const char *at = point != NULL ? point + 1 : text; point != NULL && isdigit((unsigned char)*at); at++) {
        digits++;
    }
    long power = exponent != NULL ? strtol(exponent + 1, NULL, 10) : 0;
    return 0.5 * pow(10, (double)power - digits);
}

/* Splits `term@effect`; the term in the spelling of results. */
static void name_term(const printed *block, const char *key, solow_published_value *value)
{
    const char *at = strrchr(key, '@');
    char *term = NULL;
    if (value->kind == SOLOW_PUBLISHED_TERM && at != NULL) {
        solow_job_buffer buffer = {0};
        solow_job_buffer_bytes(&buffer, key, at - key);
        term = solow_job_buffer_take(&buffer);
        value->effect = solow_reader_copy(block->reader, at + 1);
        block->reader->no_memory |= term == NULL;
    }
    const char *name = term != NULL ? term : key;
    value->term = value->kind == SOLOW_PUBLISHED_TERM ? solow_term_name(name) : solow_reader_copy(block->reader, name);
    block->reader->no_memory |= value->term == NULL;
    free(term);
}

static void add(const printed *block, int kind, const char *key, const char *quantity, const solow_yaml *item,
                double tolerance)
{
    double number;
    if (item->kind != SOLOW_YAML_SCALAR || !solow_yaml_number(item, &number)) {
        return;
    }
    solow_model *model = block->model;
    solow_published_value *values = solow_job_room(model->published, model->published_count, sizeof *values);
    if (values == NULL) {
        block->reader->no_memory = true;
        return;
    }
    model->published = values;
    solow_published_value *value = &values[model->published_count++];
    *value = (solow_published_value){.value = number, .place = {item->line, item->column}};
    value->kind = kind == 0 ? SOLOW_PUBLISHED_TERM : kind == 1 ? SOLOW_PUBLISHED_GLANCE : SOLOW_PUBLISHED_TEST;
    value->quantity = solow_reader_copy(block->reader, quantity);
    value->text = solow_reader_copy(block->reader, item->text);
    value->group = solow_reader_copy(block->reader, block->group);
    value->has_tolerance = tolerance >= 0;
    value->tolerance = tolerance >= 0 ? tolerance : half_last_digit(item->text);
    name_term(block, key, value);
}

static double tolerance_of(const solow_yaml *mapping, double otherwise)
{
    double value;
    return solow_yaml_number(solow_yaml_get(mapping, "tolerance"), &value) && value >= 0 ? value : otherwise;
}

/* {estimate: x, std_error: y, tolerance: z} of one term or test. */
static void add_quantities(const printed *block, int kind, const char *key, const solow_yaml *mapping)
{
    static const char known[] = "estimate std_error statistic p_value conf_low conf_high df df1 df2 tolerance";
    double tolerance = tolerance_of(mapping, block->tolerance);
    for (ptrdiff_t i = 0; i < mapping->count; i++) {
        const char *quantity = mapping->key[i]->text;
        if (!solow_schema_has_word(known, quantity)) {
            solow_reader_error(block->reader, mapping->key[i], NULL, "a published quantity is one of: %s", known);
        } else if (strcmp(quantity, "tolerance") != 0) {
            add(block, kind, key, quantity, mapping->item[i], tolerance);
        }
    }
}

static void read_kind(const printed *block, int kind, const char *quantity, const solow_yaml *mapping)
{
    for (ptrdiff_t i = 0; mapping != NULL && mapping->kind == SOLOW_YAML_MAPPING && i < mapping->count; i++) {
        const solow_yaml *item = mapping->item[i];
        if (item->kind == SOLOW_YAML_MAPPING) {
            add_quantities(block, kind, mapping->key[i]->text, item);
        } else {
            add(block, kind, mapping->key[i]->text, quantity, item, block->tolerance);
        }
    }
}

static void read_block(solow_reader *reader, const solow_yaml *node, solow_model *model)
{
    const solow_yaml *group = solow_yaml_get(node, "group");
    printed block = {.reader = reader, .model = model, .tolerance = tolerance_of(node, -1)};
    block.group = group != NULL && group->kind == SOLOW_YAML_SCALAR ? group->text : NULL;
    if (model->published_source == NULL) {
        model->published_source = solow_reader_text(reader, node, "source");
    }
    read_kind(&block, 0, "estimate", solow_yaml_get(node, "values"));
    read_kind(&block, 1, "value", solow_yaml_get(node, "glance"));
    read_kind(&block, 2, "statistic", solow_yaml_get(node, "tests"));
}

void solow_job_read_published(solow_reader *reader, const solow_yaml *node, solow_model *model)
{
    for (ptrdiff_t i = 0; node != NULL && node->kind == SOLOW_YAML_LIST && i < node->count; i++) {
        read_block(reader, node->item[i], model);
    }
    if (node != NULL && node->kind == SOLOW_YAML_MAPPING) {
        read_block(reader, node, model);
    }
}

static bool has_group(solow_reader *reader, ptrdiff_t estimates, const solow_model *estimate, const char *group,
                      solow_job_buffer *known)
{
    bool found = false;
    for (ptrdiff_t e = 0; e < estimates && !found; e++) {
        char *own = solow_group_text(&estimate[e], 0, NULL);
        reader->no_memory |= own == NULL;
        found = own != NULL && strcmp(own, group) == 0;
        if (own != NULL && e < 6) {
            solow_job_buffer_format(known, "%s`%s`", e > 0 ? ", " : "", own);
        }
        free(own);
    }
    return found;
}

static void check_block(solow_reader *reader, const solow_yaml *block, ptrdiff_t estimates, const solow_model *estimate)
{
    const solow_yaml *group = solow_yaml_get(block, "group");
    bool splits = estimate->by.count > 0 || estimate->window_length > 0;
    solow_job_buffer known = {0};
    if (group == NULL && (estimates > 1 || splits)) {
        solow_reader_error(reader, block, "one block for each group, as a list",
                           "the model has several estimates: `group:` says which of them these figures are of");
    } else if (group != NULL && group->kind == SOLOW_YAML_SCALAR && !splits &&
               !has_group(reader, estimates, estimate, group->text, &known)) {
        bool none = estimates == 1 && estimate->group_count == 0;
        solow_reader_error(reader, group, NULL,
                           none ? "the model has no groups%s%s" : "the model has no group `%s`; it has %s",
                           none ? "" : group->text, none || known.text == NULL ? "" : known.text);
    }
    solow_job_buffer_clear(&known);
}

void solow_job_check_published(solow_reader *reader, const solow_yaml *node, ptrdiff_t estimates,
                               const solow_model *estimate)
{
    if (node == NULL || estimates == 0) {
        return;
    }
    if (node->kind == SOLOW_YAML_MAPPING) {
        check_block(reader, node, estimates, estimate);
    }
    for (ptrdiff_t i = 0; node->kind == SOLOW_YAML_LIST && i < node->count; i++) {
        if (node->item[i]->kind == SOLOW_YAML_MAPPING) {
            check_block(reader, node->item[i], estimates, estimate);
        }
    }
}
