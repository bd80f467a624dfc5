/* terms.c - lists of terms, and the parts of a formula as lists; see formula.h. */
#include "io/job/buffer.h"
#include "io/job/formula.h"
#include "kernels/core/size.h"

#include <stdlib.h>

bool solow_terms_push(solow_terms *terms, solow_node *node)
{
    solow_node **nodes = node != NULL ? solow_job_room(terms->node, terms->count, sizeof(solow_node *)) : NULL;
    if (nodes == NULL) {
        solow_node_destroy(node);
        return false;
    }
    terms->node = nodes;
    terms->node[terms->count++] = node;
    return true;
}

bool solow_terms_equal(const solow_terms *a, const solow_terms *b)
{
    bool same = a->count == b->count;
    for (ptrdiff_t i = 0; same && i < a->count; i++) {
        same = solow_node_equal(a->node[i], b->node[i]);
    }
    return same;
}

bool solow_terms_copy(solow_terms *terms, const solow_terms *from)
{
    for (ptrdiff_t i = 0; i < from->count; i++) {
        if (!solow_terms_push(terms, solow_node_copy(from->node[i]))) {
            return false;
        }
    }
    return true;
}

bool solow_terms_contain(const solow_terms *terms, const solow_node *node)
{
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        if (solow_node_equal(terms->node[i], node)) {
            return true;
        }
    }
    return false;
}

void solow_terms_clear(solow_terms *terms)
{
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        solow_node_destroy(terms->node[i]);
    }
    free(terms->node);
    *terms = (solow_terms){0};
}

static void clear_effect(solow_effect *effect)
{
    solow_node_destroy(effect->factor);
    solow_terms_clear(&effect->slopes);
}

void solow_formula_clear(solow_formula *formula)
{
    solow_terms_clear(&formula->outcome);
    solow_terms_clear(&formula->regressor);
    solow_terms_clear(&formula->endogenous);
    solow_terms_clear(&formula->instrument);
    for (ptrdiff_t i = 0; i < formula->effects; i++) {
        clear_effect(&formula->effect[i]);
    }
    free(formula->effect);
    *formula = (solow_formula){0};
}

solow_status solow_formula_append(solow_formula *formula, const solow_formula *more, solow_error *err)
{
    bool done = solow_terms_copy(&formula->regressor, &more->regressor) &&
                solow_terms_copy(&formula->endogenous, &more->endogenous) &&
                solow_terms_copy(&formula->instrument, &more->instrument);
    for (ptrdiff_t i = 0; i < more->effects && done; i++) {
        solow_effect *effects = solow_job_room(formula->effect, formula->effects, sizeof *effects);
        solow_node *factor = solow_node_copy(more->effect[i].factor);
        done = effects != NULL && factor != NULL;
        if (effects != NULL) {
            formula->effect = effects;
        }
        if (done) {
            formula->effect[formula->effects++] = (solow_effect){.factor = factor, .level = true};
        } else {
            solow_node_destroy(factor);
        }
    }
    return done ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a formula");
}

static ptrdiff_t remove_term(solow_terms *terms, const solow_node *term)
{
    ptrdiff_t kept = 0, before = terms->count;
    for (ptrdiff_t i = 0; i < before; i++) {
        if (solow_node_equal(terms->node[i], term)) {
            solow_node_destroy(terms->node[i]);
        } else {
            terms->node[kept++] = terms->node[i];
        }
    }
    terms->count = kept;
    return before - kept;
}

ptrdiff_t solow_formula_remove(solow_formula *formula, const solow_node *term)
{
    ptrdiff_t removed = remove_term(&formula->regressor, term) + remove_term(&formula->endogenous, term) +
                        remove_term(&formula->instrument, term);
    ptrdiff_t kept = 0, before = formula->effects;
    for (ptrdiff_t i = 0; i < before; i++) {
        if (solow_node_equal(formula->effect[i].factor, term)) {
            clear_effect(&formula->effect[i]);
        } else {
            formula->effect[kept++] = formula->effect[i];
        }
    }
    formula->effects = kept;
    return removed + before - kept;
}
