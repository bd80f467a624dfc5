/* compile.c - from an expression's tree to operations over columns of a frame. See evaluate.h.
 *
 * Names are resolved, constants folded into operations' parameters, text compared by code, and parts that need all rows
 * replaced by hidden columns. What is wrong is said in one sentence with the nearest known name.
 */
#include "engine/frame/program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct function_entry {
    const char *name;
    op_code code;
    ptrdiff_t least, most; /* arguments */
    bool within_unit;
} function_entry;

static const function_entry functions[] = {
    {"+", OP_ADD, 2, 2, false},
    {"-", OP_SUBTRACT, 2, 2, false},
    {"*", OP_MULTIPLY, 2, 2, false},
    {":", OP_MULTIPLY, 2, 2, false},
    {"/", OP_DIVIDE, 2, 2, false},
    {"^", OP_POWER, 2, 2, false},
    {"neg", OP_NEGATE, 1, 1, false},
    {"==", OP_EQUAL, 2, 2, false},
    {"!=", OP_UNEQUAL, 2, 2, false},
    {"<", OP_LESS, 2, 2, false},
    {"<=", OP_LESS_EQUAL, 2, 2, false},
    {">", OP_GREATER, 2, 2, false},
    {">=", OP_GREATER_EQUAL, 2, 2, false},
    {"and", OP_AND, 2, 2, false},
    {"or", OP_OR, 2, 2, false},
    {"not", OP_NOT, 1, 1, false},
    {"log", OP_LOG, 1, 1, false},
    {"log1p", OP_LOG1P, 1, 1, false},
    {"exp", OP_EXP, 1, 1, false},
    {"sqrt", OP_SQRT, 1, 1, false},
    {"abs", OP_ABS, 1, 1, false},
    {"asinh", OP_ASINH, 1, 1, false},
    {"min", OP_MIN, 1, 64, false},
    {"max", OP_MAX, 1, 64, false},
    {"ifelse", OP_IFELSE, 3, 3, false},
    {"missing", OP_MISSING, 1, 1, false},
    {"poly", OP_POWER, 2, 2, false},
    {"first", OP_FIRST, 1, 1, true},
    {"last", OP_LAST, 1, 1, true},
    {"mean", OP_MEAN, 1, 1, true},
    {"sum", OP_SUM, 1, 1, true},
    {"sd", OP_SD, 1, 1, true},
    {"count", OP_COUNT, 1, 1, true},
    {"l", OP_LAG, 1, 2, true},
    {"f", OP_LAG, 1, 2, true},
    {"d", OP_LAG, 1, 2, true},
    {"ma", OP_MOVING_AVERAGE, 2, 2, true},
    {"pim", OP_PIM, 1, 3, true},
};

static solow_status compile(solow_frame *frame, const solow_node *node, op **made, solow_error *err);

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for an expression");
}

static solow_status constant(double value, op **made, solow_error *err)
{
    *made = solow_op_create(OP_CONSTANT, 0);
    if (*made == NULL) {
        return no_memory(err);
    }
    (*made)->constant = value;
    return SOLOW_OK;
}

static solow_status unknown_column(const solow_frame *frame, const char *name, solow_error *err)
{
    const char *near = solow_frame_closest(frame, name);
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "there is no column `%s`%s%s%s", name,
                      near[0] != '\0' ? "; did you mean `" : "", near, near[0] != '\0' ? "`?" : "");
}

static solow_status compile_column(solow_frame *frame, const solow_frame_column *column, op **made, solow_error *err)
{
    (void)frame;
    if (column->kind == SOLOW_COLUMN_TEXT) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "column `%s` is text (\"%s\" in row %lld), but a number is needed here; mend the data, name the code under "
            "`data.missing`, write i(%s) for a set of dummies, or compare it with a quoted label",
            column->name, column->text_label, (long long)column->text_row, column->name);
    }
    *made = solow_op_create(OP_COLUMN, 0);
    if (*made == NULL) {
        return no_memory(err);
    }
    (*made)->column = column;
    return SOLOW_OK;
}

/* A number written in the expression, such as a lag's length. */
static solow_status literal(const solow_node *node, const char *what, double *value, solow_error *err)
{
    double sign = 1;
    if (node->kind == SOLOW_NODE_CALL && strcmp(node->text, "neg") == 0 && node->count == 1) {
        sign = -1;
        node = node->child[0];
    }
    if (node->kind != SOLOW_NODE_NUMBER) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s must be a number", what);
    }
    *value = sign * node->number;
    return SOLOW_OK;
}

/* pim(x, depreciation = 0.15, growth = 0.05), by position too. */
static solow_status pim_arguments(const solow_node *node, op *made, solow_error *err)
{
    made->rate = NAN;
    for (ptrdiff_t i = 1; i < node->count; i++) {
        const char *label = node->label != NULL ? node->label[i] : NULL;
        bool growth = label != NULL ? strcmp(label, "growth") == 0 : i == 2;
        if (label != NULL && !growth && strcmp(label, "depreciation") != 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "pim() takes depreciation and growth, not `%s`", label);
        }
        solow_status status =
            literal(node->child[i], "an argument of pim()", growth ? &made->growth : &made->rate, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    if (!(made->rate > 0 && made->rate < 1) || !(made->growth > -made->rate)) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "pim() needs 0 < depreciation < 1 and growth > -depreciation; got depreciation = %g, growth = %g",
            made->rate, made->growth);
    }
    return SOLOW_OK;
}

/* l(x, k), f(x, k), d(x, k), ma(x, k). d is x - l(x, k). */
static solow_status shift_arguments(const solow_node *node, op **made, solow_error *err)
{
    double periods = 1;
    solow_status status = SOLOW_OK;
    if (node->count > 1) {
        status = literal(node->child[1], "the number of periods", &periods, err);
    }
    bool average = (*made)->code == OP_MOVING_AVERAGE;
    if (status == SOLOW_OK && (periods != floor(periods) || fabs(periods) > 1e6 || (average && periods < 1))) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the number of periods of %s() must be a whole number%s, not %g",
                          node->text, average ? " of at least 1" : "", periods);
    }
    (*made)->constant = strcmp(node->text, "f") == 0 ? -periods : periods;
    return status;
}

static const function_entry *find_function(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].name, name) == 0) {
            return &functions[i];
        }
    }
    return NULL;
}

static solow_status compile_difference(solow_frame *frame, const solow_node *node, op *lag, op **made, solow_error *err)
{
    op *difference = solow_op_create(OP_SUBTRACT, 2);
    if (difference == NULL) {
        solow_op_destroy(lag);
        return no_memory(err);
    }
    difference->child[1] = lag;
    solow_status status = compile(frame, node->child[0], &difference->child[0], err);
    if (status != SOLOW_OK) {
        solow_op_destroy(difference);
        return status;
    }
    *made = difference;
    return SOLOW_OK;
}

static solow_status compile_call(solow_frame *frame, const solow_node *node, op **made, solow_error *err)
{
    if (solow_op_compares_text(frame, node)) {
        return solow_op_compile_text(frame, node, made, err);
    }
    bool is_in = strcmp(node->text, "in") == 0;
    const function_entry *entry = find_function(node->text);
    if (entry == NULL && !is_in) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s` cannot be used here", node->text);
    }
    if (!is_in && (node->count < entry->least || node->count > entry->most)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s() takes %td to %td arguments, not %td", node->text, entry->least,
                          entry->most, node->count);
    }
    if (!is_in && entry->within_unit && !frame->has_unit) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "%s() works inside a unit: name the `unit:` column under `data:` (and do not use it in data.where)",
            node->text);
    }
    bool shift = !is_in && (entry->code == OP_LAG || entry->code == OP_MOVING_AVERAGE);
    ptrdiff_t children = shift || (!is_in && entry->code == OP_PIM) ? 1 : solow_op_arguments(node);
    op *call = solow_op_create(is_in ? OP_IN : entry->code, children);
    solow_status status = call != NULL ? SOLOW_OK : no_memory(err);
    for (ptrdiff_t i = 0; i < children && status == SOLOW_OK; i++) {
        status = compile(frame, solow_op_argument(node, i), &call->child[i], err);
    }
    if (status == SOLOW_OK && shift) {
        status = shift_arguments(node, &call, err);
    } else if (status == SOLOW_OK && call->code == OP_PIM) {
        status = pim_arguments(node, call, err);
    }
    if (status != SOLOW_OK) {
        solow_op_destroy(call);
        return status;
    }
    if (shift && strcmp(node->text, "d") == 0) {
        return compile_difference(frame, node, call, made, err);
    }
    *made = call;
    return SOLOW_OK;
}

bool solow_op_looks_beyond(const solow_node *node)
{
    static const char *const others[] = {"quantile", "rank", "cut", "std", "winsor", "saved"};
    const function_entry *entry = find_function(node->text);
    bool beyond = entry != NULL && entry->within_unit;
    for (size_t i = 0; i < sizeof others / sizeof others[0] && !beyond; i++) {
        beyond = strcmp(node->text, others[i]) == 0;
    }
    return beyond;
}

/* A call that is a frame column under its canonical text: saved(model, column), and in a part all that looked beyond. */
static solow_status compile_kept(solow_frame *frame, const solow_node *node, op **made, solow_error *err)
{
    char *name = solow_node_print(node);
    if (name == NULL) {
        return no_memory(err);
    }
    const solow_frame_column *column = solow_frame_find(frame, name);
    solow_status status = column != NULL ? compile_column(frame, column, made, err)
                                         : SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s was not made", name);
    free(name);
    return status;
}

static solow_status compile(solow_frame *frame, const solow_node *node, op **made, solow_error *err)
{
    const solow_frame_column *column = NULL;
    bool materialised = false;
    switch (node->kind) {
    case SOLOW_NODE_NUMBER:
        return constant(node->number, made, err);
    case SOLOW_NODE_MISSING:
        return constant(NAN, made, err);
    case SOLOW_NODE_TEXT:
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "text \"%s\" can only be compared with a text column", node->text);
    case SOLOW_NODE_NAME:
        column = solow_frame_find(frame, node->text);
        return column != NULL ? compile_column(frame, column, made, err) : unknown_column(frame, node->text, err);
    default:
        break;
    }
    if (strcmp(node->text, "saved") == 0 || (frame->is_part && solow_op_looks_beyond(node))) {
        return compile_kept(frame, node, made, err);
    }
    solow_status status = solow_materialise(frame, node, &materialised, &column, err);
    if (status != SOLOW_OK) {
        return status;
    }
    return materialised ? compile_column(frame, column, made, err) : compile_call(frame, node, made, err);
}

solow_status solow_program_create(solow_frame *frame, const solow_node *node, solow_program **program, solow_error *err)
{
    solow_program *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return no_memory(err);
    }
    made->frame = frame;
    solow_status status = compile(frame, node, &made->root, err);
    if (status != SOLOW_OK) {
        free(made);
        return status;
    }
    *program = made;
    return SOLOW_OK;
}

void solow_program_destroy(solow_program *program)
{
    if (program != NULL) {
        solow_op_destroy(program->root);
        free(program);
    }
}

const solow_frame_column *solow_program_column(const solow_program *program)
{
    return program->root->code == OP_COLUMN ? program->root->column : NULL;
}
