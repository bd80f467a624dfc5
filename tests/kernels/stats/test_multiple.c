/* Adjusted p-values: R's p.adjust, cases by hand, the error rate that the step-down promises. */
#include "kernels/stats/multiple.h"
#include "kernels/stats/random.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>

/* R 4.2: p.adjust(c(.01, .04, .03, .005, .55, .04, .2), "holm" and "BH") */
static const double p[7] = {0.01, 0.04, 0.03, 0.005, 0.55, 0.04, 0.2};
static const double holm[7] = {0.06, 0.16, 0.15, 0.035, 0.55, 0.16, 0.4};
static const double bh[7] = {0.035, 0.056, 0.056, 0.035, 0.55, 0.056, 0.23333333333333336};

START_TEST(holm_and_bh_are_those_of_r)
{
    double adjusted[8], with_hole[8];
    solow_error err = {0};
    ck_assert_int_eq(solow_adjust_holm(7, p, adjusted, &err), SOLOW_OK);
    for (int i = 0; i < 7; i++) {
        ck_assert_double_eq_tol(adjusted[i], holm[i], 1e-15);
    }
    ck_assert_int_eq(solow_adjust_bh(7, p, adjusted, &err), SOLOW_OK);
    for (int i = 0; i < 7; i++) {
        ck_assert_double_eq_tol(adjusted[i], bh[i], 1e-15);
        with_hole[i + (i > 2)] = p[i];
    }
    with_hole[3] = NAN; /* as R leaves it out */
    ck_assert_int_eq(solow_adjust_bh(8, with_hole, adjusted, &err), SOLOW_OK);
    ck_assert(isnan(adjusted[3]));
    ck_assert_double_eq_tol(adjusted[4], bh[3], 1e-15);
    ck_assert_int_eq(solow_adjust_holm(8, with_hole, adjusted, &err), SOLOW_OK);
    ck_assert(isnan(adjusted[3]));
    ck_assert_double_eq_tol(adjusted[7], holm[6], 1e-15);
}
END_TEST

/* Three hypotheses, four draws. Order 1, 2, 0 by |t| = 4, 2.5, 1.
 * First: max over all of 2, 5, 1, 4 (a tie): 2 of 4. Second: max of the others 2, 3, 1, 0.5: one of 2.5 or more; third: its own
 * draws 2, 0, 1, 0.5 against 1: two. Monotone: (1 + 2) / 5, (1 + 1) / 5 -> 3 / 5, 3 / 5. */
START_TEST(step_down_by_hand)
{
    const double statistic[3] = {1, 4, 2.5};
    const double drawn[12] = {2, 0, 1, 0.5, 1, 5, 0, 4 * (1 - 1e-13), 0.1, 3, 0.2, 0.3};
    double adjusted[3];
    solow_error err = {0};
    ck_assert_int_eq(solow_adjust_step_down(3, statistic, 4, drawn, false, adjusted, &err), SOLOW_OK);
    ck_assert_double_eq_tol(adjusted[1], 0.6, 1e-15);
    ck_assert_double_eq_tol(adjusted[2], 0.6, 1e-15);
    ck_assert_double_eq_tol(adjusted[0], 0.6, 1e-15);
    ck_assert_int_eq(solow_adjust_step_down(3, statistic, 4, drawn, true, adjusted, &err), SOLOW_OK);
    ck_assert_double_eq_tol(adjusted[1], 0.5, 1e-15);
    const double clear[3] = {1, 6, 2.5}; /* the first is beyond all draws: 1 / 5, then (1 + 1) / 5, then 3 / 5 */
    ck_assert_int_eq(solow_adjust_step_down(3, clear, 4, drawn, false, adjusted, &err), SOLOW_OK);
    ck_assert_double_eq_tol(adjusted[1], 0.2, 1e-15);
    ck_assert_double_eq_tol(adjusted[2], 0.4, 1e-15);
    ck_assert_double_eq_tol(adjusted[0], 0.6, 1e-15);
}
END_TEST

/* Of one hypothesis minP is maxT; a scale of one hypothesis does not matter to minP. */
START_TEST(marginal_p)
{
    double statistic = 2, drawn[5] = {3, 1, 2, 0.5, 4}, adjusted;
    solow_error err = {0};
    ck_assert_int_eq(solow_adjust_marginal(&statistic, 5, drawn, false, &err), SOLOW_OK);
    ck_assert_double_eq_tol(statistic, -4.0 / 6, 1e-15); /* 3, 2, 4 reach it */
    ck_assert_double_eq_tol(drawn[4], -1.0 / 6, 1e-15);  /* only itself */
    ck_assert_double_eq_tol(drawn[0], -2.0 / 6, 1e-15);
    ck_assert_double_eq_tol(drawn[2], -4.0 / 6, 1e-15); /* 3, 4, itself, and the estimate */
    ck_assert_double_eq_tol(drawn[3], -1.0, 1e-15);
    ck_assert_int_eq(solow_adjust_step_down(1, &statistic, 5, drawn, false, &adjusted, &err), SOLOW_OK);
    ck_assert_double_eq_tol(adjusted, 4.0 / 6, 1e-15);
}
END_TEST

enum { HYPOTHESES = 6, TRUE_ONES = 4, DRAWS = 199, SAMPLES = 2000 };

/* Four correlated true hypotheses beside two false ones: some true one is rejected at 10 % in at most 10 % of samples, up to
 * three standard errors of the simulation; the marginal p-values do it more often; false ones are found. */
START_TEST(family_wise_error)
{
    double statistic[HYPOTHESES], adjusted[HYPOTHESES], normal[HYPOTHESES + 1];
    double *drawn = malloc(HYPOTHESES * DRAWS * sizeof *drawn);
    ck_assert_ptr_nonnull(drawn);
    int wrong = 0, marginal = 0, found = 0;
    solow_error err = {0};
    for (int s = 0; s < SAMPLES; s++) {
        int family = 0, alone = 0;
        for (int r = -1; r < DRAWS; r++) { /* -1: the sample itself */
            const solow_draws draws = {42, (uint64_t)s, (uint64_t)(r + 1)};
            solow_draw_normal(&draws, 0, HYPOTHESES + 1, normal);
            for (int k = 0; k < HYPOTHESES; k++) {
                double t = fabs(0.6 * normal[HYPOTHESES] + 0.8 * normal[k] + (r < 0 && k >= TRUE_ONES ? 5 : 0));
                *(r < 0 ? &statistic[k] : &drawn[k * DRAWS + r]) = t;
            }
        }
        ck_assert_int_eq(solow_adjust_step_down(HYPOTHESES, statistic, DRAWS, drawn, false, adjusted, &err), SOLOW_OK);
        for (int k = 0; k < TRUE_ONES; k++) {
            family = family || adjusted[k] <= 0.1;
            alone = alone || statistic[k] > 1.6448536269514722;
        }
        wrong += family;
        marginal += alone;
        found += adjusted[TRUE_ONES] <= 0.1 && adjusted[TRUE_ONES + 1] <= 0.1;
    }
    free(drawn);
    ck_assert_double_le((double)wrong / SAMPLES, 0.1 + 3 * sqrt(0.09 / SAMPLES));
    ck_assert_double_ge((double)wrong / SAMPLES, 0.07); /* it steps down: it is not wasteful */
    ck_assert_double_ge((double)marginal / SAMPLES, 0.2);
    ck_assert_double_ge((double)found / SAMPLES, 0.95);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {holm_and_bh_are_those_of_r, step_down_by_hand, marginal_p, family_wise_error, NULL};
    TCase *const cases[] = {solow_test_case("multiple", tests, 60), NULL};
    return solow_test_run("multiple", cases);
}
