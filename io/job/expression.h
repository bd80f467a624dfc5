/* expression.h - the tree of a parsed expression, and the parser.
 *
 * Text of a job file (a `variables:` entry, a `where:`, a formula term) becomes a plain tree; the engine evaluates it over
 * rows (engine/frame). Operators are calls by their sign, so one node kind serves `a + b`, `log(x)` and `x in (1, 2)`.
 *
 *   + - * / ^  unary -  comparisons == != < <= > >=  and or not in  text in quotes  `name` in backticks  NA  1:3
 *   calls: any name followed by "("; arguments by position or as `name = value`
 */
#ifndef SOLOW_IO_JOB_EXPRESSION_H
#define SOLOW_IO_JOB_EXPRESSION_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    SOLOW_NODE_NUMBER, /* number */
    SOLOW_NODE_TEXT,   /* text: a quoted string */
    SOLOW_NODE_NAME,   /* text: a column */
    SOLOW_NODE_CALL,   /* text: function or operator ("+", "-", "neg", "and", "in", ":", "list", ...); child[] */
    SOLOW_NODE_MISSING /* NA */
} solow_node_kind;

typedef struct solow_node {
    solow_node_kind kind;
    double number;
    char *text;
    ptrdiff_t count;           /* children */
    struct solow_node **child; /* [count] */
    char **label;              /* [count] argument names, NULL entries for positional ones; NULL if none is named */
    ptrdiff_t position;        /* byte offset in the parsed text, for carets */
} solow_node;

/* Parses the whole text. On failure err->message is a sentence and *position the byte offset of the offence. */
solow_status solow_expression_parse(const char *text, solow_node **node, ptrdiff_t *position, solow_error *err);
void solow_node_destroy(solow_node *node);           /* NULL is allowed */
solow_node *solow_node_copy(const solow_node *node); /* NULL when there is no memory */
bool solow_node_equal(const solow_node *a, const solow_node *b);

/* The canonical text, as term names are printed: no spaces outside quotes (`l(ln_k,1)`, `i(year,1971)`); malloc'ed. */
char *solow_node_print(const solow_node *node);

#endif
