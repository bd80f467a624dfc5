/* derivative.c - see derivative.h. */
#include "engine/inference/derivative.h"

#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct dual {
    double value, slope;
} dual;

typedef struct sweep {
    const solow_estimates *estimates;
    ptrdiff_t wrt; /* the term of this sweep */
    solow_error *err;
    solow_status status;
} sweep;

/* Whether two names are the same but for spaces. */
static bool same_name(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a == ' ') {
            a++;
        }
        while (*b == ' ') {
            b++;
        }
        if (*a != *b) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
    }
}

static ptrdiff_t find(const solow_estimates *estimates, const char *name)
{
    for (ptrdiff_t i = 0; i < estimates->terms; i++) {
        if (same_name(estimates->term[i], name)) {
            return i;
        }
    }
    return -1;
}

static dual unary(sweep *s, const char *name, dual x)
{
    if (strcmp(name, "neg") == 0 || strcmp(name, "-") == 0) {
        return (dual){-x.value, -x.slope};
    }
    if (strcmp(name, "+") == 0) {
        return x;
    }
    if (strcmp(name, "log") == 0) {
        return (dual){log(x.value), x.slope / x.value};
    }
    if (strcmp(name, "log1p") == 0) {
        return (dual){log1p(x.value), x.slope / (1 + x.value)};
    }
    if (strcmp(name, "exp") == 0) {
        return (dual){exp(x.value), x.slope * exp(x.value)};
    }
    if (strcmp(name, "sqrt") == 0) {
        return (dual){sqrt(x.value), x.slope / (2 * sqrt(x.value))};
    }
    if (strcmp(name, "abs") == 0) {
        return (dual){fabs(x.value), x.value < 0 ? -x.slope : x.slope};
    }
    s->status = SOLOW_FAIL(s->err, SOLOW_ERR_INPUT, "%s() is not known in an expression over terms", name);
    return (dual){NAN, NAN};
}

/* a^b; a constant exponent needs no logarithm of the base. */
static dual power(dual a, dual b)
{
    double value = pow(a.value, b.value);
    double slope = a.slope != 0 ? b.value * pow(a.value, b.value - 1) * a.slope : 0;
    return (dual){value, b.slope != 0 ? slope + value * log(a.value) * b.slope : slope};
}

static dual binary(sweep *s, const char *name, dual a, dual b)
{
    switch (name[1] == '\0' ? name[0] : '\0') {
    case '+':
        return (dual){a.value + b.value, a.slope + b.slope};
    case '-':
        return (dual){a.value - b.value, a.slope - b.slope};
    case '*':
        return (dual){a.value * b.value, a.slope * b.value + a.value * b.slope};
    case '/':
        return (dual){a.value / b.value, (a.slope - a.value / b.value * b.slope) / b.value};
    case '^':
        return power(a, b);
    default:
        s->status = SOLOW_FAIL(s->err, SOLOW_ERR_INPUT, "%s is not known in an expression over terms", name);
        return (dual){NAN, NAN};
    }
}

static dual term(sweep *s, ptrdiff_t index)
{
    return (dual){s->estimates->estimate[index], index == s->wrt ? 1 : 0};
}

static dual evaluate(sweep *s, const solow_node *node);

static dual call(sweep *s, const solow_node *node)
{
    char *text = solow_node_print(node);
    ptrdiff_t index = text != NULL ? find(s->estimates, text) : -1;
    free(text);
    if (index >= 0) {
        return term(s, index);
    }
    if (node->count == 1) {
        return unary(s, node->text, evaluate(s, node->child[0]));
    }
    if (node->count == 2) {
        dual a = evaluate(s, node->child[0]), b = evaluate(s, node->child[1]);
        return binary(s, node->text, a, b);
    }
    s->status = SOLOW_FAIL(s->err, SOLOW_ERR_INPUT, "%s with %td arguments is not known in an expression over terms",
                           node->text, node->count);
    return (dual){NAN, NAN};
}

static dual evaluate(sweep *s, const solow_node *node)
{
    if (node->kind == SOLOW_NODE_NUMBER) {
        return (dual){node->number, 0};
    }
    if (node->kind == SOLOW_NODE_CALL) {
        return call(s, node);
    }
    ptrdiff_t index =
        node->kind == SOLOW_NODE_NAME || node->kind == SOLOW_NODE_TEXT ? find(s->estimates, node->text) : -1;
    if (index < 0) {
        s->status =
            SOLOW_FAIL(s->err, SOLOW_ERR_INPUT, "the model has no term %s", node->text != NULL ? node->text : "NA");
        return (dual){NAN, NAN};
    }
    return term(s, index);
}

solow_status solow_derivative(const solow_estimates *estimates, const solow_node *expression, double *value,
                              double *gradient, solow_error *err)
{
    sweep s = {.estimates = estimates, .wrt = -1, .err = err, .status = SOLOW_OK};
    *value = evaluate(&s, expression).value;
    for (ptrdiff_t j = 0; gradient != NULL && j < estimates->terms && s.status == SOLOW_OK; j++) {
        s.wrt = j;
        gradient[j] = evaluate(&s, expression).slope;
    }
    return s.status;
}
