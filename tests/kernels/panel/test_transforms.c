/* Difference, between, quasi-demeaning and within on a small unbalanced panel worked out by hand, and their identities. */
#include "kernels/panel/between.h"
#include "kernels/panel/difference.h"
#include "kernels/panel/local.h"
#include "kernels/panel/quasi.h"
#include "tests/support/runner.h"

#include <math.h>
#include <string.h>

/* Unit 0: 2000, 2001, 2003; unit 1: 1999, 2000 (absent), 2001; unit 2: one absent row. */
static const ptrdiff_t start[4] = {0, 3, 6, 7};
static const int32_t period[7] = {2000, 2001, 2003, 1999, 2000, 2001, 2000};
static const uint8_t present[7] = {1, 1, 1, 1, 0, 1, 0};
static const double values[8] = {1, 4, 10, 5, 0, 9, 0, 0};

START_TEST(differences_of_consecutive_periods_only)
{
    uint8_t kept[7];
    double x[16];
    memcpy(x, values, sizeof values);
    memcpy(x + 8, values, sizeof values);
    ck_assert_int_eq(solow_difference_rows(3, start, period, present, kept), 1);
    solow_difference(7, kept, 2, x, 8);
    static const double expected[8] = {0, 3, 0, 0, 0, 0, 0, 0};
    ck_assert_mem_eq(x, expected, sizeof expected);
    ck_assert_mem_eq(x + 8, expected, sizeof expected);
    ck_assert_int_eq(solow_difference_rows(3, start, period, NULL, kept), 3);
}
END_TEST

START_TEST(unit_means_in_the_first_present_row)
{
    uint8_t kept[7];
    double x[8], weight[7] = {1, 1, 2, 3, 0, 1, 0};
    memcpy(x, values, sizeof values);
    ck_assert_int_eq(solow_between_rows(3, start, present, kept), 2);
    solow_between_means(3, start, present, NULL, 1, x, 8);
    static const double expected[8] = {5, 0, 0, 7, 0, 0, 0, 0};
    ck_assert_mem_eq(x, expected, sizeof expected);
    memcpy(x, values, sizeof values);
    solow_between_means(3, start, present, weight, 1, x, 8);
    ck_assert_double_eq(x[0], 6.25);
    ck_assert_double_eq(x[3], 6);
}
END_TEST

/* theta = 0 leaves x, and theta -> 1 (sigma2_e = 0) is the within transform. */
START_TEST(quasi_between_none_and_within)
{
    double x[8], theta[3];
    memcpy(x, values, sizeof values);
    solow_quasi_thetas(3, start, present, 2, 0, theta);
    solow_quasi(3, start, present, theta, 1, x, 8);
    ck_assert_mem_eq(x, values, sizeof values);
    solow_quasi_thetas(3, start, present, 0, 1, theta);
    solow_quasi(3, start, present, theta, 1, x, 8);
    static const double within[8] = {-4, -1, 5, -2, 0, 2, 0, 0};
    ck_assert_mem_eq(x, within, sizeof within);
    /* T = 3, sigma2_e = 1, sigma2_u = 1: 1 - sqrt(1 / 4) */
    ck_assert_double_eq(solow_quasi_theta(3, 1, 1), 0.5);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {differences_of_consecutive_periods_only, unit_means_in_the_first_present_row,
                                  quasi_between_none_and_within, NULL};
    TCase *const cases[] = {solow_test_case("transforms", tests, 0), NULL};
    return solow_test_run("panel", cases);
}
