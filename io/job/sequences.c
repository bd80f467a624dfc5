/* sequences.c - terms with several lags or powers as several terms; see flatten.h. */
#include "io/job/flatten.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a formula");
}

/* call with child `index` replaced by a number. */
static solow_node *with_number(const solow_node *call, ptrdiff_t index, double value)
{
    solow_node *copy = solow_node_copy(call);
    if (copy == NULL) {
        return NULL;
    }
    solow_node *number = solow_node_create(SOLOW_NODE_NUMBER, NULL, fabs(value), call->position);
    if (number != NULL && value < 0) {
        number = solow_node_push(solow_node_create(SOLOW_NODE_CALL, "neg", 0, call->position), number, NULL);
    }
    if (number == NULL) {
        solow_node_destroy(copy);
        return NULL;
    }
    solow_node_destroy(copy->child[index]);
    copy->child[index] = number;
    return copy;
}

static solow_status push_range(const solow_node *call, int from, int to, solow_terms *terms, solow_error *err)
{
    int step = from <= to ? 1 : -1;
    for (int value = from; value != to + step; value += step) {
        if (terms->count >= SOLOW_FORMULA_TERMS) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "more than %d terms", SOLOW_FORMULA_TERMS);
        }
        if (!solow_terms_push(terms, with_number(call, 1, value))) {
            return no_memory(err);
        }
    }
    return SOLOW_OK;
}

/* The call for each of its lags or powers, if it has several; itself otherwise. */
static solow_status expand_call(const solow_node *call, solow_terms *terms, solow_spot *offender, solow_error *err)
{
    bool lag = solow_node_is_call(call, "l") || solow_node_is_call(call, "f") || solow_node_is_call(call, "d");
    bool power = solow_node_is_call(call, "poly");
    const solow_node *values = (lag || power) && call->count == 2 ? call->child[1] : NULL;
    *offender = solow_node_spot(values != NULL ? values : call);
    int from, to;
    if (power && values != NULL && solow_node_integer(values, &to) && to >= 1 && to <= 20) {
        return push_range(call, 1, to, terms, err);
    }
    if (lag && values != NULL && solow_node_is_call(values, ":")) {
        if (!solow_node_integer(values->child[0], &from) || !solow_node_integer(values->child[1], &to)) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "a range of lags goes between whole numbers, as in 1:3");
        }
        return push_range(call, from, to, terms, err);
    }
    if (lag && values != NULL && (solow_node_is_call(values, "list") || solow_node_is_call(values, "c"))) {
        for (ptrdiff_t i = 0; i < values->count; i++) {
            if (!solow_node_integer(values->child[i], &from)) {
                return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "lags are whole numbers of periods");
            }
            solow_status status = push_range(call, from, from, terms, err);
            if (status != SOLOW_OK) {
                return status;
            }
        }
        return SOLOW_OK;
    }
    if (terms->count >= SOLOW_FORMULA_TERMS) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "more than %d terms", SOLOW_FORMULA_TERMS);
    }
    return solow_terms_push(terms, solow_node_copy(call)) ? SOLOW_OK : no_memory(err);
}

/* node with its children from `child` on replaced in every combination of their expansions. */
static solow_status expand_children(const solow_node *node, ptrdiff_t child, solow_terms *terms, solow_spot *offender,
                                    solow_error *err)
{
    if (child == node->count) {
        return expand_call(node, terms, offender, err);
    }
    bool constants = child > 0 && (solow_node_is_call(node, "l") || solow_node_is_call(node, "f") ||
                                   solow_node_is_call(node, "d") || solow_node_is_call(node, "poly"));
    solow_terms choices = {0};
    solow_status status =
        constants || node->child[child]->count == 0
            ? (solow_terms_push(&choices, solow_node_copy(node->child[child])) ? SOLOW_OK : no_memory(err))
            : solow_flatten_sequences(node->child[child], &choices, offender, err);
    for (ptrdiff_t i = 0; i < choices.count && status == SOLOW_OK; i++) {
        solow_node *copy = solow_node_copy(node);
        if (copy == NULL) {
            status = no_memory(err);
            break;
        }
        solow_node_destroy(copy->child[child]);
        copy->child[child] = choices.node[i];
        choices.node[i] = NULL;
        status = expand_children(copy, child + 1, terms, offender, err);
        solow_node_destroy(copy);
    }
    solow_terms_clear(&choices);
    return status;
}

solow_status solow_flatten_sequences(const solow_node *node, solow_terms *terms, solow_spot *offender, solow_error *err)
{
    if (solow_node_is_call(node, "I") && node->count == 1) {
        return solow_flatten_sequences(node->child[0], terms, offender, err);
    }
    return expand_children(node, 0, terms, offender, err);
}
