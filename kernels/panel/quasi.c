/* quasi.c - see quasi.h. */
#include "kernels/panel/quasi.h"

#include <math.h>

static ptrdiff_t count_rows(ptrdiff_t begin, ptrdiff_t end, const uint8_t *present)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t r = begin; r < end; r++) {
        count += present == NULL || present[r] != 0 ? 1 : 0;
    }
    return count;
}

double solow_quasi_theta(ptrdiff_t periods, double sigma2_e, double sigma2_u)
{
    return 1 - sqrt(sigma2_e / ((double)periods * sigma2_u + sigma2_e));
}

void solow_quasi_thetas(ptrdiff_t units, const ptrdiff_t *start, const uint8_t *present, double sigma2_e,
                        double sigma2_u, double *theta)
{
    for (ptrdiff_t u = 0; u < units; u++) {
        ptrdiff_t periods = count_rows(start[u], start[u + 1], present);
        theta[u] = periods > 0 ? solow_quasi_theta(periods, sigma2_e, sigma2_u) : 0;
    }
}

void solow_quasi(ptrdiff_t units, const ptrdiff_t *start, const uint8_t *present, const double *theta, ptrdiff_t p,
                 double *x, ptrdiff_t ld)
{
    for (ptrdiff_t j = 0; j < p; j++) {
        double *column = x + j * ld;
        for (ptrdiff_t u = 0; u < units; u++) {
            ptrdiff_t periods = count_rows(start[u], start[u + 1], present);
            double sum = 0;
            for (ptrdiff_t r = start[u]; r < start[u + 1]; r++) {
                sum += column[r]; /* absent rows are 0 */
            }
            double off = periods > 0 ? theta[u] * (sum / (double)periods) : 0;
            for (ptrdiff_t r = start[u]; r < start[u + 1]; r++) {
                column[r] = present == NULL || present[r] != 0 ? column[r] - off : 0;
            }
        }
    }
}
