/* test_plan.c - what plan() asks for is what begin, step and report need: no less (an arena of exactly that size, NaN inside,
 * canaries on both sides, see sample_driver.c), and not many times more. Every estimator, variance, number of columns. */
#include "engine/estimators/registry.h"
#include "tests/support/random_panel.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 12 };
static char names[2 * MOST][8];

/* x0 .. x11 and v0 .. v11: powers and products of normal columns. */
static sample_data *make_panel(void)
{
    sample_data *data = random_panel(30, 6, 4, 0);
    double *y = sample_add(data, "y");
    for (int c = 0; c < 2 * MOST; c++) {
        snprintf(names[c], sizeof names[c], "%c%d", c < MOST ? 'x' : 'v', c % MOST);
        double *column = sample_add(data, names[c]);
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            double base = sample_column(data, c % 2 == 0 ? "x" : "z")[i], v = sample_column(data, "v")[i];
            column[i] = c < MOST ? sin((c + 1) * base) + v : cos((c + 1) * v) + base * v;
        }
    }
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        y[i] = sample_column(data, "x0")[i] + sample_column(data, "u")[i] + sample_column(data, "a")[i];
    }
    random_panel_gaps(data, 4, 13);
    return data;
}

static const struct {
    const char *cluster[3];
    solow_vcov_spec spec;
} variances[] = {
    {{NULL}, {.kind = SOLOW_VCOV_IID}},
    {{NULL}, {.kind = SOLOW_VCOV_HC1}},
    {{NULL}, {.kind = SOLOW_VCOV_HC3}},
    {{"unit"}, {.kind = SOLOW_VCOV_CLUSTER}},
    {{"time"}, {.kind = SOLOW_VCOV_CLUSTER}},
    {{"unit", "time"}, {.kind = SOLOW_VCOV_CLUSTER}},
    {{"unit", "time", "region"}, {.kind = SOLOW_VCOV_CLUSTER}},
    {{"unit"}, {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR2}},
    {{"time"}, {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR3}},
    {{NULL}, {.kind = SOLOW_VCOV_NEWEY_WEST, .lags = 3}},
    {{NULL}, {.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = 3}},
};
enum { VARIANCES = sizeof variances / sizeof variances[0] };

static const struct {
    const char *estimator, *option[4];
    bool effects;
} cases[] = {
    {"ols", {NULL}, false},
    {"ols", {NULL}, true},
    {"iv", {"method", "2sls", "report", "first_stage"}, false},
    {"iv", {"method", "2sls"}, true},
    {"iv", {"method", "liml"}, true},
    {"iv", {"method", "fuller"}, false},
    {"iv", {"method", "gmm"}, true},
    {"iv", {"method", "cue"}, false},
    {"between", {NULL}, false},
    {"fd", {NULL}, false},
    {"re", {"method", "swar"}, false},
    {"re", {"method", "walhus"}, false},
    {"re", {"method", "amemiya"}, false},
    {"re", {"method", "nerlove"}, false},
    {"mundlak", {NULL}, false},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static sample_model model_of(int number, int variance, int columns)
{
    bool iv = strcmp(cases[number].estimator, "iv") == 0;
    sample_model model = {.outcome = "y", .unit = "unit", .time = "time", .save = variance % 2 == 0};
    model.constant = !cases[number].effects;
    model.effect[0] = cases[number].effects ? "unit" : NULL;
    model.vcov = variances[variance].spec;
    memcpy(model.cluster, variances[variance].cluster, sizeof variances[variance].cluster);
    for (int c = 0; c < columns; c++) {
        bool endogenous = iv && c < (columns + 2) / 3;
        int role = 0;
        const char **list = endogenous ? model.endogenous : model.regressor;
        while (list[role] != NULL) {
            role++;
        }
        list[role] = names[c];
    }
    for (int c = 0; iv && c < (columns + 2) / 3 + 1; c++) {
        model.instrument[c] = names[MOST + c];
    }
    memcpy(model.option, cases[number].option, sizeof cases[number].option);
    return model;
}

/* An estimator may refuse a variance, in its words, but never for memory; the driver sees to that. */
START_TEST(the_plan_is_enough)
{
    static const int columns[] = {1, 2, 5, MOST};
    sample_data *data = make_panel();
    int done = 0;
    double most = 0;
    for (int v = 0; v < VARIANCES; v++) {
        for (int k = 0; k < 4; k++) {
            sample_model model = model_of(_i, v, columns[k]);
            const solow_estimator *estimator = solow_estimator_find(cases[_i].estimator);
            sample_result r;
            ck_assert_ptr_nonnull(estimator);
            sample_run(data, &model, estimator, &r);
            ck_assert_msg(r.status == SOLOW_OK || r.status == SOLOW_ERR_NUMERIC, "%s: %s", cases[_i].estimator,
                          r.error.message);
            if (r.status == SOLOW_OK) {
                ck_assert_uint_le(r.arena_peak, r.arena_bytes);
                most = fmax(most, (double)r.arena_bytes / (double)r.arena_peak);
                done++;
            }
            sample_result_clear(&r);
        }
    }
    ck_assert_int_ge(done, 20);
    ck_assert_msg(most < 4, "%s: the plan is %.1f times what is used", cases[_i].estimator, most);
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {NULL};
    TCase *plan = solow_test_case("plan", tests, 60);
    tcase_add_loop_test(plan, the_plan_is_enough, 0, CASES);
    TCase *const all[] = {plan, NULL};
    return solow_test_run("plan", all);
}
