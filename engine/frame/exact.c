/* exact.c - what rounding took from a polynomial of columns: x^10 in double has 16 digits, and an ill-conditioned model may
 * need more. See evaluate.h.
 *
 *   (1) polynomial   + - * of columns, numbers and powers with whole exponents up to 64
 *   (2) low part     the same in double-double, less the value in double; |low| <= a few ulp of it
 */
#include "engine/frame/program.h"

#include "kernels/dense/double_double.h"

#include <math.h>

static const double most_power = 64;

static bool is_polynomial(const op *node)
{
    switch (node->code) {
    case OP_CONSTANT:
    case OP_COLUMN:
        return true;
    case OP_POWER: {
        const op *power = node->child[1];
        return power->code == OP_CONSTANT && power->constant >= 0 && power->constant <= most_power &&
               power->constant == floor(power->constant) && is_polynomial(node->child[0]);
    }
    case OP_ADD:
    case OP_SUBTRACT:
    case OP_MULTIPLY:
        return is_polynomial(node->child[0]) && is_polynomial(node->child[1]);
    case OP_NEGATE:
        return is_polynomial(node->child[0]);
    default:
        return false;
    }
}

static solow_dd value_of(const op *node, ptrdiff_t row)
{
    solow_dd a = {0, 0}, product = {1, 0};
    switch (node->code) {
    case OP_CONSTANT:
        return (solow_dd){node->constant, 0};
    case OP_COLUMN:
        return (solow_dd){node->column->number[row], 0};
    case OP_NEGATE:
        return solow_dd_negate(value_of(node->child[0], row));
    case OP_ADD:
        return solow_dd_add(value_of(node->child[0], row), value_of(node->child[1], row));
    case OP_SUBTRACT:
        return solow_dd_subtract(value_of(node->child[0], row), value_of(node->child[1], row));
    case OP_MULTIPLY:
        return solow_dd_multiply(value_of(node->child[0], row), value_of(node->child[1], row));
    default:
        a = value_of(node->child[0], row);
        for (int power = (int)node->child[1]->constant; power > 0; power--) {
            product = solow_dd_multiply(product, a);
        }
        return product;
    }
}

bool solow_program_is_polynomial(const solow_program *program)
{
    return program->root->code != OP_COLUMN && program->root->code != OP_CONSTANT && is_polynomial(program->root);
}

void solow_program_low(const solow_program *program, ptrdiff_t begin, ptrdiff_t rows, const double *high, double *low)
{
    for (ptrdiff_t i = 0; i < rows; i++) {
        solow_dd exact = value_of(program->root, begin + i);
        double rest = exact.high - high[i] + exact.low;
        low[i] = isfinite(rest) ? rest : 0;
    }
}
