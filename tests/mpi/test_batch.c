/* test_batch.c - whole jobs over frames in memory: order, failures, companions, ranks, groups. */
#include "engine/batch/run.h"
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_columns table;

static void open_table(void)
{
    made_panel(&table, 160, 51);
}

static void close_table(void)
{
    solow_columns_clear(&table);
}

typedef struct batch {
    solow_job job;
    solow_frame frame;
    solow_results results;
    solow_run run;
} batch;

static const char head[] = "solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n";

/* Runs models (the lines from `models:` or `variables:` on) with a communicator. */
static solow_status try_batch(solow_comm *comm, const char *models, batch *b, solow_error *err)
{
    char *yaml = malloc(strlen(head) + strlen(models) + 1);
    strcpy(yaml, head);
    strcat(yaml, models);
    *b = (batch){.run = {.comm = comm}};
    made_job(yaml, &b->job);
    free(yaml);
    made_frame(comm, &table, NULL, SHARES_EVEN, &b->job, &b->frame);
    b->run.job = &b->job;
    b->run.frame = &b->frame;
    if (solow_comm_rank(comm) == 0) {
        world_good(solow_results_init(&b->results, err), err);
        b->run.results = &b->results;
    }
    solow_status status = solow_run_variables(&b->run, err);
    status = status == SOLOW_OK ? solow_run_models(&b->run, err) : status;
    return status == SOLOW_OK ? solow_run_finish(&b->run, err) : status;
}

static void run_batch(solow_comm *comm, const char *models, batch *b)
{
    solow_error err = {0};
    world_good(try_batch(comm, models, b, &err), &err);
}

static void batch_clear(batch *b)
{
    solow_run_clear(&b->run);
    solow_results_clear(&b->results);
    solow_frame_clear(&b->frame);
    solow_job_clear(&b->job);
}

/* The test fails with the first failed model's message. */
static void all_good(const batch *b)
{
    for (int64_t row = 0; b->run.results != NULL && row < b->results.glance.rows; row++) {
        ck_assert_msg(strcmp(solow_table_text(&b->results.glance, row, "status"), "failed") != 0, "%s: %s",
                      solow_table_text(&b->results.glance, row, "model"),
                      solow_table_text(&b->results.glance, row, "message"));
    }
    ck_assert_int_eq(b->run.failed, 0);
}

/* A number of tidy (term given) or glance; the test fails if there is no such row. Rank 0 alone. */
static double figure(const batch *b, const char *model, const char *term, const char *column)
{
    const solow_table *from = term != NULL ? &b->results.tidy : &b->results.glance;
    for (int64_t row = 0; row < from->rows; row++) {
        if (strcmp(solow_table_text(from, row, "model"), model) == 0 &&
            (term == NULL || strcmp(solow_table_text(from, row, "term"), term) == 0)) {
            return solow_table_number(from, row, column);
        }
    }
    ck_abort_msg("no row %s %s", model, term != NULL ? term : "");
    return NAN;
}

static const char *said(const batch *b, const char *model, const char *column)
{
    const solow_table *glance = &b->results.glance;
    for (int64_t row = 0; row < glance->rows; row++) {
        if (strcmp(solow_table_text(glance, row, "model"), model) == 0) {
            return solow_table_text(glance, row, column);
        }
    }
    ck_abort_msg("no model %s", model);
    return "";
}

/* Every cell of two tables: rows of b whose model is not in a are passed over. */
static void check_same_rows(const solow_table *a, const solow_table *b, const char *what)
{
    int64_t other = 0;
    for (int64_t row = 0; row < a->rows; row++, other++) {
        while (other < b->rows && strcmp(solow_table_text(a, row, "model"), solow_table_text(b, other, "model")) != 0) {
            other++;
        }
        ck_assert_msg(other < b->rows, "%s: row %lld is not there", what, (long long)row);
        for (ptrdiff_t c = 0; c < a->columns; c++) {
            const solow_table_column *x = &a->column[c], *y = &b->column[c];
            bool same = x->kind == SOLOW_CELL_NUMBER ? memcmp(&x->number[row], &y->number[other], sizeof(double)) == 0
                        : x->kind == SOLOW_CELL_INTEGER ? x->integer[row] == y->integer[other]
                                                        : strcmp(x->text[row], y->text[other]) == 0;
            ck_assert_msg(same, "%s: row %lld (%s), column %s", what, (long long)row, solow_table_text(a, row, "model"),
                          x->name);
        }
    }
}

static void check_same_results(const batch *a, const batch *b, const char *what)
{
    if (a->run.results != NULL && b->run.results != NULL) {
        check_same_rows(&a->results.tidy, &b->results.tidy, what);
        check_same_rows(&a->results.glance, &b->results.glance, what);
        check_same_rows(&a->results.diagnostics, &b->results.diagnostics, what);
        check_same_rows(&a->results.tests, &b->results.tests, what);
    }
}

static const char several[] =
    "variables: {late: year > 1994, lx: l(x)}\n"
    "models:\n"
    "  - {id: pooled, estimator: ols, formula: y ~ x + z, vcov: hc1}\n"
    "  - {id: within, estimator: ols, formula: y ~ x + z | firm, vcov: {cluster: [firm]}}\n"
    "  - {id: twoway, estimator: ols, formula: y ~ x + h | firm + year, vcov: {cluster: [firm, year]}}\n"
    "  - {id: fine, estimator: ols, formula: y ~ x + h | firm^late + year, vcov: hc2}\n"
    "  - {id: weighted, estimator: ols, formula: y ~ x + lx | sector + year, weights: w, vcov: hc3}\n"
    "  - {id: twosls, estimator: iv, formula: y ~ x | firm | z ~ h + g, vcov: {cluster: [firm]}}\n"
    "  - {id: random, estimator: re, formula: y ~ x + h}\n"
    "  - {id: means, estimator: between, formula: y ~ x + h}\n"
    "  - {id: differences, estimator: fd, formula: y ~ x + h}\n";

START_TEST(ranks_do_not_show)
{
    batch ours, alone;
    run_batch(world(), several, &ours);
    run_batch(world_alone(), several, &alone);
    all_good(&ours);
    ck_assert_int_eq(ours.run.done, 9);
    check_same_results(&alone, &ours, "ranks");
    batch_clear(&ours);
    batch_clear(&alone);
}
END_TEST

/* One model, and the same one among a hundred that share its rows and effects; some of those are hard, some fail. */
START_TEST(companions_do_not_show)
{
    static const char *const ones[] = {
        "  - {id: one, estimator: ols, formula: y ~ x | firm + year, vcov: {cluster: [firm]}}\n",
        "  - {id: one, estimator: ols, formula: y ~ x, vcov: hc3}\n",
        "  - {id: one, estimator: ols, formula: y ~ x | firm, weights: w, vcov: hc2}\n"};
    static const char *const tails[] = {"| firm + year', vcov: {cluster: [year]}}\n", "', vcov: iid}\n",
                                        "| firm', weights: w, vcov: hc1}\n"};
    for (int m = 0; m < 3; m++) {
        char *many = calloc(1, 40000);
        strcpy(many, "variables: {tiny: 1000 + x * h / 1000000}\nmodels:\n");
        for (int i = 0; i < 100; i++) {
            char line[256];
            snprintf(line, sizeof line,
                     "  - {id: m%d, estimator: ols, formula: 'y ~ %s + sqrt(abs(h) + %d) + exp(x / %d) %s", i,
                     i % 9 == 4   ? "sector"
                     : i % 7 == 2 ? "firm + tiny + year"
                                  : "poly(h, 7)",
                     i, i + 3, tails[m]);
            strcat(many, i == 37 ? ones[m] : line);
        }
        char one[256];
        snprintf(one, sizeof one, "models:\n%s", ones[m]);
        batch a, b;
        run_batch(world(), one, &a);
        run_batch(world(), many, &b);
        ck_assert_int_eq(b.run.done, 100);
        ck_assert_int_gt(b.run.failed, 5); /* text among the regressors */
        ck_assert_int_lt(b.run.failed, 20);
        check_same_results(&a, &b, ones[m]);
        batch_clear(&a);
        batch_clear(&b);
        free(many);
    }
}
END_TEST

START_TEST(order_of_models_does_not_show)
{
    static const char lines[3][100] = {"  - {id: a, estimator: ols, formula: y ~ x + h | firm + year}\n",
                                       "  - {id: b, estimator: ols, formula: y ~ h + g | firm + year}\n",
                                       "  - {id: c, estimator: ols, formula: y ~ g + x + h | firm + year}\n"};
    static const int order[3][3] = {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}};
    batch b[3];
    for (int k = 0; k < 3; k++) {
        char models[400];
        snprintf(models, sizeof models, "models:\n%s%s%s", lines[order[k][0]], lines[order[k][1]], lines[order[k][2]]);
        run_batch(world(), models, &b[k]);
        for (const char *id = "abc"; world_rank() == 0 && *id != '\0'; id++) {
            const char name[2] = {*id, '\0'};
            const char *term = *id == 'b' ? "g" : "x";
            ck_assert_double_eq(figure(&b[k], name, term, "estimate"), figure(&b[0], name, term, "estimate"));
            ck_assert_double_eq(figure(&b[k], name, term, "std_error"), figure(&b[0], name, term, "std_error"));
        }
    }
    for (int k = 0; k < 3; k++) {
        batch_clear(&b[k]);
    }
}
END_TEST

/* c reads b, which reads a; results come in the job's order. */
START_TEST(models_run_after_what_they_read)
{
    static const char models[] = "models:\n"
                                 "  - {id: c, estimator: ols, formula: 'y ~ saved(b, fitted)'}\n"
                                 "  - {id: b, estimator: ols, formula: 'y ~ saved(a, residuals) + h'}\n"
                                 "  - {id: a, estimator: ols, formula: y ~ x + z}\n";
    solow_error err = {0};
    batch b;
    run_batch(world(), models, &b);
    all_good(&b);
    ptrdiff_t order[3];
    world_good(solow_model_order(&b.job, order, &err), &err);
    ck_assert(order[0] == 2 && order[1] == 1 && order[2] == 0);
    ck_assert(solow_model_reads(&b.job.model[0], "b"));
    ck_assert(!solow_model_reads(&b.job.model[0], "a"));
    if (world_rank() == 0) {
        for (int m = 0; m < 3; m++) {
            static const char *const ids[] = {"c", "b", "a"};
            ck_assert_str_eq(solow_table_text(&b.results.glance, m, "model"), ids[m]);
        }
        /* An outcome on its own fitted values: slope one, nothing else. */
        ck_assert_double_eq_tol(figure(&b, "c", "saved(b,fitted)", "estimate"), 1, 1e-9);
        ck_assert_double_eq_tol(figure(&b, "c", "(Intercept)", "estimate"), 0, 1e-6);
    }
    batch_clear(&b);
}
END_TEST

START_TEST(circles_are_refused)
{
    static const char models[] =
        "models:\n"
        "  - {id: first, estimator: ols, formula: 'y ~ saved(second, fitted)'}\n"
        "  - {id: second, estimator: ols, formula: 'y ~ saved(third, fitted)'}\n"
        "  - {id: third, estimator: ols, formula: 'y ~ x', where: 'saved(first, fitted) > 0'}\n";
    char path[] = "/tmp/solow_test_batch_XXXXXX";
    int file = mkstemp(path);
    FILE *stream = fdopen(file, "w");
    fprintf(stream, "%s%s", head, models);
    fclose(stream);
    solow_error err = {0};
    solow_job job = {0};
    solow_diagnostics diagnostics = {0};
    const solow_estimator_names names[] = {{.name = "ols"}};
    solow_status status = solow_job_read(path, names, 1, NULL, 0, &job, &diagnostics, &err);
    remove(path);
    if (status == SOLOW_OK) { /* else the reader has seen it */
        ptrdiff_t order[3];
        world_refused(solow_model_order(&job, order, &err), SOLOW_ERR_INPUT, &err,
                      "in a circle: first reads second reads third");
    } else {
        char *text = solow_diagnostics_print(&diagnostics);
        ck_assert_msg(strstr(text, "first") != NULL && strstr(text, "third") != NULL, "%s", text);
        free(text);
    }
    solow_job_clear(&job);
    solow_diagnostics_clear(&diagnostics);
}
END_TEST

/* Each failure has its reason; the others are as they are without it, and a reader of a failed model fails too. */
START_TEST(failures_stay_alone)
{
    static const char good[] = "models:\n"
                               "  - {id: a, estimator: ols, formula: y ~ x + h | firm}\n"
                               "  - {id: z, estimator: ols, formula: y ~ x}\n";
    static const char mixed[] = "models:\n"
                                "  - {id: text, estimator: ols, formula: y ~ x + sector | firm}\n"
                                "  - {id: a, estimator: ols, formula: y ~ x + h | firm}\n"
                                "  - {id: empty, estimator: ols, formula: y ~ x + h | firm, where: x > 1000}\n"
                                "  - {id: weights, estimator: ols, formula: y ~ x, weights: x}\n"
                                "  - {id: reader, estimator: ols, formula: 'y ~ x + saved(empty, fitted)'}\n"
                                "  - {id: z, estimator: ols, formula: y ~ x}\n";
    batch a, b;
    run_batch(world(), good, &a);
    run_batch(world(), mixed, &b);
    ck_assert_int_eq(b.run.failed, 4);
    ck_assert_int_eq(b.run.done, 6);
    check_same_results(&a, &b, "among failures");
    if (world_rank() == 0) {
        static const char *const why[][2] = {{"text", "column `sector` is text"},
                                             {"empty", "has no row left"},
                                             {"weights", "is not a finite number above zero"},
                                             {"reader", "saved(empty,fitted)"}};
        for (size_t i = 0; i < sizeof why / sizeof why[0]; i++) {
            ck_assert_str_eq(said(&b, why[i][0], "status"), "failed");
            ck_assert_msg(strstr(said(&b, why[i][0], "message"), why[i][1]) != NULL, "%s: %s", why[i][0],
                          said(&b, why[i][0], "message"));
            ck_assert(isnan(figure(&b, why[i][0], NULL, "sigma")));
        }
        for (int64_t row = 0; row < b.results.tidy.rows; row++) {
            const char *model = solow_table_text(&b.results.tidy, row, "model");
            ck_assert_msg(strcmp(model, "a") == 0 || strcmp(model, "z") == 0, "%s has estimates", model);
        }
    }
    batch_clear(&a);
    batch_clear(&b);
}
END_TEST

START_TEST(groups_are_escaped)
{
    static const char models[] =
        "models:\n  - {id: m, estimator: ols, formula: 'c(y / x, y, ifelse(x == 1, y, z)) ~ h'}\n";
    batch b;
    run_batch(world(), models, &b);
    all_good(&b);
    if (world_rank() == 0) {
        const solow_table *glance = &b.results.glance, *groups = &b.results.groups;
        ck_assert_int_eq(glance->rows, 3);
        ck_assert_str_eq(solow_table_text(glance, 0, "group"), "outcome=y%2Fx");
        ck_assert_str_eq(solow_table_text(glance, 1, "group"), "outcome=y");
        ck_assert_str_eq(solow_table_text(glance, 2, "group"), "outcome=ifelse(x%3D%3D1,y,z)");
        ck_assert_int_eq(groups->rows, 3);
        ck_assert_str_eq(solow_table_text(groups, 0, "key"), "outcome");
        ck_assert_str_eq(solow_table_text(groups, 0, "value"), "y/x");
    }
    batch_clear(&b);
}
END_TEST

/* HC2 and HC3 with effects are those with dummies: leverages of the effects count. */
START_TEST(leverage_of_effects)
{
    static const char *const pairs[][2] = {
        {"| year, vcov: hc3", " + i(year), vcov: hc3"},
        {"| sector + year, vcov: hc2", " + i(sector) + i(year), vcov: hc2"},
        {"| firm + year, where: year < 1994, vcov: hc3", " + i(firm) + i(year), where: year < 1994, vcov: hc3"},
        {"| firm^late, weights: w, where: firm < 1100, vcov: hc3",
         " + i(firm^late), weights: w, where: firm < 1100, vcov: hc3"}};
    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++) {
        char models[800];
        snprintf(models, sizeof models,
                 "variables: {late: year > 1993}\nmodels:\n  - {id: effects, estimator: ols, formula: y ~ x + h %s, "
                 "ssc: none}\n"
                 "  - {id: dummies, estimator: ols, formula: y ~ x + h %s, ssc: none, singletons: keep}\n",
                 pairs[p][0], pairs[p][1]);
        batch b;
        run_batch(world(), models, &b);
        all_good(&b);
        if (world_rank() == 0) {
            for (int t = 0; t < 2; t++) {
                const char *term = t == 0 ? "x" : "h";
                double ours = figure(&b, "effects", term, "std_error"),
                       theirs = figure(&b, "dummies", term, "std_error");
                ck_assert_double_eq_tol(figure(&b, "effects", term, "estimate"),
                                        figure(&b, "dummies", term, "estimate"), 1e-9);
                ck_assert_msg(fabs(ours / theirs - 1) < 1e-8, "%s: %.12g, not %.12g", pairs[p][0], ours, theirs);
            }
        }
        batch_clear(&b);
    }
}
END_TEST

START_TEST(variables_in_the_order_of_what_they_read)
{
    batch b;
    solow_error err = {0};
    run_batch(world(), "variables: {c: b + 1, b: a * 2, a: x}\nmodels:\n  - {id: m, estimator: ols, formula: c ~ x}\n",
              &b);
    if (world_rank() == 0) {
        ck_assert_double_eq_tol(figure(&b, "m", "x", "estimate"), 2, 1e-12);
        ck_assert_double_eq_tol(figure(&b, "m", "(Intercept)", "estimate"), 1, 1e-12);
    }
    batch_clear(&b);
    solow_status status =
        try_batch(world(), "variables: {x: z + 1}\nmodels:\n  - {id: m, estimator: ols, formula: y ~ x}\n", &b, &err);
    world_refused(status, SOLOW_ERR_INPUT, &err, "the variable `x` has the name of a column of the data");
    batch_clear(&b);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {ranks_do_not_show,
                                  companions_do_not_show,
                                  order_of_models_does_not_show,
                                  models_run_after_what_they_read,
                                  circles_are_refused,
                                  failures_stay_alone,
                                  groups_are_escaped,
                                  leverage_of_effects,
                                  variables_in_the_order_of_what_they_read,
                                  NULL};
    TCase *const batches = solow_test_case("batch", tests, 120);
    tcase_add_unchecked_fixture(batches, open_table, close_table);
    TCase *const cases[] = {batches, NULL};
    return world_run(argc, argv, "batch", cases);
}
