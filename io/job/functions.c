/* functions.c - the functions that expressions may call, and what they take; see solow_expression_check. */
#include "io/job/expression.h"
#include "io/job/job.h"

#include <math.h>
#include <string.h>

enum { MANY = 1000, LONGEST_LAG = 10000 };

typedef enum {
    ANYWHERE,
    TERMS, /* only in formulas */
    LISTS  /* consumed by the expansion of a formula: left over, it stands where it has no meaning */
} place_kind;

typedef struct function {
    const char *name;
    int least, most;    /* positional arguments */
    const char *labels; /* possible named arguments, in spaces */
    place_kind where;
    const char *usage;
} function;

static const function functions[] = {
    {"log", 1, 1, "", ANYWHERE, "log(x)"},
    {"log1p", 1, 1, "", ANYWHERE, "log1p(x)"},
    {"exp", 1, 1, "", ANYWHERE, "exp(x)"},
    {"sqrt", 1, 1, "", ANYWHERE, "sqrt(x)"},
    {"abs", 1, 1, "", ANYWHERE, "abs(x)"},
    {"asinh", 1, 1, "", ANYWHERE, "asinh(x)"},
    {"min", 1, MANY, "", ANYWHERE, "min(x, y, ...)"},
    {"max", 1, MANY, "", ANYWHERE, "max(x, y, ...)"},
    {"ifelse", 3, 3, "", ANYWHERE, "ifelse(condition, yes, no)"},
    {"missing", 1, 1, "", ANYWHERE, "missing(x)"},
    {"l", 1, 2, "", ANYWHERE, "l(x, k)"},
    {"f", 1, 2, "", ANYWHERE, "f(x, k)"},
    {"d", 1, 2, "", ANYWHERE, "d(x, k)"},
    {"ma", 2, 2, "", ANYWHERE, "ma(x, k)"},
    {"first", 1, 1, " by where ", ANYWHERE, "first(x, by = a, where = c)"},
    {"last", 1, 1, " by where ", ANYWHERE, "last(x, by = a, where = c)"},
    {"mean", 1, 1, " by where ", ANYWHERE, "mean(x, by = a, where = c)"},
    {"sum", 1, 1, " by where ", ANYWHERE, "sum(x, by = a, where = c)"},
    {"sd", 1, 1, " by where ", ANYWHERE, "sd(x, by = a, where = c)"},
    {"count", 0, 1, " by where ", ANYWHERE, "count(x, by = a, where = c)"},
    {"rank", 1, 1, " by where ", ANYWHERE, "rank(x, by = a)"},
    {"quantile", 2, 2, " by where ", ANYWHERE, "quantile(x, p, by = a)"},
    {"cut", 2, 2, " by where ", ANYWHERE, "cut(x, (a, b, ...)) or cut(x, n)"},
    {"std", 1, 1, " by where ", ANYWHERE, "std(x, by = a)"},
    {"winsor", 2, 2, " by where ", ANYWHERE, "winsor(x, p)"},
    {"pim", 1, 1, " depreciation growth initial ", ANYWHERE, "pim(x, depreciation = 0.15, growth = 0.05)"},
    {"w", 2, 2, " normalise ", ANYWHERE, "w(name, x)"},
    {"saved", 2, 2, "", ANYWHERE, "saved(model, column)"},
    {"i", 1, 2, " ref keep ", TERMS, "i(factor), i(factor, x, ref = level)"},
    {"poly", 2, 2, "", TERMS, "poly(x, degree)"},
    {"I", 1, 1, "", TERMS, "I(expression)"},
    {"c", 1, MANY, "", LISTS, "c(y1, y2)"},
    {"sw", 1, MANY, "", LISTS, "sw(x1, x2)"},
    {"sw0", 1, MANY, "", LISTS, "sw0(x1, x2)"},
    {"csw", 1, MANY, "", LISTS, "csw(x1, x2)"},
    {"csw0", 1, MANY, "", LISTS, "csw0(x1, x2)"},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* Calls that are operators or punctuation, which the parser has checked. */
static const char *const punctuation[] = {
    "+", "-", "*", "/", "^", ":", "==", "!=", "<", "<=", ">", ">=", "and", "or", "not", "in", "neg", "list", "[", "[["};

static const char *const functions_of_others[][2] = {
    {"ln", "log"},    {"lag", "l"},       {"lead", "f"},          {"diff", "d"},           {"is.na", "missing"},
    {"factor", "i"},  {"as.factor", "i"}, {"median", "quantile"}, {"scale", "std"},        {"if_else", "ifelse"},
    {"log10", "log"}, {"pow", "^"},       {"average", "mean"},    {"winsorize", "winsor"}, {"L", "l"},
    {"F", "f"},       {"D", "d"},
};

static bool is_punctuation(const char *name)
{
    for (size_t i = 0; i < sizeof punctuation / sizeof *punctuation; i++) {
        if (strcmp(name, punctuation[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const function *find_function(const char *name)
{
    for (size_t i = 0; i < FUNCTIONS; i++) {
        if (strcmp(name, functions[i].name) == 0) {
            return &functions[i];
        }
    }
    return NULL;
}

static const char *nearest(const char *name)
{
    for (size_t i = 0; i < sizeof functions_of_others / sizeof *functions_of_others; i++) {
        if (strcmp(name, functions_of_others[i][0]) == 0) {
            return functions_of_others[i][1];
        }
    }
    const char *names[FUNCTIONS];
    for (size_t i = 0; i < FUNCTIONS; i++) {
        names[i] = functions[i].name;
    }
    return solow_closest(name, names, FUNCTIONS);
}

bool solow_node_integer(const solow_node *node, int *value)
{
    bool negative = solow_node_is_call(node, "neg");
    const solow_node *number = negative ? node->child[0] : node;
    if (number->kind != SOLOW_NODE_NUMBER || number->number != floor(number->number) ||
        fabs(number->number) > LONGEST_LAG) {
        return false;
    }
    *value = (negative ? -1 : 1) * (int)number->number;
    return true;
}

static bool is_level(const solow_node *node)
{
    if (solow_node_is_call(node, "list") || solow_node_is_call(node, "c")) {
        for (ptrdiff_t i = 0; i < node->count; i++) {
            if (!is_level(node->child[i])) {
                return false;
            }
        }
        return true;
    }
    const solow_node *value = solow_node_is_call(node, "neg") ? node->child[0] : node;
    return value->kind == SOLOW_NODE_NUMBER || value->kind == SOLOW_NODE_TEXT;
}

/* Named arguments: known to the function, and levels where levels are meant. */
static solow_status check_labels(const solow_node *call, const function *known, const solow_node **offender,
                                 solow_error *err)
{
    for (ptrdiff_t i = 0; i < call->count && call->label != NULL; i++) {
        const char *label = call->label[i], *at = label != NULL ? strstr(known->labels, label) : NULL;
        if (label == NULL) {
            continue;
        }
        *offender = call->child[i];
        if (at == NULL || at[-1] != ' ' || at[strlen(label)] != ' ') {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s` has no argument `%s`; it is written %s", call->text, label,
                              known->usage);
        }
        if (strcmp(known->name, "i") == 0 && !is_level(call->child[i])) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s =` takes levels: a number or a text in quotes", label);
        }
    }
    return SOLOW_OK;
}

/* Arguments that must be written out: lags, windows, degrees, names of matrices and models. */
static solow_status check_constants(const solow_node *call, const solow_node **offender, solow_error *err)
{
    const char *name = call->text;
    int value;
    *offender = call->count > 1 ? call->child[1] : call;
    bool lag = strcmp(name, "l") == 0 || strcmp(name, "f") == 0 || strcmp(name, "d") == 0;
    if (lag && call->count == 2 && !solow_node_integer(call->child[1], &value)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the second argument of `%s` is a whole number of periods", name);
    }
    if (strcmp(name, "ma") == 0 && (!solow_node_integer(call->child[1], &value) || value < 1)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the second argument of `ma` is a number of periods from 1");
    }
    if (strcmp(name, "poly") == 0 && (!solow_node_integer(call->child[1], &value) || value < 1 || value > 20)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the second argument of `poly` is a degree from 1 to 20");
    }
    *offender = call->count > 0 ? call->child[0] : call;
    bool matrix = strcmp(name, "w") == 0, saved = strcmp(name, "saved") == 0;
    bool named = call->count > 0 &&
                 (call->child[0]->kind == SOLOW_NODE_NAME || (saved && call->child[0]->kind == SOLOW_NODE_TEXT));
    if ((matrix || saved) && !named) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the first argument of `%s` is the name of a %s", name,
                          matrix ? "weights matrix" : "model");
    }
    return SOLOW_OK;
}

static solow_status check_call(const solow_node *call, bool term, const solow_node **offender, const char **hint,
                               solow_error *err)
{
    *offender = call;
    *hint = NULL;
    const function *known = find_function(call->text);
    if (known == NULL) {
        *hint = nearest(call->text);
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "unknown function `%.80s`", call->text);
    }
    if (known->where == LISTS) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s` cannot stand inside another expression", call->text);
    }
    if (known->where == TERMS && !term) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s` stands only in formulas", call->text);
    }
    ptrdiff_t positional = 0;
    for (ptrdiff_t i = 0; i < call->count; i++) {
        positional += call->label == NULL || call->label[i] == NULL ? 1 : 0;
    }
    if (positional < known->least || positional > known->most) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s` does not take %td argument%s; it is written %s", call->text,
                          positional, positional == 1 ? "" : "s", known->usage);
    }
    solow_status status = check_labels(call, known, offender, err);
    return status == SOLOW_OK ? check_constants(call, offender, err) : status;
}

solow_status solow_expression_check(const solow_node *node, bool term, const solow_node **offender, const char **hint,
                                    solow_error *err)
{
    if (node->kind == SOLOW_NODE_CALL && !is_punctuation(node->text)) {
        solow_status status = check_call(node, term, offender, hint, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    if (node->kind == SOLOW_NODE_NAME && strncmp(node->text, "..", 2) == 0) {
        *offender = node;
        *hint = NULL;
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%.80s`: a list stands between the `+` of a formula, nowhere else",
                          node->text);
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        solow_status status = solow_expression_check(node->child[i], term, offender, hint, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}
