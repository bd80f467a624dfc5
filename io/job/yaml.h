/* yaml.h - a YAML document as a tree in which every node knows its line and column.
 *
 * Scalars follow YAML 1.2 and stay text; the schema gives them types. Aliases are resolved within a limit. Repeated keys
 * stay in the tree: solow_yaml_repeated names them, so that a job file's errors are all told in one run.
 *
 * Source    YAML 1.2.2, https://yaml.org/spec/1.2.2/; the merge key of https://yaml.org/type/merge.html
 */
#ifndef SOLOW_IO_JOB_YAML_H
#define SOLOW_IO_JOB_YAML_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    SOLOW_YAML_DEPTH = 64,          /* lists and mappings inside each other */
    SOLOW_YAML_NODES = 1000000,     /* after aliases are resolved */
    SOLOW_YAML_ANCHORS = 1000,      /* named nodes */
    SOLOW_YAML_BYTES = 16 * 1 << 20 /* of a job file */
};

typedef enum { SOLOW_YAML_SCALAR, SOLOW_YAML_LIST, SOLOW_YAML_MAPPING } solow_yaml_kind;

/* How a scalar stands in the file, which says where its n-th byte is. */
typedef enum {
    SOLOW_YAML_PLAIN,  /* on one line, without quotes */
    SOLOW_YAML_SINGLE, /* on one line, in ' */
    SOLOW_YAML_DOUBLE, /* on one line, in " */
    SOLOW_YAML_BLOCK   /* over several lines, or made by substitution: only its start is known */
} solow_yaml_style;

typedef struct solow_yaml {
    solow_yaml_kind kind;
    char *text;               /* scalar; "" for an empty one */
    bool quoted;              /* scalar was in quotes or a block: text even if it looks like a number */
    ptrdiff_t count;          /* items of a list, pairs of a mapping */
    struct solow_yaml **item; /* [count] values */
    struct solow_yaml **key;  /* [count] scalar keys of a mapping, else NULL */
    int line, column;         /* 1-based place of the node's start, in characters; 0 for nodes from outside the file */
    solow_yaml_style style;
} solow_yaml;

/* The whole file as text that ends in NUL; length without it.
 * Errors: SOLOW_ERR_NO_INPUT missing, a directory, or not to be opened; SOLOW_ERR_INPUT too large; SOLOW_ERR_IO; memory. */
solow_status solow_yaml_read(const char *path, char **text, size_t *length, solow_error *err);

/* Whether the text is UTF-8 without control characters; else SOLOW_ERR_INPUT and the place of the first offence. */
solow_status solow_yaml_characters(const char *text, size_t length, int *line, int *column, solow_error *err);

/* The tree of one document; NULL for an empty one. On SOLOW_ERR_INPUT *line and *column say where (1-based). */
solow_status solow_yaml_parse(const char *text, size_t length, solow_yaml **root, int *line, int *column,
                              solow_error *err);
void solow_yaml_destroy(solow_yaml *node); /* NULL is allowed */

/* Building trees: NULL or false when there is no memory. A child that cannot be pushed is freed. */
solow_yaml *solow_yaml_copy(const solow_yaml *node);
solow_yaml *solow_yaml_create(solow_yaml_kind kind, const char *text, int line, int column);
bool solow_yaml_push(solow_yaml *parent, solow_yaml *key, solow_yaml *item); /* key NULL for lists */

/* The first key of the mapping that stands there a second time, at or after index *from; NULL when there is none more. */
const solow_yaml *solow_yaml_repeated(const solow_yaml *mapping, ptrdiff_t *from);

/* The value under key, or NULL; of a key that was amended (add, drop) the last. */
const solow_yaml *solow_yaml_get(const solow_yaml *mapping, const char *key);
/* Whether the scalar is a number (YAML 1.2 core: ints, floats, .inf, .nan), and its value. */
bool solow_yaml_number(const solow_yaml *scalar, double *value);
bool solow_yaml_is_true(const solow_yaml *scalar); /* true, True, TRUE unquoted */
bool solow_yaml_is_false(const solow_yaml *scalar);
bool solow_yaml_is_null(const solow_yaml *node); /* NULL, "", ~, null */

/* The column (1-based, characters) of the scalar's byte at offset, where the file's text tells it; else its start. */
int solow_yaml_column_of(const solow_yaml *scalar, const char *source_line, ptrdiff_t offset);

#endif
