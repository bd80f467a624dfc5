/* yaml.h - a YAML document as a tree in which every node knows its line and column.
 *
 * Scalars follow YAML 1.2 and stay text; the schema gives them types. Aliases are resolved within a limit.
 */
#ifndef SOLOW_IO_JOB_YAML_H
#define SOLOW_IO_JOB_YAML_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum { SOLOW_YAML_SCALAR, SOLOW_YAML_LIST, SOLOW_YAML_MAPPING } solow_yaml_kind;

typedef struct solow_yaml {
    solow_yaml_kind kind;
    char *text;               /* scalar; "" for an empty one */
    bool quoted;              /* scalar was in quotes or a block: text even if it looks like a number */
    ptrdiff_t count;          /* items of a list, pairs of a mapping */
    struct solow_yaml **item; /* [count] values */
    struct solow_yaml **key;  /* [count] scalar keys of a mapping, else NULL */
    int line, column;         /* 1-based place of the node's start */
} solow_yaml;

/* The value under key, or NULL. */
const solow_yaml *solow_yaml_get(const solow_yaml *mapping, const char *key);
/* Whether the scalar is a number (YAML 1.2 core: ints, floats, .inf, .nan), and its value. */
bool solow_yaml_number(const solow_yaml *scalar, double *value);
bool solow_yaml_is_true(const solow_yaml *scalar); /* true, True, TRUE unquoted */
bool solow_yaml_is_false(const solow_yaml *scalar);
bool solow_yaml_is_null(const solow_yaml *node); /* NULL, "", ~, null */

#endif
