/* compare.c - see compare.h. */
#include "engine/batch/compare.h"

#include "engine/batch/compare_draws.h"
#include "engine/batch/influence.h"
#include "io/report/pattern.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 512, NAMED = 6 };

typedef struct entry { /* of the section, with the estimates that it names, as far as this rank has them */
    solow_run *run;
    const char *id;
    char *term;
    const char *design; /* of draws, or NULL: stacked scores */
    bool across_groups;
    ptrdiff_t count;
    const solow_outcome **outcome;
    char **name, **group; /* [count] ids, borrowed; groups */
    ptrdiff_t rows;       /* estimates that are kept by row */
    const double **row;   /* [rows] */
    double *cross;        /* [rows x rows] sums of products over all rows of all ranks */
    ptrdiff_t *first;     /* [count] work */
} entry;

typedef struct comparison { /* one test, on rank 0 */
    const entry *of;
    ptrdiff_t members;
    ptrdiff_t *member;       /* [members] into the entry's estimates */
    solow_drawn_term *drawn; /* [members] work: their draws */
    char group[NAMES];       /* of the rows that it becomes */
    char reason[NAMES];      /* why there is no test; "": there is one */
    double *estimate, *v;
    double df;
} comparison;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a comparison of models");
}

static const solow_kept_influence *find_influence(const entry *e, ptrdiff_t at)
{
    const solow_outcome *outcome = e->outcome[at];
    for (ptrdiff_t i = 0; i < outcome->influences; i++) {
        if (solow_same_term(outcome->influence[i].term, e->term)) {
            return &outcome->influence[i];
        }
    }
    return NULL;
}

static const solow_kept_influence *influence_of(const comparison *c, ptrdiff_t member)
{
    return find_influence(c->of, c->member[member]);
}

/* `id` or `id/group`. */
static void name_member(const comparison *c, ptrdiff_t member, char name[NAMES])
{
    const char *group = c->of->group[c->member[member]];
    snprintf(name, NAMES, "%s%s%s", c->of->name[c->member[member]], group[0] != '\0' ? "/" : "", group);
}

/* Sums over all rows of psi_a psi_b of every pair that is kept by row, by the fixed tree. Collective. */
static solow_status cross_rows(entry *e, solow_error *err)
{
    const solow_frame *frame = e->run->frame;
    ptrdiff_t n = e->rows;
    solow_sum *sum = NULL;
    solow_status status = solow_sum_create(e->run->comm, &frame->layout, n * n, SOLOW_SUM_PLAIN, &sum, err);
    for (ptrdiff_t block = 0; block < frame->blocks && status == SOLOW_OK; block++) {
        double *into = solow_sum_block(sum, frame->layout.first_block + block);
        ptrdiff_t from = frame->block_start[block], to = frame->block_start[block + 1];
        if (into == NULL) {
            status = no_memory(err);
            break;
        }
        for (ptrdiff_t b = 0; b < n; b++) {
            for (ptrdiff_t a = 0; a <= b; a++) {
                for (ptrdiff_t i = from; i < to; i++) {
                    into[b * n + a] += e->row[a][i] * e->row[b][i];
                }
            }
        }
    }
    status = solow_comm_agree(e->run->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(sum, e->cross, err);
    }
    solow_sum_destroy(sum);
    return status;
}

/* Place among the estimates that are kept by row. */
static ptrdiff_t row_place(const entry *e, const double *row)
{
    ptrdiff_t at = 0;
    while (e->row[at] != row) {
        at++;
    }
    return at;
}

static double cross_of(const entry *e, const solow_kept_influence *a, const solow_kept_influence *b, ptrdiff_t t)
{
    if (a->row == NULL) {
        return solow_cluster_cross(a->clusters[t], a->cluster[t], b->clusters[t], b->cluster[t]);
    }
    ptrdiff_t i = row_place(e, a->row), j = row_place(e, b->row);
    return i <= j ? e->cross[j * e->rows + i] : e->cross[i * e->rows + j];
}

/* One entry of (2) of engine/inference/compare.h. */
static double joint(const entry *e, const solow_kept_influence *a, const solow_kept_influence *b)
{
    double total = 0;
    for (ptrdiff_t t = 0; t < a->terms; t++) {
        total += a->sign[t] * sqrt(a->factor[t] * b->factor[t]) * cross_of(e, a, b, t);
    }
    return total;
}

/* The draws of a member's coefficient; draws NULL: there are none. */
static solow_drawn_term draws_of(const comparison *c, ptrdiff_t member)
{
    const solow_outcome *outcome = c->of->outcome[c->member[member]];
    return solow_find_drawn(outcome, c->of->design, c->of->term);
}

/* Into the comparison's work space. */
static const solow_drawn_term *list_draws(comparison *c)
{
    for (ptrdiff_t m = 0; m < c->members; m++) {
        c->drawn[m] = draws_of(c, m);
    }
    return c->drawn;
}

static void check_draws(comparison *c)
{
    char name[NAMES];
    const solow_drawn_term first = draws_of(c, 0);
    for (ptrdiff_t m = 0; m < c->members && c->reason[0] == '\0'; m++) {
        const solow_drawn_term own = draws_of(c, m);
        name_member(c, m, name);
        if (own.draws == NULL) {
            snprintf(c->reason, NAMES, "%.200s has no draws of `%.200s`", name, c->of->term);
        } else if (!solow_draws_are_joint(&own, &first)) {
            snprintf(c->reason, NAMES,
                     "%.200s is not drawn together with the first of them: other clusters, or another "
                     "number of draws",
                     name);
        }
    }
}

/* Sets reason where a member has nothing to compare, or nothing to say which rows it shares with the first. */
static void check_members(comparison *c)
{
    const entry *e = c->of;
    char name[NAMES];
    const solow_kept_influence *first = c->members > 0 ? influence_of(c, 0) : NULL;
    if (c->members < 2) {
        snprintf(c->reason, NAMES, "it takes two estimates or more, and there is only one");
        return;
    }
    if (e->design != NULL) {
        check_draws(c);
        return;
    }
    for (ptrdiff_t m = 0; m < c->members && c->reason[0] == '\0'; m++) {
        const solow_kept_influence *own = influence_of(c, m);
        name_member(c, m, name);
        if (e->outcome[c->member[m]]->error.status != SOLOW_OK) {
            snprintf(c->reason, NAMES, "%.200s failed", name);
        } else if (own == NULL) {
            snprintf(c->reason, NAMES, "%.200s has no estimate of `%.200s`, or none whose scores can be stacked", name,
                     e->term);
        } else if ((own->row == NULL) != (first->row == NULL)) {
            snprintf(c->reason, NAMES,
                     "estimates of groups and of the whole sample are compared by clusters only: give a `cluster:`");
        } else if (own->rows_by_place &&
                   !solow_terms_equal(&e->outcome[c->member[m]]->model->by, &e->outcome[c->member[0]]->model->by)) {
            snprintf(c->reason, NAMES, "without `unit:` and `time:` it is not known which rows different groups share");
        }
    }
}

static solow_status fill(comparison *c, solow_error *err)
{
    ptrdiff_t n = c->members;
    c->estimate = solow_allocate(n, sizeof *c->estimate);
    c->v = solow_allocate(solow_product(n, n), sizeof *c->v);
    if (c->estimate == NULL || c->v == NULL) {
        return no_memory(err);
    }
    c->df = INFINITY;
    if (c->of->design != NULL) {
        return solow_compare_draws(n, list_draws(c), c->estimate, c->v, &c->df, err);
    }
    for (ptrdiff_t b = 0; b < n; b++) {
        const solow_kept_influence *own = influence_of(c, b);
        c->estimate[b] = own->estimate;
        c->df = fmin(c->df, own->df);
        for (ptrdiff_t a = 0; a <= b; a++) {
            c->v[b * n + a] = c->v[a * n + b] = joint(c->of, influence_of(c, a), own);
        }
    }
    return SOLOW_OK;
}

/* "cluster firm + year", "row". */
static void name_pattern(const comparison *c, char text[NAMES])
{
    const solow_vcov_spec *spec = &c->of->outcome[c->member[0]]->model->vcov;
    bool by_row = spec->kind != SOLOW_VCOV_CLUSTER;
    snprintf(text, NAMES, by_row ? "row, robust to heteroskedasticity whatever the models' own variance" : "cluster ");
    for (ptrdiff_t w = 0; !by_row && w < spec->cluster.count; w++) {
        char *way = solow_node_print(spec->cluster.node[w]);
        size_t used = strlen(text);
        snprintf(text + used, NAMES - used, "%s%s", w > 0 ? " + " : "", way != NULL ? way : "");
        free(way);
    }
}

static void write_note(const comparison *c, char *note, size_t bytes)
{
    char name[NAMES], pattern[NAMES] = "";
    snprintf(note, bytes, "H0: %.200s is equal in ", c->of->term);
    for (ptrdiff_t m = 0; m < c->members && m < NAMED; m++) {
        size_t used = strlen(note);
        name_member(c, m, name);
        snprintf(note + used, bytes - used, "%s%s", m > 0 ? ", " : "", name);
    }
    size_t used = strlen(note);
    if (c->members > NAMED) {
        snprintf(note + used, bytes - used, " and %td others", c->members - NAMED);
        used = strlen(note);
    }
    if (c->reason[0] != '\0') {
        snprintf(note + used, bytes - used, "; not tested: %s", c->reason);
        return;
    }
    if (c->of->design != NULL) {
        snprintf(note + used, bytes - used, "; %s; variance of their joint draws under %.200s",
                 isfinite(c->df) ? "F" : "chi2", c->of->design);
        return;
    }
    name_pattern(c, pattern);
    snprintf(note + used, bytes - used, "; %s; scores stacked by %s, each estimate's own small-sample factor",
             isfinite(c->df) ? "F" : "chi2", pattern);
}

/* Two estimates: their difference as a term. Any number: each with its standard error in the joint variance. */
static solow_status describe(const comparison *c, solow_record *record, solow_error *err)
{
    ptrdiff_t n = c->members;
    char name[NAMES], key[NAMES + 16];
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < n && status == SOLOW_OK; m++) {
        name_member(c, m, name);
        snprintf(key, sizeof key, "estimate:%s", name);
        status = solow_record_add_diagnostic(record, key, c->estimate[m], "", err);
        snprintf(key, sizeof key, "std_error:%s", name);
        status = status == SOLOW_OK ? solow_record_add_diagnostic(record, key, sqrt(c->v[m * n + m]), "", err) : status;
    }
    if (status == SOLOW_OK && n == 2) {
        double variance = c->v[0] + c->v[3] - 2 * c->v[1];
        status =
            solow_record_add_term(record, c->of->term, c->estimate[0] - c->estimate[1], sqrt(variance), c->df, err);
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
    if (status == SOLOW_OK) {
        write_note(c, note, sizeof note);
        status = solow_record_add_test(&record, "compare", result.statistic, result.df1, result.df2, result.p_value,
                                       note, err);
    }
    if (status == SOLOW_OK) {
        status = solow_collect_rows(c->of->run->results, c->of->id, c->group,
                                    c->of->outcome[c->member[0]]->model->level, &record, err);
    }
    solow_record_clear(&record);
    return status;
}

/* Each estimate of a group that does not count members is a test of its own that says why there is none. */
static solow_status test(comparison *c, solow_error *err)
{
    check_members(c);
    solow_status status = c->reason[0] == '\0' ? fill(c, err) : SOLOW_OK;
    if (status == SOLOW_OK) {
        status = report(c, err);
    }
    free(c->estimate);
    free(c->v);
    c->estimate = c->v = NULL;
    return status;
}

/* The estimates with this id and this group (NULL: any), in the order of the job. */
static void choose(comparison *c, const char *id, const char *group)
{
    const entry *e = c->of;
    c->members = 0;
    c->reason[0] = '\0';
    for (ptrdiff_t i = 0; i < e->count; i++) {
        if ((id == NULL || strcmp(e->name[i], id) == 0) && (group == NULL || strcmp(e->group[i], group) == 0)) {
            c->member[c->members++] = i;
        }
    }
}

/* first [count]: the first of each distinct text; returns how many. */
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
static solow_status test_whole(comparison *c, solow_error *err)
{
    choose(c, NULL, NULL);
    c->group[0] = '\0';
    return test(c, err);
}

/* Across groups: one test a model. */
static solow_status test_models(comparison *c, solow_error *err)
{
    const entry *e = c->of;
    ptrdiff_t models = distinct(e->name, e->count, e->first);
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < models && status == SOLOW_OK; m++) {
        const char *id = e->name[e->first[m]];
        choose(c, id, NULL);
        snprintf(c->group, NAMES, "%s%s", models > 1 ? "model=" : "", models > 1 ? id : "");
        status = test(c, err);
    }
    return status;
}

/* Across models: one test over all, or, where a model has several estimates, one a group that several models have. */
static solow_status test_groups(comparison *c, solow_error *err)
{
    const entry *e = c->of;
    if (distinct(e->name, e->count, e->first) == e->count) {
        return test_whole(c, err);
    }
    ptrdiff_t groups = distinct(e->group, e->count, e->first), shared = 0;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t g = 0; g < groups && status == SOLOW_OK; g++) {
        choose(c, NULL, e->group[e->first[g]]);
        if (c->members >= 2) {
            snprintf(c->group, NAMES, "%s", e->group[e->first[g]]);
            status = test(c, err);
            shared++;
        }
    }
    return status == SOLOW_OK && shared == 0 ? test_whole(c, err) : status;
}

static solow_status list_estimates(entry *e, const solow_yaml *item, solow_error *err)
{
    solow_run *run = e->run;
    for (ptrdiff_t o = 0; o < run->outcomes; o++) {
        const solow_outcome *outcome = &run->outcome[o];
        char *group = solow_group_text(outcome->model, outcome->own_groups, outcome->own_group);
        if (group == NULL) {
            return no_memory(err);
        }
        if (!solow_compares(item, outcome->model->id, group)) {
            free(group);
            continue;
        }
        e->outcome[e->count] = outcome;
        e->name[e->count] = outcome->model->id;
        e->group[e->count] = group;
        const solow_kept_influence *kept = find_influence(e, e->count++);
        if (kept != NULL && kept->row != NULL) {
            e->row[e->rows++] = kept->row;
        }
    }
    e->cross = solow_allocate_zeroed(solow_product(e->rows, e->rows), sizeof *e->cross);
    return e->cross != NULL ? SOLOW_OK : no_memory(err);
}

static solow_status open_entry(entry *e, const solow_yaml *item, solow_error *err)
{
    ptrdiff_t most = e->run->outcomes;
    e->term = solow_compared_term(item);
    e->outcome = solow_allocate(most, sizeof *e->outcome);
    e->name = solow_allocate(most, sizeof *e->name);
    e->group = solow_allocate(most, sizeof *e->group);
    e->row = solow_allocate(most, sizeof *e->row);
    e->first = solow_allocate(most, sizeof *e->first);
    if (e->term == NULL || e->outcome == NULL || e->name == NULL || e->group == NULL || e->row == NULL ||
        e->first == NULL) {
        return no_memory(err);
    }
    return list_estimates(e, item, err);
}

static void close_entry(entry *e)
{
    for (ptrdiff_t i = 0; i < e->count; i++) {
        free(e->group[i]);
    }
    free(e->term);
    free(e->outcome);
    free(e->name);
    free(e->group);
    free(e->row);
    free(e->first);
    free(e->cross);
}

static solow_status run_entry(solow_run *run, const solow_yaml *item, solow_error *err)
{
    const solow_yaml *design = solow_yaml_get(item, "bootstrap");
    entry e = {.run = run,
               .id = solow_yaml_get(item, "id")->text,
               .design = design != NULL ? design->text : NULL,
               .across_groups = solow_compares_groups(item)};
    solow_status status = solow_comm_agree(run->comm, open_entry(&e, item, err), err);
    if (status == SOLOW_OK && e.rows > 0) { /* those are on every rank, unlike the estimates of groups */
        status = cross_rows(&e, err);
    }
    if (status == SOLOW_OK && run->results != NULL && e.count > 0) {
        comparison c = {.of = &e,
                        .member = solow_allocate(e.count, sizeof *c.member),
                        .drawn = solow_allocate(e.count, sizeof *c.drawn)};
        status = c.member == NULL || c.drawn == NULL ? no_memory(err)
                 : e.across_groups                   ? test_models(&c, err)
                                                     : test_groups(&c, err);
        free(c.member);
        free(c.drawn);
    }
    close_entry(&e);
    return solow_comm_agree(run->comm, status, err);
}

solow_status solow_run_compare(solow_run *run, solow_error *err)
{
    const solow_yaml *compare = run->job->compare;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; compare != NULL && c < compare->count && status == SOLOW_OK; c++) {
        status = run_entry(run, compare->item[c], err);
    }
    return status;
}
