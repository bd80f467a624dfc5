/* hac.c - see hac.h. */
#include "kernels/panel/hac.h"

double solow_bartlett(ptrdiff_t lag, ptrdiff_t lags)
{
    return lag > lags ? 0 : 1 - (double)lag / (double)(lags + 1);
}

/* sum += weight (a b' + b a'), or weight a a' if a is b; a and b with the given strides between columns. */
static void add_products(ptrdiff_t k, const double *a, const double *b, ptrdiff_t stride, double weight, double *sum)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            double product = a[i * stride] * b[j * stride];
            if (a != b) {
                product += b[i * stride] * a[j * stride];
            }
            sum[j * k + i] += weight * product;
        }
    }
}

void solow_hac_within(ptrdiff_t units, const ptrdiff_t *start, const int32_t *time, ptrdiff_t k, const double *score,
                      ptrdiff_t ld, ptrdiff_t lags, double *sum)
{
    for (ptrdiff_t u = 0; u < units; u++) {
        for (ptrdiff_t r = start[u]; r < start[u + 1]; r++) {
            for (ptrdiff_t q = r; q >= start[u] && (int64_t)time[r] - time[q] <= lags; q--) {
                add_products(k, score + r, score + q, ld, solow_bartlett((ptrdiff_t)time[r] - time[q], lags), sum);
            }
        }
    }
}

void solow_hac_periods(ptrdiff_t periods, ptrdiff_t k, const double *score, ptrdiff_t lags, double *sum)
{
    for (ptrdiff_t t = 0; t < periods; t++) {
        for (ptrdiff_t lag = 0; lag <= lags && lag <= t; lag++) {
            add_products(k, score + t * k, score + (t - lag) * k, 1, solow_bartlett(lag, lags), sum);
        }
    }
}
