/* rowwise.c - operations that need one row at a time. See program.h. */
#include "engine/frame/program.h"

#include <math.h>
#include <string.h>

static void binary(const op *node, ptrdiff_t rows, double *out)
{
    const double *a = node->child[0]->buffer, *b = node->child[1]->buffer;
    op_code code = node->code;
    for (ptrdiff_t i = 0; i < rows; i++) {
        bool missing = isnan(a[i]) || isnan(b[i]);
        double value = 0;
        switch (code) {
        case OP_EQUAL:
            value = a[i] == b[i];
            break;
        case OP_UNEQUAL:
            value = a[i] != b[i];
            break;
        case OP_LESS:
            value = a[i] < b[i];
            break;
        case OP_LESS_EQUAL:
            value = a[i] <= b[i];
            break;
        case OP_GREATER:
            value = a[i] > b[i];
            break;
        case OP_GREATER_EQUAL:
            value = a[i] >= b[i];
            break;
        case OP_POWER:
            value = b[i] == 2 ? a[i] * a[i] : pow(a[i], b[i]);
            break;
        default:
            break;
        }
        out[i] = missing ? NAN : value;
    }
}

static void arithmetic(const op *node, ptrdiff_t rows, double *out)
{
    const double *a = node->child[0]->buffer, *b = node->child[1]->buffer;
    op_code code = node->code;
    for (ptrdiff_t i = 0; i < rows; i++) {
        switch (code) {
        case OP_ADD:
            out[i] = a[i] + b[i];
            break;
        case OP_SUBTRACT:
            out[i] = a[i] - b[i];
            break;
        case OP_MULTIPLY:
            out[i] = a[i] * b[i];
            break;
        default:
            out[i] = b[i] != 0 ? a[i] / b[i] : NAN;
            break;
        }
    }
}

/* Three-valued: false and missing is false, true or missing is true. */
static void logic(const op *node, ptrdiff_t rows, double *out)
{
    const double *a = node->child[0]->buffer, *b = node->child[1]->buffer;
    op_code code = node->code;
    for (ptrdiff_t i = 0; i < rows; i++) {
        bool decided =
            code == OP_AND ? a[i] == 0 || b[i] == 0 : (a[i] != 0 && !isnan(a[i])) || (b[i] != 0 && !isnan(b[i]));
        if (decided) {
            out[i] = code == OP_OR;
        } else {
            out[i] = isnan(a[i]) || isnan(b[i]) ? NAN : code == OP_AND;
        }
    }
}

/* A quiet NaN whose low bits spell the reason; the sign is not part of it. */
static const uint64_t missing_log = UINT64_C(0x7ff80000006c6f67), sign = UINT64_C(1) << 63;

double solow_missing_log(void)
{
    double value;
    memcpy(&value, &missing_log, sizeof value);
    return value;
}

bool solow_is_missing_log(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & ~sign) == missing_log;
}

static void unary(const op *node, ptrdiff_t rows, double *out)
{
    const double *a = node->child[0]->buffer;
    op_code code = node->code;
    for (ptrdiff_t i = 0; i < rows; i++) {
        double x = a[i];
        switch (code) {
        case OP_NEGATE:
            out[i] = -x;
            break;
        case OP_NOT:
            out[i] = isnan(x) ? NAN : x == 0;
            break;
        case OP_LOG:
            out[i] = x > 0 ? log(x) : isnan(x) ? x : solow_missing_log();
            break;
        case OP_LOG1P:
            out[i] = x > -1 ? log1p(x) : isnan(x) ? x : solow_missing_log();
            break;
        case OP_EXP:
            out[i] = exp(x);
            break;
        case OP_SQRT:
            out[i] = x >= 0 ? sqrt(x) : NAN;
            break;
        case OP_ABS:
            out[i] = fabs(x);
            break;
        case OP_ASINH:
            out[i] = asinh(x);
            break;
        default: /* OP_MISSING */
            out[i] = isnan(x);
            break;
        }
    }
}

/* Over the arguments of a row; a missing one makes the value missing. */
static void extreme(const op *node, ptrdiff_t rows, double *out)
{
    for (ptrdiff_t i = 0; i < rows; i++) {
        double value = node->child[0]->buffer[i];
        for (ptrdiff_t c = 1; c < node->count; c++) {
            double x = node->child[c]->buffer[i];
            if (isnan(x) || isnan(value)) {
                value = isnan(value) ? value : x;
            } else {
                value = node->code == OP_MIN ? fmin(value, x) : fmax(value, x);
            }
        }
        out[i] = value;
    }
}

static void choose(const op *node, ptrdiff_t rows, double *out)
{
    const double *condition = node->child[0]->buffer, *yes = node->child[1]->buffer, *no = node->child[2]->buffer;
    for (ptrdiff_t i = 0; i < rows; i++) {
        out[i] = isnan(condition[i]) ? NAN : condition[i] != 0 ? yes[i] : no[i];
    }
}

static void is_in(const op *node, ptrdiff_t rows, double *out)
{
    for (ptrdiff_t i = 0; i < rows; i++) {
        double x = node->child[0]->buffer[i], found = 0;
        for (ptrdiff_t c = 1; c < node->count; c++) {
            found = found != 0 || node->child[c]->buffer[i] == x;
        }
        out[i] = isnan(x) ? NAN : found;
    }
}

void solow_op_rowwise(const op *node, ptrdiff_t rows, double *out)
{
    switch (node->code) {
    case OP_ADD:
    case OP_SUBTRACT:
    case OP_MULTIPLY:
    case OP_DIVIDE:
        arithmetic(node, rows, out);
        break;
    case OP_AND:
    case OP_OR:
        logic(node, rows, out);
        break;
    case OP_MIN:
    case OP_MAX:
        extreme(node, rows, out);
        break;
    case OP_IFELSE:
        choose(node, rows, out);
        break;
    case OP_IN:
        is_in(node, rows, out);
        break;
    case OP_NEGATE:
    case OP_NOT:
    case OP_LOG:
    case OP_LOG1P:
    case OP_EXP:
    case OP_SQRT:
    case OP_ABS:
    case OP_ASINH:
    case OP_MISSING:
        unary(node, rows, out);
        break;
    default:
        binary(node, rows, out);
        break;
    }
}
