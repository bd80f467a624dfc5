/* bounds.c - see bounds.h. */
#include "kernels/resample/bounds.h"

#include "kernels/core/size.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdlib.h>

/* The numbers of from, or their sizes, without the missing ones. */
static ptrdiff_t take_numbers(int64_t reps, const double *from, bool sizes, double *number)
{
    ptrdiff_t count = 0;
    for (int64_t r = 0; r < reps; r++) {
        if (!isnan(from[r])) {
            number[count++] = sizes ? fabs(from[r]) : from[r];
        }
    }
    return count;
}

static double middle_of(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* Number i in rising order, in its place: what stands before is not larger, what stands behind not smaller (Hoare). */
static double choose(ptrdiff_t count, double *number, ptrdiff_t i)
{
    ptrdiff_t first = 0, last = count - 1;
    while (first < last) {
        double pivot = middle_of(number[first], number[first + (last - first) / 2], number[last]);
        ptrdiff_t left = first, right = last;
        while (left <= right) {
            while (number[left] < pivot) {
                left++;
            }
            while (number[right] > pivot) {
                right--;
            }
            if (left <= right) {
                double kept = number[left];
                number[left++] = number[right];
                number[right--] = kept;
            }
        }
        if (i > right && i < left) {
            break;
        }
        first = i >= left ? left : first;
        last = i <= right ? right : last;
    }
    return number[i];
}

/* (1); the numbers change places. */
static double quantile(ptrdiff_t count, double *number, double p)
{
    double at = p * (double)(count - 1), below = floor(at);
    ptrdiff_t i = (ptrdiff_t)below;
    if (!(p >= 0 && p <= 1)) {
        return NAN;
    }
    double one = choose(count, number, i);
    if (i + 1 == count || at <= below) {
        return one;
    }
    double next = number[i + 1];
    for (ptrdiff_t j = i + 2; j < count; j++) {
        next = number[j] < next ? number[j] : next;
    }
    return one + (at - below) * (next - one);
}

typedef struct counts { /* of draws below, about at, and above a bound */
    double below, tied, above, all;
} counts;

static counts count_about(double t, int64_t reps, const double *statistic, bool sizes)
{
    counts c = {0};
    double tie = SOLOW_TIE * fabs(t);
    for (int64_t r = 0; r < reps; r++) {
        double s = sizes ? fabs(statistic[r]) : statistic[r];
        c.below += s < t - tie ? 1 : 0;
        c.above += s > t + tie ? 1 : 0;
        c.all += isnan(s) ? 0 : 1;
    }
    c.tied = c.all - c.below - c.above;
    return c;
}

double solow_symmetric_p(double t, int64_t reps, const double *statistic)
{
    counts c = count_about(fabs(t), reps, statistic, true);
    return c.all > 0 && !isnan(t) ? (c.above + c.tied) / c.all : NAN;
}

double solow_equal_tail_p(double t, int64_t reps, const double *statistic)
{
    counts c = count_about(t, reps, statistic, false);
    return c.all > 0 && !isnan(t) ? fmin(1, 2 * (fmin(c.below, c.above) + c.tied) / c.all) : NAN;
}

double solow_acceleration(ptrdiff_t count, const double *left_out)
{
    double mean = 0, square = 0, cube = 0;
    for (ptrdiff_t g = 0; g < count; g++) {
        mean += left_out[g] / (double)count;
    }
    for (ptrdiff_t g = 0; g < count; g++) {
        double d = mean - left_out[g];
        square += d * d;
        cube += d * d * d;
    }
    return square > 0 ? cube / (6 * square * sqrt(square)) : 0;
}

/* (2) */
static double deviation(bool jackknife, ptrdiff_t count, const double *value)
{
    double mean = 0, square = 0, n = (double)count;
    for (ptrdiff_t i = 0; i < count; i++) {
        mean += value[i] / n;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        square += (value[i] - mean) * (value[i] - mean);
    }
    return sqrt(jackknife ? (n - 1) / n * square : square / (n - 1));
}

/* (8) */
static void bca(const solow_bounds_problem *p, ptrdiff_t count, double *number, solow_bounds *b)
{
    counts at = count_about(p->estimate, count, number, false), zero = count_about(0, count, number, false);
    double z0 = solow_normal_quantile((at.below + at.tied / 2) / at.all), a = p->acceleration;
    double z = solow_normal_quantile(0.5 - p->level / 2), low = z0 + z, high = z0 - z;
    if (!isfinite(z0)) {
        return;
    }
    b->low = quantile(count, number, solow_normal_cdf(z0 + low / (1 - a * low)));
    b->high = quantile(count, number, solow_normal_cdf(z0 + high / (1 - a * high)));
    double w = solow_normal_quantile((zero.below + zero.tied / 2) / zero.all) - z0;
    double tail = isinf(w) ? 0 : w / (1 + a * w) - z0;
    b->p_value = isinf(w) ? 0 : 2 * fmin(solow_normal_cdf(tail), solow_normal_upper(tail));
}

/* (5), (8) and (9): from b* alone. */
static void from_values(const solow_bounds_problem *p, ptrdiff_t count, double *number, solow_bounds *b)
{
    double half;
    switch (p->kind) {
    case SOLOW_BOUNDS_PERCENTILE:
        b->low = quantile(count, number, 0.5 - p->level / 2);
        b->high = quantile(count, number, 0.5 + p->level / 2);
        b->p_value = solow_equal_tail_p(0, count, number);
        break;
    case SOLOW_BOUNDS_BCA:
        bca(p, count, number, b);
        break;
    case SOLOW_BOUNDS_NORMAL:
        half = solow_critical_value(p->level, p->df) * b->std_error;
        b->low = p->estimate - half;
        b->high = p->estimate + half;
        b->p_value = solow_p_value(p->estimate / b->std_error, p->df);
        break;
    default:
        break;
    }
}

/* (6) and (7) */
static void from_statistics(const solow_bounds_problem *p, int64_t reps, const double *statistic, double *number,
                            solow_bounds *b)
{
    bool symmetric = p->kind == SOLOW_BOUNDS_SYMMETRIC_T;
    ptrdiff_t count = take_numbers(reps, statistic, symmetric, number);
    b->p_value = solow_symmetric_p(p->estimate / p->std_error, reps, statistic);
    if (count < 2) {
        return;
    }
    if (symmetric) {
        ptrdiff_t rejected = (ptrdiff_t)floor((1 - p->level) * (double)count * (1 + SOLOW_TIE));
        double c = choose(count, number, count - 1 - rejected);
        b->low = p->estimate - c * p->std_error;
        b->high = p->estimate + c * p->std_error;
    } else {
        b->low = p->estimate - quantile(count, number, 0.5 + p->level / 2) * p->std_error;
        b->high = p->estimate - quantile(count, number, 0.5 - p->level / 2) * p->std_error;
    }
}

solow_status solow_bounds_of(const solow_bounds_problem *problem, int64_t reps, const double *value,
                             const double *statistic, solow_bounds *bounds, solow_error *err)
{
    double *number = solow_allocate((ptrdiff_t)reps, sizeof *number);
    if (number == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to order %lld draws", (long long)reps);
    }
    *bounds = (solow_bounds){NAN, NAN, NAN, NAN, NAN};
    ptrdiff_t count = take_numbers(reps, value, false, number);
    if (count >= 2) {
        bounds->std_error = deviation(problem->jackknife, count, number);
        bounds->median = quantile(count, number, 0.5);
        from_values(problem, count, number, bounds);
        if (statistic != NULL &&
            (problem->kind == SOLOW_BOUNDS_PERCENTILE_T || problem->kind == SOLOW_BOUNDS_SYMMETRIC_T)) {
            from_statistics(problem, reps, statistic, number, bounds);
        }
    }
    free(number);
    return SOLOW_OK;
}
