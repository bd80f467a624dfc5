/* node.c - making, copying and comparing expression trees; see expression.h. */
#include "io/job/buffer.h"
#include "io/job/expression.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

void solow_node_destroy(solow_node *node)
{
    if (node == NULL) {
        return;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        solow_node_destroy(node->child[i]);
        if (node->label != NULL) {
            free(node->label[i]);
        }
    }
    free(node->child);
    free(node->label);
    free(node->text);
    free(node);
}

solow_node *solow_node_create(solow_node_kind kind, const char *text, double number, ptrdiff_t position)
{
    solow_node *node = solow_allocate_zeroed(1, sizeof *node);
    if (node == NULL) {
        return NULL;
    }
    node->kind = kind;
    node->number = number;
    node->position = position;
    if (text != NULL) {
        node->text = solow_copy_text(text);
        if (node->text == NULL) {
            free(node);
            return NULL;
        }
    }
    return node;
}

/* Room for labels of all children and one more; those so far are positional. */
static bool make_labels(solow_node *parent, const char *label)
{
    if (label == NULL && parent->label == NULL) {
        return true;
    }
    char **labels = solow_allocate_zeroed(parent->count + 1, sizeof *labels);
    if (labels == NULL) {
        return false;
    }
    if (parent->label != NULL) {
        memcpy(labels, parent->label, (size_t)parent->count * sizeof *labels);
    }
    if (label != NULL) {
        labels[parent->count] = solow_copy_text(label);
        if (labels[parent->count] == NULL) {
            free(labels);
            return false;
        }
    }
    free(parent->label);
    parent->label = labels;
    return true;
}

solow_node *solow_node_push(solow_node *parent, solow_node *child, const char *label)
{
    bool pushed = parent != NULL && child != NULL;
    if (pushed) {
        solow_node **children = solow_job_room(parent->child, parent->count, sizeof(solow_node *));
        pushed = children != NULL;
        parent->child = pushed ? children : parent->child;
    }
    pushed = pushed && make_labels(parent, label);
    if (!pushed) {
        solow_node_destroy(child);
        solow_node_destroy(parent);
        return NULL;
    }
    parent->child[parent->count++] = child;
    return parent;
}

solow_node *solow_node_copy(const solow_node *node)
{
    solow_node *copy = solow_node_create(node->kind, node->text, node->number, node->position);
    if (copy != NULL) {
        copy->line = node->line;
        copy->column = node->column;
    }
    for (ptrdiff_t i = 0; i < node->count && copy != NULL; i++) {
        copy = solow_node_push(copy, solow_node_copy(node->child[i]), node->label != NULL ? node->label[i] : NULL);
    }
    return copy;
}

static bool texts_equal(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool solow_node_equal(const solow_node *a, const solow_node *b)
{
    if (a->kind != b->kind || a->count != b->count || !texts_equal(a->text, b->text) ||
        (a->kind == SOLOW_NODE_NUMBER && a->number != b->number)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < a->count; i++) {
        const char *left = a->label != NULL ? a->label[i] : NULL, *right = b->label != NULL ? b->label[i] : NULL;
        if (!texts_equal(left, right) || !solow_node_equal(a->child[i], b->child[i])) {
            return false;
        }
    }
    return true;
}

bool solow_node_is_call(const solow_node *node, const char *name)
{
    return node != NULL && node->kind == SOLOW_NODE_CALL && strcmp(node->text, name) == 0;
}

const solow_node *solow_node_argument(const solow_node *call, const char *label)
{
    for (ptrdiff_t i = 0; i < call->count && call->label != NULL; i++) {
        if (call->label[i] != NULL && strcmp(call->label[i], label) == 0) {
            return call->child[i];
        }
    }
    return NULL;
}

solow_spot solow_node_spot(const solow_node *node)
{
    return (solow_spot){.position = node->position, .line = node->line, .column = node->column};
}
