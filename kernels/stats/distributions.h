/* distributions.h - p-values, quantiles and normal helpers, with R's digits (Rmath).
 *
 * Degrees of freedom INFINITY mean the limit: z for t, chi2 / df1 for F. An argument that is NaN or out of range gives NaN,
 * never a message. Tails are computed as tails, so small p-values keep their digits.
 *
 * Checked   tests/kernels/stats/test_distributions.c
 */
#ifndef SOLOW_KERNELS_STATS_DISTRIBUTIONS_H
#define SOLOW_KERNELS_STATS_DISTRIBUTIONS_H

/* Two-sided p-value of a t statistic with df > 0 (INFINITY: z). */
double solow_p_value(double statistic, double df);

/* c with P(|t| <= c) = level, 0 < level < 1: half-width of a confidence interval in standard errors. */
double solow_critical_value(double level, double df);

/* P(t > statistic). */
double solow_t_upper(double statistic, double df);

/* P(chi2_df > statistic) and the x with P(chi2_df > x) = alpha; df > 0, also fractional. */
double solow_chi2_upper(double statistic, double df);
double solow_chi2_critical(double alpha, double df);

/* P(F_df1,df2 > statistic) and the x with P(F > x) = alpha. */
double solow_f_upper(double statistic, double df1, double df2);
double solow_f_critical(double alpha, double df1, double df2);

/* Standard normal: density, P(Z <= x), its logarithm, P(Z > x), and the x with P(Z <= x) = p. */
double solow_normal_density(double x);
double solow_normal_cdf(double x);
double solow_normal_log_cdf(double x);
double solow_normal_upper(double x);
double solow_normal_quantile(double p);

/* density(x) / cdf(x), the inverse Mills ratio: right far into the lower tail, where it tends to -x. */
double solow_inverse_mills(double x);

/* P(Gamma(shape, 1) <= x). */
double solow_gamma_cdf(double x, double shape);
/* P(Beta(a, b) <= x). */
double solow_beta_cdf(double x, double a, double b);

/* x with P(chi2_df(noncentrality) > x) = alpha; df may be fractional. */
double solow_noncentral_chi2_critical(double alpha, double df, double noncentrality);

/* Critical value of the effective first-stage F: rejects that the Nagar bias of 2SLS exceeds tau of the worst case.
 *
 *   (1) K = tr(W)^2 (1 + 2x) / (tr(W'W) + 2x tr(W) max eig(W)),   x = 1 / tau
 *   (2) c = upper alpha point of chi2_K(x K), divided by K
 *
 * trace, trace_square, largest   tr(W), tr(W'W) and the largest eigenvalue of W, the variance of the (orthonormalised)
 *                                first-stage coefficients
 * Source    Montiel Olea & Pflueger (2013), J. Business & Economic Statistics 31, 358-369, the simplified procedure:
 *           one instrument, tau = 10 %, alpha = 5 % gives 23.1.
 */
double solow_effective_f_critical(double trace, double trace_square, double largest, double tau, double alpha);

#endif
