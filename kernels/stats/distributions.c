/* distributions.c - see distributions.h. Arguments are checked here because Rmath prints when they are wrong. */
#define MATHLIB_STANDALONE
#include "kernels/stats/distributions.h"

#include <Rmath.h>
#include <math.h>
#include <stdbool.h>

static const double root_two_pi = 2.50662827463100050242;

static bool is_probability(double p)
{
    return p > 0 && p < 1;
}

double solow_p_value(double statistic, double df)
{
    return 2 * solow_t_upper(fabs(statistic), df);
}

double solow_t_upper(double statistic, double df)
{
    if (isnan(statistic) || !(df > 0)) {
        return NAN;
    }
    return isinf(df) ? pnorm(statistic, 0, 1, 0, 0) : pt(statistic, df, 0, 0);
}

double solow_critical_value(double level, double df)
{
    if (!is_probability(level) || !(df > 0)) {
        return NAN;
    }
    double tail = (1 - level) / 2;
    return isinf(df) ? qnorm(tail, 0, 1, 0, 0) : qt(tail, df, 0, 0);
}

double solow_chi2_upper(double statistic, double df)
{
    return isnan(statistic) || !(df > 0) || isinf(df) ? NAN : pchisq(statistic, df, 0, 0);
}

double solow_chi2_critical(double alpha, double df)
{
    return !is_probability(alpha) || !(df > 0) || isinf(df) ? NAN : qchisq(alpha, df, 0, 0);
}

double solow_f_upper(double statistic, double df1, double df2)
{
    if (isnan(statistic) || !(df1 > 0) || isinf(df1) || !(df2 > 0)) {
        return NAN;
    }
    return isinf(df2) ? pchisq(statistic * df1, df1, 0, 0) : pf(statistic, df1, df2, 0, 0);
}

double solow_f_critical(double alpha, double df1, double df2)
{
    if (!is_probability(alpha) || !(df1 > 0) || isinf(df1) || !(df2 > 0)) {
        return NAN;
    }
    return isinf(df2) ? qchisq(alpha, df1, 0, 0) / df1 : qf(alpha, df1, df2, 0, 0);
}

double solow_normal_density(double x)
{
    return exp(-x * x / 2) / root_two_pi;
}

double solow_normal_cdf(double x)
{
    return isnan(x) ? NAN : pnorm(x, 0, 1, 1, 0);
}

double solow_normal_log_cdf(double x)
{
    return isnan(x) ? NAN : pnorm(x, 0, 1, 1, 1);
}

double solow_normal_upper(double x)
{
    return isnan(x) ? NAN : pnorm(x, 0, 1, 0, 0);
}

double solow_normal_quantile(double p)
{
    return is_probability(p) ? qnorm(p, 0, 1, 1, 0) : p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
}

/* Below -5 Laplace's continued fraction t + 1/(t + 2/(t + 3/(t + ...))), t = -x: the ratio of two tails would lose a
 * digit for each digit of x^2. */
double solow_inverse_mills(double x)
{
    if (x < -5) {
        double fraction = -x;
        for (int term = 40; term > 0; term--) {
            fraction = term / fraction - x;
        }
        return fraction;
    }
    return solow_normal_density(x) / solow_normal_cdf(x);
}

double solow_gamma_cdf(double x, double shape)
{
    return isnan(x) || !(shape > 0) || isinf(shape) ? NAN : pgamma(x, shape, 1, 1, 0);
}

double solow_beta_cdf(double x, double a, double b)
{
    return isnan(x) || !(a > 0) || !(b > 0) || isinf(a) || isinf(b) ? NAN : pbeta(x, a, b, 1, 0);
}

double solow_noncentral_chi2_critical(double alpha, double df, double noncentrality)
{
    if (!is_probability(alpha) || !(df > 0) || isinf(df) || !(noncentrality >= 0) || isinf(noncentrality)) {
        return NAN;
    }
    return noncentrality > 0 ? qnchisq(1 - alpha, df, noncentrality, 1, 0) : solow_chi2_critical(alpha, df);
}

double solow_effective_f_critical(double trace, double trace_square, double largest, double tau, double alpha)
{
    if (!(trace > 0) || !(trace_square > 0) || !(largest > 0) || !(tau > 0)) {
        return NAN;
    }
    double x = 1 / tau, k = trace * trace * (1 + 2 * x) / (trace_square + 2 * x * trace * largest);
    return solow_noncentral_chi2_critical(alpha, k, x * k) / k;
}
