/* leave_out.c - see leave_out.h. */
#include "engine/batch/leave_out.h"

#include "engine/frame/factor.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_LEVELS = 10000, MOST_PARTS = 4 };

const solow_factor *solow_leave_out_factor(const solow_frame *frame, const solow_model *model)
{
    const solow_factor *found = NULL;
    char *name = model->leave_out.count > 0 ? solow_node_print(model->leave_out.node[0]) : NULL;
    for (ptrdiff_t f = 0; name != NULL && f < frame->factors && found == NULL; f++) {
        found = strcmp(frame->factor[f]->name, name) == 0 ? frame->factor[f] : NULL;
    }
    free(name);
    return found;
}

solow_status solow_leave_out_prepare(solow_frame *frame, const solow_job *job, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < job->models && status == SOLOW_OK; m++) {
        const solow_model *model = &job->model[m];
        const solow_factor *factor = NULL;
        if (model->leave_out.count == 0) {
            continue;
        }
        status = solow_frame_factor(frame, model->leave_out.node[0], &factor, err);
        if (status == SOLOW_OK && factor->levels > MOST_LEVELS) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                "model `%s`: `leave_out: %s` makes an estimate without each of %d levels; at most %d "
                                "are possible",
                                model->id, factor->name, (int)factor->levels, (int)MOST_LEVELS);
        }
    }
    return status;
}

/* The expressions whose levels make up the factor's; returns how many. */
static ptrdiff_t list_parts(const solow_node *node, const solow_node *part[MOST_PARTS])
{
    if (!solow_node_is_call(node, "^") || node->count != 2) {
        part[0] = node;
        return 1;
    }
    ptrdiff_t first = list_parts(node->child[0], part);
    return first + list_parts(node->child[1], part + first);
}

static const solow_factor *part_of(const solow_factor *factor, ptrdiff_t p)
{
    return factor->parts > 0 ? factor->part[p] : factor;
}

static int32_t code_of(const solow_factor *factor, ptrdiff_t p, int32_t level)
{
    return factor->parts > 0 ? factor->part_code[level * factor->parts + p] : level;
}

static solow_node *call(const char *name, solow_node *a, solow_node *b)
{
    solow_node *made = solow_node_push(solow_node_create(SOLOW_NODE_CALL, name, 0, 0), a, NULL);
    return b != NULL ? solow_node_push(made, b, NULL) : made;
}

/* missing(x) or x != level */
static solow_node *other_level(const solow_node *x, const solow_factor *factor, int32_t level)
{
    solow_node *value = factor->value != NULL ? solow_node_create(SOLOW_NODE_NUMBER, NULL, factor->value[level], 0)
                                              : solow_node_create(SOLOW_NODE_TEXT, factor->label[level], 0, 0);
    solow_node *missing = call("missing", solow_node_copy(x), NULL);
    return value != NULL && missing != NULL ? call("or", missing, call("!=", solow_node_copy(x), value)) : NULL;
}

solow_node *solow_leave_out_condition(const solow_factor *factor, const solow_model *model, int32_t level)
{
    const solow_node *part[MOST_PARTS];
    solow_node *any = NULL;
    ptrdiff_t parts = list_parts(model->leave_out.node[0], part);
    for (ptrdiff_t p = 0; p < parts; p++) {
        solow_node *other = other_level(part[p], part_of(factor, p), code_of(factor, p, level));
        any = p == 0 ? other : call("or", any, other);
        if (any == NULL) {
            return NULL;
        }
    }
    return any;
}

/* Whether row i of the part has the level, or cannot be told to have another. */
static bool may_have(const solow_frame *part, const solow_node *x, const solow_factor *factor, int32_t level,
                     ptrdiff_t i)
{
    const solow_frame_column *column = x->kind == SOLOW_NODE_NAME ? solow_frame_find(part, x->text) : NULL;
    if (column == NULL) {
        return true;
    }
    if (column->kind == SOLOW_COLUMN_TEXT) {
        return column->code[i] >= 0 && factor->label != NULL &&
               strcmp(column->label[column->code[i]], factor->label[level]) == 0;
    }
    return factor->value != NULL && column->number[i] == factor->value[level];
}

bool solow_leave_out_has_rows(const solow_factor *factor, const solow_model *model, int32_t level,
                              const solow_frame *part)
{
    const solow_node *x[MOST_PARTS];
    ptrdiff_t parts = list_parts(model->leave_out.node[0], x);
    for (ptrdiff_t i = 0; i < part->rows; i++) {
        bool has = true;
        for (ptrdiff_t p = 0; p < parts && has; p++) {
            has = may_have(part, x[p], part_of(factor, p), code_of(factor, p, level), i);
        }
        if (has) {
            return true;
        }
    }
    return false;
}
