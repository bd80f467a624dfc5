/* sandwich.c - see sandwich.h. */
#include "kernels/dense/sandwich.h"

#include <string.h>

void solow_multiply(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, const double *b, double *c)
{
    for (ptrdiff_t j = 0; j < n; j++) {
        solow_multiply_vector(m, k, a, b + j * k, c + j * m);
    }
}

void solow_multiply_left(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, const double *b, double *c)
{
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t i = 0; i < m; i++) {
            c[i + j * m] = solow_dot(k, a + i * k, b + j * k);
        }
    }
}

void solow_multiply_right(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, const double *b, double *c)
{
    memset(c, 0, (size_t)(m * n) * sizeof *c);
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t l = 0; l < k; l++) {
            for (ptrdiff_t i = 0; i < m; i++) {
                c[i + j * m] += a[i + l * m] * b[j + l * n];
            }
        }
    }
}

void solow_multiply_vector(ptrdiff_t m, ptrdiff_t n, const double *a, const double *x, double *y)
{
    memset(y, 0, (size_t)m * sizeof *y);
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t i = 0; i < m; i++) {
            y[i] += a[i + j * m] * x[j];
        }
    }
}

double solow_bilinear(ptrdiff_t m, ptrdiff_t n, const double *x, const double *a, const double *y)
{
    double sum = 0;
    for (ptrdiff_t j = 0; j < n; j++) {
        sum += solow_dot(m, x, a + j * m) * y[j];
    }
    return sum;
}

double solow_dot(ptrdiff_t n, const double *a, const double *b)
{
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

void solow_sandwich(ptrdiff_t k, const double *bread, const double *meat, double *work, double *vcov)
{
    solow_multiply(k, k, k, meat, bread, work);
    solow_multiply_left(k, k, k, bread, work, vcov);
    solow_symmetrise(k, vcov);
}

void solow_congruence(ptrdiff_t r, ptrdiff_t k, const double *m, const double *v, double *work, double *result)
{
    solow_multiply(r, k, k, m, v, work);
    solow_multiply_right(r, r, k, work, m, result);
    solow_symmetrise(r, result);
}

void solow_symmetrise(ptrdiff_t k, double *a)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < j; i++) {
            a[i + j * k] = a[j + i * k] = (a[i + j * k] + a[j + i * k]) / 2;
        }
    }
}

void solow_transpose(ptrdiff_t m, ptrdiff_t n, const double *a, double *out)
{
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t i = 0; i < m; i++) {
            out[j + i * n] = a[i + j * m];
        }
    }
}
