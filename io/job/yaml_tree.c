/* yaml_tree.c - making, copying, and asking a YAML tree; see yaml.h. */
#include "io/job/buffer.h"
#include "io/job/yaml.h"
#include "kernels/core/size.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void solow_yaml_destroy(solow_yaml *node)
{
    if (node == NULL) {
        return;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        solow_yaml_destroy(node->item[i]);
        if (node->key != NULL) {
            solow_yaml_destroy(node->key[i]);
        }
    }
    free(node->item);
    free(node->key);
    free(node->text);
    free(node);
}

solow_yaml *solow_yaml_create(solow_yaml_kind kind, const char *text, int line, int column)
{
    solow_yaml *node = solow_allocate_zeroed(1, sizeof *node);
    if (node == NULL) {
        return NULL;
    }
    node->kind = kind;
    node->line = line;
    node->column = column;
    node->style = SOLOW_YAML_PLAIN;
    if (kind == SOLOW_YAML_SCALAR) {
        node->text = solow_copy_text(text);
        if (node->text == NULL) {
            free(node);
            return NULL;
        }
    }
    return node;
}

bool solow_yaml_push(solow_yaml *parent, solow_yaml *key, solow_yaml *item)
{
    bool mapping = parent->kind == SOLOW_YAML_MAPPING;
    bool roomy = item != NULL && (key != NULL) == mapping;
    if (roomy) {
        solow_yaml **items = solow_job_room(parent->item, parent->count, sizeof *items);
        roomy = items != NULL;
        parent->item = roomy ? items : parent->item;
    }
    if (roomy && mapping) {
        solow_yaml **keys = solow_job_room(parent->key, parent->count, sizeof *keys);
        roomy = keys != NULL;
        parent->key = roomy ? keys : parent->key;
    }
    if (!roomy) {
        solow_yaml_destroy(key);
        solow_yaml_destroy(item);
        return false;
    }
    parent->item[parent->count] = item;
    if (mapping) {
        parent->key[parent->count] = key;
    }
    parent->count++;
    return true;
}

solow_yaml *solow_yaml_copy(const solow_yaml *node)
{
    solow_yaml *copy = solow_yaml_create(node->kind, node->text, node->line, node->column);
    if (copy == NULL) {
        return NULL;
    }
    copy->quoted = node->quoted;
    copy->style = node->style;
    for (ptrdiff_t i = 0; i < node->count; i++) {
        solow_yaml *key = node->key != NULL ? solow_yaml_copy(node->key[i]) : NULL;
        if (!solow_yaml_push(copy, key, solow_yaml_copy(node->item[i]))) {
            solow_yaml_destroy(copy);
            return NULL;
        }
    }
    return copy;
}

static int by_text_then_place(const void *a, const void *b)
{
    const solow_yaml *left = *(solow_yaml *const *)a, *right = *(solow_yaml *const *)b;
    int order = strcmp(left->text, right->text);
    if (order != 0) {
        return order;
    }
    return left->line != right->line ? (left->line > right->line ? 1 : -1)
                                     : (left->column > right->column) - (left->column < right->column);
}

/* Sorted keys stand beside each other when equal; *from counts in that order. */
const solow_yaml *solow_yaml_repeated(const solow_yaml *mapping, ptrdiff_t *from)
{
    const solow_yaml *repeated = NULL;
    solow_yaml **sorted = mapping->count > 1 ? solow_allocate(mapping->count, sizeof *sorted) : NULL;
    if (sorted == NULL) {
        return NULL;
    }
    memcpy(sorted, mapping->key, (size_t)mapping->count * sizeof *sorted);
    qsort(sorted, (size_t)mapping->count, sizeof *sorted, by_text_then_place);
    ptrdiff_t i = *from < 1 ? 1 : *from;
    for (; i < mapping->count && repeated == NULL; i++) {
        if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0) {
            repeated = sorted[i];
        }
    }
    *from = i;
    free(sorted);
    return repeated;
}

const solow_yaml *solow_yaml_get(const solow_yaml *mapping, const char *key)
{
    if (mapping == NULL || mapping->kind != SOLOW_YAML_MAPPING) {
        return NULL;
    }
    for (ptrdiff_t i = mapping->count - 1; i >= 0; i--) {
        if (strcmp(mapping->key[i]->text, key) == 0) {
            return mapping->item[i];
        }
    }
    return NULL;
}

/* Whether text is sign? digits? (. digits?)? (e sign? digits)? with at least one digit before the exponent. */
static bool is_decimal(const char *text)
{
    const char *at = text + (*text == '+' || *text == '-');
    ptrdiff_t digits = 0;
    for (; isdigit((unsigned char)*at); at++) {
        digits++;
    }
    at += *at == '.';
    for (; isdigit((unsigned char)*at); at++) {
        digits++;
    }
    if (digits == 0) {
        return false;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        if (!isdigit((unsigned char)*at)) {
            return false;
        }
        while (isdigit((unsigned char)*at)) {
            at++;
        }
    }
    return *at == '\0';
}

bool solow_yaml_number(const solow_yaml *scalar, double *value)
{
    if (scalar == NULL || scalar->kind != SOLOW_YAML_SCALAR) {
        return false;
    }
    const char *text = scalar->text, *unsigned_text = text + (*text == '+' || *text == '-');
    if (is_decimal(text)) {
        *value = strtod(text, NULL);
        return true;
    }
    if (strcmp(unsigned_text, ".inf") == 0 || strcmp(unsigned_text, ".Inf") == 0 ||
        strcmp(unsigned_text, ".INF") == 0) {
        *value = *text == '-' ? -INFINITY : INFINITY;
        return true;
    }
    if (strcmp(text, ".nan") == 0 || strcmp(text, ".NaN") == 0 || strcmp(text, ".NAN") == 0) {
        *value = NAN;
        return true;
    }
    return false;
}

static bool is_one_of(const solow_yaml *scalar, const char *a, const char *b, const char *c)
{
    return scalar != NULL && scalar->kind == SOLOW_YAML_SCALAR && !scalar->quoted &&
           (strcmp(scalar->text, a) == 0 || strcmp(scalar->text, b) == 0 || strcmp(scalar->text, c) == 0);
}

bool solow_yaml_is_true(const solow_yaml *scalar)
{
    return is_one_of(scalar, "true", "True", "TRUE");
}

bool solow_yaml_is_false(const solow_yaml *scalar)
{
    return is_one_of(scalar, "false", "False", "FALSE");
}

bool solow_yaml_is_null(const solow_yaml *node)
{
    return node == NULL || is_one_of(node, "null", "Null", "NULL") || is_one_of(node, "", "~", "~");
}

/* Bytes of the file that stand for one byte of the scalar's text, from there: an escape takes several. */
static ptrdiff_t escape_length(solow_yaml_style style, const char *at)
{
    if (style == SOLOW_YAML_SINGLE && at[0] == '\'' && at[1] == '\'') {
        return 2;
    }
    if (style != SOLOW_YAML_DOUBLE || at[0] != '\\' || at[1] == '\0') {
        return 1;
    }
    ptrdiff_t length = at[1] == 'x' ? 4 : at[1] == 'u' ? 6 : at[1] == 'U' ? 10 : 2;
    ptrdiff_t left = (ptrdiff_t)strlen(at);
    return length < left ? length : left;
}

int solow_yaml_column_of(const solow_yaml *scalar, const char *source_line, ptrdiff_t offset)
{
    if (scalar->style == SOLOW_YAML_BLOCK || scalar->line == 0) {
        return scalar->column;
    }
    const char *at = source_line;
    int column = 1;
    for (; column < scalar->column && *at != '\0' && *at != '\n'; column++) {
        at++;
        while (((unsigned char)*at & 0xC0) == 0x80) {
            at++;
        }
    }
    if (scalar->style != SOLOW_YAML_PLAIN) {
        at++;
        column++;
    }
    for (ptrdiff_t byte = 0; byte < offset && *at != '\0' && *at != '\n'; byte++) {
        ptrdiff_t length = escape_length(scalar->style, at);
        for (ptrdiff_t i = 0; i < length; i++) {
            at++;
            column += ((unsigned char)*at & 0xC0) != 0x80;
        }
    }
    return column;
}
