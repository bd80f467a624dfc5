/* combine.c - see combine.h. */
#include "kernels/panel/combine.h"

#include "kernels/panel/lanes.h"

#include <float.h>
#include <math.h>
#include <string.h>

SOLOW_CLONES
void solow_combine_columns(ptrdiff_t rows, ptrdiff_t columns, const double *factor, const double *restrict x,
                           ptrdiff_t ld, double *restrict out)
{
    memset(out, 0, (size_t)rows * sizeof *out);
    for (ptrdiff_t c = 0; c < columns; c++) {
        double f = factor[c];
        const double *value = x + c * ld;
        for (ptrdiff_t i = 0; f != 0 && i < rows; i++) {
            out[i] = fma(f, value[i], out[i]);
        }
    }
}

enum { WIDE = 2 * SOLOW_LANES }; /* two registers of sums: one would wait for itself */

static double fold(double *lane, double rest)
{
    for (ptrdiff_t l = 0; l < SOLOW_LANES; l++) {
        lane[l] += lane[l + SOLOW_LANES];
    }
    return (((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]))) + rest;
}

SOLOW_CLONES
void solow_moments(ptrdiff_t rows, const double *restrict x, const double *restrict weight, double *restrict sum)
{
    double first[WIDE] = {0}, second[WIDE] = {0}, rest[2] = {0, 0};
    ptrdiff_t whole = rows / WIDE * WIDE;
    for (ptrdiff_t r = 0; r < whole; r += WIDE) {
        for (ptrdiff_t l = 0; l < WIDE; l++) {
            double wx = weight != NULL ? weight[r + l] * x[r + l] : x[r + l];
            first[l] += wx;
            second[l] = fma(wx, x[r + l], second[l]);
        }
    }
    for (ptrdiff_t r = whole; r < rows; r++) {
        double wx = weight != NULL ? weight[r] * x[r] : x[r];
        rest[0] += wx;
        rest[1] = fma(wx, x[r], rest[1]);
    }
    sum[0] += fold(first, rest[0]);
    sum[1] += fold(second, rest[1]);
}

SOLOW_CLONES
void solow_keep_present(ptrdiff_t rows, const uint8_t *restrict present, double *restrict x)
{
    for (ptrdiff_t i = 0; i < rows; i++) {
        double kept = x[i];
        x[i] = present[i] != 0 ? kept : 0;
    }
}

SOLOW_CLONES
double solow_absolute_sum(ptrdiff_t rows, const double *restrict x, const double *restrict weight)
{
    double lane[WIDE] = {0}, rest = 0;
    ptrdiff_t whole = rows / WIDE * WIDE;
    for (ptrdiff_t r = 0; r < whole; r += WIDE) {
        for (ptrdiff_t l = 0; l < WIDE; l++) {
            lane[l] += fabs(weight != NULL ? weight[r + l] * x[r + l] : x[r + l]);
        }
    }
    for (ptrdiff_t r = whole; r < rows; r++) {
        rest += fabs(weight != NULL ? weight[r] * x[r] : x[r]);
    }
    return fold(lane, rest);
}

SOLOW_CLONES
int32_t solow_not_finite(ptrdiff_t rows, const double *x)
{
    int64_t missing = 0, infinite = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
        missing |= x[i] != x[i];
        infinite |= fabs(x[i]) > DBL_MAX;
    }
    return (missing != 0 ? SOLOW_FOUND_NAN : 0) | (infinite != 0 ? SOLOW_FOUND_INFINITE : 0);
}

SOLOW_CLONES
void solow_outer_add(ptrdiff_t d, const double *restrict s, double factor, double *restrict upper)
{
    for (ptrdiff_t j = 0; j < d; j++) {
        double f = factor * s[j];
        for (ptrdiff_t i = 0; f != 0 && i <= j; i++) {
            upper[j * d + i] = fma(s[i], f, upper[j * d + i]);
        }
    }
}
