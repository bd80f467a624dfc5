/* expression.c - whole texts as expressions, restrictions and term names; see expression.h. */
#include "io/job/expression.h"
#include "io/job/buffer.h"
#include "io/job/parser.h"
#include "kernels/core/size.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

solow_status solow_expression_parse(const char *text, solow_node **node, ptrdiff_t *position, solow_error *err)
{
    solow_parser parser;
    solow_node *tree = NULL;
    solow_status status = solow_parser_open(&parser, text, err);
    if (status == SOLOW_OK) {
        status = solow_parser_expression(&parser, &tree);
    }
    if (status == SOLOW_OK && parser.token.kind != SOLOW_TOKEN_END) {
        status = solow_parser_unexpected(&parser, "an operator or the end");
    }
    solow_parser_close(&parser);
    if (status != SOLOW_OK) {
        solow_node_destroy(tree);
        *position = parser.position;
        return status;
    }
    *node = tree;
    return SOLOW_OK;
}

/* lhs - rhs, which owns both. */
static solow_status subtract(solow_node **left, solow_node *right, solow_error *err)
{
    solow_node *call = solow_node_push(solow_node_create(SOLOW_NODE_CALL, "-", 0, right->position), *left, NULL);
    if (call == NULL) {
        solow_node_destroy(right);
    } else {
        call = solow_node_push(call, right, NULL);
    }
    *left = call;
    return call != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a restriction");
}

solow_status solow_restriction_parse(const char *text, solow_node **node, ptrdiff_t *position, solow_error *err)
{
    solow_parser parser;
    solow_node *left = NULL, *right = NULL;
    solow_status status = solow_parser_open(&parser, text, err);
    if (status == SOLOW_OK) {
        status = solow_parser_expression(&parser, &left);
    }
    if (status == SOLOW_OK && solow_parser_at(&parser, "=")) {
        status = solow_parser_next(&parser);
        if (status == SOLOW_OK) {
            status = solow_parser_expression(&parser, &right);
        }
    }
    if (status == SOLOW_OK && parser.token.kind != SOLOW_TOKEN_END) {
        status = solow_parser_unexpected(&parser, "`=` or the end");
    }
    if (status == SOLOW_OK && right != NULL) {
        status = subtract(&left, right, err);
        right = NULL;
    }
    solow_parser_close(&parser);
    if (status != SOLOW_OK) {
        solow_node_destroy(left);
        solow_node_destroy(right);
        *position = parser.position;
        return status;
    }
    *node = left;
    return SOLOW_OK;
}

char *solow_term_name(const char *text)
{
    solow_error err = {0};
    solow_node *node = NULL;
    ptrdiff_t position;
    const char *first = text + strspn(text, " ");
    if (*first != '(' && solow_expression_parse(text, &node, &position, &err) == SOLOW_OK) {
        bool quoted = node->kind == SOLOW_NODE_NAME; /* `log(pcap)` in backticks names that term */
        char *name = quoted ? solow_copy_text(node->text) : solow_node_print(node);
        solow_node_destroy(node);
        return name;
    }
    return solow_copy_text(text);
}
