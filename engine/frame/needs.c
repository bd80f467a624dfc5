/* needs.c - which columns a model reads, with all that looks beyond its row made a column. See part.h. */
#include "engine/frame/part.h"
#include "engine/frame/program.h"
#include "io/job/resampling.h"

#include <stdlib.h>
#include <string.h>

static solow_status add(solow_needs *needs, const solow_frame_column *column, solow_error *err)
{
    for (ptrdiff_t c = 0; c < needs->count; c++) {
        if (needs->column[c] == column) {
            return SOLOW_OK;
        }
    }
    if (needs->count == needs->capacity) {
        ptrdiff_t capacity = 2 * needs->capacity + 16;
        const solow_frame_column **grown = solow_resize(needs->column, capacity, sizeof *grown);
        if (grown == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the columns of a model");
        }
        needs->column = grown;
        needs->capacity = capacity;
    }
    needs->column[needs->count++] = column;
    return SOLOW_OK;
}

/* The call's values as a column under its own text, made on first use. */
static solow_status make_hidden(solow_frame *frame, const solow_node *node, solow_needs *needs, solow_error *err)
{
    char *name = solow_node_print(node);
    solow_frame_column *column = name != NULL ? solow_frame_find(frame, name) : NULL;
    double *value = column == NULL ? solow_allocate(frame->rows, sizeof *value) : NULL;
    solow_status status = name != NULL && (column != NULL || value != NULL)
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for an expression");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK && column == NULL) {
        status = solow_frame_evaluate(frame, node, value, err);
        column = status == SOLOW_OK ? solow_frame_find(frame, name) : NULL; /* materialised meanwhile, perhaps */
        if (status == SOLOW_OK && column == NULL) {
            status = solow_comm_agree(frame->comm, solow_frame_add_number(frame, name, &column, err), err);
            if (status == SOLOW_OK) {
                memcpy(column->number, value, solow_bytes(frame->rows, sizeof *value));
                status = solow_frame_column_check(frame, column, err);
            }
        }
    }
    free(name);
    free(value);
    return status == SOLOW_OK ? add(needs, column, err) : status;
}

solow_status solow_needs_expression(solow_frame *frame, const solow_node *node, solow_needs *needs, solow_error *err)
{
    if (node == NULL) {
        return SOLOW_OK;
    }
    if (node->kind == SOLOW_NODE_NAME) {
        const solow_frame_column *column = solow_frame_find(frame, node->text);
        return column != NULL ? add(needs, column, err) : SOLOW_OK;
    }
    if (node->kind == SOLOW_NODE_CALL && solow_op_looks_beyond(node)) {
        return make_hidden(frame, node, needs, err);
    }
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < node->count && status == SOLOW_OK; i++) {
        status = solow_needs_expression(frame, node->child[i], needs, err);
    }
    return status;
}

static solow_status add_terms(solow_frame *frame, const solow_terms *terms, solow_needs *needs, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < terms->count && status == SOLOW_OK; i++) {
        status = solow_needs_expression(frame, terms->node[i], needs, err);
    }
    return status;
}

/* Identifiers make a part a panel of its own. */
static solow_status add_keys(const solow_frame *frame, solow_needs *needs, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (frame->has_unit) {
        status = add(needs, frame->unit_column, err);
    }
    if (status == SOLOW_OK && frame->has_time) {
        status = add(needs, frame->time_column, err);
    }
    return status;
}

solow_status solow_needs_model(solow_frame *frame, const solow_model *model, solow_needs *needs, solow_error *err)
{
    const solow_formula *formula = &model->formula;
    const solow_terms *const terms[] = {&formula->outcome, &formula->regressor, &formula->endogenous,
                                        &formula->instrument, &model->vcov.cluster};
    solow_status status = add_keys(frame, needs, err);
    for (size_t t = 0; t < sizeof terms / sizeof terms[0] && status == SOLOW_OK; t++) {
        status = add_terms(frame, terms[t], needs, err);
    }
    for (ptrdiff_t e = 0; e < formula->effects && status == SOLOW_OK; e++) {
        status = solow_needs_expression(frame, formula->effect[e].factor, needs, err);
        status = status == SOLOW_OK ? add_terms(frame, &formula->effect[e].slopes, needs, err) : status;
    }
    for (ptrdiff_t d = 0; d < model->designs && status == SOLOW_OK; d++) {
        status = add_terms(frame, &model->design[d].cluster, needs, err);
        status = status == SOLOW_OK ? add_terms(frame, &model->design[d].within, needs, err) : status;
        status = status == SOLOW_OK ? solow_needs_expression(frame, model->design[d].permute, needs, err) : status;
    }
    status = status == SOLOW_OK ? add_terms(frame, &model->leave_out, needs, err) : status;
    status = status == SOLOW_OK ? solow_needs_expression(frame, model->weights, needs, err) : status;
    return status == SOLOW_OK ? solow_needs_expression(frame, model->where, needs, err) : status;
}

void solow_needs_clear(solow_needs *needs)
{
    free(needs->column);
    *needs = (solow_needs){0};
}
