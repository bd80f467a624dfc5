/* Draws of least squares after a sweep: against the same models without a cluster, against cr3, ranks, groups. */
#include "engine/batch/run.h"
#include "engine/inference/replicates.h"
#include "io/job/resampling.h"
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_columns table;

static void open_table(void)
{
    made_panel(&table, 460, 51);
}

static void close_table(void)
{
    solow_columns_clear(&table);
}

typedef struct drawn_run {
    solow_job job;
    solow_frame frame;
    solow_run run;
} drawn_run;

static void run_models(solow_comm *comm, const char *models, drawn_run *r)
{
    static const char head[] = "solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n";
    solow_error err = {0};
    char *yaml = malloc(strlen(head) + strlen(models) + 1);
    strcpy(yaml, head);
    strcat(yaml, models);
    *r = (drawn_run){.run = {.comm = comm}};
    made_job(yaml, &r->job);
    free(yaml);
    made_frame(comm, &table, NULL, SHARES_EVEN, &r->job, &r->frame);
    r->run.job = &r->job;
    r->run.frame = &r->frame;
    world_good(solow_run_variables(&r->run, &err), &err);
    world_good(solow_run_models(&r->run, &err), &err);
}

static void run_clear(drawn_run *r)
{
    solow_run_clear(&r->run);
    solow_frame_clear(&r->frame);
    solow_job_clear(&r->job);
}

static const solow_outcome *outcome_of(const drawn_run *r, const char *id)
{
    for (ptrdiff_t o = 0; o < r->run.outcomes; o++) {
        if (strcmp(r->run.outcome[o].model->id, id) == 0) {
            ck_assert_msg(r->run.outcome[o].record.status == SOLOW_OK, "%s: %s", id, r->run.outcome[o].record.message);
            return &r->run.outcome[o];
        }
    }
    ck_abort_msg("no outcome of %s", id);
    return NULL;
}

static const solow_replicates *draws_of(const drawn_run *r, const char *id)
{
    const solow_outcome *outcome = outcome_of(r, id);
    ck_assert_msg(outcome->designs > 0 && outcome->replicates[0] != NULL, "%s has no draws: %s", id,
                  outcome->record.message);
    return outcome->replicates[0];
}

static void check_close(double ours, double theirs, double tolerance, const char *what)
{
    ck_assert_msg(fabs(ours - theirs) <= tolerance * fabs(theirs), "%s: %.17g, not %.17g", what, ours, theirs);
}

/* Leave-one-out estimates by two effects, of which years cross the clusters: each is the model without that sector, and the sum
 * of squared moves is the variance cr3. With weights too. */
START_TEST(jackknife_leaves_a_cluster_out)
{
    static const char models[] =
        "models:\n"
        "  - {id: all, estimator: ols, formula: y ~ x + h | firm + year, weights: w,\n"
        "     vcov: {cluster: [sector], type: cr3}, bootstrap: {type: jackknife, cluster: sector}}\n"
        "  - {id: coal, like: all, and_where: sector != \"coal\"}\n"
        "  - {id: glass, like: all, and_where: sector != \"glass\"}\n"
        "  - {id: paper, like: all, and_where: sector != \"paper\"}\n"
        "  - {id: steel, like: all, and_where: sector != \"steel\"}\n"
        "  - {id: tools, like: all, and_where: sector != \"tools\"}\n";
    static const char *const sector[] = {"coal", "glass", "paper", "steel", "tools"};
    drawn_run r;
    run_models(world(), models, &r);
    const solow_replicates *draws = draws_of(&r, "all");
    const solow_record *all = &outcome_of(&r, "all")->record;
    ck_assert_int_eq(draws->reps, 5);
    ck_assert_int_eq(draws->failed, 0);
    for (ptrdiff_t t = 0; t < draws->terms; t++) {
        double square = 0;
        for (int g = 0; g < 5; g++) {
            double value = draws->value[t * 5 + g];
            check_close(value, outcome_of(&r, sector[g])->record.term[t].estimate, 1e-11, sector[g]);
            square += (value - all->term[t].estimate) * (value - all->term[t].estimate);
        }
        check_close(sqrt(square), all->term[t].std_error, 1e-10, "cr3");
    }
    run_clear(&r);
}
END_TEST

/* What statistics are studentised by is the model's own clustered standard error, where the clusters are the same: effects inside
 * the clusters, across them, none, weights. */
START_TEST(standard_errors_are_the_models)
{
    static const char *const design[] = {"{type: wild, reps: 99}", "{type: pairs, reps: 9, interval: percentile_t}"};
    static const char *const formula[] = {"y ~ x + h | firm + year", "y ~ x + h | year, weights: w", "y ~ x + h",
                                          "y ~ x + h | firm", "'y ~ x + h | sector[z] + year[x]', weights: w"};
    for (size_t d = 0; d < 2; d++) {
        for (size_t f = 0; f < sizeof formula / sizeof *formula; f++) {
            char models[512];
            drawn_run r;
            snprintf(models, sizeof models,
                     "models:\n  - {id: a, estimator: ols, formula: %s, vcov: {cluster: [sector]}, bootstrap: %s}\n",
                     formula[f], design[d]);
            run_models(world(), models, &r);
            const solow_replicates *draws = draws_of(&r, "a");
            const solow_record *record = &outcome_of(&r, "a")->record;
            for (ptrdiff_t t = 0; t < record->terms; t++) {
                check_close(draws->std_error[t], record->term[t].std_error, 1e-10, formula[f]);
                ck_assert(draws->estimate[t] == record->term[t].estimate);
            }
            run_clear(&r);
        }
    }
}
END_TEST

/* Two stages: draws are studentised by the model's own error; leave-one-out against the models without a sector. */
START_TEST(two_stages_are_drawn)
{
    static const char models[] =
        "variables: {p: x + 0.5 * z}\n"
        "models:\n"
        "  - {id: all, estimator: iv, formula: y ~ h | firm + year | p ~ x + g, vcov: {cluster: [sector]},\n"
        "     bootstrap: {type: pairs, reps: 9, interval: percentile_t}}\n"
        "  - {id: left, like: all, bootstrap: {type: jackknife, cluster: sector}}\n"
        "  - {id: coal, like: all, and_where: sector != \"coal\"}\n"
        "  - {id: tools, like: all, and_where: sector != \"tools\"}\n";
    drawn_run r;
    run_models(world(), models, &r);
    const solow_replicates *draws = draws_of(&r, "all"), *left = draws_of(&r, "left");
    const solow_record *all = &outcome_of(&r, "all")->record;
    for (ptrdiff_t t = 0; t < all->terms; t++) {
        check_close(draws->std_error[t], all->term[t].std_error, 1e-9, "two stages");
        check_close(left->value[t * 5], outcome_of(&r, "coal")->record.term[t].estimate, 1e-10, "coal");
        check_close(left->value[t * 5 + 4], outcome_of(&r, "tools")->record.term[t].estimate, 1e-10, "tools");
    }
    run_clear(&r);
}
END_TEST

static const char every_design[] =
    "resampling:\n"
    "  pairs: {type: pairs, cluster: firm, reps: 200, interval: percentile_t}\n"
    "models:\n"
    "  - {id: pairs, estimator: ols, formula: y ~ x + h | firm + year, bootstrap: pairs}\n"
    "  - {id: poisson, estimator: ols, formula: y ~ x + h, bootstrap: {type: pairs, cluster: firm, reps: 150, "
    "distribution: poisson, interval: bca}}\n"
    "  - {id: bayes, estimator: ols, formula: y ~ x + h | year, weights: w, bootstrap: {type: bayesian, cluster: "
    "sector, "
    "reps: 130}}\n"
    "  - {id: block, estimator: ols, formula: y ~ x + h | sector, bootstrap: {type: block, length: 2, reps: 70}}\n"
    "  - {id: wild, estimator: ols, formula: y ~ x + h | firm + year, bootstrap: {type: wild, cluster: firm, reps: "
    "2500}}\n"
    "  - {id: every, estimator: ols, formula: y ~ x + h | firm, bootstrap: {type: wild, cluster: sector, reps: 999}}\n"
    "  - {id: webb, estimator: ols, formula: y ~ x + h | firm, bootstrap: {type: wild, cluster: firm, reps: 99, "
    "restricted: false, distribution: webb}}\n"
    "  - {id: groups, estimator: ols, formula: y ~ x + h | firm + year, by: [region], bootstrap: pairs}\n";

static void check_same(const solow_replicates *a, const solow_replicates *b, const char *what)
{
    ck_assert_msg(a->reps == b->reps && a->terms == b->terms && a->failed == b->failed, "%s: sizes", what);
    size_t bytes = sizeof(double) * (size_t)(a->terms * a->reps);
    ck_assert_msg(memcmp(a->value, b->value, bytes) == 0, "%s: values", what);
    ck_assert_msg((a->statistic == NULL) == (b->statistic == NULL), "%s: statistics", what);
    ck_assert_msg(a->statistic == NULL || memcmp(a->statistic, b->statistic, bytes) == 0, "%s: statistics", what);
    ck_assert_msg(memcmp(a->bounds, b->bounds, sizeof *a->bounds * (size_t)a->terms) == 0, "%s: bounds", what);
    ck_assert_msg(memcmp(a->std_error, b->std_error, sizeof(double) * (size_t)a->terms) == 0, "%s: errors", what);
}

START_TEST(ranks_move_no_bit)
{
    drawn_run many, one;
    run_models(world(), every_design, &many);
    run_models(world_alone(), every_design, &one);
    ptrdiff_t compared = 0;
    for (ptrdiff_t o = 0; o < one.run.outcomes; o++) {
        const solow_outcome *own = &one.run.outcome[o];
        ck_assert_msg(own->designs == 1 && own->replicates[0] != NULL, "%s: %s", own->model->id, own->record.message);
        for (ptrdiff_t m = 0; m < many.run.outcomes; m++) {
            const solow_outcome *other = &many.run.outcome[m];
            if (other->index == own->index && other->by_level == own->by_level) {
                check_same(own->replicates[0], other->replicates[0], own->model->id);
                compared++;
            }
        }
    }
    ck_assert_int_ge(compared, world_rank() == 0 ? one.run.outcomes : 7);
    run_clear(&many);
    run_clear(&one);
}
END_TEST

/* Five clusters: every sign vector once; the interval has no end, since one in sixteen is the sample itself. */
START_TEST(few_clusters_are_enumerated)
{
    drawn_run r;
    run_models(world(), every_design, &r);
    const solow_replicates *draws = draws_of(&r, "every");
    ck_assert(draws->enumerated && draws->reps == 16);
    for (ptrdiff_t t = 0; t < draws->terms; t++) {
        ck_assert_double_ge(draws->bounds[t].p_value, 1 / 16.0);
        ck_assert(draws->bounds[t].low == -INFINITY && draws->bounds[t].high == INFINITY);
    }
    ck_assert(!draws_of(&r, "wild")->enumerated);
    run_clear(&r);
}
END_TEST

/* Models on other samples share the signs of the clusters that they share; an order of magnitude of correlation. */
START_TEST(draws_are_joint)
{
    static const char models[] =
        "models:\n"
        "  - {id: all, estimator: ols, formula: y ~ x + h | firm, bootstrap: {type: wild, cluster: firm, reps: 999}}\n"
        "  - {id: most, like: all, where: firm > 30}\n";
    drawn_run r;
    run_models(world(), models, &r);
    const double *a = draws_of(&r, "all")->statistic, *b = draws_of(&r, "most")->statistic;
    double ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < 999; i++) {
        ab += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    ck_assert_double_gt(ab / sqrt(aa * bb), 0.7);
    run_clear(&r);
}
END_TEST

START_TEST(too_many_dummies_are_refused)
{
    static const char models[] =
        "models:\n"
        "  - {id: a, estimator: ols, formula: y ~ x + h | firm, bootstrap: {type: wild, cluster: year, reps: 99}}\n";
    drawn_run r;
    run_models(world(), models, &r);
    const solow_outcome *outcome = outcome_of(&r, "a");
    ck_assert_ptr_null(outcome->replicates[0]);
    ck_assert(outcome->record.warning && strstr(outcome->record.message, "more than 400") != NULL);
    run_clear(&r);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {jackknife_leaves_a_cluster_out, standard_errors_are_the_models,
                                  two_stages_are_drawn,           ranks_move_no_bit,
                                  few_clusters_are_enumerated,    draws_are_joint,
                                  too_many_dummies_are_refused,   NULL};
    TCase *all = solow_test_case("resample", tests, 240);
    tcase_add_unchecked_fixture(all, open_table, close_table);
    TCase *const cases[] = {all, NULL};
    return world_run(argc, argv, "resample", cases);
}
