/* Quantiles, intervals and p-values of draws against R's figures and against what they are by definition. */
#include "kernels/resample/bounds.h"
#include "kernels/stats/distributions.h"
#include "kernels/stats/random.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>

enum { N = 19 };
static const double draws[N] = {3.1, -0.4, 2.2, 1.9,  NAN, 0.7, 2.8, 1.1, 4.2, 0.2,
                                1.5, 2.0,  1.3, -1.2, 2.6, 1.7, 0.9, 3.5, 2.4};

static solow_bounds bounds(solow_bounds_kind kind, const double *statistic)
{
    solow_bounds made;
    solow_bounds_problem problem = {
        .kind = kind, .estimate = 1.6, .std_error = 1.25, .level = 0.9, .df = INFINITY, .acceleration = 0.03};
    ck_assert_int_eq(solow_bounds_of(&problem, N, draws, statistic, &made, NULL), SOLOW_OK);
    return made;
}

/* R: x <- c(...); sd(x); median(x); quantile(x, c(.05, .95)) */
START_TEST(percentiles_are_those_of_r)
{
    solow_bounds b = bounds(SOLOW_BOUNDS_PERCENTILE, NULL);
    ck_assert_double_eq_tol(b.std_error, 1.363590512202003, 1e-12);
    ck_assert_double_eq_tol(b.median, 1.8, 1e-14);
    ck_assert_double_eq_tol(b.low, -0.52, 1e-14);
    ck_assert_double_eq_tol(b.high, 3.605, 1e-14);
    ck_assert_double_eq_tol(b.p_value, 4 / 18.0, 1e-15); /* two of 18 are below 0 */
}
END_TEST

/* R: z0 <- qnorm(mean(x < 1.6)); a <- .03; z <- z0 + qnorm(c(.05, .95)); quantile(x, pnorm(z0 + z / (1 - a * z)));
 * w <- qnorm(mean(x < 0)) - z0; 2 * pnorm(w / (1 + a * w) - z0) */
START_TEST(bca_is_that_of_r)
{
    solow_bounds b = bounds(SOLOW_BOUNDS_BCA, NULL);
    ck_assert_double_eq_tol(b.low, -0.7463379937298639, 1e-12);
    ck_assert_double_eq_tol(b.high, 3.3871826189209342, 1e-12);
    ck_assert_double_eq_tol(b.p_value, 0.3283479974594595, 1e-12); /* the level at which an end stands at 0 */
}
END_TEST

START_TEST(normal_has_its_law)
{
    solow_bounds b = bounds(SOLOW_BOUNDS_NORMAL, NULL);
    ck_assert_double_eq_tol(b.high - b.low, 2 * 1.6448536269514722 * b.std_error, 1e-12);
    ck_assert_double_eq_tol(b.p_value, 2 * solow_normal_upper(1.6 / b.std_error), 1e-14);
    solow_bounds_problem jackknife = {
        .kind = SOLOW_BOUNDS_NORMAL, .jackknife = true, .estimate = 1.6, .level = 0.9, .df = 17};
    solow_bounds j;
    ck_assert_int_eq(solow_bounds_of(&jackknife, N, draws, NULL, &j, NULL), SOLOW_OK);
    ck_assert_double_eq_tol(j.std_error, b.std_error * sqrt(17 * 17 / 18.0),
                            1e-12); /* (n - 1) / n sum against / (n - 1) */
    ck_assert_double_eq_tol(j.high - j.low, 2 * 1.739606726 * j.std_error, 1e-8);
}
END_TEST

/* t* = (b* - b) / se: percentile-t then mirrors the percentiles about b. */
START_TEST(t_intervals_mirror)
{
    double statistic[N];
    for (int i = 0; i < N; i++) {
        statistic[i] = (draws[i] - 1.6) / 1.25;
    }
    solow_bounds p = bounds(SOLOW_BOUNDS_PERCENTILE, NULL), t = bounds(SOLOW_BOUNDS_PERCENTILE_T, statistic),
                 s = bounds(SOLOW_BOUNDS_SYMMETRIC_T, statistic);
    ck_assert_double_eq_tol(t.low, 2 * 1.6 - p.high, 1e-14);
    ck_assert_double_eq_tol(t.high, 2 * 1.6 - p.low, 1e-14);
    ck_assert_double_eq_tol(s.high - 1.6, 2.6, 1e-14);   /* floor(1.8) = 1 rejected: the second largest of |b* - b| */
    ck_assert_double_eq_tol(s.p_value, 4 / 18.0, 1e-15); /* |b* - b| >= 1.6: 4.2, -0.4, -1.2, 3.5 */
}
END_TEST

/* The symmetric interval holds 0 if and only if p > alpha, at every level. */
START_TEST(symmetric_interval_and_test_agree)
{
    enum { B = 399 };
    double t[B], value[B];
    solow_draws from = {.seed = 4};
    solow_draw_normal(&from, 0, B, t);
    for (int i = 0; i < B; i++) {
        value[i] = t[i];
    }
    for (int l = 1; l < 400; l++) {
        solow_bounds b;
        solow_bounds_problem problem = {
            .kind = SOLOW_BOUNDS_SYMMETRIC_T, .estimate = 1.3, .std_error = 1, .level = l / 400.0, .df = INFINITY};
        ck_assert_int_eq(solow_bounds_of(&problem, B, value, t, &b, NULL), SOLOW_OK);
        ck_assert((b.low <= 0) == (b.p_value > 1 - l / 400.0));
    }
}
END_TEST

START_TEST(ties_count)
{
    const double t[8] = {1, -1, 1 + 1e-13, 1 - 1e-13, 0.5, -3, 2, NAN};
    ck_assert_double_eq(solow_symmetric_p(1, 8, t), 6 / 7.0);
    ck_assert_double_eq(solow_symmetric_p(-1, 8, t), 6 / 7.0);
    ck_assert_double_eq(solow_equal_tail_p(1, 8, t), 1); /* 2 min(6, 4) / 7, at most 1 */
    ck_assert_double_eq(solow_equal_tail_p(2, 8, t), 2 * 1 / 7.0);
    ck_assert(isnan(solow_symmetric_p(1, 1, t + 7)) && isnan(solow_symmetric_p(NAN, 8, t)));
}
END_TEST

/* a of a sum of cubes by hand: left out 1, 2, 6: mean 3, d = 2, 1, -3. */
START_TEST(acceleration_by_hand)
{
    const double left[3] = {1, 2, 6};
    ck_assert_double_eq_tol(solow_acceleration(3, left), (8 + 1 - 27) / (6 * 14 * sqrt(14)), 1e-15);
    const double same[3] = {2, 2, 2};
    ck_assert_double_eq(solow_acceleration(3, same), 0);
}
END_TEST

START_TEST(one_draw_says_nothing)
{
    solow_bounds b;
    solow_bounds_problem problem = {.kind = SOLOW_BOUNDS_PERCENTILE, .estimate = 1, .level = 0.95};
    ck_assert_int_eq(solow_bounds_of(&problem, 1, draws, NULL, &b, NULL), SOLOW_OK);
    ck_assert(isnan(b.std_error) && isnan(b.low) && isnan(b.high) && isnan(b.p_value) && isnan(b.median));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {percentiles_are_those_of_r,
                                  bca_is_that_of_r,
                                  normal_has_its_law,
                                  t_intervals_mirror,
                                  symmetric_interval_and_test_agree,
                                  ties_count,
                                  acceleration_by_hand,
                                  one_draw_says_nothing,
                                  NULL};
    TCase *const cases[] = {solow_test_case("bounds", tests, 0), NULL};
    return solow_test_run("bounds", cases);
}
