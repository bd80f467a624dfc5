/* expression.h - the tree of a parsed expression, and the parser.
 *
 * Text of a job file (a `variables:` entry, a `where:`, a formula term) becomes a plain tree; the engine evaluates it over
 * rows (engine/frame). Operators are calls by their sign, so one node kind serves `a + b`, `log(x)` and `x in (1, 2)`.
 *
 *   + - * / ^  unary -  comparisons == != < <= > >=  and or not in  text in quotes  `name` in backticks  NA  1:3
 *   calls: any name followed by "("; arguments by position or as `name = value`
 *
 *   binding, tightest first:  f[x] | ^ (right) | unary - | : | * / | + - | comparisons, in (not chained) | not | and | or
 *
 * Calls by sign: + - * / ^ : == != < <= > >= and or not in neg, "list" for (a, b), "[" and "[[" for slopes of effects.
 * `x not in y` is not(in(x, y)); `x in c(1, 2)` and `x in (1, 2)` are in(x, list(1, 2)); unary + vanishes.
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
    int line, column;          /* place in the job file, 1-based; 0 if the text did not come from one */
} solow_node;

typedef struct solow_spot { /* where something stands, when its node may be gone */
    ptrdiff_t position;
    int line, column;
} solow_spot;

enum {
    SOLOW_EXPRESSION_DEPTH = 100,   /* brackets, calls and operators inside each other */
    SOLOW_EXPRESSION_NODES = 10000, /* of one text */
    SOLOW_NUMBER_LENGTH = 60        /* characters of a number */
};

/* Parses the whole text. On failure err->message is a sentence and *position the byte offset of the offence. */
solow_status solow_expression_parse(const char *text, solow_node **node, ptrdiff_t *position, solow_error *err);
/* Whether every call in the tree names a known function with possible arguments. term: the tree is a term of a formula,
 * where i() and poly() may stand. On SOLOW_ERR_INPUT *offender is the node, *hint a known name near an unknown one or NULL. */
solow_status solow_expression_check(const solow_node *node, bool term, const solow_node **offender, const char **hint,
                                    solow_error *err);
/* Whether the node is a whole number, perhaps with a sign, within +-10,000. */
bool solow_node_integer(const solow_node *node, int *value);

/* `lhs = rhs` as the expression lhs - rhs; a text without `=` is that expression: a restriction is that it is zero. */
solow_status solow_restriction_parse(const char *text, solow_node **node, ptrdiff_t *position, solow_error *err);

/* A term as people write it (`log( pcap )`, `"x:z"`) in the spelling of results; text that is no expression stays as it
 * is. NULL when there is no memory. */
char *solow_term_name(const char *text);

void solow_node_destroy(solow_node *node);           /* NULL is allowed */
solow_node *solow_node_copy(const solow_node *node); /* NULL when there is no memory */
bool solow_node_equal(const solow_node *a, const solow_node *b);

/* Building trees. NULL when there is no memory; the children are then destroyed. */
solow_node *solow_node_create(solow_node_kind kind, const char *text, double number, ptrdiff_t position);
solow_node *solow_node_push(solow_node *parent, solow_node *child, const char *label); /* label NULL: positional */
solow_spot solow_node_spot(const solow_node *node);
/* Whether the node is a call of that name (or operator sign). */
bool solow_node_is_call(const solow_node *node, const char *name);
/* The argument with that label, or NULL. */
const solow_node *solow_node_argument(const solow_node *call, const char *label);

/* The canonical text, as term names are printed: no spaces outside quotes (`l(ln_k,1)`, `i(year,1971)`); malloc'ed. */
char *solow_node_print(const solow_node *node);

#endif
