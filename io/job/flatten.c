/* flatten.c - see flatten.h. */
#include "io/job/flatten.h"

#include <stdlib.h>
#include <string.h>

static solow_status offence(solow_flattening *flat, const solow_node *node, const char *sentence)
{
    flat->offender = solow_node_spot(node);
    return SOLOW_FAIL(flat->err, SOLOW_ERR_INPUT, "%s", sentence);
}

static solow_status no_memory(solow_flattening *flat)
{
    return SOLOW_FAIL(flat->err, SOLOW_ERR_MEMORY, "no memory for a formula");
}

/* Appends the node unless it is there; the node is used up. */
static solow_status add_once(solow_flattening *flat, solow_node *term, const solow_node *origin)
{
    if (term != NULL && solow_terms_contain(&flat->terms, term)) {
        solow_node_destroy(term);
        return SOLOW_OK;
    }
    if (flat->terms.count >= SOLOW_FORMULA_TERMS) {
        solow_node_destroy(term);
        return offence(flat, origin, "a formula of more than 10,000 terms");
    }
    return solow_terms_push(&flat->terms, term) ? SOLOW_OK : no_memory(flat);
}

/* The terms of a side of `:` or `*`: no constant, no subtraction. */
static solow_status flatten_side(const solow_flattening *flat, const solow_node *node, solow_flattening *side)
{
    *side = (solow_flattening){.constant = true, .err = flat->err};
    if (node->kind == SOLOW_NODE_NUMBER) {
        return offence(side, node, "a number cannot interact; write I(2*x) for arithmetic");
    }
    solow_status status = solow_flatten(side, node);
    if (status == SOLOW_OK && !side->constant) {
        return offence(side, node, "the constant cannot interact");
    }
    return status;
}

/* left:right for every pair. */
static solow_status add_pairs(solow_flattening *flat, const solow_node *origin, const solow_terms *left,
                              const solow_terms *right)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < left->count && status == SOLOW_OK; i++) {
        for (ptrdiff_t j = 0; j < right->count && status == SOLOW_OK; j++) {
            if (solow_node_equal(left->node[i], right->node[j])) {
                status = add_once(flat, solow_node_copy(left->node[i]), origin);
                continue;
            }
            solow_node *pair = solow_node_create(SOLOW_NODE_CALL, ":", 0, origin->position);
            if (pair != NULL) {
                pair->line = origin->line;
                pair->column = origin->column;
            }
            pair = solow_node_push(pair, solow_node_copy(left->node[i]), NULL);
            pair = pair != NULL ? solow_node_push(pair, solow_node_copy(right->node[j]), NULL) : NULL;
            status = pair != NULL ? add_once(flat, pair, origin) : no_memory(flat);
        }
    }
    return status;
}

static solow_status add_all(solow_flattening *flat, const solow_terms *terms, const solow_node *origin)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < terms->count && status == SOLOW_OK; i++) {
        status = add_once(flat, solow_node_copy(terms->node[i]), origin);
    }
    return status;
}

/* a:b and a*b, which is a + b + a:b. */
static solow_status flatten_product(solow_flattening *flat, const solow_node *node)
{
    solow_flattening left = {0}, right = {0};
    solow_status status = flatten_side(flat, node->child[0], &left);
    flat->offender = left.offender;
    if (status == SOLOW_OK) {
        status = flatten_side(flat, node->child[1], &right);
        flat->offender = right.offender;
    }
    if (status == SOLOW_OK && strcmp(node->text, "*") == 0) {
        status = add_all(flat, &left.terms, node);
        status = status == SOLOW_OK ? add_all(flat, &right.terms, node) : status;
    }
    if (status == SOLOW_OK) {
        status = add_pairs(flat, node, &left.terms, &right.terms);
    }
    solow_terms_clear(&left.terms);
    solow_terms_clear(&right.terms);
    return status;
}

/* Takes the terms of node out again. */
static solow_status subtract(solow_flattening *flat, const solow_node *node)
{
    if (node->kind == SOLOW_NODE_NUMBER) {
        flat->constant = node->number == 0;
        return SOLOW_OK;
    }
    solow_flattening gone = {0};
    solow_status status = flatten_side(flat, node, &gone);
    flat->offender = gone.offender;
    for (ptrdiff_t i = 0; i < gone.terms.count && status == SOLOW_OK; i++) {
        solow_formula holder = {.regressor = flat->terms};
        if (solow_formula_remove(&holder, gone.terms.node[i]) == 0) {
            status = offence(flat, node,
                             "a term after `-` leaves the formula, and this one is not in it; I(a - b) is arithmetic");
        }
        flat->terms = holder.regressor;
    }
    solow_terms_clear(&gone.terms);
    return status;
}

static solow_status flatten_number(solow_flattening *flat, const solow_node *node)
{
    if (node->number != 0 && node->number != 1) {
        return offence(flat, node, "the only numbers among terms are 0 and 1, for the constant");
    }
    flat->constant = node->number == 1;
    return SOLOW_OK;
}

static solow_status flatten_sequences(solow_flattening *flat, const solow_node *node)
{
    solow_terms several = {0};
    solow_spot offender = solow_node_spot(node);
    solow_status status = solow_flatten_sequences(node, &several, &offender, flat->err);
    if (status == SOLOW_OK) {
        status = add_all(flat, &several, node);
    } else {
        flat->offender = offender;
    }
    solow_terms_clear(&several);
    return status;
}

solow_status solow_flatten(solow_flattening *flat, const solow_node *node)
{
    solow_status status = SOLOW_OK;
    if (node->kind == SOLOW_NODE_NUMBER) {
        return flatten_number(flat, node);
    }
    if (node->kind == SOLOW_NODE_TEXT || node->kind == SOLOW_NODE_MISSING) {
        return offence(flat, node, "a text or NA is no term; name a column, without quotes or in backticks");
    }
    if (solow_node_is_call(node, "+")) {
        for (ptrdiff_t i = 0; i < node->count && status == SOLOW_OK; i++) {
            status = solow_flatten(flat, node->child[i]);
        }
        return status;
    }
    if (solow_node_is_call(node, "-")) {
        status = solow_flatten(flat, node->child[0]);
        return status == SOLOW_OK ? subtract(flat, node->child[1]) : status;
    }
    if (solow_node_is_call(node, "neg")) {
        return subtract(flat, node->child[0]);
    }
    if (solow_node_is_call(node, "*") || solow_node_is_call(node, ":")) {
        return flatten_product(flat, node);
    }
    if (solow_node_is_call(node, "list")) {
        return offence(flat, node, "terms are joined by `+`, not by commas");
    }
    return flatten_sequences(flat, node);
}
