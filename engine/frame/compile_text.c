/* compile_text.c - comparisons of text columns, by code; and the operations' memory. See program.h. */
#include "engine/frame/program.h"

#include <stdlib.h>
#include <string.h>

void solow_op_destroy(op *node)
{
    if (node == NULL) {
        return;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        solow_op_destroy(node->child[i]);
    }
    free(node->child);
    free(node->buffer);
    free(node);
}

op *solow_op_create(op_code code, ptrdiff_t children)
{
    op *node = solow_allocate_zeroed(1, sizeof *node);
    if (node != NULL && children > 0) {
        node->child = solow_allocate_zeroed(children, sizeof *node->child);
        if (node->child == NULL) {
            free(node);
            return NULL;
        }
    }
    if (node != NULL) {
        node->code = code;
        node->count = children;
    }
    return node;
}

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for an expression");
}

static const solow_node *list_of(const solow_node *node)
{
    bool is_in = strcmp(node->text, "in") == 0 && node->count == 2;
    return is_in && solow_node_is_call(node->child[1], "list") ? node->child[1] : NULL;
}

ptrdiff_t solow_op_arguments(const solow_node *node)
{
    const solow_node *list = list_of(node);
    return list != NULL ? 1 + list->count : node->count;
}

const solow_node *solow_op_argument(const solow_node *node, ptrdiff_t index)
{
    const solow_node *list = list_of(node);
    return list != NULL && index > 0 ? list->child[index - 1] : node->child[index];
}

/* The text column that node names, or NULL. */
static const solow_frame_column *text_column(const solow_frame *frame, const solow_node *node)
{
    const solow_frame_column *column = node->kind == SOLOW_NODE_NAME ? solow_frame_find(frame, node->text) : NULL;
    return column != NULL && column->kind == SOLOW_COLUMN_TEXT ? column : NULL;
}

static solow_status compile_text_equal(const solow_frame_column *column, const solow_node *label, op **made,
                                       solow_error *err)
{
    if (label->kind != SOLOW_NODE_TEXT) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "text column `%s` can be compared with a quoted label only",
                          column->name);
    }
    *made = solow_op_create(OP_TEXT_EQUAL, 0);
    if (*made == NULL) {
        return no_memory(err);
    }
    (*made)->column = column;
    (*made)->constant = -2; /* no such label: never equal */
    for (int32_t i = 0; i < column->levels; i++) {
        if (strcmp(column->label[i], label->text) == 0) {
            (*made)->constant = i;
        }
    }
    return SOLOW_OK;
}

solow_status solow_op_compile_text(const solow_frame *frame, const solow_node *node, op **made, solow_error *err)
{
    ptrdiff_t place = text_column(frame, node->child[0]) != NULL ? 0 : 1; /* of the column; "a" == column is possible */
    const solow_frame_column *column = text_column(frame, node->child[place]);
    if (strcmp(node->text, "missing") == 0) {
        *made = solow_op_create(OP_TEXT_MISSING, 0);
        if (*made == NULL) {
            return no_memory(err);
        }
        (*made)->column = column;
        return SOLOW_OK;
    }
    op *any = NULL;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < solow_op_arguments(node) && status == SOLOW_OK; i++) {
        op *equal = NULL;
        if (i == place) {
            continue;
        }
        status = compile_text_equal(column, solow_op_argument(node, i), &equal, err);
        if (status == SOLOW_OK && any != NULL) {
            op *either = solow_op_create(OP_OR, 2);
            if (either == NULL) {
                solow_op_destroy(equal);
                status = no_memory(err);
                break;
            }
            either->child[0] = any;
            either->child[1] = equal;
            any = either;
        } else if (status == SOLOW_OK) {
            any = equal;
        }
    }
    if (status == SOLOW_OK && strcmp(node->text, "!=") == 0) {
        op *no = solow_op_create(OP_NOT, 1);
        if (no == NULL) {
            status = no_memory(err);
        } else {
            no->child[0] = any;
            any = no;
        }
    }
    if (status != SOLOW_OK) {
        solow_op_destroy(any);
        return status;
    }
    *made = any;
    return SOLOW_OK;
}

bool solow_op_compares_text(const solow_frame *frame, const solow_node *node)
{
    static const char *const signs[] = {"==", "!=", "in", "missing"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(node->text, signs[i]) == 0 && node->count >= 1) {
            bool either = i < 2 && node->count == 2 && text_column(frame, node->child[1]) != NULL;
            return either || text_column(frame, node->child[0]) != NULL;
        }
    }
    return false;
}
