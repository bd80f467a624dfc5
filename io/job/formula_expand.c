/* formula_expand.c - one formula as written to all the simple formulas that it stands for; see formula.h. */
#include "io/job/buffer.h"
#include "io/job/flatten.h"
#include "io/job/steps.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

/* The four parts that may hold lists and steps, each as one sum. */
enum { REGRESSORS, EFFECTS, ENDOGENOUS, INSTRUMENTS, PARTS };

typedef struct expansion {
    solow_steps steps;
    solow_node *outcome;     /* call "c": all outcomes */
    solow_node *part[PARTS]; /* calls "+" */
    ptrdiff_t alternatives[PARTS];
    bool stepwise;
    solow_simple_formula *simple;
    ptrdiff_t count;
} expansion;

static solow_status no_memory(const expansion *expand)
{
    return SOLOW_FAIL(expand->steps.err, SOLOW_ERR_MEMORY, "no memory for a formula");
}

static solow_status offence(expansion *expand, const solow_node *node, const char *sentence)
{
    expand->steps.offender = solow_node_spot(node);
    return SOLOW_FAIL(expand->steps.err, SOLOW_ERR_INPUT, "%s", sentence);
}

void solow_simple_formulas_destroy(solow_simple_formula *simple, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        solow_formula_clear(&simple[i].formula);
        free(simple[i].outcome);
    }
    free(simple);
}

/* A call of copies. */
static solow_node *gather(const char *text, solow_node *const *node, ptrdiff_t count)
{
    solow_node *call = solow_node_create(SOLOW_NODE_CALL, text, 0, count > 0 ? node[0]->position : 0);
    for (ptrdiff_t i = 0; i < count && call != NULL; i++) {
        call = solow_node_push(call, solow_node_copy(node[i]), NULL);
    }
    return call;
}

/* Lists in: the node gathered and freed here. */
static solow_status substitute(expansion *expand, solow_node *gathered, solow_node **made)
{
    if (gathered == NULL) {
        return no_memory(expand);
    }
    solow_status status = solow_steps_substitute(&expand->steps, gathered, 0, made);
    solow_node_destroy(gathered);
    return status;
}

/* All outcomes under one call: c(y1, y2), sw(y1, y2), ..list, or y. */
static solow_status open_outcomes(expansion *expand, const solow_formula *formula)
{
    const solow_node *outcome = formula->outcome.node[0];
    bool several = solow_node_is_call(outcome, "c") || solow_node_is_call(outcome, "sw");
    solow_node *gathered =
        several ? gather("c", outcome->child, outcome->count) : gather("c", formula->outcome.node, 1);
    return substitute(expand, gathered, &expand->outcome);
}

static solow_status open_parts(expansion *expand, const solow_formula *formula)
{
    const solow_terms *lists[PARTS] = {
        [REGRESSORS] = &formula->regressor, [ENDOGENOUS] = &formula->endogenous, [INSTRUMENTS] = &formula->instrument};
    solow_terms factors = {0};
    for (ptrdiff_t i = 0; i < formula->effects; i++) {
        if (!solow_terms_push(&factors, solow_node_copy(formula->effect[i].factor))) {
            solow_terms_clear(&factors);
            return no_memory(expand);
        }
    }
    lists[EFFECTS] = &factors;
    solow_status status = SOLOW_OK;
    ptrdiff_t total = 1;
    for (int part = 0; part < PARTS && status == SOLOW_OK; part++) {
        status = substitute(expand, gather("+", lists[part]->node, lists[part]->count), &expand->part[part]);
        if (status == SOLOW_OK) {
            expand->alternatives[part] = solow_steps_count(expand->part[part], &expand->stepwise);
            total *= expand->alternatives[part];
        }
        if (status == SOLOW_OK && (total == 0 || expand->outcome->count == 0)) {
            status = offence(expand, formula->outcome.node[0], "an empty list of outcomes or steps");
        }
        if (status == SOLOW_OK && total * (expand->outcome->count + 1) > SOLOW_FORMULA_STEPS) {
            status = offence(expand, formula->outcome.node[0], "this formula stands for more than 10,000 formulas");
        }
    }
    solow_terms_clear(&factors);
    return status;
}

static solow_status check(expansion *expand, const solow_node *term)
{
    const solow_node *offender = term;
    solow_status status = solow_expression_check(term, true, &offender, &expand->steps.hint, expand->steps.err);
    if (status != SOLOW_OK) {
        expand->steps.offender = solow_node_spot(offender);
    }
    return status;
}

/* Terms of a part, simple and checked. */
static solow_status flatten_part(expansion *expand, const solow_node *sum, solow_terms *terms, bool *constant)
{
    solow_flattening flat = {.constant = true, .err = expand->steps.err};
    solow_status status = solow_flatten(&flat, sum);
    if (status != SOLOW_OK) {
        expand->steps.offender = flat.offender;
    }
    for (ptrdiff_t i = 0; i < flat.terms.count && status == SOLOW_OK; i++) {
        status = check(expand, flat.terms.node[i]);
    }
    if (status != SOLOW_OK) {
        solow_terms_clear(&flat.terms);
        return status;
    }
    *terms = flat.terms;
    *constant = flat.constant;
    return SOLOW_OK;
}

/* A factor: its slopes apart, sequences and I() resolved. */
static solow_status make_effect(expansion *expand, const solow_node *node, solow_effect *effect)
{
    bool only_slopes = solow_node_is_call(node, "[["), slopes = only_slopes || solow_node_is_call(node, "[");
    const solow_node *factor = slopes ? node->child[0] : node;
    if (solow_node_is_call(factor, ":") || solow_node_is_call(factor, "*") || solow_node_is_call(factor, "-") ||
        solow_node_is_call(factor, "neg") || solow_node_is_call(factor, "list") || solow_node_is_call(factor, "i")) {
        return offence(expand, factor, "effects are factors joined by `+`; two factors combine as a^b");
    }
    effect->level = !only_slopes;
    solow_status status = check(expand, factor);
    effect->factor = status == SOLOW_OK ? solow_node_copy(factor) : NULL;
    if (status == SOLOW_OK && effect->factor == NULL) {
        status = no_memory(expand);
    }
    for (ptrdiff_t i = 1; i < node->count && slopes && status == SOLOW_OK; i++) {
        bool constant;
        solow_terms several = {0};
        status = flatten_part(expand, node->child[i], &several, &constant);
        if (status == SOLOW_OK && !solow_terms_copy(&effect->slopes, &several)) {
            status = no_memory(expand);
        }
        solow_terms_clear(&several);
    }
    return status;
}

static bool same_effect(const solow_formula *formula, const solow_effect *effect)
{
    for (ptrdiff_t i = 0; i < formula->effects; i++) {
        const solow_effect *other = &formula->effect[i];
        if (solow_node_equal(other->factor, effect->factor) && other->slopes.count == 0 && effect->slopes.count == 0) {
            return true;
        }
    }
    return false;
}

/* Appends the effects of a sum, once each. */
static solow_status add_effects(expansion *expand, const solow_node *node, solow_formula *formula)
{
    solow_status status = SOLOW_OK;
    if (solow_node_is_call(node, "+")) {
        for (ptrdiff_t i = 0; i < node->count && status == SOLOW_OK; i++) {
            status = add_effects(expand, node->child[i], formula);
        }
        return status;
    }
    if (node->kind == SOLOW_NODE_NUMBER && (node->number == 0 || node->number == 1)) {
        return SOLOW_OK;
    }
    if (node->kind != SOLOW_NODE_NAME && node->kind != SOLOW_NODE_CALL) {
        return offence(expand, node, "an effect is a column or an expression of columns");
    }
    solow_effect effect = {0};
    status = make_effect(expand, node, &effect);
    solow_effect *effects = NULL;
    if (status == SOLOW_OK && !same_effect(formula, &effect)) {
        effects = solow_job_room(formula->effect, formula->effects, sizeof *effects);
        status = effects != NULL ? SOLOW_OK : no_memory(expand);
    }
    if (effects != NULL) {
        formula->effect = effects;
        formula->effect[formula->effects++] = effect;
    } else {
        solow_node_destroy(effect.factor);
        solow_terms_clear(&effect.slopes);
    }
    return status;
}

static solow_status build_part(expansion *expand, int part, ptrdiff_t *choice, solow_formula *formula)
{
    bool constant;
    solow_node *sum = solow_steps_choose(expand->part[part], choice);
    if (sum == NULL) {
        return no_memory(expand);
    }
    solow_status status;
    switch (part) {
    case REGRESSORS:
        status = flatten_part(expand, sum, &formula->regressor, &formula->constant);
        break;
    case EFFECTS:
        status = add_effects(expand, sum, formula);
        break;
    case ENDOGENOUS:
        status = flatten_part(expand, sum, &formula->endogenous, &constant);
        break;
    default:
        status = flatten_part(expand, sum, &formula->instrument, &constant);
        break;
    }
    solow_node_destroy(sum);
    return status;
}

static solow_status build_outcome(expansion *expand, const solow_node *node, solow_formula *formula)
{
    if (node->kind == SOLOW_NODE_NUMBER || node->kind == SOLOW_NODE_TEXT || node->kind == SOLOW_NODE_MISSING) {
        return offence(expand, node, "the outcome is a column or an expression of columns");
    }
    solow_status status = solow_flatten_sequences(node, &formula->outcome, &expand->steps.offender, expand->steps.err);
    if (status == SOLOW_OK && formula->outcome.count != 1) {
        return offence(expand, node, "several outcomes are written c(y1, y2)");
    }
    return status == SOLOW_OK ? check(expand, formula->outcome.node[0]) : status;
}

/* Formula number `choice` of the steps, for one outcome. The last part changes fastest. */
static solow_status build(expansion *expand, const solow_node *outcome, ptrdiff_t choice, solow_simple_formula *simple)
{
    ptrdiff_t digit[PARTS], left = choice;
    for (int part = PARTS - 1; part >= 0; part--) {
        digit[part] = left % expand->alternatives[part];
        left /= expand->alternatives[part];
    }
    solow_status status = build_outcome(expand, outcome, &simple->formula);
    for (int part = 0; part < PARTS && status == SOLOW_OK; part++) {
        status = build_part(expand, part, &digit[part], &simple->formula);
    }
    if (status == SOLOW_OK && simple->formula.effects > 0) {
        simple->formula.constant = false;
    }
    if (status == SOLOW_OK && expand->outcome->count > 1) {
        simple->outcome = solow_node_print(simple->formula.outcome.node[0]);
        status = simple->outcome != NULL ? SOLOW_OK : no_memory(expand);
    }
    simple->step = expand->stepwise ? choice + 1 : 0;
    return status;
}

static solow_status build_all(expansion *expand)
{
    ptrdiff_t steps = 1, outcomes = expand->outcome != NULL ? expand->outcome->count : 0;
    for (int part = 0; part < PARTS; part++) {
        steps *= expand->alternatives[part];
    }
    expand->simple = solow_allocate_zeroed(outcomes * steps, sizeof *expand->simple);
    if (expand->simple == NULL) {
        return no_memory(expand);
    }
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < outcomes * steps && status == SOLOW_OK; i++) {
        expand->count++;
        status = build(expand, expand->outcome->child[i / steps], i % steps, &expand->simple[i]);
    }
    return status;
}

solow_status solow_formula_expand(const solow_formula *formula, const solow_list *lists, ptrdiff_t list_count,
                                  solow_simple_formula **simple, ptrdiff_t *count, solow_spot *offender,
                                  const char **hint, solow_error *err)
{
    expansion expand = {.steps = {.lists = lists, .list_count = list_count, .err = err}};
    solow_status status = open_outcomes(&expand, formula);
    status = status == SOLOW_OK ? open_parts(&expand, formula) : status;
    status = status == SOLOW_OK ? build_all(&expand) : status;
    solow_node_destroy(expand.outcome);
    for (int part = 0; part < PARTS; part++) {
        solow_node_destroy(expand.part[part]);
    }
    *hint = expand.steps.hint;
    if (status != SOLOW_OK) {
        *offender = expand.steps.offender;
        solow_simple_formulas_destroy(expand.simple, expand.count);
        return status;
    }
    *simple = expand.simple;
    *count = expand.count;
    return SOLOW_OK;
}
