/* double_double.h - numbers of about 32 digits as an unevaluated sum of two doubles, |low| <= ulp(high) / 2.
 *
 * Source    Dekker (1971), Numerische Mathematik 18, 224-242; Ogita, Rump & Oishi (2005), SIAM J. Sci. Comput. 26,
 *           1955-1988. Correct only without contraction and reassociation (-ffp-contract=off, never -ffast-math).
 */
#ifndef SOLOW_KERNELS_DENSE_DOUBLE_DOUBLE_H
#define SOLOW_KERNELS_DENSE_DOUBLE_DOUBLE_H

#include <math.h>

typedef struct solow_dd {
    double high, low;
} solow_dd;

/* a + b exactly. */
static inline solow_dd solow_dd_two_sum(double a, double b)
{
    double s = a + b, t = s - a;
    return (solow_dd){s, (a - (s - t)) + (b - t)};
}

/* a + b exactly if |a| >= |b|. */
static inline solow_dd solow_dd_quick_sum(double a, double b)
{
    double s = a + b;
    return (solow_dd){s, b - (s - a)};
}

static inline solow_dd solow_dd_add(solow_dd a, solow_dd b)
{
    solow_dd s = solow_dd_two_sum(a.high, b.high), t = solow_dd_two_sum(a.low, b.low);
    s = solow_dd_quick_sum(s.high, s.low + t.high);
    return solow_dd_quick_sum(s.high, s.low + t.low);
}

static inline solow_dd solow_dd_negate(solow_dd a)
{
    return (solow_dd){-a.high, -a.low};
}

static inline solow_dd solow_dd_subtract(solow_dd a, solow_dd b)
{
    return solow_dd_add(a, solow_dd_negate(b));
}

static inline solow_dd solow_dd_multiply(solow_dd a, solow_dd b)
{
    double p = a.high * b.high, e = fma(a.high, b.high, -p);
    return solow_dd_quick_sum(p, e + (a.high * b.low + a.low * b.high));
}

/* a / b by two corrections of the quotient of the high parts. */
static inline solow_dd solow_dd_divide(solow_dd a, solow_dd b)
{
    double q = a.high / b.high;
    solow_dd rest = solow_dd_subtract(a, solow_dd_multiply((solow_dd){q, 0}, b));
    double second = rest.high / b.high;
    rest = solow_dd_subtract(rest, solow_dd_multiply((solow_dd){second, 0}, b));
    solow_dd quotient = solow_dd_quick_sum(q, second);
    return solow_dd_add(quotient, (solow_dd){rest.high / b.high, 0});
}

static inline double solow_dd_round(solow_dd a)
{
    return a.high + a.low;
}

#endif
