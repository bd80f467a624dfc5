/* parser.c - see parser.h. */
#include "io/job/parser.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

/* Left binding power of the binary operators; right is one more, except for `^`, which groups to the right. */
enum { OR = 1, AND, NOT, COMPARISON, SUM, PRODUCT, RANGE, NEGATION, POWER };

static const struct {
    const char *sign;
    int power;
} binary[] = {
    {"or", OR},         {"and", AND},        {"==", COMPARISON}, {"!=", COMPARISON},
    {"<", COMPARISON},  {"<=", COMPARISON},  {">", COMPARISON},  {">=", COMPARISON},
    {"in", COMPARISON}, {"not", COMPARISON}, {"+", SUM},         {"-", SUM},
    {"*", PRODUCT},     {"/", PRODUCT},      {":", RANGE},       {"^", POWER},
};

static int binding_power(const solow_parser *parser)
{
    if (parser->token.kind == SOLOW_TOKEN_SIGN && parser->token.text != NULL) {
        for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
            if (strcmp(parser->token.text, binary[i].sign) == 0) {
                return binary[i].power;
            }
        }
    }
    return 0;
}

static solow_status no_memory(solow_parser *parser)
{
    return SOLOW_FAIL(parser->err, SOLOW_ERR_MEMORY, "no memory for an expression");
}

static solow_status offence(solow_parser *parser, ptrdiff_t position, const char *sentence)
{
    parser->position = position;
    return SOLOW_FAIL(parser->err, SOLOW_ERR_INPUT, "%s", sentence);
}

solow_status solow_parser_open(solow_parser *parser, const char *text, solow_error *err)
{
    *parser = (solow_parser){.text = text, .err = err};
    return solow_token_read(text, 0, &parser->token, &parser->position, err);
}

void solow_parser_close(solow_parser *parser)
{
    free(parser->token.text);
    parser->token.text = NULL;
}

solow_status solow_parser_next(solow_parser *parser)
{
    ptrdiff_t end = parser->token.end;
    solow_parser_close(parser);
    return solow_token_read(parser->text, end, &parser->token, &parser->position, parser->err);
}

bool solow_parser_at(const solow_parser *parser, const char *sign)
{
    return parser->token.kind == SOLOW_TOKEN_SIGN && parser->token.text != NULL &&
           strcmp(parser->token.text, sign) == 0;
}

solow_status solow_parser_unexpected(solow_parser *parser, const char *expected)
{
    const solow_token *token = &parser->token;
    parser->position = token->position;
    if (token->kind == SOLOW_TOKEN_END) {
        return SOLOW_FAIL(parser->err, SOLOW_ERR_INPUT, "%s is missing at the end", expected);
    }
    if (solow_parser_at(parser, "=")) {
        return SOLOW_FAIL(parser->err, SOLOW_ERR_INPUT, "`=` names an argument of a call; write `==` to compare");
    }
    ptrdiff_t length = token->end - token->position;
    return SOLOW_FAIL(parser->err, SOLOW_ERR_INPUT, "%s should stand here, not `%.*s`", expected,
                      (int)(length < 40 ? length : 40), parser->text + token->position);
}

/* A node of the current token's place, counted against the limit. */
static solow_status create(solow_parser *parser, solow_node_kind kind, const char *text, ptrdiff_t position,
                           solow_node **node)
{
    if (++parser->nodes > SOLOW_EXPRESSION_NODES) {
        return offence(parser, position, "this expression is too long");
    }
    double number = kind == SOLOW_NODE_NUMBER ? parser->token.number : 0;
    *node = solow_node_create(kind, text, number, position);
    return *node != NULL ? SOLOW_OK : no_memory(parser);
}

static solow_status parse_at(solow_parser *parser, int power, solow_node **node);

/* Pushes child, owning both; *parent is NULL after a failure. */
static solow_status push(solow_parser *parser, solow_node **parent, solow_node *child, const char *label)
{
    *parent = solow_node_push(*parent, child, label);
    return *parent != NULL ? SOLOW_OK : no_memory(parser);
}

/* One argument, `value` or `name = value`. */
static solow_status parse_argument(solow_parser *parser, solow_node **call)
{
    solow_node *value = NULL;
    solow_status status = parse_at(parser, 0, &value);
    if (status != SOLOW_OK || !solow_parser_at(parser, "=")) {
        return status == SOLOW_OK ? push(parser, call, value, NULL) : status;
    }
    if (value->kind != SOLOW_NODE_NAME) {
        solow_node_destroy(value);
        return solow_parser_unexpected(parser, "`,` or `)`");
    }
    solow_node *named = NULL;
    status = solow_parser_next(parser);
    if (status == SOLOW_OK) {
        status = parse_at(parser, 0, &named);
    }
    if (status == SOLOW_OK && solow_node_argument(*call, value->text) != NULL) {
        status = offence(parser, value->position, "this argument is given twice");
    }
    if (status == SOLOW_OK) {
        status = push(parser, call, named, value->text);
    } else {
        solow_node_destroy(named);
    }
    solow_node_destroy(value);
    return status;
}

/* Arguments up to `close`, which is taken too; the opening sign has been. */
static solow_status parse_arguments(solow_parser *parser, const char *close, solow_node **call)
{
    solow_status status = SOLOW_OK;
    while (status == SOLOW_OK && !solow_parser_at(parser, close)) {
        status = parse_argument(parser, call);
        if (status == SOLOW_OK && solow_parser_at(parser, ",")) {
            status = solow_parser_next(parser);
            if (status == SOLOW_OK && solow_parser_at(parser, close)) {
                status = solow_parser_unexpected(parser, "an argument");
            }
        } else if (status == SOLOW_OK && !solow_parser_at(parser, close)) {
            status = solow_parser_unexpected(parser, close[0] == ')' ? "`,` or `)`" : "`,` or `]`");
        }
    }
    return status == SOLOW_OK ? solow_parser_next(parser) : status;
}

static solow_status parse_name(solow_parser *parser, solow_node **node)
{
    const solow_token *token = &parser->token;
    bool called = token->called && !token->quoted, missing = !token->quoted && strcmp(token->text, "NA") == 0;
    solow_node_kind kind = called ? SOLOW_NODE_CALL : missing ? SOLOW_NODE_MISSING : SOLOW_NODE_NAME;
    solow_status status = create(parser, kind, missing && !called ? NULL : token->text, token->position, node);
    if (status == SOLOW_OK) {
        status = solow_parser_next(parser);
    }
    if (status == SOLOW_OK && called) {
        status = solow_parser_next(parser);
        if (status == SOLOW_OK) {
            status = parse_arguments(parser, ")", node);
        }
    }
    return status;
}

/* `(a)` is a; `(a, b)` is a list. */
static solow_status parse_parentheses(solow_parser *parser, solow_node **node)
{
    ptrdiff_t position = parser->token.position;
    solow_status status = create(parser, SOLOW_NODE_CALL, "list", position, node);
    if (status == SOLOW_OK) {
        status = solow_parser_next(parser);
    }
    if (status == SOLOW_OK && solow_parser_at(parser, ")")) {
        status = solow_parser_unexpected(parser, "an expression");
    }
    if (status == SOLOW_OK) {
        status = parse_arguments(parser, ")", node);
    }
    if (status == SOLOW_OK && *node != NULL && (*node)->label != NULL) {
        status = offence(parser, position, "only the arguments of a call have names");
    }
    if (status == SOLOW_OK && *node != NULL && (*node)->count == 1) {
        solow_node *inner = (*node)->child[0];
        (*node)->count = 0;
        solow_node_destroy(*node);
        *node = inner;
    }
    return status;
}

/* -x, +x, not x. */
static solow_status parse_prefix(solow_parser *parser, solow_node **node)
{
    bool plus = solow_parser_at(parser, "+"), negation = solow_parser_at(parser, "not");
    ptrdiff_t position = parser->token.position;
    solow_status status = solow_parser_next(parser);
    solow_node *operand = NULL;
    if (status == SOLOW_OK) {
        status = parse_at(parser, negation ? NOT : NEGATION, &operand);
    }
    if (status != SOLOW_OK || plus) {
        *node = operand;
        return status;
    }
    status = create(parser, SOLOW_NODE_CALL, negation ? "not" : "neg", position, node);
    if (status != SOLOW_OK) {
        solow_node_destroy(operand);
        return status;
    }
    return push(parser, node, operand, NULL);
}

static solow_status parse_operand(solow_parser *parser, solow_node **node)
{
    const solow_token *token = &parser->token;
    solow_status status;
    switch (token->kind) {
    case SOLOW_TOKEN_NUMBER:
    case SOLOW_TOKEN_TEXT:
        status = create(parser, token->kind == SOLOW_TOKEN_TEXT ? SOLOW_NODE_TEXT : SOLOW_NODE_NUMBER, token->text,
                        token->position, node);
        return status == SOLOW_OK ? solow_parser_next(parser) : status;
    case SOLOW_TOKEN_NAME:
        return parse_name(parser, node);
    case SOLOW_TOKEN_SIGN:
        if (solow_parser_at(parser, "(")) {
            return parse_parentheses(parser, node);
        }
        if (solow_parser_at(parser, "-") || solow_parser_at(parser, "+") || solow_parser_at(parser, "not")) {
            return parse_prefix(parser, node);
        }
        return solow_parser_unexpected(parser, "a name, a number or a call");
    case SOLOW_TOKEN_END:
    default:
        return solow_parser_unexpected(parser, "a name, a number or a call");
    }
}

/* effect[x, z] and effect[[x]]. */
static solow_status parse_slopes(solow_parser *parser, solow_node **node)
{
    bool twice = solow_parser_at(parser, "[[");
    if (!parser->slopes || *node == NULL) {
        return offence(parser, parser->token.position,
                       "`[` stands only in the effects of a formula: effect[x] lets the slope of x vary by effect");
    }
    solow_node *call = NULL;
    solow_status status = create(parser, SOLOW_NODE_CALL, twice ? "[[" : "[", (*node)->position, &call);
    if (status != SOLOW_OK) {
        return status;
    }
    status = push(parser, &call, *node, NULL);
    *node = call;
    if (status == SOLOW_OK) {
        status = solow_parser_next(parser);
    }
    if (status == SOLOW_OK) {
        status = parse_arguments(parser, twice ? "]]" : "]", node);
    }
    if (status == SOLOW_OK && *node != NULL && ((*node)->count < 2 || (*node)->label != NULL)) {
        status = offence(parser, (*node)->position, "the slopes of an effect are columns: effect[x, z]");
    }
    return status;
}

/* The right side of `in` as a list. */
static solow_status make_list(solow_parser *parser, solow_node **set)
{
    if (solow_node_is_call(*set, "list") || solow_node_is_call(*set, ":")) {
        return SOLOW_OK;
    }
    if (*set != NULL && solow_node_is_call(*set, "c")) {
        char *name = solow_copy_text("list");
        if (name == NULL) {
            return no_memory(parser);
        }
        free((*set)->text);
        (*set)->text = name;
        return SOLOW_OK;
    }
    solow_node *list = NULL;
    solow_status status = create(parser, SOLOW_NODE_CALL, "list", (*set)->position, &list);
    if (status == SOLOW_OK) {
        status = push(parser, &list, *set, NULL);
        *set = list;
    }
    return status;
}

/* left OP right, from the operator on; *left becomes the call. */
static solow_status parse_binary(solow_parser *parser, int power, solow_node **left)
{
    char sign[8] = {0};
    strncpy(sign, parser->token.text, sizeof sign - 1);
    bool negated = strcmp(sign, "not") == 0;
    ptrdiff_t position = parser->token.position;
    solow_status status = solow_parser_next(parser);
    if (status == SOLOW_OK && negated) {
        status = solow_parser_at(parser, "in") ? solow_parser_next(parser)
                                               : solow_parser_unexpected(parser, "`in` after `not`");
        memcpy(sign, "in", 3);
    }
    solow_node *right = NULL, *call = NULL;
    if (status == SOLOW_OK) {
        status = parse_at(parser, power == POWER ? NEGATION : power, &right);
    }
    if (status == SOLOW_OK && right != NULL && strcmp(sign, "in") == 0) {
        status = make_list(parser, &right);
    }
    if (status == SOLOW_OK) {
        status = create(parser, SOLOW_NODE_CALL, sign, position, &call);
    }
    if (status != SOLOW_OK) {
        solow_node_destroy(right);
        return status;
    }
    status = push(parser, &call, *left, NULL);
    *left = NULL;
    if (status != SOLOW_OK) {
        solow_node_destroy(right);
        return status;
    }
    status = push(parser, &call, right, NULL);
    if (status == SOLOW_OK && negated) {
        *left = solow_node_push(solow_node_create(SOLOW_NODE_CALL, "not", 0, position), call, NULL);
        return *left != NULL ? SOLOW_OK : no_memory(parser);
    }
    *left = call;
    return status;
}

/* Everything that binds tighter than power. */
static solow_status parse_at(solow_parser *parser, int power, solow_node **node)
{
    if (++parser->depth > SOLOW_EXPRESSION_DEPTH) {
        return offence(parser, parser->token.position, "brackets and operators are nested more than 100 deep");
    }
    solow_node *left = NULL;
    solow_status status = parse_operand(parser, &left);
    while (status == SOLOW_OK && (solow_parser_at(parser, "[") || solow_parser_at(parser, "[["))) {
        status = parse_slopes(parser, &left);
    }
    int last = 0;
    for (int next = binding_power(parser); status == SOLOW_OK && next > power; next = binding_power(parser)) {
        if (next == COMPARISON && last == COMPARISON) {
            status = offence(parser, parser->token.position, "comparisons do not chain; join two of them with `and`");
        } else {
            status = parse_binary(parser, next, &left);
        }
        last = next;
    }
    parser->depth--;
    if (status != SOLOW_OK) {
        solow_node_destroy(left);
        return status;
    }
    *node = left;
    return SOLOW_OK;
}

solow_status solow_parser_expression(solow_parser *parser, solow_node **node)
{
    return parse_at(parser, 0, node);
}
