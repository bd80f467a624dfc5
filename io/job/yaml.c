/* yaml.c - from text to a YAML tree, within limits that a hostile file cannot pass; see yaml.h. */
#include "io/job/yaml.h"
#include "io/job/buffer.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct loader {
    yaml_parser_t parser;
    ptrdiff_t nodes;
    ptrdiff_t anchors;
    char **anchor;      /* [anchors] names */
    solow_yaml **named; /* [anchors] copies of the nodes they name */
    int line, column;   /* where loading failed */
    solow_error *err;
} loader;

static solow_status fail_at(loader *load, yaml_mark_t mark, const char *sentence)
{
    load->line = (int)mark.line + 1;
    load->column = (int)mark.column + 1;
    return SOLOW_FAIL(load->err, SOLOW_ERR_INPUT, "%s", sentence);
}

static solow_status no_memory(loader *load)
{
    return SOLOW_FAIL(load->err, SOLOW_ERR_MEMORY, "no memory for the YAML tree");
}

/* libyaml's own words, with what a writer of formulas most often needs to hear. */
static solow_status fail_syntax(loader *load)
{
    const yaml_parser_t *parser = &load->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        return no_memory(load);
    }
    const char *problem = parser->problem != NULL ? parser->problem : "this is not YAML";
    const char *advice = "";
    if (strstr(problem, "mapping values are not allowed") != NULL) {
        advice = " (a text that holds `: ` needs quotes, and keys of one mapping start in one column)";
    } else if (strstr(problem, "cannot start any token") != NULL) {
        advice = " (put a text that starts with ` @ % or holds a tab into quotes)";
    } else if (strstr(problem, "did not find expected") != NULL) {
        advice = " (a bracket, brace or quote may be missing, or the indentation is off)";
    }
    load->line = (int)parser->problem_mark.line + 1;
    load->column = (int)parser->problem_mark.column + 1;
    return SOLOW_FAIL(load->err, SOLOW_ERR_INPUT, "YAML: %s%s", problem, advice);
}

static solow_status count_node(loader *load, yaml_mark_t mark, ptrdiff_t more)
{
    load->nodes += more;
    if (load->nodes > SOLOW_YAML_NODES) {
        return fail_at(load, mark, "YAML bomb: more than 1,000,000 nodes once aliases are resolved");
    }
    return SOLOW_OK;
}

static ptrdiff_t tree_size(const solow_yaml *node)
{
    ptrdiff_t size = 1;
    for (ptrdiff_t i = 0; i < node->count; i++) {
        size += tree_size(node->item[i]) + (node->key != NULL ? 1 : 0);
    }
    return size;
}

static ptrdiff_t tree_depth(const solow_yaml *node)
{
    ptrdiff_t deepest = 0;
    for (ptrdiff_t i = 0; i < node->count; i++) {
        ptrdiff_t depth = tree_depth(node->item[i]);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + (node->kind != SOLOW_YAML_SCALAR ? 1 : 0);
}

static ptrdiff_t find_anchor(const loader *load, const char *name)
{
    for (ptrdiff_t i = load->anchors - 1; i >= 0; i--) {
        if (strcmp(load->anchor[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Keeps a copy of the finished node under its anchor; a later one of that name takes its place for later aliases. */
static solow_status remember(loader *load, const yaml_char_t *anchor, yaml_mark_t mark, const solow_yaml *node)
{
    if (anchor == NULL) {
        return SOLOW_OK;
    }
    if (load->anchors >= SOLOW_YAML_ANCHORS) {
        return fail_at(load, mark, "more than 1,000 anchors");
    }
    solow_status status = count_node(load, mark, tree_size(node));
    if (status != SOLOW_OK) {
        return status;
    }
    char **names = solow_job_room(load->anchor, load->anchors, sizeof *names);
    load->anchor = names != NULL ? names : load->anchor;
    solow_yaml **nodes = solow_job_room(load->named, load->anchors, sizeof(solow_yaml *));
    load->named = nodes != NULL ? nodes : load->named;
    char *name = solow_copy_text((const char *)anchor);
    solow_yaml *copy = solow_yaml_copy(node);
    if (names == NULL || nodes == NULL || name == NULL || copy == NULL) {
        free(name);
        solow_yaml_destroy(copy);
        return no_memory(load);
    }
    load->anchor[load->anchors] = name;
    load->named[load->anchors] = copy;
    load->anchors++;
    return SOLOW_OK;
}

static void move_nodes(solow_yaml *node, int line, int column)
{
    node->line = line;
    node->column = column;
    node->style = SOLOW_YAML_BLOCK;
    for (ptrdiff_t i = 0; i < node->count; i++) {
        if (node->key != NULL) {
            move_nodes(node->key[i], line, column);
        }
        move_nodes(node->item[i], line, column);
    }
}

static solow_status load_alias(loader *load, const yaml_event_t *event, ptrdiff_t depth, solow_yaml **node)
{
    const char *name = (const char *)event->data.alias.anchor;
    ptrdiff_t found = find_anchor(load, name);
    if (found < 0) {
        load->line = (int)event->start_mark.line + 1;
        load->column = (int)event->start_mark.column + 1;
        return SOLOW_FAIL(load->err, SOLOW_ERR_INPUT, "alias `*%.80s` refers to no anchor that ends before it", name);
    }
    if (depth + tree_depth(load->named[found]) > SOLOW_YAML_DEPTH) {
        return fail_at(load, event->start_mark, "more than 64 lists and mappings inside each other");
    }
    solow_status status = count_node(load, event->start_mark, tree_size(load->named[found]));
    if (status != SOLOW_OK) {
        return status;
    }
    *node = solow_yaml_copy(load->named[found]);
    return *node != NULL ? SOLOW_OK : no_memory(load);
}

static solow_status load_scalar(loader *load, const yaml_event_t *event, solow_yaml **node)
{
    int line = (int)event->start_mark.line + 1, column = (int)event->start_mark.column + 1;
    solow_yaml *scalar = solow_yaml_create(SOLOW_YAML_SCALAR, (const char *)event->data.scalar.value, line, column);
    if (scalar == NULL) {
        return no_memory(load);
    }
    yaml_scalar_style_t style = event->data.scalar.style;
    const char *tag = (const char *)event->data.scalar.tag;
    scalar->quoted = style != YAML_PLAIN_SCALAR_STYLE || (tag != NULL && strcmp(tag, YAML_STR_TAG) == 0);
    if (event->start_mark.line != event->end_mark.line || tag != NULL || event->data.scalar.anchor != NULL) {
        scalar->style = SOLOW_YAML_BLOCK;
    } else {
        scalar->style = style == YAML_PLAIN_SCALAR_STYLE           ? SOLOW_YAML_PLAIN
                        : style == YAML_SINGLE_QUOTED_SCALAR_STYLE ? SOLOW_YAML_SINGLE
                        : style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ? SOLOW_YAML_DOUBLE
                                                                   : SOLOW_YAML_BLOCK;
    }
    *node = scalar;
    return remember(load, event->data.scalar.anchor, event->start_mark, scalar);
}

static solow_status load_node(loader *load, const yaml_event_t *event, ptrdiff_t depth, solow_yaml **node);

static solow_status next_event(loader *load, yaml_event_t *event)
{
    if (yaml_parser_parse(&load->parser, event) == 0) {
        return fail_syntax(load);
    }
    return SOLOW_OK;
}

/* Whether mapping has the key already. */
static bool has_key(const solow_yaml *mapping, const char *key)
{
    return solow_yaml_get(mapping, key) != NULL;
}

/* `<<`: pairs of the named mapping that stand nowhere in the target. */
static solow_status merge_mapping(loader *load, solow_yaml *target, const solow_yaml *source, const solow_yaml *key)
{
    if (source->kind == SOLOW_YAML_LIST) {
        for (ptrdiff_t i = 0; i < source->count; i++) {
            solow_status status = merge_mapping(load, target, source->item[i], key);
            if (status != SOLOW_OK) {
                return status;
            }
        }
        return SOLOW_OK;
    }
    if (source->kind != SOLOW_YAML_MAPPING) {
        load->line = key->line;
        load->column = key->column;
        return SOLOW_FAIL(load->err, SOLOW_ERR_INPUT, "the merge key `<<` takes a mapping or a list of mappings");
    }
    for (ptrdiff_t i = 0; i < source->count; i++) {
        if (!has_key(target, source->key[i]->text) &&
            !solow_yaml_push(target, solow_yaml_copy(source->key[i]), solow_yaml_copy(source->item[i]))) {
            return no_memory(load);
        }
    }
    return SOLOW_OK;
}

/* Takes the `<<` pair out of the mapping and puts what it names in; the product of sizes is limited as nodes are. */
static solow_status merge_keys(loader *load, solow_yaml *mapping)
{
    ptrdiff_t at = 0;
    while (at < mapping->count && (strcmp(mapping->key[at]->text, "<<") != 0 || mapping->key[at]->quoted)) {
        at++;
    }
    if (at == mapping->count) {
        return SOLOW_OK;
    }
    solow_yaml *key = mapping->key[at], *source = mapping->item[at];
    for (ptrdiff_t j = at + 1; j < mapping->count; j++) {
        mapping->key[j - 1] = mapping->key[j];
        mapping->item[j - 1] = mapping->item[j];
    }
    mapping->count--;
    ptrdiff_t size = tree_size(source);
    solow_status status = count_node(load, load->parser.mark, size + size * mapping->count / 100);
    if (status == SOLOW_OK) {
        status = merge_mapping(load, mapping, source, key);
    }
    solow_yaml_destroy(key);
    solow_yaml_destroy(source);
    return status;
}

/* One child: an item, or a key with its value. */
static solow_status load_child(loader *load, const yaml_event_t *first, ptrdiff_t depth, solow_yaml *parent)
{
    solow_yaml *key = NULL, *item = NULL;
    solow_status status = SOLOW_OK;
    if (parent->kind == SOLOW_YAML_LIST) {
        status = load_node(load, first, depth, &item);
    } else {
        status = load_node(load, first, depth, &key);
        if (status == SOLOW_OK && key->kind != SOLOW_YAML_SCALAR) {
            status = fail_at(load, first->start_mark, "a key must be a text");
        }
        yaml_event_t event;
        if (status == SOLOW_OK) {
            status = next_event(load, &event);
            if (status == SOLOW_OK) {
                status = load_node(load, &event, depth, &item);
                yaml_event_delete(&event);
            }
        }
    }
    if (status != SOLOW_OK) {
        solow_yaml_destroy(key);
        solow_yaml_destroy(item);
        return status;
    }
    return solow_yaml_push(parent, key, item) ? SOLOW_OK : no_memory(load);
}

static solow_status load_children(loader *load, ptrdiff_t depth, solow_yaml *parent)
{
    yaml_event_type_t end = parent->kind == SOLOW_YAML_LIST ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT;
    for (;;) {
        yaml_event_t event;
        solow_status status = next_event(load, &event);
        if (status != SOLOW_OK) {
            return status;
        }
        bool ended = event.type == end;
        if (!ended) {
            status = load_child(load, &event, depth, parent);
        }
        yaml_event_delete(&event);
        if (ended || status != SOLOW_OK) {
            return status == SOLOW_OK && parent->kind == SOLOW_YAML_MAPPING ? merge_keys(load, parent) : status;
        }
    }
}

static solow_status load_node(loader *load, const yaml_event_t *event, ptrdiff_t depth, solow_yaml **node)
{
    solow_status status = count_node(load, event->start_mark, 1);
    if (status != SOLOW_OK) {
        return status;
    }
    if (event->type == YAML_ALIAS_EVENT) {
        status = load_alias(load, event, depth, node);
        if (status == SOLOW_OK && *node != NULL) {
            move_nodes(*node, (int)event->start_mark.line + 1, (int)event->start_mark.column + 1);
        }
        return status;
    }
    if (event->type == YAML_SCALAR_EVENT) {
        return load_scalar(load, event, node);
    }
    if (depth + 1 > SOLOW_YAML_DEPTH) {
        return fail_at(load, event->start_mark, "more than 64 lists and mappings inside each other");
    }
    bool list = event->type == YAML_SEQUENCE_START_EVENT;
    solow_yaml *parent = solow_yaml_create(list ? SOLOW_YAML_LIST : SOLOW_YAML_MAPPING, NULL,
                                           (int)event->start_mark.line + 1, (int)event->start_mark.column + 1);
    if (parent == NULL) {
        return no_memory(load);
    }
    *node = parent;
    status = load_children(load, depth + 1, parent);
    const yaml_char_t *anchor = list ? event->data.sequence_start.anchor : event->data.mapping_start.anchor;
    return status == SOLOW_OK ? remember(load, anchor, event->start_mark, parent) : status;
}

/* Stream and document events around one root node. */
static solow_status load_document(loader *load, solow_yaml **root)
{
    for (bool ended = false; !ended;) {
        yaml_event_t event;
        solow_status status = next_event(load, &event);
        if (status != SOLOW_OK) {
            return status;
        }
        ended = event.type == YAML_STREAM_END_EVENT;
        bool frame = ended || event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_START_EVENT ||
                     event.type == YAML_DOCUMENT_END_EVENT;
        if (!frame && *root != NULL) {
            status = fail_at(load, event.start_mark, "a job file is one YAML document; a second one starts here");
        } else if (!frame) {
            status = load_node(load, &event, 0, root);
        }
        yaml_event_delete(&event);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

solow_status solow_yaml_parse(const char *text, size_t length, solow_yaml **root, int *line, int *column,
                              solow_error *err)
{
    solow_status status = solow_yaml_characters(text, length, line, column, err);
    if (status != SOLOW_OK) {
        return status;
    }
    loader load = {.err = err, .line = 1, .column = 1};
    if (yaml_parser_initialize(&load.parser) == 0) {
        return no_memory(&load);
    }
    yaml_parser_set_encoding(&load.parser, YAML_UTF8_ENCODING);
    size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    yaml_parser_set_input_string(&load.parser, (const unsigned char *)text + mark, length - mark);
    solow_yaml *tree = NULL;
    status = load_document(&load, &tree);
    yaml_parser_delete(&load.parser);
    for (ptrdiff_t i = 0; i < load.anchors; i++) {
        free(load.anchor[i]);
        solow_yaml_destroy(load.named[i]);
    }
    free(load.anchor);
    free(load.named);
    if (status != SOLOW_OK) {
        solow_yaml_destroy(tree);
        *line = load.line;
        *column = load.column;
        return status;
    }
    *root = tree;
    return SOLOW_OK;
}
