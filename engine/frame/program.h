/* program.h - a compiled expression, as evaluate.c runs it. Private to engine/frame. */
#ifndef SOLOW_ENGINE_FRAME_PROGRAM_H
#define SOLOW_ENGINE_FRAME_PROGRAM_H

#include "engine/frame/evaluate.h"

typedef enum {
    OP_CONSTANT,
    OP_COLUMN,
    OP_TEXT_EQUAL, /* text column == label: constant is the code */
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_POWER,
    OP_NEGATE,
    OP_EQUAL,
    OP_UNEQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_AND,
    OP_OR,
    OP_NOT,
    OP_LOG,
    OP_LOG1P,
    OP_EXP,
    OP_SQRT,
    OP_ABS,
    OP_ASINH,
    OP_MIN,
    OP_MAX,
    OP_IFELSE,
    OP_IN,
    OP_MISSING,
    OP_TEXT_MISSING,
    OP_LAG,
    OP_MOVING_AVERAGE,
    OP_FIRST,
    OP_LAST,
    OP_MEAN,
    OP_SUM,
    OP_SD,
    OP_COUNT,
    OP_PIM
} op_code;

typedef struct op {
    op_code code;
    double constant;     /* OP_CONSTANT; OP_LAG: periods; OP_TEXT_EQUAL: code; OP_MOVING_AVERAGE: periods */
    double rate, growth; /* OP_PIM */
    const solow_frame_column *column;
    ptrdiff_t count;
    struct op **child;
    double *buffer; /* [capacity] the node's value; children keep theirs */
} op;

struct solow_program {
    solow_frame *frame;
    op *root;
    ptrdiff_t capacity; /* rows that every buffer holds */
};

/* Memory of an operation with room for its children; NULL: no memory. Destroying frees the children too. */
op *solow_op_create(op_code code, ptrdiff_t children);
void solow_op_destroy(op *node);

/* The arguments of a call; those of x in (a, b) are x, a, b. */
ptrdiff_t solow_op_arguments(const solow_node *node);
const solow_node *solow_op_argument(const solow_node *node, ptrdiff_t index);

/* column == "a", column != "a", column in ("a", "b"), missing(column): comparisons of a text column, by code. */
bool solow_op_compares_text(const solow_frame *frame, const solow_node *node);
solow_status solow_op_compile_text(const solow_frame *frame, const solow_node *node, op **made, solow_error *err);

/* Row-wise operations: value of node from its children's buffers. */
void solow_op_rowwise(const op *node, ptrdiff_t rows, double *out);
/* Operations inside units: rows [begin, begin + rows) are whole units. */
void solow_op_within_unit(const solow_program *program, const op *node, ptrdiff_t begin, ptrdiff_t rows, double *out);

/* Whether a call reads rows other than its own: lags, means within units, ranks, saved columns. */
bool solow_op_looks_beyond(const solow_node *node);

/* Materialised functions (rank, quantile, cut, std, winsor, aggregates with `by`): the name of the frame column that holds
 * the call's values, made on first use. *made is false if node is not such a call. */
solow_status solow_materialise(solow_frame *frame, const solow_node *node, bool *made,
                               const solow_frame_column **column, solow_error *err);

#endif
