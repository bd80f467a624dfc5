/* steps.c - see steps.h. */
#include "io/job/steps.h"
#include "io/job/job.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_DEPTH = 20 };

static solow_status no_memory(const solow_steps *steps)
{
    return SOLOW_FAIL(steps->err, SOLOW_ERR_MEMORY, "no memory for a formula");
}

static bool is_list_name(const solow_node *node)
{
    return node->kind == SOLOW_NODE_NAME && strncmp(node->text, "..", 2) == 0;
}

/* Whether terms, not numbers, stand inside the call. */
static bool holds_terms(const solow_node *node)
{
    static const char *const calls[] = {"+", "-", "neg", "*", ":", "c", "sw", "sw0", "csw", "csw0", "[", "[["};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (solow_node_is_call(node, calls[i])) {
            return true;
        }
    }
    return false;
}

static bool takes_arguments(const solow_node *node)
{
    return holds_terms(node) && strcmp(node->text, "neg") != 0 && strchr("+-*:", node->text[0]) == NULL;
}

static const solow_list *find_list(solow_steps *steps, const solow_node *node)
{
    const char *name = node->text + 2;
    for (ptrdiff_t i = 0; i < steps->list_count; i++) {
        if (strcmp(steps->lists[i].name, name) == 0) {
            return &steps->lists[i];
        }
    }
    const char **names = solow_allocate(steps->list_count, sizeof *names);
    for (ptrdiff_t i = 0; i < steps->list_count && names != NULL; i++) {
        names[i] = steps->lists[i].name;
    }
    steps->hint = names != NULL ? solow_closest(name, names, steps->list_count) : NULL;
    free(names);
    steps->offender = solow_node_spot(node);
    (void)SOLOW_FAIL(steps->err, SOLOW_ERR_INPUT, "`lists:` has no `%.80s`", name);
    return NULL;
}

/* Pushes the substituted terms of a list onto the call; *call is NULL after a failure of memory. */
static solow_status splice(solow_steps *steps, const solow_node *name, ptrdiff_t depth, solow_node **call)
{
    const solow_list *list = find_list(steps, name);
    if (list == NULL) {
        return SOLOW_ERR_INPUT;
    }
    if (depth > LIST_DEPTH) {
        steps->offender = solow_node_spot(name);
        return SOLOW_FAIL(steps->err, SOLOW_ERR_INPUT, "the list `%.80s` contains itself", list->name);
    }
    for (ptrdiff_t i = 0; i < list->terms.count; i++) {
        if (*call != NULL && (*call)->count > SOLOW_FORMULA_TERMS) {
            steps->offender = solow_node_spot(name);
            return SOLOW_FAIL(steps->err, SOLOW_ERR_INPUT, "more than %d terms", SOLOW_FORMULA_TERMS);
        }
        solow_status status = SOLOW_OK;
        if (is_list_name(list->terms.node[i])) {
            status = splice(steps, list->terms.node[i], depth + 1, call);
        } else {
            solow_node *term = NULL;
            status = solow_steps_substitute(steps, list->terms.node[i], depth + 1, &term);
            if (status == SOLOW_OK) {
                *call = solow_node_push(*call, term, NULL);
                status = *call != NULL ? SOLOW_OK : no_memory(steps);
            }
        }
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

static solow_node *like_call(const solow_node *node, const char *text)
{
    solow_node *call = solow_node_create(SOLOW_NODE_CALL, text, 0, node->position);
    if (call != NULL) {
        call->line = node->line;
        call->column = node->column;
    }
    return call;
}

static solow_status substitute_children(solow_steps *steps, const solow_node *node, ptrdiff_t depth, solow_node **copy)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < node->count && status == SOLOW_OK; i++) {
        const char *label = node->label != NULL ? node->label[i] : NULL;
        if (takes_arguments(node) && is_list_name(node->child[i])) {
            status = splice(steps, node->child[i], depth, copy);
            continue;
        }
        solow_node *child = NULL;
        status = solow_steps_substitute(steps, node->child[i], depth, &child);
        if (status == SOLOW_OK) {
            *copy = solow_node_push(*copy, child, label);
            status = *copy != NULL ? SOLOW_OK : no_memory(steps);
        }
    }
    return status;
}

solow_status solow_steps_substitute(solow_steps *steps, const solow_node *node, ptrdiff_t depth, solow_node **copy)
{
    bool list = is_list_name(node);
    solow_node *made = list                ? like_call(node, "+")
                       : holds_terms(node) ? like_call(node, node->text)
                                           : solow_node_copy(node);
    if (made == NULL) {
        return no_memory(steps);
    }
    solow_status status = SOLOW_OK;
    if (list) {
        status = splice(steps, node, depth, &made);
    } else if (holds_terms(node)) {
        status = substitute_children(steps, node, depth, &made);
    }
    if (status != SOLOW_OK) {
        solow_node_destroy(made);
        return status;
    }
    *copy = made;
    return SOLOW_OK;
}

static bool is_stepwise(const solow_node *node)
{
    return solow_node_is_call(node, "sw") || solow_node_is_call(node, "sw0") || solow_node_is_call(node, "csw") ||
           solow_node_is_call(node, "csw0");
}

static ptrdiff_t alternatives(const solow_node *call)
{
    bool empty_first = call->text[strlen(call->text) - 1] == '0';
    return call->count + (empty_first ? 1 : 0);
}

ptrdiff_t solow_steps_count(const solow_node *node, bool *stepwise)
{
    if (is_stepwise(node)) {
        *stepwise = true;
        return alternatives(node);
    }
    ptrdiff_t count = 1;
    for (ptrdiff_t i = 0; i < node->count && holds_terms(node) && count <= SOLOW_FORMULA_STEPS; i++) {
        count *= solow_steps_count(node->child[i], stepwise);
    }
    return count;
}

/* The arguments that an alternative of a stepwise call has: one, or all up to it. */
static solow_node *choose_arguments(const solow_node *call, ptrdiff_t choice)
{
    bool cumulative = call->text[0] == 'c', empty_first = call->text[strlen(call->text) - 1] == '0';
    ptrdiff_t last = choice - (empty_first ? 1 : 0);
    solow_node *sum = like_call(call, "+");
    for (ptrdiff_t i = cumulative ? 0 : last; i <= last && sum != NULL; i++) {
        if (i >= 0) {
            sum = solow_node_push(sum, solow_node_copy(call->child[i]), NULL);
        }
    }
    return sum;
}

solow_node *solow_steps_choose(const solow_node *node, ptrdiff_t *choice)
{
    if (is_stepwise(node)) {
        ptrdiff_t count = alternatives(node), mine = *choice % count;
        *choice /= count;
        return choose_arguments(node, mine);
    }
    if (!holds_terms(node)) {
        return solow_node_copy(node);
    }
    solow_node *copy = like_call(node, node->text);
    for (ptrdiff_t i = 0; i < node->count && copy != NULL; i++) {
        copy = solow_node_push(copy, solow_steps_choose(node->child[i], choice),
                               node->label != NULL ? node->label[i] : NULL);
    }
    return copy;
}
