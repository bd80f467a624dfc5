/* test_monte_carlo.c - estimates of simulated data centre on the truth, vary as their standard errors say, and their 95 %
 * intervals cover it. Draws come from Random123 with fixed seeds, so a pass is a pass everywhere.
 *
 * With R replicates: |mean - truth| <= 3 sd / sqrt(R); mean of se^2 over the variance of the estimates within
 * 1 +- 3 sqrt(2 / R) (and small-sample bias of the robust ones); coverage within 3 binomial standard deviations.
 */
#include "engine/estimators/registry.h"
#include "kernels/stats/distributions.h"
#include "tests/support/random_panel.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPLICATES = 200, PERIODS = 5, UNITS = 40 };
static const double truth = 1.5;

typedef enum { IID, HETEROSKEDASTIC, PERSISTENT, RANDOM_WALK } errors;

/* y = 1 + 1.5 x - z + share a + e;  x has `related` of a and `endogenous` of e's innovation, and 0.7 v. */
typedef struct world {
    errors errors;
    double share, related, endogenous;
} world;

static sample_data *draw(const world *w, uint64_t seed, uint64_t replicate)
{
    sample_data *data = random_panel(w->endogenous > 0 ? 2 * UNITS : UNITS, PERIODS, seed, replicate);
    double *y = sample_add(data, "y"), *x = sample_column(data, "x"), *e = sample_add(data, "e");
    double *v2 = sample_add(data, "v2");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        double u = sample_column(data, "u")[i], a = sample_column(data, "a")[i], v = sample_column(data, "v")[i];
        bool first = i % PERIODS == 0;
        double keeps = w->errors == PERSISTENT ? 0.7 : w->errors == RANDOM_WALK ? 1 : 0;
        double exogenous = x[i] + 0.7 * v;
        x[i] =
            exogenous + w->related * a + w->endogenous * u + (w->errors == PERSISTENT && !first ? 0.7 * x[i - 1] : 0);
        e[i] = (first ? 0 : keeps * e[i - 1]) + u * (w->errors == HETEROSKEDASTIC ? 0.3 + fabs(exogenous) : 1);
        v2[i] = v * v + 0.5 * v + 0.3 * sample_column(data, "z")[i];
        y[i] = 1 + truth * x[i] - sample_column(data, "z")[i] + w->share * a + e[i];
    }
    return data;
}

static const struct trial {
    const char *name, *estimator, *method, *effect[2], *cluster;
    solow_vcov_spec vcov;
    world world;
} trials[] = {
    {"pooled, iid", "ols", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 0, 0, 0}},
    {"pooled, hc3", "ols", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_HC3}, {HETEROSKEDASTIC, 0, 0, 0}},
    {"within, iid", "ols", NULL, {"unit"}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 3, 1, 0}},
    {"within, clustered", "ols", NULL, {"unit"}, "unit", {.kind = SOLOW_VCOV_CLUSTER}, {PERSISTENT, 3, 1, 0}},
    {"two ways, hc2", "ols", NULL, {"unit", "time"}, NULL, {.kind = SOLOW_VCOV_HC2}, {IID, 3, 1, 0}},
    {"within, cr2",
     "ols",
     NULL,
     {"unit"},
     "unit",
     {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR2},
     {PERSISTENT, 3, 1, 0}},
    {"between", "between", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 1, 0, 0}},
    {"differences", "fd", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {RANDOM_WALK, 3, 1, 0}},
    {"random", "re", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 1, 0, 0}},
    {"mundlak", "mundlak", NULL, {NULL}, "unit", {.kind = SOLOW_VCOV_CLUSTER}, {IID, 1, 1, 0}},
    {"2sls", "iv", "2sls", {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 0, 0, 0.8}},
    {"2sls, within", "iv", "2sls", {"unit"}, "unit", {.kind = SOLOW_VCOV_CLUSTER}, {PERSISTENT, 3, 1, 0.8}},
    {"liml", "iv", "liml", {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 0, 0, 0.8}},
    {"gmm", "iv", "gmm", {NULL}, NULL, {.kind = SOLOW_VCOV_HC1}, {HETEROSKEDASTIC, 0, 0, 0.8}},
};
enum { TRIALS = sizeof trials / sizeof trials[0] };

static sample_model model_of(const struct trial *t)
{
    bool iv = strcmp(t->estimator, "iv") == 0;
    sample_model model = {.outcome = "y", .unit = "unit", .time = "time", .vcov = t->vcov};
    model.constant = t->effect[0] == NULL && strcmp(t->estimator, "fd") != 0;
    model.effect[0] = t->effect[0];
    model.effect[1] = t->effect[1];
    model.cluster[0] = t->cluster;
    model.regressor[0] = "z";
    *(iv ? &model.endogenous[0] : &model.regressor[1]) = "x";
    model.instrument[0] = iv ? "v" : NULL;
    model.instrument[1] = iv ? "v2" : NULL;
    model.option[0] = t->method != NULL ? "method" : NULL;
    model.option[1] = t->method;
    return model;
}

typedef struct summary {
    double mean, variance, mean_square_error, covered; /* mean_square_error: of se, squared */
} summary;

static summary run(const struct trial *t, const sample_model *model, uint64_t seed)
{
    summary s = {0};
    double square = 0;
    for (uint64_t r = 0; r < REPLICATES; r++) {
        sample_data *data = draw(&t->world, seed, r);
        sample_result result;
        sample_run(data, model, solow_estimator_find(t->estimator), &result);
        double b = sample_estimate(&result, "x") - truth, se = sample_std_error(&result, "x");
        const solow_record_term *term = result.record.term;
        while (strcmp(term->term, "x") != 0) {
            term++;
        }
        s.mean += b / REPLICATES;
        square += b * b;
        s.mean_square_error += se * se / REPLICATES;
        s.covered += fabs(b) <= solow_critical_value(0.95, term->df) * se ? 1.0 / REPLICATES : 0;
        sample_result_clear(&result);
        sample_free(data);
    }
    s.variance = (square - REPLICATES * s.mean * s.mean) / (REPLICATES - 1);
    s.mean += truth;
    return s;
}

START_TEST(truth_is_recovered)
{
    const struct trial *t = &trials[_i];
    sample_model model = model_of(t);
    summary s = run(t, &model, 71 + (uint64_t)_i);
    double sd = sqrt(s.variance), binomial = sqrt(0.95 * 0.05 / REPLICATES), ratio = s.mean_square_error / s.variance;
    ck_assert_msg(fabs(s.mean - truth) <= 3 * sd / sqrt(REPLICATES), "%s: mean %.4f, truth %.4f, sd %.4f", t->name,
                  s.mean, truth, sd);
    ck_assert_msg(fabs(ratio - 1) <= 3 * sqrt(2.0 / REPLICATES), "%s: variance is told %.3f times too large", t->name,
                  ratio);
    ck_assert_msg(fabs(s.covered - 0.95) <= 3 * binomial, "%s: 95 %% intervals cover %.3f", t->name, s.covered);
}
END_TEST

/* The same trials find what is wrong: pooled with related effects, least squares with an endogenous regressor, iid errors
 * that are not. */
START_TEST(what_is_wrong_is_found)
{
    static const struct trial wrong[] = {
        {"pooled", "ols", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 3, 1, 0}},
        {"ols", "ols", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 0, 0, 0.8}},
        {"random", "re", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {IID, 3, 1, 0}},
        {"iid", "ols", NULL, {NULL}, NULL, {.kind = SOLOW_VCOV_IID}, {HETEROSKEDASTIC, 0, 0, 0}},
        {"iid within", "ols", NULL, {"unit"}, NULL, {.kind = SOLOW_VCOV_IID}, {PERSISTENT, 3, 1, 0}},
    };
    const struct trial *t = &wrong[_i];
    sample_model model = model_of(t);
    summary s = run(t, &model, 71);
    ck_assert_msg(s.covered < 0.95 - 3 * sqrt(0.95 * 0.05 / REPLICATES), "%s: covers %.3f", t->name, s.covered);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {NULL};
    TCase *trial = solow_test_case("monte carlo", tests, 120);
    tcase_add_loop_test(trial, truth_is_recovered, 0, TRIALS);
    tcase_add_loop_test(trial, what_is_wrong_is_found, 0, 5);
    TCase *const all[] = {trial, NULL};
    return solow_test_run("monte carlo", all);
}
