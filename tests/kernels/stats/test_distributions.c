/* R 4.2.2's digits, limits, and arguments out of range. */
#include "kernels/stats/distributions.h"
#include "tests/support/runner.h"

#include <math.h>

static void near(double ours, double theirs)
{
    ck_assert_msg(fabs(ours - theirs) <= 1e-14 * fabs(theirs), "%.17g is not %.17g", ours, theirs);
}

START_TEST(agrees_with_r)
{
    near(solow_p_value(-2.3, 7), 0.054991095204371537);                    /* 2 * pt(-2.3, 7) */
    near(solow_p_value(2.3, 7), 0.054991095204371537);                     /* two-sided */
    near(solow_p_value(40, 30), 1.3726045194406362e-27);                   /* 2 * pt(-40, 30) */
    near(solow_p_value(5, INFINITY), 5.7330314375838782e-07);              /* 2 * pnorm(-5) */
    near(solow_critical_value(0.95, 12), 2.1788128296672284);              /* qt(.975, 12) */
    near(solow_chi2_upper(31.381, 25), 0.17671137692875649);               /* pchisq(31.381, 25, lower = FALSE) */
    near(solow_f_upper(49.177, 10, 180), 2.9790647955120532e-46);          /* pf(49.177, 10, 180, lower = FALSE) */
    near(solow_chi2_critical(0.05, 3.7), 8.9971355676276836);              /* qchisq(.05, 3.7, lower = FALSE) */
    near(solow_f_critical(0.05, 3, 40), 2.8387453980206434);               /* qf(.05, 3, 40, lower = FALSE) */
    near(solow_normal_log_cdf(-10), -53.23128515051247);                   /* pnorm(-10, log = TRUE) */
    near(solow_inverse_mills(-30), 30.033259667433679);                    /* dnorm(-30) / pnorm(-30) */
    near(solow_inverse_mills(-5.25), 5.4286553883860993);                  /* dnorm(-5.25) / pnorm(-5.25) */
    near(solow_normal_quantile(1e-10), -6.3613409024040557);               /* qnorm(1e-10) */
    near(solow_noncentral_chi2_critical(0.05, 1, 10), 23.108511211606483); /* qchisq(.95, 1, 10) */
    near(solow_gamma_cdf(2, 3.5), 0.22022259152428406);                    /* pgamma(2, 3.5) */
    near(solow_beta_cdf(0.3, 2, 5), 0.57982500000000015);                  /* pbeta(.3, 2, 5) */
}
END_TEST

START_TEST(limits_and_inverses)
{
    near(solow_f_upper(2, 3, INFINITY), solow_chi2_upper(6, 3));
    near(solow_f_critical(0.05, 3, INFINITY), solow_chi2_critical(0.05, 3) / 3);
    near(solow_critical_value(0.9, INFINITY), -solow_normal_quantile(0.05));
    ck_assert_double_eq_tol(solow_f_upper(solow_f_critical(0.01, 4, 9), 4, 9), 0.01, 1e-14);
    ck_assert_double_eq_tol(solow_p_value(solow_critical_value(0.95, 3), 3), 0.05, 1e-14);
    ck_assert_double_eq_tol(solow_normal_cdf(1.3) + solow_normal_upper(1.3), 1, 1e-15);
    near(solow_normal_density(0), 1 / sqrt(2 * acos(-1)));
    near(solow_inverse_mills(0), sqrt(2 / acos(-1)));
    ck_assert(solow_inverse_mills(-1e9) == 1e9);
    ck_assert(solow_inverse_mills(40) < 1e-300);
    ck_assert(solow_p_value(INFINITY, 5) == 0 && solow_p_value(0, 5) == 1);
    ck_assert(solow_normal_quantile(0) == -INFINITY && solow_normal_quantile(1) == INFINITY);
}
END_TEST

START_TEST(out_of_range_is_nan)
{
    ck_assert(isnan(solow_p_value(NAN, 5)) && isnan(solow_p_value(1, 0)) && isnan(solow_p_value(1, NAN)));
    ck_assert(isnan(solow_critical_value(1, 5)) && isnan(solow_critical_value(0.95, -1)));
    ck_assert(isnan(solow_chi2_upper(1, 0)) && isnan(solow_f_upper(1, 0, 5)) && isnan(solow_f_upper(1, 5, NAN)));
    ck_assert(isnan(solow_normal_quantile(-0.1)) && isnan(solow_inverse_mills(NAN)));
    ck_assert(isnan(solow_effective_f_critical(0, 1, 1, 0.1, 0.05)));
}
END_TEST

/* Montiel Olea and Pflueger (2013), table 1, alpha = 5 %, one instrument: 37.4, 23.1, 15.1, 12.0. */
START_TEST(effective_f_critical_values)
{
    static const double tau[] = {0.05, 0.1, 0.2, 0.3}, printed[] = {37.4, 23.1, 15.1, 12.0};
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq_tol(solow_effective_f_critical(2.5, 6.25, 2.5, tau[i], 0.05), printed[i], 0.05);
    }
    double homoskedastic = solow_effective_f_critical(3, 3, 1, 0.1, 0.05); /* K = 3 when W is the identity */
    near(homoskedastic, solow_noncentral_chi2_critical(0.05, 3, 30) / 3);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {agrees_with_r, limits_and_inverses, out_of_range_is_nan, effective_f_critical_values,
                                  NULL};
    TCase *const cases[] = {solow_test_case("distributions", tests, 0), NULL};
    return solow_test_run("stats", cases);
}
