/* formula.c - the parts of a formula, split at `~` and `|` and into terms at `+`; see formula.h. */
#include "io/job/formula.h"
#include "io/job/buffer.h"
#include "io/job/parser.h"

#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_parser *parser)
{
    return SOLOW_FAIL(parser->err, SOLOW_ERR_MEMORY, "no memory for a formula");
}

/* Appends the terms of a chain of `+`, in order; the node is used up. */
static bool split_sum(solow_node *node, solow_terms *terms)
{
    if (!solow_node_is_call(node, "+") || node->count != 2) {
        return solow_terms_push(terms, node);
    }
    solow_node *left = node->child[0], *right = node->child[1];
    node->count = 0;
    solow_node_destroy(node);
    if (!split_sum(left, terms)) {
        solow_node_destroy(right);
        return false;
    }
    return solow_terms_push(terms, right);
}

static solow_status parse_sum(solow_parser *parser, solow_terms *terms)
{
    solow_node *node = NULL;
    solow_status status = solow_parser_expression(parser, &node);
    if (status == SOLOW_OK && !split_sum(node, terms)) {
        status = no_memory(parser);
    }
    return status;
}

static solow_status take_effects(solow_parser *parser, solow_formula *formula, const solow_terms *terms)
{
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        solow_effect *effects = solow_job_room(formula->effect, formula->effects, sizeof *effects);
        solow_node *factor = solow_node_copy(terms->node[i]);
        formula->effect = effects != NULL ? effects : formula->effect;
        if (effects == NULL || factor == NULL) {
            solow_node_destroy(factor);
            return no_memory(parser);
        }
        formula->effect[formula->effects++] = (solow_effect){.factor = factor, .level = true};
    }
    return SOLOW_OK;
}

/* One part after a `|`: effects, or endogenous ~ instruments. */
static solow_status parse_part(solow_parser *parser, solow_formula *formula)
{
    solow_terms terms = {0};
    parser->slopes = true;
    ptrdiff_t position = parser->token.position;
    solow_status status = parse_sum(parser, &terms);
    parser->slopes = false;
    bool instruments = status == SOLOW_OK && solow_parser_at(parser, "~");
    if (status == SOLOW_OK && formula->instrument.count > 0) {
        parser->position = position;
        status = SOLOW_FAIL(parser->err, SOLOW_ERR_INPUT, "nothing follows the instruments");
    } else if (status == SOLOW_OK && !instruments && formula->effects > 0) {
        parser->position = position;
        status = SOLOW_FAIL(parser->err, SOLOW_ERR_INPUT,
                            "a third part names instruments: `endogenous ~ instruments`; effects are joined by `+`");
    } else if (status == SOLOW_OK && !instruments) {
        status = take_effects(parser, formula, &terms);
    } else if (status == SOLOW_OK) {
        status = solow_terms_copy(&formula->endogenous, &terms) ? solow_parser_next(parser) : no_memory(parser);
        status = status == SOLOW_OK ? parse_sum(parser, &formula->instrument) : status;
    }
    solow_terms_clear(&terms);
    return status;
}

/* Parts up to the end, each after its `|`. */
static solow_status parse_parts(solow_parser *parser, solow_formula *formula)
{
    solow_status status = SOLOW_OK;
    while (status == SOLOW_OK && solow_parser_at(parser, "|")) {
        status = solow_parser_next(parser);
        status = status == SOLOW_OK ? parse_part(parser, formula) : status;
    }
    if (status == SOLOW_OK && solow_parser_at(parser, "~")) {
        parser->position = parser->token.position;
        return SOLOW_FAIL(parser->err, SOLOW_ERR_INPUT, "a second `~` stands only in `| endogenous ~ instruments`");
    }
    if (status == SOLOW_OK && parser->token.kind != SOLOW_TOKEN_END) {
        status = solow_parser_unexpected(parser, "`+`, `|` or the end");
    }
    return status;
}

/* The outcome, which keeps its arithmetic: y1 + y2 ~ x explains the sum. */
static solow_status parse_outcome(solow_parser *parser, solow_formula *formula)
{
    if (solow_parser_at(parser, "~")) {
        return solow_parser_unexpected(parser, "an outcome");
    }
    solow_node *outcome = NULL;
    solow_status status = solow_parser_expression(parser, &outcome);
    if (status == SOLOW_OK && !solow_terms_push(&formula->outcome, outcome)) {
        status = no_memory(parser);
    }
    if (status == SOLOW_OK && !solow_parser_at(parser, "~")) {
        return solow_parser_unexpected(parser, "`~` between outcome and regressors");
    }
    return status == SOLOW_OK ? solow_parser_next(parser) : status;
}

static solow_status finish(solow_parser *parser, solow_status status, solow_formula *made, solow_formula *formula,
                           ptrdiff_t *position)
{
    solow_parser_close(parser);
    if (status != SOLOW_OK) {
        solow_formula_clear(made);
        *position = parser->position;
        return status;
    }
    *formula = *made;
    return SOLOW_OK;
}

solow_status solow_formula_parse(const char *text, solow_formula *formula, ptrdiff_t *position, solow_error *err)
{
    solow_parser parser;
    solow_formula made = {.constant = true};
    solow_status status = solow_parser_open(&parser, text, err);
    status = status == SOLOW_OK ? parse_outcome(&parser, &made) : status;
    status = status == SOLOW_OK ? parse_sum(&parser, &made.regressor) : status;
    status = status == SOLOW_OK ? parse_parts(&parser, &made) : status;
    return finish(&parser, status, &made, formula, position);
}

solow_status solow_formula_parse_terms(const char *text, solow_formula *formula, ptrdiff_t *position, solow_error *err)
{
    solow_parser parser;
    solow_formula made = {.constant = true};
    solow_status status = solow_parser_open(&parser, text, err);
    if (status == SOLOW_OK && !solow_parser_at(&parser, "|")) {
        status = parse_sum(&parser, &made.regressor);
    }
    status = status == SOLOW_OK ? parse_parts(&parser, &made) : status;
    return finish(&parser, status, &made, formula, position);
}

solow_status solow_terms_parse(const char *text, solow_terms *terms, ptrdiff_t *position, solow_error *err)
{
    solow_parser parser;
    solow_terms made = {0};
    solow_status status = solow_parser_open(&parser, text, err);
    status = status == SOLOW_OK ? parse_sum(&parser, &made) : status;
    if (status == SOLOW_OK && parser.token.kind != SOLOW_TOKEN_END) {
        status = solow_parser_unexpected(&parser, "`+`, `^` or the end");
    }
    solow_parser_close(&parser);
    if (status == SOLOW_OK && !(solow_terms_copy(terms, &made))) {
        status = no_memory(&parser);
    }
    solow_terms_clear(&made);
    *position = parser.position;
    return status;
}
