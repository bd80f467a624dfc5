/* variables.c - `variables:`, put in the order of what they read; a cycle is an error that prints it. See sections.h. */
#include "io/job/buffer.h"
#include "io/job/sections.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_VARIABLES = 10000, DEEPEST = 1000 };

typedef enum { UNSEEN, OPEN, DONE } mark;

typedef struct ordering {
    solow_reader *reader;
    solow_variable *from; /* [count] as in the file */
    mark *state;
    ptrdiff_t *path; /* indices being visited */
    ptrdiff_t count, depth, placed;
    bool cyclic;
} ordering;

static ptrdiff_t find(const ordering *order, const char *name)
{
    for (ptrdiff_t i = 0; i < order->count; i++) {
        if (strcmp(order->from[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static void report_cycle(ordering *order, ptrdiff_t start)
{
    solow_job_buffer cycle = {0};
    ptrdiff_t first = order->depth - 1;
    while (first > 0 && order->path[first] != start) {
        first--;
    }
    for (ptrdiff_t i = first; i < order->depth; i++) {
        solow_job_buffer_format(&cycle, "%s -> ", order->from[order->path[i]].name);
    }
    solow_job_buffer_add(&cycle, order->from[start].name);
    char *text = solow_job_buffer_take(&cycle);
    if (text == NULL) {
        order->reader->no_memory = true;
        return;
    }
    bool itself = order->path[order->depth - 1] == start && first == order->depth - 1;
    solow_diagnostics_add(order->reader->diagnostics, false, order->from[start].place,
                          itself ? "give the new column another name" : NULL,
                          "variables read each other in a cycle: %s", text);
    free(text);
    order->cyclic = true;
}

static void visit(ordering *order, ptrdiff_t index);

static void visit_names(ordering *order, const solow_node *node)
{
    if (node->kind == SOLOW_NODE_NAME) {
        ptrdiff_t index = find(order, node->text);
        if (index >= 0) {
            visit(order, index);
        }
    }
    ptrdiff_t first = solow_node_is_call(node, "saved") ? node->count : solow_node_is_call(node, "w") ? 1 : 0;
    for (ptrdiff_t i = first; i < node->count; i++) {
        visit_names(order, node->child[i]);
    }
}

static void visit(ordering *order, ptrdiff_t index)
{
    if (order->state[index] == OPEN && !order->cyclic) {
        report_cycle(order, index);
    }
    if (order->state[index] != UNSEEN) {
        return;
    }
    order->state[index] = OPEN;
    order->path[order->depth++] = index;
    if (order->depth < DEEPEST) {
        visit_names(order, order->from[index].expression);
    } else {
        solow_diagnostics_add(order->reader->diagnostics, false, order->from[index].place, NULL,
                              "variables read each other more than 1,000 deep");
    }
    order->depth--;
    order->state[index] = DONE;
    order->reader->job->variable[order->placed++] = order->from[index];
}

static void put_in_order(solow_reader *reader, solow_variable *from, ptrdiff_t count)
{
    ordering order = {.reader = reader, .from = from, .count = count};
    order.state = solow_reader_allocate(reader, count, sizeof *order.state);
    order.path = solow_reader_allocate(reader, count, sizeof *order.path);
    for (ptrdiff_t i = 0; i < count && order.state != NULL && order.path != NULL; i++) {
        order.cyclic = false;
        visit(&order, i);
    }
    free(order.state);
    free(order.path);
}

void solow_job_read_variables(solow_reader *reader, const solow_yaml *node)
{
    solow_job *job = reader->job;
    if (node == NULL || node->kind != SOLOW_YAML_MAPPING) {
        return;
    }
    solow_variable *from = solow_reader_allocate(reader, node->count, sizeof *from);
    job->variable = solow_reader_allocate(reader, node->count, sizeof *job->variable);
    ptrdiff_t count = 0;
    if (node->count > MOST_VARIABLES) {
        solow_reader_error(reader, node, NULL, "more than 10,000 variables");
    }
    for (ptrdiff_t i = 0; i < node->count && i < MOST_VARIABLES && from != NULL && job->variable != NULL; i++) {
        const solow_yaml *item = node->item[i];
        solow_node *expression = solow_reader_expression(reader, item);
        char *name = expression != NULL ? solow_reader_copy(reader, node->key[i]->text) : NULL;
        if (name == NULL) {
            solow_node_destroy(expression);
            continue;
        }
        from[count] = (solow_variable){name, expression, solow_reader_place(reader, item, 0)};
        job->variable[count] = from[count];
        count++;
    }
    job->variables = count;
    if (!reader->no_memory) {
        put_in_order(reader, from, count);
    }
    free(from);
}
