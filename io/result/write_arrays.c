/* write_arrays.c - /models, /panel and /fixed_effects of a result file: one group a model (see layout.h). */
#include "io/result/layout.h"
#include "io/result/link_name.h"

#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

/* The group of that name below parent, made if it is not there. */
static hid_t open_or_make(solow_image *image, hid_t parent, const char *text)
{
    char *name = solow_link_name(text);
    hid_t group = -1;
    if (name == NULL || image->failed) {
        image->failed = true;
    } else if (H5Lexists(parent, name, H5P_DEFAULT) > 0) {
        group = H5Gopen2(parent, name, H5P_DEFAULT);
        image->failed = image->failed || group < 0;
    } else {
        group = solow_image_group(image, parent, name);
        solow_image_text(image, group, "model", text);
    }
    free(name);
    return group;
}

/* parent/model or parent/model/group, whose attributes `model` and `group` hold the names unescaped. */
static hid_t estimate_group(solow_image *image, hid_t parent, const char *model, const char *group)
{
    hid_t outer = open_or_make(image, parent, model);
    if (group[0] == '\0') {
        solow_image_text(image, outer, "group", "");
        return outer;
    }
    char *name = solow_link_name(group);
    hid_t inner = -1;
    if (name == NULL) {
        image->failed = true;
    } else {
        inner = solow_image_group(image, outer, name);
        solow_image_text(image, inner, "model", model);
        solow_image_text(image, inner, "group", group);
    }
    free(name);
    solow_image_group_close(image, outer);
    return inner;
}

static void write_model(solow_image *image, hid_t parent, const solow_model_arrays *model, solow_axis *axis)
{
    hid_t group = estimate_group(image, parent, model->model, model->group);
    const hsize_t terms = (hsize_t)model->terms;
    solow_image_labels(image, group, "term", terms, model->term, &axis[0]);
    solow_image_labels(image, group, "term_b", terms, model->term, &axis[1]);
    solow_image_dataset(image, group, "estimate", SOLOW_CELL_NUMBER, model->estimate, &axis[0], NULL);
    solow_image_dataset(image, group, "vcov", SOLOW_CELL_NUMBER, model->vcov, &axis[0], &axis[1]);
    solow_image_axis_close(image, &axis[0]);
    solow_image_axis_close(image, &axis[1]);
    solow_image_group_close(image, group);
}

typedef struct packed { /* /models above SOLOW_UNPACKED_LIMIT estimates */
    ptrdiff_t models, terms, values;
    char **model, **group;             /* [models] */
    int64_t *terms_first, *vcov_first; /* [models + 1] */
    char **term;                       /* [terms] borrowed */
    double *estimate, *value;          /* [terms], [values] */
} packed;

static void free_packed(packed *p)
{
    free(p->model);
    free(p->group);
    free(p->terms_first);
    free(p->vcov_first);
    free(p->term);
    free(p->estimate);
    free(p->value);
}

static bool pack(const solow_results *results, packed *p)
{
    *p = (packed){.models = results->model_count};
    for (ptrdiff_t i = 0; i < p->models; i++) {
        p->terms += results->model[i].terms;
        p->values += results->model[i].terms * results->model[i].terms;
    }
    p->model = solow_allocate(p->models, sizeof *p->model);
    p->group = solow_allocate(p->models, sizeof *p->group);
    p->terms_first = solow_allocate_zeroed(p->models + 1, sizeof *p->terms_first);
    p->vcov_first = solow_allocate_zeroed(p->models + 1, sizeof *p->vcov_first);
    p->term = solow_allocate(p->terms, sizeof *p->term);
    p->estimate = solow_allocate(p->terms, sizeof *p->estimate);
    p->value = solow_allocate(p->values, sizeof *p->value);
    if (p->model == NULL || p->group == NULL || p->terms_first == NULL || p->vcov_first == NULL || p->term == NULL ||
        p->estimate == NULL || p->value == NULL) {
        return false;
    }
    for (ptrdiff_t i = 0; i < p->models; i++) {
        const solow_model_arrays *model = &results->model[i];
        const ptrdiff_t k = model->terms;
        p->model[i] = model->model;
        p->group[i] = model->group;
        memcpy(p->term + p->terms_first[i], model->term, solow_bytes(k, sizeof *p->term));
        memcpy(p->estimate + p->terms_first[i], model->estimate, solow_bytes(k, sizeof *p->estimate));
        memcpy(p->value + p->vcov_first[i], model->vcov, solow_bytes(k * k, sizeof *p->value));
        p->terms_first[i + 1] = p->terms_first[i] + k;
        p->vcov_first[i + 1] = p->vcov_first[i] + k * k;
    }
    return true;
}

static void write_packed(solow_image *image, hid_t group, const solow_results *results, solow_axis *axis)
{
    packed p;
    if (pack(results, &p)) {
        solow_image_axis(image, group, "row", (hsize_t)p.models, &axis[0]);
        solow_image_axis(image, group, "bound", (hsize_t)p.models + 1, &axis[1]);
        solow_image_dataset(image, group, "model", SOLOW_CELL_TEXT, p.model, &axis[0], NULL);
        solow_image_dataset(image, group, "group", SOLOW_CELL_TEXT, p.group, &axis[0], NULL);
        solow_image_dataset(image, group, "terms_first", SOLOW_CELL_INTEGER, p.terms_first, &axis[1], NULL);
        solow_image_dataset(image, group, "vcov_first", SOLOW_CELL_INTEGER, p.vcov_first, &axis[1], NULL);
        solow_image_axis_close(image, &axis[0]);
        solow_image_axis_close(image, &axis[1]);
        solow_image_axis(image, group, "coefficient", (hsize_t)p.terms, &axis[0]);
        solow_image_axis(image, group, "entry", (hsize_t)p.values, &axis[1]);
        solow_image_dataset(image, group, "terms", SOLOW_CELL_TEXT, p.term, &axis[0], NULL);
        solow_image_dataset(image, group, "estimate", SOLOW_CELL_NUMBER, p.estimate, &axis[0], NULL);
        solow_image_dataset(image, group, "vcov_values", SOLOW_CELL_NUMBER, p.value, &axis[1], NULL);
        solow_image_axis_close(image, &axis[0]);
        solow_image_axis_close(image, &axis[1]);
    } else {
        image->failed = true;
    }
    free_packed(&p);
}

void solow_layout_models(solow_image *image, const solow_results *results)
{
    hid_t models = solow_image_group(image, image->file, "/models");
    solow_axis *axis = solow_allocate(2, sizeof *axis);
    const bool is_packed = results->model_count > SOLOW_UNPACKED_LIMIT;
    image->failed = image->failed || axis == NULL;
    solow_image_integer(image, models, "packed", is_packed);
    if (axis != NULL && is_packed) {
        write_packed(image, models, results, axis);
    }
    for (ptrdiff_t i = 0; axis != NULL && !is_packed && i < results->model_count; i++) {
        write_model(image, models, &results->model[i], axis);
    }
    free(axis);
    solow_image_group_close(image, models);
}

static void write_saved(solow_image *image, hid_t parent, const solow_saved *saved, solow_axis *row)
{
    hid_t group = open_or_make(image, parent, saved->model);
    const char **order = solow_allocate(saved->columns + 2, sizeof *order);
    if (order == NULL) {
        image->failed = true;
        solow_image_group_close(image, group);
        return;
    }
    ptrdiff_t count = 0;
    solow_image_axis(image, group, "row", (hsize_t)saved->rows, row);
    order[count++] = "unit";
    solow_image_dataset(image, group, "unit", SOLOW_CELL_TEXT, saved->unit, row, NULL);
    if (saved->time != NULL) {
        order[count++] = "time";
        solow_image_dataset(image, group, "time", SOLOW_CELL_NUMBER, saved->time, row, NULL);
    }
    for (ptrdiff_t j = 0; j < saved->columns; j++) {
        order[count++] = saved->name[j];
        solow_image_dataset(image, group, saved->name[j], SOLOW_CELL_NUMBER, saved->value[j], row, NULL);
    }
    solow_image_axis_close(image, row);
    solow_image_texts(image, group, "column-order", count, order);
    solow_image_text(image, group, "encoding-type", "dataframe");
    free(order);
    solow_image_group_close(image, group);
}

void solow_layout_panel(solow_image *image, const solow_results *results)
{
    hid_t panel = solow_image_group(image, image->file, "/panel");
    solow_axis *row = solow_allocate(1, sizeof *row);
    image->failed = image->failed || row == NULL;
    for (ptrdiff_t i = 0; row != NULL && i < results->saved_count; i++) {
        write_saved(image, panel, &results->saved[i], row);
    }
    free(row);
    solow_image_group_close(image, panel);
}

/* Rows [first, last) of a table as a table of its own that borrows every cell. */
static solow_table slice(const solow_table *table, int64_t first, int64_t last, solow_table_column *column)
{
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        column[j] = table->column[j];
        column[j].number = column[j].number != NULL ? column[j].number + first : NULL;
        column[j].integer = column[j].integer != NULL ? column[j].integer + first : NULL;
        column[j].text = column[j].text != NULL ? column[j].text + first : NULL;
    }
    return (solow_table){.name = table->name, .rows = last - first, .columns = table->columns, .column = column};
}

void solow_layout_fixed_effects(solow_image *image, const solow_results *results)
{
    enum { MODEL, GROUP, IDENTITY };
    const solow_table *table = &results->fixed_effects;
    hid_t parent = solow_image_group(image, image->file, "/fixed_effects");
    solow_table_column *column = solow_allocate(table->columns, sizeof *column);
    image->failed = image->failed || column == NULL;
    for (int64_t first = 0, last; !image->failed && first < table->rows; first = last) {
        const char *model = table->column[MODEL].text[first], *name = table->column[GROUP].text[first];
        last = first + 1;
        while (last < table->rows && strcmp(table->column[MODEL].text[last], model) == 0 &&
               strcmp(table->column[GROUP].text[last], name) == 0) {
            last++;
        }
        solow_table part = slice(table, first, last, column);
        hid_t group = estimate_group(image, parent, model, name);
        solow_layout_columns(image, group, &part, IDENTITY);
        solow_image_group_close(image, group);
    }
    free(column);
    solow_image_group_close(image, parent);
}
