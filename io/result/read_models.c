/* read_models.c - /models read back, in either form (see read.h; written by write_models.c). */
#include "io/result/read.h"

#include "kernels/core/size.h"

#include <stdlib.h>

static solow_status no_memory(const solow_reader *reader, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to read %s", reader->path);
}

typedef struct arrays { /* read before they are copied into results */
    char **term;
    double *estimate, *vcov;
    ptrdiff_t terms, values;
} arrays;

static void free_arrays(arrays *a)
{
    for (ptrdiff_t i = 0; a->term != NULL && i < a->terms; i++) {
        free(a->term[i]);
    }
    free(a->term);
    free(a->estimate);
    free(a->vcov);
}

/* Terms, estimates and covariance values of the given names and lengths. */
static solow_status read_arrays(const solow_reader *reader, hid_t group, const char *term, const char *vcov, arrays *a,
                                solow_error *err)
{
    a->estimate = solow_allocate(a->terms, sizeof *a->estimate);
    a->vcov = solow_allocate(a->values, sizeof *a->vcov);
    if (a->estimate == NULL || a->vcov == NULL) {
        return no_memory(reader, err);
    }
    solow_status status = solow_read_text_array(reader, group, term, a->terms, &a->term, err);
    if (status == SOLOW_OK) {
        status = solow_read_numbers(reader, group, "estimate", a->terms, a->estimate, err);
    }
    if (status == SOLOW_OK) {
        status = solow_read_numbers(reader, group, vcov, a->values, a->vcov, err);
    }
    return status;
}

static solow_status read_model(const solow_reader *reader, hid_t group, const char *model, const char *name,
                               solow_results *results, solow_error *err)
{
    arrays a = {0};
    int64_t terms = 0;
    solow_status status = solow_read_length(reader, group, "estimate", &terms, err);
    if (status == SOLOW_OK) {
        a.terms = terms;
        a.values = solow_product(terms, terms);
        if (a.values < 0 || a.values > reader->most) {
            return solow_read_damaged(reader, "a covariance matrix is larger than the file", err);
        }
        status = read_arrays(reader, group, "term", "vcov", &a, err);
    }
    if (status == SOLOW_OK) {
        status = solow_results_add_model(results, model, name, a.terms, (const char *const *)a.term, a.estimate, a.vcov,
                                         err);
    }
    free_arrays(&a);
    return status;
}

/* Whether terms_first and vcov_first cut their arrays into estimates of k terms and k^2 values each. */
static bool cuts_agree(const int64_t *terms_first, const int64_t *vcov_first, int64_t models, const arrays *a)
{
    if (terms_first[0] != 0 || vcov_first[0] != 0) {
        return false;
    }
    for (int64_t i = 0; i < models; i++) {
        if (terms_first[i + 1] < terms_first[i] || terms_first[i + 1] > a->terms) {
            return false;
        }
        int64_t k = terms_first[i + 1] - terms_first[i];
        if (vcov_first[i + 1] - vcov_first[i] != k * k) {
            return false;
        }
    }
    return terms_first[models] == a->terms && vcov_first[models] == a->values;
}

typedef struct packed {
    int64_t models;
    char **model, **group;
    int64_t *terms_first, *vcov_first;
    arrays a;
} packed;

static void free_packed(packed *p)
{
    for (int64_t i = 0; i < p->models; i++) {
        if (p->model != NULL) {
            free(p->model[i]);
        }
        if (p->group != NULL) {
            free(p->group[i]);
        }
    }
    free(p->model);
    free(p->group);
    free(p->terms_first);
    free(p->vcov_first);
    free_arrays(&p->a);
}

static solow_status read_packed_index(const solow_reader *reader, hid_t group, packed *p, solow_error *err)
{
    int64_t terms = 0, values = 0;
    solow_status status = solow_read_length(reader, group, "model", &p->models, err);
    if (status == SOLOW_OK) {
        status = solow_read_length(reader, group, "terms", &terms, err);
    }
    if (status == SOLOW_OK) {
        status = solow_read_length(reader, group, "vcov_values", &values, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    p->a.terms = terms;
    p->a.values = values;
    p->terms_first = solow_allocate(p->models + 1, sizeof *p->terms_first);
    p->vcov_first = solow_allocate(p->models + 1, sizeof *p->vcov_first);
    if (p->terms_first == NULL || p->vcov_first == NULL) {
        return no_memory(reader, err);
    }
    status = solow_read_text_array(reader, group, "model", p->models, &p->model, err);
    if (status == SOLOW_OK) {
        status = solow_read_text_array(reader, group, "group", p->models, &p->group, err);
    }
    if (status == SOLOW_OK) {
        status = solow_read_integers(reader, group, "terms_first", p->models + 1, p->terms_first, err);
    }
    if (status == SOLOW_OK) {
        status = solow_read_integers(reader, group, "vcov_first", p->models + 1, p->vcov_first, err);
    }
    if (status == SOLOW_OK && !cuts_agree(p->terms_first, p->vcov_first, p->models, &p->a)) {
        status = solow_read_damaged(reader, "/models/terms_first and vcov_first do not agree", err);
    }
    return status;
}

static solow_status read_packed(const solow_reader *reader, hid_t group, solow_results *results, solow_error *err)
{
    packed p = {0};
    solow_status status = read_packed_index(reader, group, &p, err);
    if (status == SOLOW_OK) {
        status = read_arrays(reader, group, "terms", "vcov_values", &p.a, err);
    }
    for (int64_t i = 0; status == SOLOW_OK && i < p.models; i++) {
        int64_t first = p.terms_first[i];
        status = solow_results_add_model(results, p.model[i], p.group[i], p.terms_first[i + 1] - first,
                                         (const char *const *)p.a.term + first, p.a.estimate + first,
                                         p.a.vcov + p.vcov_first[i], err);
    }
    free_packed(&p);
    return status;
}

solow_status solow_read_models(const solow_reader *reader, solow_results *results, solow_error *err)
{
    hid_t group = -1;
    solow_status status = solow_read_group(reader, "/models", &group, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (H5Lexists(group, "vcov_values", H5P_DEFAULT) > 0) {
        status = read_packed(reader, group, results, err);
    } else {
        status = solow_read_estimates(reader, group, "estimate", true, read_model, results, err);
    }
    (void)H5Gclose(group);
    return status;
}
