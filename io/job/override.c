/* override.c - `--set key=value`: a dotted path into the tree and the YAML text of a value; see solow_job_override. */
#include "io/job/buffer.h"
#include "io/job/sections.h"
#include "kernels/core/size.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void clear_places(solow_yaml *node)
{
    node->line = node->column = 0;
    for (ptrdiff_t i = 0; i < node->count; i++) {
        clear_places(node->item[i]);
        if (node->key != NULL) {
            clear_places(node->key[i]);
        }
    }
}

/* Whether path starts with name and then ends or goes on with a dot. */
static bool starts_with(const char *path, const char *name)
{
    size_t length = strlen(name);
    return length > 0 && strncmp(path, name, length) == 0 && (path[length] == '\0' || path[length] == '.');
}

/* The child that the path's first step names: the longest key or id (they may have dots), or an item's number from 1.
 * -1 if there is none. */
static ptrdiff_t find_child(const solow_yaml *node, const char *path, size_t *length)
{
    ptrdiff_t found = -1;
    *length = strcspn(path, ".");
    for (ptrdiff_t i = 0; i < node->count; i++) {
        const solow_yaml *name = node->kind == SOLOW_YAML_MAPPING ? node->key[i] : solow_yaml_get(node->item[i], "id");
        if (name != NULL && name->kind == SOLOW_YAML_SCALAR && starts_with(path, name->text) &&
            (found < 0 || strlen(name->text) > *length)) {
            found = i;
            *length = strlen(name->text);
        }
    }
    if (found < 0 && node->kind == SOLOW_YAML_LIST && isdigit((unsigned char)path[0])) {
        long number = strtol(path, NULL, 10);
        found = number >= 1 && number <= node->count ? (ptrdiff_t)number - 1 : -1;
    }
    return found;
}

static bool add_key(solow_yaml *node, const char *path, size_t length, solow_yaml *value)
{
    solow_job_buffer name = {0};
    solow_job_buffer_bytes(&name, path, (ptrdiff_t)length);
    char *text = solow_job_buffer_take(&name);
    solow_yaml *key = text != NULL ? solow_yaml_create(SOLOW_YAML_SCALAR, text, 0, 0) : NULL;
    free(text);
    if (key == NULL) {
        solow_yaml_destroy(value);
        return false;
    }
    return solow_yaml_push(node, key, value);
}

/* Puts value (used up) under the path; mappings on the way are made. */
static bool put(solow_reader *reader, solow_yaml *node, const char *path, const solow_override *override,
                solow_yaml *value)
{
    size_t length;
    ptrdiff_t child = find_child(node, path, &length);
    const char *rest = path[length] == '.' ? path + length + 1 : NULL;
    if (node->kind == SOLOW_YAML_SCALAR || (child < 0 && node->kind == SOLOW_YAML_LIST) || length == 0) {
        solow_reader_error(reader, NULL, "lists take an item's id or its number from 1",
                           "--set %s: there is no such place in the job", override->key);
        solow_yaml_destroy(value);
        return true;
    }
    if (child >= 0 && rest == NULL) {
        solow_yaml_destroy(node->item[child]);
        node->item[child] = value;
        return true;
    }
    if (child < 0 && rest == NULL) {
        return add_key(node, path, length, value);
    }
    if (child < 0) {
        if (!add_key(node, path, length, solow_yaml_create(SOLOW_YAML_MAPPING, NULL, 0, 0))) {
            solow_yaml_destroy(value);
            return false;
        }
        child = node->count - 1;
    }
    return put(reader, node->item[child], rest, override, value);
}

void solow_job_override(solow_reader *reader, solow_yaml *root, const solow_override *overrides, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        solow_yaml *value = NULL;
        solow_error err = {0};
        int line, column;
        solow_status status =
            solow_yaml_parse(overrides[i].value, strlen(overrides[i].value), &value, &line, &column, &err);
        if (status == SOLOW_ERR_INPUT) {
            solow_reader_error(reader, NULL, NULL, "--set %s: %s", overrides[i].key, err.message);
            continue;
        }
        if (status == SOLOW_OK && value == NULL) {
            value = solow_yaml_create(SOLOW_YAML_SCALAR, "", 0, 0);
        }
        if (value == NULL) {
            reader->no_memory = true;
            return;
        }
        clear_places(value);
        reader->no_memory |= !put(reader, root, overrides[i].key, &overrides[i], value);
    }
}
