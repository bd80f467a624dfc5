/* cholesky.c - see cholesky.h. */
#include "kernels/dense/cholesky.h"

#include "kernels/core/size.h"
#include "kernels/dense/gram.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Eight lanes, so that long columns do not wait for one running sum. */
static double dot(ptrdiff_t n, const double *a, const double *b)
{
    double lane[8] = {0};
    ptrdiff_t whole = n - n % 8;
    for (ptrdiff_t i = 0; i < whole; i += 8) {
        for (int l = 0; l < 8; l++) {
            lane[l] += a[i + l] * b[i + l];
        }
    }
    for (ptrdiff_t i = whole; i < n; i++) {
        lane[i - whole] += a[i] * b[i];
    }
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

static double size_of(const double *gram, ptrdiff_t ld, const double *reference, ptrdiff_t j)
{
    return reference != NULL ? reference[j] : gram[j + j * ld];
}

static void copy_upper(ptrdiff_t k, const double *from, ptrdiff_t ld, double *to)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        memcpy(to + j * k, from + j * ld, (size_t)(j + 1) * sizeof *to);
        memset(to + j * k + j + 1, 0, (size_t)(k - j - 1) * sizeof *to);
    }
}

static bool is_large(ptrdiff_t k)
{
    return k >= SOLOW_CHOLESKY_LAPACK && solow_fits_int(k);
}

/* Whether LAPACK's factor exists and drops nothing; otherwise factor is garbage. */
static bool factor_by_lapack(ptrdiff_t k, const double *gram, ptrdiff_t ld, const double *reference, double tolerance,
                             double *factor)
{
    copy_upper(k, gram, ld, factor);
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', solow_int(k), factor, solow_int(k)) != 0) {
        return false;
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        double pivot = factor[j + j * k] * factor[j + j * k];
        if (!(pivot > tolerance * size_of(gram, ld, reference, j))) {
            return false;
        }
    }
    return true;
}

void solow_cholesky_ranked(ptrdiff_t k, const double *gram, ptrdiff_t ld, const double *reference, double tolerance,
                           double *factor, bool *kept, ptrdiff_t *rank)
{
    if (is_large(k) && factor_by_lapack(k, gram, ld, reference, tolerance, factor)) {
        for (ptrdiff_t j = 0; j < k; j++) {
            kept[j] = true;
        }
        *rank = k;
        return;
    }
    *rank = 0;
    copy_upper(k, gram, ld, factor);
    for (ptrdiff_t j = 0; j < k; j++) {
        double *u = factor + j * k;
        for (ptrdiff_t i = 0; i < j; i++) {
            const double *left = factor + i * k;
            u[i] = kept[i] ? (u[i] - dot(i, left, u)) / left[i] : 0;
        }
        double pivot = u[j] - dot(j, u, u);
        kept[j] = pivot > 0 && pivot > tolerance * size_of(gram, ld, reference, j); /* (2); false for NaN */
        u[j] = kept[j] ? sqrt(pivot) : 0;
        *rank += kept[j];
    }
}

/* Solves U x = z in place for one vector, using the first `size` columns. */
static void back(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t size, double *x)
{
    for (ptrdiff_t j = size - 1; j >= 0; j--) {
        const double *u = factor + j * k;
        if (!kept[j]) {
            x[j] = 0;
            continue;
        }
        x[j] /= u[j];
        for (ptrdiff_t i = 0; i < j; i++) {
            x[i] -= u[i] * x[j];
        }
    }
}

void solow_cholesky_combination(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t column,
                                double *combination)
{
    memset(combination, 0, (size_t)k * sizeof *combination);
    memcpy(combination, factor + column * k, (size_t)column * sizeof *combination);
    back(k, factor, kept, column, combination);
}

void solow_cholesky_forward(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t columns, double *b,
                            ptrdiff_t ldb)
{
    for (ptrdiff_t c = 0; c < columns; c++) {
        double *z = b + c * ldb;
        for (ptrdiff_t i = 0; i < k; i++) {
            const double *u = factor + i * k;
            z[i] = kept[i] ? (z[i] - dot(i, u, z)) / u[i] : 0;
        }
    }
}

void solow_cholesky_back(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t columns, double *b,
                         ptrdiff_t ldb)
{
    for (ptrdiff_t c = 0; c < columns; c++) {
        back(k, factor, kept, k, b + c * ldb);
    }
}

void solow_cholesky_solve(ptrdiff_t k, const double *factor, const bool *kept, ptrdiff_t columns, double *b,
                          ptrdiff_t ldb)
{
    solow_cholesky_forward(k, factor, kept, columns, b, ldb);
    solow_cholesky_back(k, factor, kept, columns, b, ldb);
}

static bool all_kept(ptrdiff_t k, const bool *kept)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        if (!kept[j]) {
            return false;
        }
    }
    return true;
}

void solow_cholesky_inverse(ptrdiff_t k, const double *factor, const bool *kept, double *inverse)
{
    memcpy(inverse, factor, (size_t)(k * k) * sizeof *inverse);
    if (is_large(k) && all_kept(k, kept) &&
        LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'U', solow_int(k), inverse, solow_int(k)) == 0) {
        solow_mirror_upper(k, inverse);
        return;
    }
    for (ptrdiff_t j = 0; j < k; j++) { /* T = U^-1, column by column */
        double *t = inverse + j * k;
        memset(t, 0, (size_t)k * sizeof *t);
        t[j] = kept[j] ? 1 : 0;
        back(k, factor, kept, j + 1, t);
    }
    for (ptrdiff_t j = 0; j < k; j++) { /* T T' in place: entry (i, j) needs columns m >= j, not yet overwritten */
        for (ptrdiff_t i = 0; i <= j; i++) {
            double sum = 0;
            for (ptrdiff_t m = j; m < k; m++) {
                sum += inverse[i + m * k] * inverse[j + m * k];
            }
            inverse[i + j * k] = kept[i] && kept[j] ? sum : 0;
        }
    }
    solow_mirror_upper(k, inverse);
}

double solow_cholesky_logdet(ptrdiff_t k, const double *factor, const bool *kept)
{
    double sum = 0;
    for (ptrdiff_t j = 0; j < k; j++) {
        sum += kept[j] ? 2 * log(factor[j + j * k]) : 0;
    }
    return sum;
}

double solow_gram_condition(ptrdiff_t k, const double *gram, ptrdiff_t ld, const double *inverse, const bool *kept)
{
    double size = 0, inverse_size = 0;
    for (ptrdiff_t j = 0; j < k; j++) {
        double sum = 0, inverse_sum = 0;
        for (ptrdiff_t i = 0; i < k; i++) {
            if (kept != NULL && !(kept[i] && kept[j])) {
                continue;
            }
            double scale = sqrt(gram[i + i * ld]) * sqrt(gram[j + j * ld]);
            sum += fabs(i <= j ? gram[i + j * ld] : gram[j + i * ld]) / scale;
            inverse_sum += fabs(inverse[i + j * k]) * scale;
        }
        size = fmax(size, sum);
        inverse_size = fmax(inverse_size, inverse_sum);
    }
    return size > 0 ? 1 / (size * inverse_size) : 1;
}
