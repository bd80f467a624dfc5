/* compare.c - see compare.h. */
#include "engine/batch/compare.h"

#include "engine/batch/influence.h"
#include "engine/estimators/registry.h"
#include "io/report/pattern.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 512, NAMED = 6 };

typedef struct comparison { /* one test */
    solow_run *run;
    const char *id;
    char *term;
    ptrdiff_t members;
    const solow_outcome **member;
    char group[NAMES];  /* of the rows that it becomes */
    char reason[NAMES]; /* why there is no test; "": there is one */
    double *estimate, *v;
    double df;
} comparison;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a comparison of models");
}

static const solow_kept_influence *influence_of(const comparison *c, ptrdiff_t member)
{
    const solow_outcome *outcome = c->member[member];
    for (ptrdiff_t i = 0; i < outcome->influences; i++) {
        if (solow_same_term(outcome->influence[i].term, c->term)) {
            return &outcome->influence[i];
        }
    }
    return NULL;
}

/* `id` or `id/group`. */
static solow_status name_member(const comparison *c, ptrdiff_t member, char name[NAMES], solow_error *err)
{
    char *group = solow_group_text(c->member[member]->model);
    if (group == NULL) {
        return no_memory(err);
    }
    snprintf(name, NAMES, "%s%s%s", c->member[member]->model->id, group[0] != '\0' ? "/" : "", group);
    free(group);
    return SOLOW_OK;
}

/* Sets reason where a member has nothing to compare. */
static solow_status check_members(comparison *c, solow_error *err)
{
    char name[NAMES];
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < c->members && c->reason[0] == '\0' && status == SOLOW_OK; m++) {
        status = name_member(c, m, name, err);
        if (status == SOLOW_OK && c->member[m]->error.status != SOLOW_OK) {
            snprintf(c->reason, NAMES, "%.200s failed", name);
        } else if (status == SOLOW_OK && influence_of(c, m) == NULL) {
            snprintf(c->reason, NAMES, "%.200s has no estimate of `%.200s`", name, c->term);
        }
    }
    if (c->members < 2) {
        snprintf(c->reason, NAMES, "it takes two estimates or more, and there is only one");
    }
    return status;
}

static bool by_row(const comparison *c)
{
    return influence_of(c, 0)->row != NULL;
}

/* Sums over all rows of psi_a psi_b, by the fixed tree. cross [members x members]. Collective. */
static solow_status cross_rows(const comparison *c, double *cross, solow_error *err)
{
    const solow_frame *frame = c->run->frame;
    ptrdiff_t n = c->members;
    solow_sum *sum = NULL;
    solow_status status = solow_sum_create(c->run->comm, &frame->layout, n * n, SOLOW_SUM_PLAIN, &sum, err);
    for (ptrdiff_t block = 0; block < frame->blocks && status == SOLOW_OK; block++) {
        double *into = solow_sum_block(sum, frame->layout.first_block + block);
        ptrdiff_t from = frame->block_start[block], to = frame->block_start[block + 1];
        if (into == NULL) {
            status = no_memory(err);
            break;
        }
        for (ptrdiff_t b = 0; b < n; b++) {
            for (ptrdiff_t a = 0; a <= b; a++) {
                const double *x = influence_of(c, a)->row, *y = influence_of(c, b)->row;
                for (ptrdiff_t i = from; i < to; i++) {
                    into[b * n + a] += x[i] * y[i];
                }
            }
        }
    }
    status = solow_comm_agree(c->run->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(sum, cross, err);
    }
    solow_sum_destroy(sum);
    return status;
}

/* One entry of (2) of engine/inference/compare.h; cross: the sum over rows, without clusters. */
static double joint(const solow_kept_influence *a, const solow_kept_influence *b, double cross)
{
    double total = 0;
    for (ptrdiff_t t = 0; t < a->sample.terms; t++) {
        double factor = a->sample.sign[t] * sqrt(a->sample.factor[t] * b->sample.factor[t]);
        total += factor * (a->row != NULL
                               ? cross
                               : solow_cluster_cross(a->clusters[t], a->cluster[t], b->clusters[t], b->cluster[t]));
    }
    return total;
}

/* Joint variance, estimates, reference law. By clusters on rank 0 alone. */
static solow_status fill(comparison *c, solow_error *err)
{
    ptrdiff_t n = c->members;
    double *cross = solow_allocate_zeroed(solow_product(n, n), sizeof *cross);
    c->estimate = solow_allocate(n, sizeof *c->estimate);
    c->v = solow_allocate(solow_product(n, n), sizeof *c->v);
    solow_status status = cross != NULL && c->estimate != NULL && c->v != NULL ? SOLOW_OK : no_memory(err);
    status = solow_comm_agree(c->run->comm, status, err);
    if (status == SOLOW_OK && by_row(c)) {
        status = cross_rows(c, cross, err);
    }
    c->df = INFINITY;
    for (ptrdiff_t b = 0; b < n && status == SOLOW_OK && c->run->results != NULL; b++) {
        const solow_kept_influence *own = influence_of(c, b);
        c->estimate[b] = own->estimate;
        c->df = fmin(c->df, own->df);
        for (ptrdiff_t a = 0; a <= b; a++) {
            c->v[b * n + a] = c->v[a * n + b] = joint(influence_of(c, a), own, cross[b * n + a]);
        }
    }
    free(cross);
    return status;
}

/* "cluster firm + year", "row". */
static void name_pattern(const comparison *c, char text[NAMES])
{
    const solow_vcov_spec *spec = &c->member[0]->model->vcov;
    snprintf(text, NAMES, by_row(c) ? "row" : "cluster ");
    for (ptrdiff_t w = 0; !by_row(c) && w < spec->cluster.count; w++) {
        char *way = solow_node_print(spec->cluster.node[w]);
        size_t used = strlen(text);
        snprintf(text + used, NAMES - used, "%s%s", w > 0 ? " + " : "", way != NULL ? way : "");
        free(way);
    }
}

static solow_status write_note(const comparison *c, char *note, size_t bytes, solow_error *err)
{
    char name[NAMES], pattern[NAMES] = "";
    solow_status status = SOLOW_OK;
    snprintf(note, bytes, "H0: %.200s is equal in ", c->term);
    for (ptrdiff_t m = 0; m < c->members && m < NAMED && status == SOLOW_OK; m++) {
        size_t used = strlen(note);
        status = name_member(c, m, name, err);
        snprintf(note + used, bytes - used, "%s%s", m > 0 ? ", " : "", status == SOLOW_OK ? name : "");
    }
    size_t used = strlen(note);
    if (c->members > NAMED) {
        snprintf(note + used, bytes - used, " and %td others", c->members - NAMED);
        used = strlen(note);
    }
    if (c->reason[0] != '\0') {
        snprintf(note + used, bytes - used, "; not tested: %s", c->reason);
        return status;
    }
    name_pattern(c, pattern);
    snprintf(note + used, bytes - used, "; %s; scores stacked by %s%s, each estimate's own small-sample factor",
             isfinite(c->df) ? "F" : "chi2", pattern,
             by_row(c) ? ", robust to heteroskedasticity whatever the models' own variance" : "");
    return status;
}

/* Two estimates: their difference as a term. Any number: each with its standard error in the joint variance. */
static solow_status describe(const comparison *c, solow_record *record, solow_error *err)
{
    ptrdiff_t n = c->members;
    char name[NAMES], key[NAMES + 16];
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < n && status == SOLOW_OK; m++) {
        status = name_member(c, m, name, err);
        snprintf(key, sizeof key, "estimate:%s", name);
        status = status == SOLOW_OK ? solow_record_add_diagnostic(record, key, c->estimate[m], "", err) : status;
        snprintf(key, sizeof key, "std_error:%s", name);
        status = status == SOLOW_OK ? solow_record_add_diagnostic(record, key, sqrt(c->v[m * n + m]), "", err) : status;
    }
    if (status == SOLOW_OK && n == 2) {
        double variance = c->v[0] + c->v[3] - 2 * c->v[1];
        status = solow_record_add_term(record, c->term, c->estimate[0] - c->estimate[1], sqrt(variance), c->df, err);
    }
    return status;
}

/* The rows, on rank 0. */
static solow_status report(comparison *c, solow_error *err)
{
    solow_wald_result result = {.statistic = NAN, .df1 = NAN, .df2 = NAN, .p_value = NAN};
    solow_error cause = {0};
    solow_record record;
    char note[4 * NAMES];
    solow_status status = SOLOW_OK;
    solow_record_init(&record);
    if (c->reason[0] == '\0') {
        status = solow_compare(c->members, c->estimate, c->v, c->df, &result, &cause);
        if (status == SOLOW_ERR_NUMERIC) {
            snprintf(c->reason, NAMES, "%.400s", cause.message);
            status = SOLOW_OK;
        }
    }
    if (status != SOLOW_OK) {
        status = SOLOW_FAIL(err, status, "%s", cause.message);
    }
    if (status == SOLOW_OK && c->reason[0] == '\0') {
        status = describe(c, &record, err);
    }
    status = status == SOLOW_OK ? write_note(c, note, sizeof note, err) : status;
    if (status == SOLOW_OK) {
        status = solow_record_add_test(&record, "compare", result.statistic, result.df1, result.df2, result.p_value,
                                       note, err);
    }
    if (status == SOLOW_OK) {
        status = solow_collect_rows(c->run->results, c->id, c->group, c->member[0]->model->level, &record, err);
    }
    solow_record_clear(&record);
    return status;
}

static solow_status test(comparison *c, solow_error *err)
{
    solow_status status = check_members(c, err);
    if (status == SOLOW_OK && c->reason[0] == '\0') {
        status = fill(c, err);
    }
    if (status == SOLOW_OK && c->run->results != NULL) {
        status = report(c, err);
    }
    free(c->estimate);
    free(c->v);
    c->estimate = c->v = NULL;
    return solow_comm_agree(c->run->comm, status, err);
}

/* The members that have this id (across groups) or this group (across models), in the order of the job. */
static void choose(comparison *c, const solow_outcome *const *all, char *const *group, ptrdiff_t count, const char *id,
                   const char *one_group)
{
    c->members = 0;
    c->reason[0] = '\0';
    for (ptrdiff_t i = 0; i < count; i++) {
        if ((id == NULL || strcmp(all[i]->model->id, id) == 0) &&
            (one_group == NULL || strcmp(group[i], one_group) == 0)) {
            c->member[c->members++] = all[i];
        }
    }
}

static ptrdiff_t distinct(char *const *text, ptrdiff_t count, ptrdiff_t *first)
{
    ptrdiff_t found = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        bool seen = false;
        for (ptrdiff_t j = 0; j < found && !seen; j++) {
            seen = strcmp(text[first[j]], text[i]) == 0;
        }
        if (!seen) {
            first[found++] = i;
        }
    }
    return found;
}

/* One test over all: what an entry means when each of its models has one estimate. */
static solow_status test_whole(comparison *c, const solow_outcome *const *all, char *const *group, ptrdiff_t count,
                               solow_error *err)
{
    choose(c, all, group, count, NULL, NULL);
    c->group[0] = '\0';
    return test(c, err);
}

/* Across groups: one test a model. */
static solow_status test_models(comparison *c, const solow_outcome *const *all, char *const *id, char *const *group,
                                ptrdiff_t count, ptrdiff_t *first, solow_error *err)
{
    ptrdiff_t models = distinct(id, count, first);
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < models && status == SOLOW_OK; m++) {
        choose(c, all, group, count, id[first[m]], NULL);
        snprintf(c->group, NAMES, "%s%s", models > 1 ? "model=" : "", models > 1 ? id[first[m]] : "");
        status = test(c, err);
    }
    return status;
}

/* Across models: one test over all, or, where a model has several estimates, one a group that several models have. */
static solow_status test_groups(comparison *c, const solow_outcome *const *all, char *const *id, char *const *group,
                                ptrdiff_t count, ptrdiff_t *first, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (distinct(id, count, first) == count) {
        return test_whole(c, all, group, count, err);
    }
    ptrdiff_t groups = distinct(group, count, first), shared = 0;
    for (ptrdiff_t g = 0; g < groups && status == SOLOW_OK; g++) {
        choose(c, all, group, count, NULL, group[first[g]]);
        if (c->members >= 2) {
            snprintf(c->group, NAMES, "%s", group[first[g]]);
            status = test(c, err);
            shared++;
        }
    }
    return status == SOLOW_OK && shared == 0 ? test_whole(c, all, group, count, err) : status;
}

static bool is_across_groups(const solow_yaml *entry)
{
    const solow_yaml *across = solow_yaml_get(entry, "across");
    return across != NULL && strcmp(across->text, "group") == 0;
}

static solow_status run_entry(solow_run *run, const solow_yaml *entry, char *const *group, solow_error *err)
{
    ptrdiff_t models = run->job->models, count = 0;
    comparison c = {.run = run, .id = solow_yaml_get(entry, "id")->text, .term = solow_compared_term(entry)};
    const solow_outcome **all = solow_allocate(models, sizeof *all);
    char **own = solow_allocate(models, sizeof *own), **ids = solow_allocate(models, sizeof *ids);
    ptrdiff_t *first = solow_allocate(models, sizeof *first);
    c.member = solow_allocate(models, sizeof *c.member);
    bool good = c.term != NULL && all != NULL && own != NULL && ids != NULL && first != NULL && c.member != NULL;
    solow_status status = solow_comm_agree(run->comm, good ? SOLOW_OK : no_memory(err), err);
    for (ptrdiff_t m = 0; m < models && status == SOLOW_OK; m++) {
        if (run->outcome[m].model != NULL && solow_compares(entry, run->job->model[m].id, group[m])) {
            all[count] = &run->outcome[m];
            own[count] = group[m];
            ids[count++] = run->job->model[m].id;
        }
    }
    if (status == SOLOW_OK && count > 0) {
        status = is_across_groups(entry) ? test_models(&c, all, ids, own, count, first, err)
                                         : test_groups(&c, all, ids, own, count, first, err);
    }
    free(c.term);
    free(c.member);
    free(all);
    free(own);
    free(ids);
    free(first);
    return status;
}

solow_status solow_run_compare(solow_run *run, solow_error *err)
{
    const solow_yaml *compare = run->job->compare;
    if (compare == NULL) {
        return SOLOW_OK;
    }
    char **group = solow_allocate_zeroed(run->job->models, sizeof *group);
    bool good = group != NULL;
    for (ptrdiff_t m = 0; m < run->job->models && good; m++) {
        group[m] = solow_group_text(&run->job->model[m]);
        good = group[m] != NULL;
    }
    solow_status status = solow_comm_agree(run->comm, good ? SOLOW_OK : no_memory(err), err);
    for (ptrdiff_t c = 0; c < compare->count && status == SOLOW_OK; c++) {
        status = run_entry(run, compare->item[c], group, err);
    }
    for (ptrdiff_t m = 0; group != NULL && m < run->job->models; m++) {
        free(group[m]);
    }
    free(group);
    return status;
}

static bool same_ways(const solow_vcov_spec *a, const solow_vcov_spec *b)
{
    bool same =
        (a->kind == SOLOW_VCOV_CLUSTER) == (b->kind == SOLOW_VCOV_CLUSTER) && a->cluster.count == b->cluster.count;
    for (ptrdiff_t w = 0; same && w < a->cluster.count; w++) {
        same = solow_node_equal(a->cluster.node[w], b->cluster.node[w]);
    }
    return same;
}

/* What a member cannot do, or how it disagrees with the first; NULL: nothing. */
static const char *objection(const solow_model *model, const solow_model *first)
{
    solow_vcov_spec stacked;
    const solow_estimator *estimator = solow_estimator_find(model->estimator);
    if (estimator == NULL || estimator->influence == NULL) {
        return "its estimator has no scores that could be stacked";
    }
    if (!solow_compare_pattern(&model->vcov, &stacked)) {
        return "scores can be stacked by row or by cluster only, and its `vcov` is neither";
    }
    return same_ways(&model->vcov, &first->vcov)
               ? NULL
               : "its clusters are not those of the first of them; the same `cluster:` (or none) is needed in all";
}

static void check_entry(const solow_job *job, const solow_yaml *entry, solow_diagnostics *diagnostics)
{
    const solow_yaml *models = solow_yaml_get(entry, "models");
    const solow_place place = {models->line, models->column};
    const solow_model *first = NULL, *other = NULL;
    bool splits = false, several = false;
    for (ptrdiff_t m = 0; m < job->models; m++) {
        const solow_model *model = &job->model[m];
        char *group = solow_group_text(model);
        bool named = group != NULL && solow_compares(entry, model->id, group);
        free(group);
        if (!named) {
            continue;
        }
        first = first != NULL ? first : model;
        splits = splits || model->by.count > 0 || model->window_length > 0;
        several = several || (first != model && (!is_across_groups(entry) || strcmp(first->id, model->id) == 0));
        const char *why = objection(model, first);
        if (why != NULL && other != model) {
            solow_diagnostics_add(diagnostics, false, place, NULL, "model `%s` cannot be compared: %s", model->id, why);
            return;
        }
    }
    if (!several && !splits) {
        solow_diagnostics_add(
            diagnostics, false, place, NULL,
            is_across_groups(entry)
                ? "the models have no groups to compare: several outcomes or a stepwise list make some"
                : "there is only one estimate: name two models or more, or `across: group`");
    }
}

void solow_compare_check(const solow_job *job, solow_diagnostics *diagnostics)
{
    for (ptrdiff_t c = 0; job->compare != NULL && c < job->compare->count; c++) {
        check_entry(job, job->compare->item[c], diagnostics);
    }
}
