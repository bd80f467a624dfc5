/* compensated.c - see compensated.h. */
#include "kernels/dense/compensated.h"

#include "kernels/dense/double_double.h"
#include "kernels/dense/precise_clones.h"

void solow_gram_precise_at_level(solow_level level, ptrdiff_t rows, ptrdiff_t columns, const double *x, ptrdiff_t ld,
                                 const double *weight, double *high, double *low)
{
    solow_precise_task task = {
        .rows = rows, .columns = columns, .ld = ld, .x = x, .weight = weight, .high = high, .low = low};
    switch (level) {
#if defined(__x86_64__)
    case SOLOW_LEVEL_AVX512:
        solow_precise_avx512(&task);
        break;
    case SOLOW_LEVEL_AVX2:
        solow_precise_avx2(&task);
        break;
#endif
    default:
        solow_precise_portable(&task);
        break;
    }
}

void solow_gram_precise(ptrdiff_t rows, ptrdiff_t columns, const double *x, ptrdiff_t ld, const double *weight,
                        double *high, double *low)
{
    solow_gram_precise_at_level(solow_best_level(), rows, columns, x, ld, weight, high, low);
}

void solow_sum_precise(ptrdiff_t n, double *high_into, double *low_into, const double *high_from,
                       const double *low_from)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        solow_dd sum = solow_dd_add((solow_dd){high_into[i], low_into[i]}, (solow_dd){high_from[i], low_from[i]});
        high_into[i] = sum.high;
        low_into[i] = sum.low;
    }
}

/* The factor while it is made: u[i + j n] for i < j is U, u[j + j n] the pivot; v holds D U for the current column. */
typedef struct factor {
    ptrdiff_t k;
    const bool *kept;
    solow_dd *u; /* [k+1 x k+1] */
    solow_dd *v; /* [k+1] */
} factor;

ptrdiff_t solow_precise_work(ptrdiff_t k)
{
    return 2 * ((k + 1) * (k + 1) + (k + 1) + k * k);
}

/* (3) column j of the factor and its pivot. */
static solow_dd eliminate(factor *f, ptrdiff_t j, const double *high, const double *low)
{
    ptrdiff_t n = f->k + 1;
    solow_dd *u = f->u + j * n, pivot = {high[j], low[j]};
    for (ptrdiff_t i = 0; i < j; i++) {
        if (!f->kept[i]) {
            u[i] = (solow_dd){0, 0};
            continue;
        }
        solow_dd v = {high[i], low[i]};
        for (ptrdiff_t m = 0; m < i; m++) {
            if (f->kept[m]) {
                v = solow_dd_subtract(v, solow_dd_multiply(f->u[m + i * n], f->v[m]));
            }
        }
        f->v[i] = v;
        u[i] = solow_dd_divide(v, f->u[i + i * n]);
        pivot = solow_dd_subtract(pivot, solow_dd_multiply(u[i], v));
    }
    u[j] = pivot;
    return pivot;
}

/* Solves U x = right in place for the kept among the first `size` columns. */
static void back_substitute(const factor *f, ptrdiff_t size, solow_dd *right)
{
    ptrdiff_t n = f->k + 1;
    for (ptrdiff_t j = size - 1; j >= 0; j--) {
        for (ptrdiff_t i = 0; f->kept[j] && i < j; i++) {
            right[i] = solow_dd_subtract(right[i], solow_dd_multiply(f->u[i + j * n], right[j]));
        }
    }
}

/* (5) t = U^-1 column by column, then the sum over m of t_im t_jm / d_m. */
static void invert(const factor *f, solow_dd *t, double *inverse)
{
    ptrdiff_t k = f->k, n = k + 1;
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            t[i + j * k] = (solow_dd){i == j && f->kept[j] ? 1 : 0, 0};
        }
        back_substitute(f, j + 1, t + j * k);
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            solow_dd sum = {0, 0};
            for (ptrdiff_t m = j; m < k; m++) {
                if (f->kept[i] && f->kept[j] && f->kept[m]) {
                    solow_dd product = solow_dd_multiply(t[i + m * k], t[j + m * k]);
                    sum = solow_dd_add(sum, solow_dd_divide(product, f->u[m + m * n]));
                }
            }
            inverse[i + j * k] = inverse[j + i * k] = solow_dd_round(sum);
        }
    }
}

void solow_solve_precise(ptrdiff_t k, const double *high, const double *low, ptrdiff_t ld, const double *reference,
                         double tolerance, double *work, solow_precise_fit *fit)
{
    ptrdiff_t n = k + 1;
    solow_dd *memory = (solow_dd *)work;
    factor f = {.k = k, .kept = fit->kept, .u = memory, .v = memory + n * n};
    fit->rank = 0;
    for (ptrdiff_t j = 0; j < k; j++) {
        double size = reference != NULL ? reference[j] : high[j + j * ld];
        double pivot = eliminate(&f, j, high + j * ld, low + j * ld).high;
        fit->kept[j] = pivot > tolerance * size; /* (4); false for NaN */
        fit->rank += fit->kept[j];
    }
    double rss = solow_dd_round(eliminate(&f, k, high + k * ld, low + k * ld));
    fit->rss = rss < 0 ? 0 : rss;
    back_substitute(&f, k, f.u + k * n);
    for (ptrdiff_t j = 0; j < k; j++) {
        fit->coefficient[j] = solow_dd_round(f.u[j + k * n]);
    }
    if (fit->inverse != NULL) {
        invert(&f, f.v + n, fit->inverse);
    }
}

void solow_basis_precise(solow_precise_shape shape, const double *high, const double *low, const double *reference,
                         double tolerance, double *work, solow_precise_basis *basis)
{
    ptrdiff_t k = shape.regressors, n = k + shape.outcomes;
    solow_dd *memory = (solow_dd *)work;
    factor f = {.k = n - 1, .kept = basis->kept, .u = memory, .v = memory + n * n};
    basis->rank = 0;
    basis->weakest = 1;
    for (ptrdiff_t j = 0; j < n; j++) {
        const double *column = high + j * shape.ld;
        double size = j < k && reference != NULL ? reference[j] : column[j];
        solow_dd pivot = eliminate(&f, j, column, low + j * shape.ld);
        basis->kept[j] = j < k && pivot.high > tolerance * size;
        if (j >= k) {
            double rss = solow_dd_round(pivot);
            basis->rss[j - k] = rss < 0 ? 0 : rss;
        } else if (basis->kept[j]) {
            basis->weakest = fmin(basis->weakest, pivot.high / column[j]);
            basis->rank++;
        }
    }
    for (ptrdiff_t j = 0; j < n; j++) {
        double *r = basis->r + j * basis->ld_r;
        ptrdiff_t row = 0;
        for (ptrdiff_t i = 0; i < k && i <= j; i++) {
            if (basis->kept[i]) {
                double own = sqrt(solow_dd_round(f.u[i + i * n]) / basis->scale);
                r[row++] = i == j ? own : own * solow_dd_round(f.u[i + j * n]);
            }
        }
        for (; row < basis->ld_r; row++) {
            r[row] = 0;
        }
    }
}

double solow_centred_square_precise(const double *high, const double *low, ptrdiff_t ld, ptrdiff_t c, ptrdiff_t j)
{
    ptrdiff_t cross = c < j ? c + j * ld : j + c * ld, own = j + j * ld, constant = c + c * ld;
    solow_dd sum = {high[cross], low[cross]};
    solow_dd mean_part = solow_dd_divide(solow_dd_multiply(sum, sum), (solow_dd){high[constant], low[constant]});
    double square = solow_dd_round(solow_dd_subtract((solow_dd){high[own], low[own]}, mean_part));
    return square < 0 ? 0 : square;
}
