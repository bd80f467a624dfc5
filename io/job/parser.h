/* parser.h - a Pratt parser over tokens, shared by expressions and formulas.
 *
 * Source    Pratt (1973), Top down operator precedence, POPL, doi:10.1145/512927.512931
 */
#ifndef SOLOW_IO_JOB_PARSER_H
#define SOLOW_IO_JOB_PARSER_H

#include "io/job/expression.h"
#include "io/job/token.h"

typedef struct solow_parser {
    const char *text;
    solow_token token; /* the next one */
    bool slopes;       /* whether effect[x] may stand here */
    ptrdiff_t depth, nodes;
    ptrdiff_t position; /* of the offence, after a failure */
    solow_error *err;
} solow_parser;

/* Puts the first token of text in place. The parser is to be closed in every case. */
solow_status solow_parser_open(solow_parser *parser, const char *text, solow_error *err);
void solow_parser_close(solow_parser *parser);

solow_status solow_parser_next(solow_parser *parser);
bool solow_parser_at(const solow_parser *parser, const char *sign);

/* An expression up to the first token that cannot continue it (`~`, `|`, `,`, `)`, the end). */
solow_status solow_parser_expression(solow_parser *parser, solow_node **node);

/* SOLOW_ERR_INPUT at the next token: "EXPECTED, not `token`". */
solow_status solow_parser_unexpected(solow_parser *parser, const char *expected);

#endif
