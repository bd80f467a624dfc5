/* test_after.c - combinations and tests on finished records: plm's Hausman figures, the F of R2, exact derivatives. */
#include "engine/estimators/linear/ols.h"
#include "engine/estimators/panel/re.h"
#include "engine/inference/after.h"
#include "engine/inference/hausman.h"
#include "engine/inference/wald.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <string.h>

static const sample_model grunfeld = {
    .outcome = "inv", .constant = true, .regressor = {"value", "capital"}, .unit = "firm", .time = "year"};

static solow_node *parse(const char *text)
{
    solow_node *node = NULL;
    ptrdiff_t position = 0;
    solow_error err = {0};
    ck_assert_msg(solow_expression_parse(text, &node, &position, &err) == SOLOW_OK, "%s", err.message);
    return node;
}

/* plm: phtest(within, random), Produc 9.52541563499871 on 4, Grunfeld 2.33 on 2. */
static void check_hausman(const char *data_file, const char *reference_file, sample_model model, ptrdiff_t df)
{
    sample_data *data = sample_read(data_file);
    sample_reference *reference = sample_reference_read(reference_file);
    sample_result within, random;
    solow_error err = {0};
    if (data == NULL || reference == NULL) {
        return;
    }
    if (strcmp(data_file, "Produc.csv") == 0) {
        sample_add_log(data, "lgsp", "gsp");
        sample_add_log(data, "lpcap", "pcap");
        sample_add_log(data, "lpc", "pc");
        sample_add_log(data, "lemp", "emp");
    }
    sample_run(data, &model, &solow_re, &random);
    model.constant = false;
    model.effect[0] = model.unit;
    sample_run(data, &model, &solow_ols, &within);
    double theirs = sample_reference_get(reference, "hausman", "chisq", "estimate");
    ck_assert(solow_hausman(&within.record, &random.record, "re", false, &within.record, &err) == SOLOW_OK);
    ck_assert(solow_hausman(&random.record, &within.record, "fe", false, &random.record, &err) == SOLOW_OK);
    sample_close(sample_test(&within, "hausman")->statistic, theirs, 1e-8, "hausman");
    sample_close(sample_test(&random, "hausman")->statistic, theirs, 1e-8, "hausman, the other way round");
    ck_assert(sample_test(&within, "hausman")->df1 == (double)df);
    sample_result_clear(&within);
    sample_result_clear(&random);
    sample_free(data);
    sample_reference_free(reference);
}

START_TEST(hausman_agrees_with_plm)
{
    sample_model produc = {.outcome = "lgsp",
                           .constant = true,
                           .regressor = {"lpcap", "lpc", "lemp", "unemp"},
                           .unit = "state",
                           .time = "year"};
    check_hausman("Produc.csv", "Produc-plm-panel.csv", produc, 4);
    check_hausman("Grunfeld.csv", "Grunfeld-plm.csv", grunfeld, 2);
}
END_TEST

static const char *const names[] = {"log(pcap)", "b", "c"};
static const double estimate[] = {0.5, 2, -1.5}, vcov[] = {0.04, 0.01, 0, 0.01, 0.09, -0.02, 0, -0.02, 0.25};
static const solow_estimates estimates = {
    .terms = 3, .term = names, .estimate = estimate, .vcov = vcov, .df = INFINITY};

START_TEST(derivatives_are_those_of_small_steps)
{
    static const char *const texts[] = {"`log(pcap)` + b + c",      "log( pcap ) * b / c", "exp(b) - b^3 + 2^b",
                                        "sqrt(b * b) / (1 - c)^-2", "abs(c) + log(b)",     "-c + log1p(b)"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        solow_node *node = parse(texts[i]);
        double value, gradient[3];
        ck_assert(solow_derivative(&estimates, node, &value, gradient, NULL) == SOLOW_OK);
        for (int j = 0; j < 3; j++) {
            double moved[3], up, down, h = 1e-5;
            solow_estimates at = estimates;
            memcpy(moved, estimate, sizeof moved);
            at.estimate = moved;
            moved[j] = estimate[j] + h;
            ck_assert(solow_derivative(&at, node, &up, NULL, NULL) == SOLOW_OK);
            moved[j] = estimate[j] - h;
            ck_assert(solow_derivative(&at, node, &down, NULL, NULL) == SOLOW_OK);
            ck_assert_double_eq_tol(gradient[j], (up - down) / (2 * h), 1e-7);
        }
        solow_node_destroy(node);
    }
}
END_TEST

/* W = r'(RVR')^-1 r by hand: b = 2c is r = 2 + 3 = 5, variance .09 + 4 x .25 - 4 x (-.02) = 1.17. */
START_TEST(wald_counts_restrictions_that_differ)
{
    const char *one[] = {"b = 2 * c"}, *twice[] = {"b = 2 * c", "2 * b - 4 * c = 0"}, *ratio[] = {"b / c = -1"};
    solow_wald_result result;
    ck_assert(solow_wald(&estimates, 1, one, &result, NULL) == SOLOW_OK);
    ck_assert_double_eq_tol(result.statistic, 36.0 / 1.17 * 25.0 / 36.0, 1e-12);
    ck_assert(result.df1 == 1 && isnan(result.df2));
    ck_assert(solow_wald(&estimates, 2, twice, &result, NULL) == SOLOW_OK);
    ck_assert(result.df1 == 1 && result.redundant == 1);
    ck_assert_double_eq_tol(result.statistic, 25.0 / 1.17, 1e-12);
    ck_assert(solow_wald(&estimates, 1, ratio, &result, NULL) == SOLOW_OK);
    double r = 2 / -1.5 + 1, db = 1 / -1.5, dc = -2 / 2.25;
    ck_assert_double_eq_tol(result.statistic, r * r / (db * db * 0.09 + dc * dc * 0.25 + 2 * db * dc * -0.02), 1e-12);
}
END_TEST

START_TEST(unknown_terms_are_named)
{
    const char *text[] = {"d = 0"}, *bad[] = {"b + = 0"};
    solow_wald_result result;
    solow_error err = {0};
    ck_assert(solow_wald(&estimates, 1, text, &result, &err) == SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "no term d"));
    err = (solow_error){0};
    ck_assert(solow_wald(&estimates, 1, bad, &result, &err) == SOLOW_ERR_INPUT);
}
END_TEST

/* All slopes zero is the F of R2; a combination is a term with its covariances, and its Wald is its squared t. */
START_TEST(record_gains_combination_and_tests)
{
    sample_data *data = sample_read("Grunfeld.csv");
    sample_result r;
    if (data == NULL) {
        return;
    }
    sample_run(data, &grunfeld, &solow_ols, &r);
    double r2 = r.record.r_squared, f = r2 / 2 / ((1 - r2) / 197);
    char name[] = "total";
    solow_model model = {.combine_count = 1};
    struct solow_combination wish = {.name = name, .expression = parse("value + capital")};
    model.combine = &wish;
    char wald_key[] = "wald", first[] = "value = 0", second[] = "capital = 0";
    solow_yaml items[2] = {{.kind = SOLOW_YAML_SCALAR, .text = first}, {.kind = SOLOW_YAML_SCALAR, .text = second}};
    solow_yaml *item[2] = {&items[0], &items[1]}, key = {.kind = SOLOW_YAML_SCALAR, .text = wald_key};
    solow_yaml value = {.kind = SOLOW_YAML_LIST, .count = 2, .item = item}, *values[] = {&value}, *keys[] = {&key};
    solow_yaml test = {.kind = SOLOW_YAML_MAPPING, .count = 1, .item = values, .key = keys}, *tests[] = {&test};
    solow_yaml list = {.kind = SOLOW_YAML_LIST, .count = 1, .item = tests};
    model.tests = &list;
    ck_assert(solow_tests(&model, NULL, NULL, &r.record, NULL) == SOLOW_OK);
    sample_close(sample_test(&r, "wald")->statistic, f, 1e-9, "F");
    ck_assert(sample_test(&r, "wald")->df2 == 197);
    ck_assert(solow_combine(&model, &r.record, NULL) == SOLOW_OK);
    const double *v = r.record.vcov;
    sample_close(sample_estimate(&r, "total"), sample_estimate(&r, "value") + sample_estimate(&r, "capital"), 1e-15,
                 "g");
    sample_close(sample_std_error(&r, "total"), sqrt(v[1 * 4 + 1] + v[2 * 4 + 2] + 2 * v[1 * 4 + 2]), 1e-12, "se");
    solow_node_destroy(wish.expression);
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {hausman_agrees_with_plm,
                                  derivatives_are_those_of_small_steps,
                                  unknown_terms_are_named,
                                  wald_counts_restrictions_that_differ,
                                  record_gains_combination_and_tests,
                                  NULL};
    TCase *const cases[] = {solow_test_case("after", tests, 60), NULL};
    return solow_test_run("after", cases);
}
