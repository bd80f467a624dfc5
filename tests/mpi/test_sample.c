/* test_sample.c - the rows of a model and what was dropped, counted by reason, against a plain reading of the rules. */
#include "engine/frame/sample.h"
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    solow_columns table;
    solow_job job;
    solow_frame frame;
} panel;

static void open_panel(void)
{
    made_panel(&panel.table, 90, 21);
    made_job("solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ z}\n",
             &panel.job);
    ptrdiff_t *order = made_shuffle(panel.table.rows, 2);
    made_frame(world(), &panel.table, order, SHARES_UNEVEN, &panel.job, &panel.frame);
    free(order);
}

static void close_panel(void)
{
    solow_frame_clear(&panel.frame);
    solow_job_clear(&panel.job);
    solow_columns_clear(&panel.table);
}

typedef struct model_sample {
    solow_job job;
    solow_design design;
    solow_model_effects effects;
    solow_sample sample;
    double *present; /* [rows of the table] */
} model_sample;

static solow_status try_sample(const char *model, model_sample *m, solow_error *err)
{
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             "solow: 1\ndata: {file: none.csv, unit: firm, time: year}\nmodels:\n  - {id: m, estimator: ols, %s}\n",
             model);
    *m = (model_sample){.present = NULL};
    made_job(yaml, &m->job);
    const solow_model *read = &m->job.model[0];
    uint8_t *where = NULL;
    const solow_factor *key[4];
    world_good(solow_sample_where(&panel.frame, read, &where, err), err);
    world_good(solow_design_create(&panel.frame, read, where, &m->design, err), err);
    world_good(solow_model_effects_create(&panel.frame, read, &m->effects, err), err);
    for (ptrdiff_t k = 0; k < read->vcov.cluster.count; k++) {
        world_good(solow_frame_factor(&panel.frame, read->vcov.cluster.node[k], &key[k], err), err);
    }
    return solow_sample_create(&panel.frame, read, where, &m->design, &m->effects, read->vcov.cluster.count, key,
                               &m->sample, err);
}

static void sample_of(const char *model, model_sample *m)
{
    solow_error err = {0};
    solow_status status = try_sample(model, m, &err);
    ck_assert_msg(status == SOLOW_OK, "%s: %s", model, err.message);
    double *mine = malloc((size_t)(panel.frame.rows + 1) * sizeof *mine);
    for (ptrdiff_t i = 0; i < panel.frame.rows; i++) {
        mine[i] = solow_sample_has(&m->sample, i);
    }
    m->present = made_gather(&panel.frame, mine);
    free(mine);
}

static void sample_clear(model_sample *m)
{
    free(m->present);
    solow_sample_clear(&m->sample);
    solow_model_effects_clear(&m->effects);
    solow_design_clear(&m->design);
    solow_job_clear(&m->job);
}

static int64_t dropped(const model_sample *m, const char *reason)
{
    for (ptrdiff_t d = 0; d < m->sample.drops; d++) {
        if (strcmp(m->sample.drop[d].reason, reason) == 0) {
            return m->sample.drop[d].rows;
        }
    }
    return 0;
}

/* Counts that follow from presence alone. */
static void check_counts(const model_sample *m)
{
    int64_t rows = 0, units = 0, longest = 0, inside = 0, periods = 0;
    const double *firm = made_find(&panel.table, "firm"), *year = made_find(&panel.table, "year");
    bool seen[40] = {false};
    for (int64_t i = 0; i < panel.table.rows; i++) {
        inside = i > 0 && firm[i] == firm[i - 1] ? inside : 0;
        if (m->present[i] != 0) {
            rows++;
            units += inside++ == 0;
            longest = inside > longest ? inside : longest;
            periods += !seen[(int)year[i] - 1980];
            seen[(int)year[i] - 1980] = true;
        }
    }
    int64_t gone = 0;
    for (ptrdiff_t d = 0; d < m->sample.drops; d++) {
        ck_assert_int_gt(m->sample.drop[d].rows, 0);
        gone += m->sample.drop[d].rows;
    }
    ck_assert_int_eq(m->sample.rows, rows);
    ck_assert_int_eq(m->sample.rows + gone, panel.table.rows);
    ck_assert_int_eq(m->sample.units, units);
    ck_assert_int_eq(m->sample.longest, longest);
    ck_assert_int_eq(m->sample.periods, periods);
}

START_TEST(every_row)
{
    model_sample m;
    sample_of("formula: y ~ x", &m);
    ck_assert_ptr_null(m.sample.present);
    ck_assert_ptr_null(m.sample.weight);
    ck_assert_int_eq(m.sample.drops, 0);
    ck_assert_int_eq(m.sample.nobs, panel.table.rows);
    ck_assert_double_eq(m.sample.sum_weights, (double)panel.table.rows);
    check_counts(&m);
    sample_clear(&m);
}
END_TEST

/* where first, then missing values column by column, so each row is counted once, for its first reason. */
START_TEST(reasons_in_order)
{
    model_sample m;
    sample_of("formula: y ~ z + log(x), where: year > 1992", &m);
    int64_t where = 0, missing_z = 0, missing_x = 0, missing_log = 0;
    for (int64_t i = 0; i < panel.table.rows; i++) {
        double year = made_find(&panel.table, "year")[i], z = made_find(&panel.table, "z")[i],
               x = made_find(&panel.table, "x")[i];
        where += !(year > 1992);
        missing_z += year > 1992 && isnan(z);
        missing_x += year > 1992 && !isnan(z) && isnan(x);
        missing_log += year > 1992 && !isnan(z) && x <= 0;
        ck_assert_double_eq(m.present[i], year > 1992 && !isnan(z) && x > 0);
    }
    ck_assert_int_eq(dropped(&m, "where"), where);
    ck_assert_int_eq(dropped(&m, "missing: z"), missing_z);
    ck_assert_int_gt(missing_log, 0);
    ck_assert_int_eq(dropped(&m, "log of a non-positive number: log(x)"), missing_log);
    ck_assert_int_eq(dropped(&m, "missing: log(x)"), missing_x);
    check_counts(&m);
    sample_clear(&m);
}
END_TEST

/* A condition that is missing is not met. */
START_TEST(missing_conditions)
{
    model_sample m;
    sample_of("formula: y ~ x, where: z > 0", &m);
    for (int64_t i = 0; i < panel.table.rows; i++) {
        ck_assert_double_eq(m.present[i], made_find(&panel.table, "z")[i] > 0);
    }
    sample_clear(&m);
}
END_TEST

START_TEST(lags_reach_past_the_condition)
{
    model_sample m;
    sample_of("formula: y ~ l(x), where: year > 1992", &m);
    const double *firm = made_find(&panel.table, "firm"), *year = made_find(&panel.table, "year");
    for (int64_t i = 0; i < panel.table.rows; i++) {
        bool has_lag = i > 0 && firm[i] == firm[i - 1] && year[i] == year[i - 1] + 1;
        ck_assert_double_eq(m.present[i], year[i] > 1992 && has_lag);
    }
    sample_clear(&m);
}
END_TEST

START_TEST(missing_levels_of_effects_and_clusters)
{
    model_sample m;
    const solow_column *region = &panel.table.column[solow_columns_find(&panel.table, "region")];
    int64_t missing = 0;
    for (int64_t i = 0; i < panel.table.rows; i++) {
        missing += region->code[i] < 0;
    }
    static const char *const models[] = {"formula: y ~ x | region", "formula: y ~ x, vcov: {cluster: [region]}"};
    for (int k = 0; k < 2; k++) {
        sample_of(models[k], &m);
        ck_assert_int_eq(dropped(&m, "missing: region"), missing);
        for (int64_t i = 0; i < panel.table.rows; i++) {
            ck_assert_double_eq(m.present[i], region->code[i] >= 0);
        }
        check_counts(&m);
        sample_clear(&m);
    }
    sample_of("formula: 'y ~ x | sector[z]'", &m);
    ck_assert_int_gt(dropped(&m, "missing: a varying slope"), 0);
    for (int64_t i = 0; i < panel.table.rows; i++) {
        ck_assert_double_eq(m.present[i], !isnan(made_find(&panel.table, "z")[i]));
    }
    sample_clear(&m);
}
END_TEST

START_TEST(weights)
{
    model_sample m, same;
    sample_of("formula: y ~ x, weights: w", &m);
    int64_t zero = 0;
    double sum = 0;
    for (int64_t i = 0; i < panel.table.rows; i++) {
        double w = made_find(&panel.table, "w")[i];
        zero += w == 0;
        sum += w;
        ck_assert_double_eq(m.present[i], w > 0);
    }
    ck_assert_int_eq(dropped(&m, "weight zero or missing"), zero);
    ck_assert_double_eq_tol(m.sample.sum_weights, sum, 1e-11 * sum);
    ck_assert_int_eq(m.sample.nobs, m.sample.rows);
    check_counts(&m);
    sample_of("formula: y ~ x + g, weights: 1 * w", &same);
    ck_assert_uint_eq(m.sample.hash, same.sample.hash);
    sample_clear(&same);
    sample_of("formula: y ~ x, weights: 2 * w", &same);
    ck_assert(m.sample.hash != same.sample.hash);
    sample_clear(&same);
    sample_clear(&m);
    sample_of("formula: y ~ x, weights: {column: g + 3, type: frequency}", &m);
    sum = 0;
    for (int64_t i = 0; i < panel.table.rows; i++) {
        sum += made_find(&panel.table, "g")[i] + 3;
    }
    ck_assert_int_eq(m.sample.nobs, (int64_t)sum);
    sample_clear(&m);
}
END_TEST

/* Rows alone in a level of any effect go, until none is: the rows that stay do not depend on the order. */
static int64_t drop_alone(const char *const *column, int columns, const char *outer, double *present)
{
    int64_t gone = 0, before = -1;
    while (gone != before) {
        before = gone;
        for (int64_t i = 0; i < panel.table.rows; i++) {
            for (int c = 0; c < columns && present[i] != 0; c++) {
                const double *level = made_find(&panel.table, column[c]);
                const double *with = outer != NULL && c == columns - 1 ? made_find(&panel.table, outer) : level;
                bool alone = true;
                for (int64_t j = 0; j < panel.table.rows && alone; j++) {
                    alone = j == i || present[j] == 0 || level[j] != level[i] || with[j] != with[i];
                }
                gone += alone;
                present[i] = alone ? 0 : present[i];
            }
        }
    }
    return gone;
}

static void check_singletons(const char *model, const char *const *column, int columns, const char *outer,
                             const char *condition)
{
    model_sample m;
    sample_of(model, &m);
    double *present = malloc((size_t)panel.table.rows * sizeof *present);
    for (int64_t i = 0; i < panel.table.rows; i++) {
        present[i] = condition == NULL || made_find(&panel.table, condition)[i] > 0;
    }
    int64_t gone = drop_alone(column, columns, outer, present);
    ck_assert_int_gt(gone, 0);
    ck_assert_int_eq(dropped(&m, "singletons"), gone);
    for (int64_t i = 0; i < panel.table.rows; i++) {
        ck_assert_double_eq(m.present[i], present[i]);
    }
    check_counts(&m);
    free(present);
    sample_clear(&m);
}

START_TEST(singletons)
{
    static const char *const firm[] = {"firm"}, *const both[] = {"firm", "year"}, *const three[] = {"firm", "h", "g"};
    check_singletons("formula: y ~ x | firm", firm, 1, NULL, NULL);
    check_singletons("formula: y ~ x | firm + year, where: x > 0", both, 2, NULL, "x");
    check_singletons("formula: y ~ x | firm + h + g^year, where: x > 0", three, 3, "year", "x");
    check_singletons("formula: y ~ x | firm + h + g^year, weights: w", three, 3, "year", "w");
}
END_TEST

START_TEST(singletons_kept)
{
    model_sample m;
    sample_of("formula: y ~ x | firm + year, singletons: keep", &m);
    ck_assert_int_eq(m.sample.rows, panel.table.rows);
    sample_clear(&m);
    sample_of("formula: 'y ~ x | firm[[x]]'", &m); /* no level part: nothing is alone */
    ck_assert_int_eq(m.sample.rows, panel.table.rows);
    sample_clear(&m);
}
END_TEST

START_TEST(balance)
{
    model_sample m;
    sample_of("formula: y ~ x", &m);
    ck_assert(!m.sample.balanced);
    sample_clear(&m);
    /* Firms with f mod 12 = 6 have seven or more periods; one period is balanced in any case. */
    sample_of("formula: y ~ x, where: year == 1992", &m);
    ck_assert(m.sample.balanced);
    ck_assert_int_eq(m.sample.periods, 1);
    sample_clear(&m);
}
END_TEST

static void check_refused(const char *model, const char *sentence)
{
    solow_error err = {0};
    model_sample m;
    solow_status status = try_sample(model, &m, &err);
    world_refused(status, SOLOW_ERR_INPUT, &err, sentence);
    sample_clear(&m);
}

START_TEST(what_cannot_be_a_sample)
{
    check_refused("formula: y ~ x, where: x > 1e6", "model `m` has no row left");
    check_refused("formula: y ~ x, where: x > 1e6", "for this reason: where");
    check_refused("formula: y ~ log(-1 - abs(x))", "log of a non-positive number: log(-1-abs(x))");
    check_refused("formula: y ~ x, weights: x", "is not a finite number above zero");
    check_refused("formula: y ~ x, weights: {column: w, type: frequency}", "frequency weights must be whole numbers");
    check_refused("formula: y ~ x | firm^year", "for this reason: singletons");
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {every_row,
                                  reasons_in_order,
                                  missing_conditions,
                                  lags_reach_past_the_condition,
                                  missing_levels_of_effects_and_clusters,
                                  weights,
                                  singletons,
                                  singletons_kept,
                                  balance,
                                  what_cannot_be_a_sample,
                                  NULL};
    TCase *const sample = solow_test_case("sample", tests, 60);
    tcase_add_unchecked_fixture(sample, open_panel, close_panel);
    TCase *const cases[] = {sample, NULL};
    return world_run(argc, argv, "sample", cases);
}
