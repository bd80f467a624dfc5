/* design.c - from a model's formula to columns. See design.h. */
#include "engine/frame/design.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct term_context {
    solow_frame *frame;
    const solow_model *model;
    const uint8_t *where;
    solow_design *design;
    solow_role role;
} term_context;

static bool is_call(const solow_node *node, const char *name)
{
    return node->kind == SOLOW_NODE_CALL && strcmp(node->text, name) == 0;
}

static solow_status add_column(solow_design *design, solow_design_column column, solow_error *err)
{
    if (design->columns == design->capacity) {
        ptrdiff_t capacity = 2 * design->capacity + 16;
        solow_design_column *grown = solow_resize(design->column, capacity, sizeof *grown);
        if (grown != NULL) {
            design->column = grown;
            design->capacity = capacity;
        }
    }
    if (column.name == NULL || design->columns == design->capacity) {
        free(column.name);
        solow_program_destroy(column.program);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a model's columns");
    }
    design->column[design->columns++] = column;
    return SOLOW_OK;
}

static solow_status add_expression(const term_context *context, const solow_node *node, solow_error *err)
{
    solow_program *program = NULL;
    solow_status status = solow_program_create(context->frame, node, &program, err);
    if (status != SOLOW_OK) {
        return status;
    }
    return add_column(context->design,
                      (solow_design_column){.name = solow_node_print(node),
                                            .role = context->role,
                                            .program = program,
                                            .column = solow_program_column(program)},
                      err);
}

/* Which levels have a row where `where` holds, over all ranks. */
static solow_status mark_levels(const term_context *context, const solow_factor *factor, uint8_t *seen,
                                solow_error *err)
{
    for (ptrdiff_t i = 0; i < context->frame->rows; i++) {
        if (factor->code[i] >= 0 && (context->where == NULL || context->where[i])) {
            seen[factor->code[i]] = 1;
        }
    }
    return solow_comm_or_bytes(context->frame->comm, seen, factor->levels, err);
}

/* The level that `ref =` names, -1 if none is named; an error if there is no such level. */
static solow_status reference_level(const solow_node *node, const solow_factor *factor, int32_t *level,
                                    solow_error *err)
{
    *level = -1;
    for (ptrdiff_t i = 1; i < node->count; i++) {
        if (node->label == NULL || node->label[i] == NULL || strcmp(node->label[i], "ref") != 0) {
            continue;
        }
        const solow_node *ref = node->child[i];
        double sign = 1;
        if (is_call(ref, "neg")) {
            sign = -1;
            ref = ref->child[0];
        }
        for (int32_t l = 0; l < factor->levels; l++) {
            bool same = factor->value != NULL
                            ? ref->kind == SOLOW_NODE_NUMBER && factor->value[l] == sign * ref->number
                            : factor->label != NULL && ref->text != NULL && strcmp(factor->label[l], ref->text) == 0;
            *level = same ? l : *level;
        }
        if (*level < 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the reference of i(%s) is not among its levels", factor->name);
        }
    }
    return SOLOW_OK;
}

/* The second, unnamed argument of i(f, x), or NULL. */
static const solow_node *interacted(const solow_node *node)
{
    return node->count > 1 && (node->label == NULL || node->label[1] == NULL) ? node->child[1] : NULL;
}

/* i(year,1971) or, with an interaction, i(year,1971):x; malloc'ed. */
static char *dummy_name(const solow_factor *factor, int32_t level, const solow_node *with)
{
    char *label = solow_factor_label(factor, level),
         *other = with != NULL ? solow_node_print(with) : solow_copy_text("");
    char *name = NULL;
    if (label != NULL && other != NULL) {
        size_t bytes = strlen(factor->name) + strlen(label) + strlen(other) + 8;
        name = malloc(bytes);
        if (name != NULL) {
            snprintf(name, bytes, "i(%s,%s)%s%s", factor->name, label, with != NULL ? ":" : "", other);
        }
    }
    free(label);
    free(other);
    return name;
}

static solow_status add_dummy(const term_context *context, const solow_factor *factor, int32_t level,
                              const solow_node *with, solow_error *err)
{
    solow_program *program = NULL;
    solow_status status = with != NULL ? solow_program_create(context->frame, with, &program, err) : SOLOW_OK;
    if (status != SOLOW_OK) {
        return status;
    }
    return add_column(context->design,
                      (solow_design_column){.name = dummy_name(factor, level, with),
                                            .role = context->role,
                                            .program = program,
                                            .factor = factor,
                                            .level = level},
                      err);
}

solow_status solow_design_spell(solow_design *design, const solow_factor *factor, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (int32_t level = 0; level < factor->levels && status == SOLOW_OK; level++) {
        status = add_column(
            design,
            (solow_design_column){
                .name = dummy_name(factor, level, NULL), .role = SOLOW_ROLE_DUMMY, .factor = factor, .level = level},
            err);
    }
    return status;
}

/* i(f), i(f, ref = r), i(f, x), and i(f):x with `with` given. Without a reference or an interaction the first level is
 * left out if the model has a constant or effects. */
static solow_status add_factor(const term_context *context, const solow_node *node, const solow_node *with,
                               solow_error *err)
{
    const solow_factor *factor = NULL;
    solow_status status = solow_frame_factor(context->frame, node->child[0], &factor, err);
    if (status != SOLOW_OK) {
        return status;
    }
    int32_t reference = -1;
    uint8_t *seen = solow_allocate_zeroed(factor->levels, 1);
    status = seen != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for levels of `%s`", factor->name);
    status = solow_comm_agree(context->frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = mark_levels(context, factor, seen, err);
    }
    if (status == SOLOW_OK) {
        status = reference_level(node, factor, &reference, err);
    }
    const solow_node *other = with != NULL ? with : interacted(node);
    bool drop_first =
        other == NULL && reference < 0 && (context->model->formula.constant || context->model->formula.effects > 0);
    for (int32_t level = 0; level < factor->levels && status == SOLOW_OK; level++) {
        if (!seen[level] || level == reference) {
            continue;
        }
        if (drop_first) {
            drop_first = false;
            continue;
        }
        status = add_dummy(context, factor, level, other, err);
    }
    free(seen);
    return status;
}

enum { MOST_FACTORS = 16 }; /* of one interaction */

/* The factors of a:b:c in order; how many, -1 for more than MOST_FACTORS. */
static ptrdiff_t list_factors(const solow_node *node, const solow_node **factor, ptrdiff_t count)
{
    if (is_call(node, ":")) {
        count = list_factors(node->child[0], factor, count);
        return count < 0 ? count : list_factors(node->child[1], factor, count);
    }
    if (count == MOST_FACTORS) {
        return -1;
    }
    factor[count] = node;
    return count + 1;
}

/* An interaction with i(f) or i(f, x) among its factors: dummies times the product of x and all the others. */
static solow_status add_interaction(const term_context *context, const solow_node *node, solow_error *err)
{
    const solow_node *factor[MOST_FACTORS], *dummies = NULL;
    solow_node product[MOST_FACTORS], *child[MOST_FACTORS][2], *with = NULL;
    char times[] = ":";
    ptrdiff_t count = list_factors(node, factor, 0), used = 0;
    if (count < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "an interaction has more than %d factors", (int)MOST_FACTORS);
    }
    for (ptrdiff_t f = 0; f < count; f++) {
        bool is_dummies = is_call(factor[f], "i");
        if (is_dummies && dummies != NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                              "two i() cannot be interacted; write i(a^b) for the combinations of two factors");
        }
        dummies = is_dummies ? factor[f] : dummies;
        const solow_node *next = is_dummies ? interacted(factor[f]) : factor[f];
        if (next == NULL) {
            continue;
        }
        if (with == NULL) {
            with = (solow_node *)next; /* read only */
            continue;
        }
        child[used][0] = with;
        child[used][1] = (solow_node *)next;
        product[used] = (solow_node){.kind = SOLOW_NODE_CALL, .text = times, .count = 2, .child = child[used]};
        with = &product[used++];
    }
    return dummies != NULL ? add_factor(context, dummies, with, err) : add_expression(context, node, err);
}

static solow_status add_term(const term_context *context, const solow_node *node, solow_error *err)
{
    if (is_call(node, "i")) {
        return add_factor(context, node, NULL, err);
    }
    return is_call(node, ":") ? add_interaction(context, node, err) : add_expression(context, node, err);
}

static solow_status add_terms(term_context *context, const solow_terms *terms, solow_role role, solow_error *err)
{
    context->role = role;
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        solow_status status = add_term(context, terms->node[i], err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

solow_status solow_design_create(solow_frame *frame, const solow_model *model, const uint8_t *where,
                                 solow_design *design, solow_error *err)
{
    const solow_formula *formula = &model->formula;
    term_context context = {.frame = frame, .model = model, .where = where, .design = design};
    *design = (solow_design){0};
    solow_status status = add_terms(&context, &formula->outcome, SOLOW_ROLE_OUTCOME, err);
    if (status == SOLOW_OK && formula->constant && formula->effects == 0) {
        status = add_column(
            design, (solow_design_column){.name = solow_copy_text("(Intercept)"), .role = SOLOW_ROLE_CONSTANT}, err);
    }
    if (status == SOLOW_OK) {
        status = add_terms(&context, &formula->regressor, SOLOW_ROLE_REGRESSOR, err);
    }
    if (status == SOLOW_OK) {
        status = add_terms(&context, &formula->endogenous, SOLOW_ROLE_ENDOGENOUS, err);
    }
    if (status == SOLOW_OK) {
        status = add_terms(&context, &formula->instrument, SOLOW_ROLE_INSTRUMENT, err);
    }
    if (status != SOLOW_OK) {
        solow_design_clear(design);
    }
    return status;
}

void solow_design_clear(solow_design *design)
{
    for (ptrdiff_t c = 0; c < design->columns; c++) {
        free(design->column[c].name);
        solow_program_destroy(design->column[c].program);
    }
    free(design->column);
    *design = (solow_design){0};
}

solow_status solow_design_fill(const solow_design_column *column, ptrdiff_t begin, ptrdiff_t rows, double *out,
                               solow_error *err)
{
    if (column->column != NULL) {
        memcpy(out, column->column->number + begin, solow_bytes(rows, sizeof *out));
        return SOLOW_OK;
    }
    if (column->program != NULL) {
        solow_status status = solow_program_run(column->program, begin, rows, out, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        double value = column->program != NULL ? out[i] : 1;
        if (column->factor != NULL) {
            int32_t code = column->factor->code[begin + i];
            value = code < 0 ? NAN : code == column->level ? value : isnan(value) ? NAN : 0;
        }
        out[i] = value;
    }
    return SOLOW_OK;
}

bool solow_design_is_polynomial(const solow_design_column *column)
{
    return column->factor == NULL && column->program != NULL && solow_program_is_polynomial(column->program);
}

void solow_design_low(const solow_design_column *column, ptrdiff_t begin, ptrdiff_t rows, const double *high,
                      double *low)
{
    solow_program_low(column->program, begin, rows, high, low);
}

bool solow_design_may_miss(const solow_design_column *column)
{
    if (column->column != NULL) {
        return column->column->has_missing || column->column->has_infinite;
    }
    return column->program != NULL || column->factor != NULL;
}
