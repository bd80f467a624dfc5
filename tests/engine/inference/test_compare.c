/* Joint variances and the equality test: known sums, properties, a refused input. Figures against R: tests/cli/test_compare.sh. */
#include "engine/inference/compare.h"
#include "tests/support/runner.h"

#include <math.h>
#include <string.h>

START_TEST(sums_meet_by_label)
{
    static const char *const label[] = {"Ohio", "Utah", "Iowa", "Texas"};
    static const double first[8] = {2, 0, 3, 0, 0, 0, -1, 0}, second[4] = {5, 7, 0, 11};
    uint64_t number[4];
    solow_cluster_sum a[4], b[4], apart[1];
    for (int i = 0; i < 4; i++) {
        number[i] = solow_cluster_number(label[i]);
    }
    ck_assert_int_eq(solow_cluster_sort(4, number, first, 2, a), 3); /* the third is zero */
    ck_assert_int_eq(solow_cluster_sort(4, number, second, 1, b), 3);
    for (int i = 1; i < 3; i++) {
        ck_assert(a[i - 1].cluster < a[i].cluster);
    }
    ck_assert(solow_cluster_cross(3, a, 3, b) == 2 * 5 + 3 * 7 - 11);
    ck_assert(solow_cluster_cross(3, b, 3, a) == 2 * 5 + 3 * 7 - 11);
    ck_assert(solow_cluster_cross(3, a, 3, a) == 4 + 9 + 1);
    apart[0] = (solow_cluster_sum){solow_cluster_number("Maine"), 9};
    ck_assert(solow_cluster_cross(3, a, 1, apart) == 0);
}
END_TEST

/* Independent estimates: W = (b1 - b2)^2 / (v1 + v2), and any order of the members gives the same. */
START_TEST(independent_estimates)
{
    const double b[3] = {1, 3, 2}, v[9] = {0.5, 0, 0, 0, 1.5, 0, 0, 0, 2};
    const double turned[3] = {2, 1, 3}, turned_v[9] = {2, 0, 0, 0, 0.5, 0, 0, 0, 1.5}, two_v[4] = {0.5, 0, 0, 1.5};
    solow_wald_result result, again;
    solow_error err = {0};
    ck_assert(solow_compare(2, b, two_v, 9, &result, &err) == SOLOW_OK);
    ck_assert_double_eq_tol(result.statistic, 4 / 2.0, 1e-14);
    ck_assert(result.df1 == 1 && result.df2 == 9);
    ck_assert(solow_compare(3, b, v, INFINITY, &result, &err) == SOLOW_OK);
    ck_assert(solow_compare(3, turned, turned_v, INFINITY, &again, &err) == SOLOW_OK);
    /* weights 2, 2/3, 1/2 about their mean (2 + 2 + 1) / (19/6) */
    double mean = 30.0 / 19,
           w = 2 * (1 - mean) * (1 - mean) + (3 - mean) * (3 - mean) / 1.5 + (2 - mean) * (2 - mean) / 2;
    ck_assert_double_eq_tol(result.chi2, w, 1e-13);
    ck_assert_double_eq_tol(again.chi2, w, 1e-13);
    ck_assert(isnan(result.df2) && result.df1 == 2);
}
END_TEST

START_TEST(the_same_estimate_twice_is_refused)
{
    const double b[2] = {1, 1 + 1e-15}, v[4] = {2, 2, 2, 2 + 4e-16};
    solow_wald_result result;
    solow_error err = {0};
    ck_assert(solow_compare(2, b, v, 9, &result, &err) == SOLOW_ERR_NUMERIC);
    ck_assert(strstr(err.message, "no variance") != NULL);
}
END_TEST

START_TEST(patterns_that_can_be_stacked)
{
    static const struct {
        solow_vcov_kind kind, stacked;
        bool can;
    } cases[] = {{SOLOW_VCOV_IID, SOLOW_VCOV_HC1, true},         {SOLOW_VCOV_HC0, SOLOW_VCOV_HC0, true},
                 {SOLOW_VCOV_HC3, SOLOW_VCOV_HC1, true},         {SOLOW_VCOV_CLUSTER, SOLOW_VCOV_CLUSTER, true},
                 {SOLOW_VCOV_NEWEY_WEST, SOLOW_VCOV_IID, false}, {SOLOW_VCOV_DRISCOLL_KRAAY, SOLOW_VCOV_IID, false},
                 {SOLOW_VCOV_CONLEY, SOLOW_VCOV_IID, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        solow_vcov_spec stacked, spec = {.kind = cases[i].kind, .type = SOLOW_CLUSTER_CR3};
        ck_assert(solow_compare_pattern(&spec, &stacked) == cases[i].can);
        ck_assert(!cases[i].can || stacked.kind == cases[i].stacked);
        ck_assert(cases[i].kind != SOLOW_VCOV_CLUSTER || stacked.type == SOLOW_CLUSTER_CR1);
    }
}
END_TEST

/* psi of each row, with analytic and frequency weights, over more rows than one chunk. */
START_TEST(influence_of_rows)
{
    enum { ROWS = 300, LD = 304 };
    static double x[2 * LD], w[LD], values[2 * LD];
    const double residual[2] = {-2, 1}, one[2] = {0.5, 0}, other[2] = {1, 0};
    const double *const weight[2] = {one, other};
    for (int i = 0; i < ROWS; i++) {
        x[i] = i % 7;
        x[LD + i] = 3 * x[i] - i % 5;
        w[i] = i % 4;
    }
    solow_influence_rows c = {.columns = 2, .terms = 2, .residual = residual, .weight = weight};
    solow_view view = {.rows = ROWS, .columns = 2, .ld = LD, .x = x, .weight = w};
    for (int root = 0; root < 2; root++) {
        c.root = root == 1;
        solow_influence_values(&c, &view, values);
        for (int i = 0; i < ROWS; i++) {
            double e = x[LD + i] - 2 * x[i], size = root ? sqrt(w[i]) : w[i];
            ck_assert_double_eq_tol(values[i], size * e * 0.5 * x[i], 1e-12);
            ck_assert_double_eq_tol(values[LD + i], size * e * x[i], 1e-12);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        sums_meet_by_label,           independent_estimates, the_same_estimate_twice_is_refused,
        patterns_that_can_be_stacked, influence_of_rows,     NULL};
    TCase *const cases[] = {solow_test_case("compare", tests, 30), NULL};
    return solow_test_run("compare", cases);
}
