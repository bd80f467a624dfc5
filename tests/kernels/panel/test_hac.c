/* Bartlett sums against the formula written out, and their limits. */
#include "kernels/panel/hac.h"
#include "tests/support/runner.h"

#include <string.h>

static const ptrdiff_t start[3] = {0, 3, 5};
static const int32_t period[5] = {1, 2, 4, 1, 2};
static const double score[16] = {1, -2, 3, 2, 5, 0, 0, 0, 0.5, 1, -1, 2, 1, 0, 0, 0};

START_TEST(no_lags_is_the_sum_of_squares)
{
    double sum[4] = {0};
    solow_hac_within(2, start, period, 2, score, 8, 0, sum);
    ck_assert_double_eq(sum[0], 1 + 4 + 9 + 4 + 25);
    ck_assert_double_eq(sum[1], 0.5 - 2 - 3 + 4 + 5);
    ck_assert_double_eq(sum[2], sum[1]);
    ck_assert_double_eq(sum[3], 0.25 + 1 + 1 + 4 + 1);
}
END_TEST

/* L = 1: periods 2 and 4 of the first unit are no neighbours. L = 2 (weights 2/3, 1/3): they are. */
START_TEST(lags_are_calendar_lags)
{
    double sum[4] = {0};
    solow_hac_within(2, start, period, 1, score, 8, 1, sum);
    ck_assert_double_eq_tol(sum[0], 43 + 0.5 * 2 * (1 * -2 + 2 * 5), 1e-14);
    memset(sum, 0, sizeof sum);
    solow_hac_within(2, start, period, 1, score, 8, 2, sum);
    ck_assert_double_eq_tol(sum[0], 43 + 2.0 / 3 * 2 * (-2 + 10) + 1.0 / 3 * 2 * (-2 * 3), 1e-14);
}
END_TEST

/* One unit with every period: within and by periods are the same sum. */
START_TEST(one_unit_is_a_time_series)
{
    static const ptrdiff_t whole[2] = {0, 4};
    static const int32_t years[4] = {1990, 1991, 1992, 1993};
    static const double by_column[16] = {1, 2, -1, 3, 0, 0, 0, 0, 2, -2, 1, 1, 0, 0, 0, 0};
    static const double by_period[8] = {1, 2, 2, -2, -1, 1, 3, 1};
    double within[4] = {0}, periods[4] = {0};
    solow_hac_within(1, whole, years, 2, by_column, 8, 3, within);
    solow_hac_periods(4, 2, by_period, 3, periods);
    ck_assert_mem_eq(within, periods, sizeof within);
    ck_assert_double_eq(within[1], within[2]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {no_lags_is_the_sum_of_squares, lags_are_calendar_lags, one_unit_is_a_time_series,
                                  NULL};
    TCase *const cases[] = {solow_test_case("hac", tests, 0), NULL};
    return solow_test_run("panel", cases);
}
