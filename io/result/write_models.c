/* write_models.c - /models of a result file: one group an estimate, or packed (see layout.h). */
#include "io/result/layout.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static void write_model(solow_image *image, hid_t parent, const solow_model_arrays *model, solow_axis *axis)
{
    hid_t group = solow_layout_estimate_group(image, parent, model->model, model->group);
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
