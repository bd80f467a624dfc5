/* foreach.c - one model for every combination of values; see solow_job_expand_foreach.
 *
 *   foreach: {W: [usaww, knn6], y: [a, b]}      every combination, the first name slowest
 *   foreach: [{W: usaww, y: a}, {W: knn6, y: b}]   rows
 *   a value {big: emp > 50} stands as `big` in ids and other keys, as `emp > 50` elsewhere
 *
 * A text that is "{W}" alone becomes a copy of the value, whatever its shape; inside longer texts the value is a text.
 */
#include "io/job/buffer.h"
#include "io/job/sections.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COPIES = 100000, MOST_NAMES = 64 };

typedef struct binding {
    const char *name;
    const solow_yaml *choice; /* as written: a value, or {label: value} */
} binding;

typedef struct copying {
    solow_reader *reader;
    const solow_yaml *model;
    solow_yaml *list;
    ptrdiff_t count, made;
    binding bound[MOST_NAMES];
} copying;

static bool is_labelled(const solow_yaml *choice)
{
    return choice->kind == SOLOW_YAML_MAPPING && choice->count == 1 && !solow_yaml_is_null(choice->item[0]);
}

static const solow_yaml *value_of(const solow_yaml *choice)
{
    return is_labelled(choice) ? choice->item[0] : choice;
}

static const solow_yaml *label_of(const solow_yaml *choice)
{
    return is_labelled(choice) ? choice->key[0] : choice;
}

/* The binding that text names with `{name}` at its start; *length is that of `{name}`. */
static const binding *bound_at(const copying *copy, const char *text, size_t *length)
{
    for (ptrdiff_t i = 0; i < copy->count && *text == '{'; i++) {
        size_t name = strlen(copy->bound[i].name);
        if (strncmp(text + 1, copy->bound[i].name, name) == 0 && text[1 + name] == '}') {
            *length = name + 2;
            return &copy->bound[i];
        }
    }
    return NULL;
}

/* text with every {name} replaced; labels: by its label. NULL if nothing is to be replaced. */
static char *replaced(copying *copy, const solow_yaml *at, bool labels)
{
    solow_job_buffer out = {0};
    bool any = false;
    for (const char *text = at->text; *text != '\0'; text++) {
        size_t length;
        const binding *found = bound_at(copy, text, &length);
        if (found == NULL) {
            solow_job_buffer_bytes(&out, text, 1);
            continue;
        }
        const solow_yaml *value = labels ? label_of(found->choice) : value_of(found->choice);
        if (value->kind != SOLOW_YAML_SCALAR) {
            solow_reader_error(copy->reader, value, "a list or mapping replaces only a text that is \"{name}\" alone",
                               "the value of `%s` is no text", found->name);
        } else {
            solow_job_buffer_add(&out, value->text);
        }
        any = true;
        text += length - 1;
    }
    char *made = solow_job_buffer_take(&out);
    copy->reader->no_memory |= made == NULL;
    if (!any) {
        free(made);
        made = NULL;
    }
    return made;
}

static void set_text(solow_yaml *scalar, char *text)
{
    if (text != NULL) {
        free(scalar->text);
        scalar->text = text;
        scalar->style = SOLOW_YAML_BLOCK;
    }
}

/* Replaces inside *node, which may become another node. */
static void substitute(copying *copy, solow_yaml **node, bool labels)
{
    solow_yaml *at = *node;
    if (at->kind == SOLOW_YAML_SCALAR) {
        size_t length = 0;
        const binding *whole = bound_at(copy, at->text, &length);
        if (whole != NULL && at->text[length] == '\0' && !labels) {
            solow_yaml *value = solow_yaml_copy(value_of(whole->choice));
            copy->reader->no_memory |= value == NULL;
            if (value != NULL) {
                solow_yaml_destroy(at);
                *node = value;
            }
            return;
        }
        set_text(at, replaced(copy, at, labels));
        return;
    }
    for (ptrdiff_t i = 0; i < at->count; i++) {
        bool id = at->key != NULL && strcmp(at->key[i]->text, "id") == 0;
        if (at->key != NULL) {
            set_text(at->key[i], replaced(copy, at->key[i], true));
        }
        substitute(copy, &at->item[i], labels || id);
    }
}

/* One copy of the model under the present bindings. */
static void push_model(copying *copy)
{
    if (++copy->made > MOST_COPIES) {
        return;
    }
    solow_yaml *made = solow_yaml_create(SOLOW_YAML_MAPPING, NULL, copy->model->line, copy->model->column);
    for (ptrdiff_t i = 0; i < copy->model->count && made != NULL; i++) {
        if (strcmp(copy->model->key[i]->text, "foreach") != 0 &&
            !solow_yaml_push(made, solow_yaml_copy(copy->model->key[i]), solow_yaml_copy(copy->model->item[i]))) {
            copy->reader->no_memory = true;
        }
    }
    if (made == NULL) {
        copy->reader->no_memory = true;
        return;
    }
    substitute(copy, &made, false);
    copy->reader->no_memory |= !solow_yaml_push(copy->list, NULL, made);
}

static bool bind(copying *copy, const solow_yaml *key, const solow_yaml *choice)
{
    if (copy->count >= MOST_NAMES) {
        solow_reader_error(copy->reader, key, NULL, "more than %d names in one `foreach`", MOST_NAMES);
        return false;
    }
    copy->bound[copy->count++] = (binding){key->text, choice};
    return true;
}

/* Every combination of the names from `name` on. */
static void product(copying *copy, const solow_yaml *names, ptrdiff_t name)
{
    if (name == names->count) {
        push_model(copy);
        return;
    }
    const solow_yaml *choices = names->item[name];
    if (choices->kind != SOLOW_YAML_LIST || choices->count == 0) {
        solow_reader_error(copy->reader, choices, NULL, "`%.80s` in `foreach` is a list of values",
                           names->key[name]->text);
        return;
    }
    for (ptrdiff_t i = 0; i < choices->count && copy->made <= MOST_COPIES && !copy->reader->no_memory; i++) {
        if (!bind(copy, names->key[name], choices->item[i])) {
            return;
        }
        product(copy, names, name + 1);
        copy->count--;
    }
}

static void rows(copying *copy, const solow_yaml *list)
{
    for (ptrdiff_t i = 0; i < list->count; i++) {
        const solow_yaml *row = list->item[i];
        if (row->kind != SOLOW_YAML_MAPPING) {
            solow_reader_error(copy->reader, row, NULL, "a row of `foreach` is a mapping, {a: 1, b: 2}");
            continue;
        }
        copy->count = 0;
        bool good = true;
        for (ptrdiff_t j = 0; j < row->count && good; j++) {
            good = bind(copy, row->key[j], row->item[j]);
        }
        if (good) {
            push_model(copy);
        }
    }
}

void solow_job_expand_foreach(solow_reader *reader, solow_yaml *model, solow_yaml *list)
{
    const solow_yaml *foreach = solow_yaml_get(model, "foreach");
    copying copy = {.reader = reader, .model = model, .list = list};
    if (foreach == NULL) {
        push_model(&copy);
    } else if (foreach->kind == SOLOW_YAML_MAPPING) {
        product(&copy, foreach, 0);
    } else if (foreach->kind == SOLOW_YAML_LIST) {
        rows(&copy, foreach);
    } else {
        solow_reader_error(reader, foreach, NULL, "`foreach` is a mapping of lists, or a list of mappings");
    }
    if (copy.made > MOST_COPIES) {
        solow_reader_error(reader, foreach, NULL, "this `foreach` makes more than 100,000 models");
    }
}
