/* family.c - see family.h. */
#include "engine/batch/family.h"

#include "engine/batch/drawn.h"
#include "io/job/named.h"
#include "io/job/resampling.h"
#include "io/report/pattern.h"
#include "kernels/stats/distributions.h"
#include "kernels/stats/multiple.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 600 };

typedef struct member { /* one hypothesis */
    const solow_outcome *outcome;
    char *group;
    ptrdiff_t term; /* of the record */
    const solow_resampling *design;
    const solow_replicates *draws;
    ptrdiff_t drawn; /* place of the term among those of the draws */
    double statistic, p, adjusted;
} member;

typedef struct family {
    solow_run *run;
    const char *name, *method, *bootstrap;
    const solow_yaml *models, *terms;
    ptrdiff_t members, capacity;
    member *member;
    char note[TEXT]; /* for the reader; why there is no adjustment if refused */
    bool refused;
} family;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a family of hypotheses");
}

static bool steps_down(const char *method)
{
    return strcmp(method, "romano_wolf") == 0 || strcmp(method, "westfall_young") == 0;
}

void solow_family_check(const solow_job *job, solow_diagnostics *diagnostics)
{
    for (ptrdiff_t f = 0; job->families != NULL && f < job->families->count; f++) {
        const solow_yaml *item = job->families->item[f], *method = solow_yaml_get(item, "method");
        if (steps_down(method->text) && solow_yaml_get(item, "bootstrap") == NULL) {
            solow_diagnostics_add(diagnostics, false, (solow_place){item->line, item->column},
                                  "bootstrap: a design under `resampling:`", "`%s` needs joint draws", method->text);
        }
    }
}

static bool names_term(const solow_yaml *terms, const char *term)
{
    bool list = terms->kind == SOLOW_YAML_LIST, found = false;
    for (ptrdiff_t i = 0; i < (list ? terms->count : 1) && !found; i++) {
        const solow_yaml *item = list ? terms->item[i] : terms;
        found = item->kind == SOLOW_YAML_SCALAR && solow_pattern_matches_term(item->text, term);
    }
    return found;
}

static void find_draws(const family *f, member *own)
{
    const char *term = own->outcome->record.term[own->term].term;
    own->design = f->bootstrap != NULL ? solow_model_design(own->outcome->model, f->bootstrap) : NULL;
    own->draws = f->bootstrap != NULL ? solow_outcome_draws(own->outcome, f->bootstrap) : NULL;
    while (own->draws != NULL && own->drawn < own->draws->terms && strcmp(own->draws->term[own->drawn], term) != 0) {
        own->drawn++;
    }
    if (own->draws != NULL && own->drawn == own->draws->terms) {
        own->draws = NULL;
    }
}

static solow_status add_member(family *f, const solow_outcome *outcome, ptrdiff_t term, solow_error *err)
{
    if (f->members == f->capacity) {
        member *grown = solow_resize(f->member, 2 * f->capacity + 16, sizeof *grown);
        if (grown == NULL) {
            return no_memory(err);
        }
        f->member = grown;
        f->capacity = 2 * f->capacity + 16;
    }
    const solow_record_term *estimate = &outcome->record.term[term];
    member *own = &f->member[f->members++];
    *own = (member){.outcome = outcome,
                    .group = solow_group_text(outcome->model, outcome->own_groups, outcome->own_group),
                    .term = term,
                    .statistic = estimate->estimate / estimate->std_error,
                    .adjusted = NAN};
    own->p = solow_p_value(own->statistic, estimate->df);
    find_draws(f, own);
    return own->group != NULL ? SOLOW_OK : no_memory(err);
}

static solow_status list_members(family *f, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t o = 0; o < f->run->outcomes && status == SOLOW_OK; o++) {
        const solow_outcome *outcome = &f->run->outcome[o];
        char *group = solow_group_text(outcome->model, outcome->own_groups, outcome->own_group);
        bool named = group != NULL && outcome->error.status == SOLOW_OK &&
                     solow_names_estimate(f->models, outcome->model->id, group);
        status = group != NULL ? SOLOW_OK : no_memory(err);
        free(group);
        for (ptrdiff_t t = 0; named && t < outcome->record.terms && status == SOLOW_OK; t++) {
            if (names_term(f->terms, outcome->record.term[t].term)) {
                status = add_member(f, outcome, t, err);
            }
        }
    }
    return status;
}

static void refuse(family *f, const char *format, const char *name)
{
    f->refused = true;
    snprintf(f->note, TEXT, "not adjusted: ");
    size_t used = strlen(f->note);
    snprintf(f->note + used, TEXT - used, "%s `%.200s`", format, name);
}

/* Whether the members' draws are the same draws. */
static void check_joint(family *f)
{
    const member *first = f->member;
    for (ptrdiff_t m = 0; m < f->members && !f->refused; m++) {
        const member *own = &f->member[m];
        const char *id = own->outcome->model->id;
        if (own->draws == NULL) {
            refuse(f, "there are no draws of model", id);
        } else if (own->draws->reps != first->draws->reps || own->draws->enumerated != first->draws->enumerated) {
            refuse(f, "the number of draws, or of clusters, is not that of the first estimate in model", id);
        } else if (strcmp(own->design->items, first->design->items) != 0) {
            refuse(f, "what is drawn is not what the first estimate draws, so draws are not joint, in model", id);
        } else if (own->draws->clusters != first->draws->clusters &&
                   own->design->distribution == SOLOW_DISTRIBUTION_MULTINOMIAL) {
            snprintf(f->note, TEXT,
                     "draws of estimates on different sets of clusters are independent of one another; `distribution: "
                     "poisson` makes them joint");
        }
    }
}

/* |t*| of draw r; NaN where it failed. */
static double drawn_statistic(const member *own, int64_t r)
{
    const solow_replicates *draws = own->draws;
    ptrdiff_t at = own->drawn * (ptrdiff_t)draws->reps + (ptrdiff_t)r;
    if (draws->statistic != NULL) {
        return fabs(draws->statistic[at]);
    }
    double centre = own->design->type == SOLOW_RESAMPLING_PERMUTATION ? 0 : draws->estimate[own->drawn];
    return fabs(draws->value[at] - centre) / draws->std_error[own->drawn];
}

/* drawn [members x made] of the draws that no member failed in; returns how many. */
static ptrdiff_t gather_draws(const family *f, double *drawn, ptrdiff_t reps)
{
    ptrdiff_t made = 0;
    for (int64_t r = 0; r < reps; r++) {
        bool good = true;
        for (ptrdiff_t m = 0; m < f->members; m++) {
            drawn[m * reps + made] = drawn_statistic(&f->member[m], r);
            good = good && !isnan(drawn[m * reps + made]);
        }
        made += good;
    }
    for (ptrdiff_t m = 1; m < f->members; m++) { /* closed up */
        memmove(drawn + m * made, drawn + m * reps, (size_t)made * sizeof *drawn);
    }
    return made;
}

static solow_status step_down(family *f, solow_error *err)
{
    check_joint(f);
    if (f->refused || f->members == 0) {
        return SOLOW_OK;
    }
    ptrdiff_t reps = (ptrdiff_t)f->member[0].draws->reps;
    bool whole = f->member[0].draws->enumerated;
    double *drawn = solow_allocate(solow_product(f->members, reps), sizeof *drawn);
    double *statistic = solow_allocate(f->members, sizeof *statistic);
    double *adjusted = solow_allocate(f->members, sizeof *adjusted);
    solow_status status = drawn != NULL && statistic != NULL && adjusted != NULL ? SOLOW_OK : no_memory(err);
    ptrdiff_t made = status == SOLOW_OK ? gather_draws(f, drawn, reps) : 0;
    whole = whole && made == reps;
    for (ptrdiff_t m = 0; m < f->members && status == SOLOW_OK; m++) {
        member *own = &f->member[m];
        own->statistic = own->draws->estimate[own->drawn] / own->draws->std_error[own->drawn];
        statistic[m] = fabs(own->statistic);
        status = solow_adjust_step_down(1, &statistic[m], made, drawn + m * made, whole, &own->p, err);
        if (status == SOLOW_OK && strcmp(f->method, "westfall_young") == 0) {
            status = solow_adjust_marginal(&statistic[m], made, drawn + m * made, whole, err);
        }
    }
    if (status == SOLOW_OK) {
        status = solow_adjust_step_down(f->members, statistic, made, drawn, whole, adjusted, err);
    }
    for (ptrdiff_t m = 0; m < f->members && status == SOLOW_OK; m++) {
        f->member[m].adjusted = adjusted[m];
    }
    free(drawn);
    free(statistic);
    free(adjusted);
    return status;
}

static solow_status adjust_p(family *f, solow_error *err)
{
    double *p = solow_allocate(f->members, sizeof *p), *adjusted = solow_allocate(f->members, sizeof *adjusted);
    solow_status status = p != NULL && adjusted != NULL ? SOLOW_OK : no_memory(err);
    for (ptrdiff_t m = 0; m < f->members && status == SOLOW_OK; m++) {
        member *own = &f->member[m];
        if (f->bootstrap != NULL) {
            own->p = own->draws != NULL ? own->draws->bounds[own->drawn].p_value : NAN;
        }
        if (isnan(own->p)) {
            refuse(f, "there is no p-value of a term of model", own->outcome->model->id);
        }
        p[m] = own->p;
    }
    if (status == SOLOW_OK && !f->refused) {
        status = strcmp(f->method, "holm") == 0 ? solow_adjust_holm(f->members, p, adjusted, err)
                                                : solow_adjust_bh(f->members, p, adjusted, err);
    }
    for (ptrdiff_t m = 0; m < f->members && status == SOLOW_OK && !f->refused; m++) {
        f->member[m].adjusted = adjusted[m];
    }
    free(p);
    free(adjusted);
    return status;
}

static bool write_rows(const family *f)
{
    solow_table *table = &f->run->results->adjusted, *diagnostics = &f->run->results->diagnostics;
    bool good = true;
    for (ptrdiff_t m = 0; m < f->members && good; m++) {
        const member *own = &f->member[m];
        int64_t row = solow_table_append(table);
        good = row >= 0 && solow_table_set_text(table, row, "family", f->name) &&
               solow_table_set_text(table, row, "model", own->outcome->model->id) &&
               solow_table_set_text(table, row, "group", own->group) &&
               solow_table_set_text(table, row, "term", own->outcome->record.term[own->term].term) &&
               solow_table_set_text(table, row, "method", f->method);
        if (good) {
            solow_table_set_number(table, row, "statistic", own->statistic);
            solow_table_set_number(table, row, "p_value", own->p);
            solow_table_set_number(table, row, "p_adjusted", own->adjusted);
        }
    }
    int64_t row = good ? solow_table_append(diagnostics) : -1;
    good = row >= 0 && solow_table_set_text(diagnostics, row, "model", f->name) &&
           solow_table_set_text(diagnostics, row, "name", "family") &&
           solow_table_set_text(diagnostics, row, "text", f->note);
    if (good) {
        solow_table_set_number(diagnostics, row, "value", (double)f->members);
    }
    return good;
}

static solow_status run_family(solow_run *run, const char *name, const solow_yaml *item, solow_error *err)
{
    const solow_yaml *bootstrap = solow_yaml_get(item, "bootstrap");
    family f = {.run = run,
                .name = name,
                .method = solow_yaml_get(item, "method")->text,
                .bootstrap = bootstrap != NULL ? bootstrap->text : NULL,
                .models = solow_yaml_get(item, "models"),
                .terms = solow_yaml_get(item, "terms")};
    solow_status status = list_members(&f, err);
    if (status == SOLOW_OK && f.members == 0) {
        snprintf(f.note, TEXT, "no estimate has such a term");
    } else if (status == SOLOW_OK) {
        status = steps_down(f.method) ? step_down(&f, err) : adjust_p(&f, err);
    }
    if (status == SOLOW_OK && !write_rows(&f)) {
        status = no_memory(err);
    }
    for (ptrdiff_t m = 0; m < f.members; m++) {
        free(f.member[m].group);
    }
    free(f.member);
    return status;
}

solow_status solow_run_families(solow_run *run, solow_error *err)
{
    const solow_yaml *families = run->job->families;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t f = 0; families != NULL && f < families->count && status == SOLOW_OK; f++) {
        status = run_family(run, families->key[f]->text, families->item[f], err);
    }
    return status;
}
