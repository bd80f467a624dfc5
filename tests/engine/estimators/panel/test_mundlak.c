/* test_mundlak.c - correlated random effects: the within estimate, and least squares on columns of means made by hand. */
#include "engine/estimators/linear/ols.h"
#include "engine/estimators/panel/mundlak.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>

static const sample_model grunfeld = {
    .outcome = "inv", .constant = true, .regressor = {"value", "capital"}, .unit = "firm", .time = "year"};

/* Grunfeld with gaps: every seventh row is missing, so that the panel is unbalanced. */
static sample_data *read_gappy(void)
{
    sample_data *data = sample_read("Grunfeld.csv");
    for (ptrdiff_t i = 0; data != NULL && i < data->rows; i += 7) {
        sample_column(data, "inv")[i] = NAN;
    }
    double *w = data != NULL ? sample_add(data, "w") : NULL;
    for (ptrdiff_t i = 0; data != NULL && i < data->rows; i++) {
        w[i] = 1 + (double)(i % 4);
    }
    return data;
}

static void add_means(sample_data *data, const char *name, const char *of, bool weighted)
{
    double *mean = sample_add(data, name);
    const double *x = sample_column(data, of), *y = sample_column(data, "inv"), *w = sample_column(data, "w");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        double sum = 0, count = 0;
        for (ptrdiff_t r = 0; r < data->rows; r++) {
            if (sample_column(data, "firm")[r] == sample_column(data, "firm")[i] && !isnan(y[r])) {
                sum += (weighted ? w[r] : 1) * x[r];
                count += weighted ? w[r] : 1;
            }
        }
        mean[i] = sum / count;
    }
}

START_TEST(slopes_are_the_within_estimate)
{
    sample_data *data = read_gappy();
    sample_model model = grunfeld, within = grunfeld;
    sample_result a, b;
    if (data == NULL) {
        return;
    }
    for (int weighted = 0; weighted < 2; weighted++) {
        model.weights = within.weights = weighted ? "w" : NULL;
        model.weight_type = within.weight_type = weighted ? SOLOW_WEIGHT_ANALYTIC : SOLOW_WEIGHT_NONE;
        within.constant = false;
        within.effect[0] = "firm";
        sample_run(data, &model, &solow_mundlak, &a);
        sample_run(data, &within, &solow_ols, &b);
        sample_close(sample_estimate(&a, "value"), sample_estimate(&b, "value"), 1e-10, "value");
        sample_close(sample_estimate(&a, "capital"), sample_estimate(&b, "capital"), 1e-10, "capital");
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
}
END_TEST

/* Every variance is that of least squares on columns of means. */
START_TEST(variances_are_those_of_plain_columns)
{
    static const solow_vcov_spec specs[] = {{.kind = SOLOW_VCOV_IID},
                                            {.kind = SOLOW_VCOV_HC1},
                                            {.kind = SOLOW_VCOV_HC3},
                                            {.kind = SOLOW_VCOV_CLUSTER},
                                            {.kind = SOLOW_VCOV_CLUSTER},
                                            {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR3},
                                            {.kind = SOLOW_VCOV_NEWEY_WEST, .lags = 2},
                                            {.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = 2}};
    sample_data *data = read_gappy();
    if (data == NULL) {
        return;
    }
    add_means(data, "mv", "value", false);
    add_means(data, "mc", "capital", false);
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        sample_model model = grunfeld, plain = grunfeld;
        sample_result a, b;
        model.vcov = plain.vcov = specs[i];
        model.save = plain.save = true;
        if (specs[i].kind == SOLOW_VCOV_CLUSTER) {
            model.cluster[0] = plain.cluster[0] = "firm";
            model.cluster[1] = plain.cluster[1] = i == 4 ? "year" : NULL;
        }
        plain.regressor[2] = "mv";
        plain.regressor[3] = "mc";
        sample_run(data, &model, &solow_mundlak, &a);
        sample_run(data, &plain, &solow_ols, &b);
        sample_close(sample_estimate(&a, "mean(value)"), sample_estimate(&b, "mv"), 1e-10, "mean");
        sample_close(sample_std_error(&a, "value"), sample_std_error(&b, "value"), 1e-9, "value");
        sample_close(sample_std_error(&a, "mean(capital)"), sample_std_error(&b, "mc"), 1e-9, "mean(capital)");
        sample_close(a.saved[10], b.saved[10], 1e-9, "residual");
        ck_assert(a.arena_peak <= a.arena_bytes);
        ck_assert(sample_test(&a, "hausman_robust")->df1 == 2);
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {slopes_are_the_within_estimate, variances_are_those_of_plain_columns, NULL};
    TCase *const cases[] = {solow_test_case("mundlak", tests, 60), NULL};
    return solow_test_run("mundlak", cases);
}
