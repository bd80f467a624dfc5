/* symmetric.c - see symmetric.h. */
#include "kernels/dense/symmetric.h"

#include "kernels/dense/cholesky.h"
#include "kernels/dense/gram.h"
#include "kernels/dense/sandwich.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Three matrices (a caller's two and the copy that is worked on), three vectors, and dsyevd's own. */
size_t solow_symmetric_need(ptrdiff_t k)
{
    return 3 * solow_arena_need(k * k, sizeof(double)) + 3 * solow_arena_need(k, sizeof(double)) +
           solow_arena_need(1 + 6 * k + 2 * k * k, sizeof(double)) + solow_arena_need(3 + 5 * k, sizeof(int));
}

static solow_status no_room(solow_arena *work, size_t mark, ptrdiff_t k, solow_error *err)
{
    work->used = mark;
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "symmetric matrix of order %td: arena of %zu bytes", k, work->size);
}

/* v [k] of vectors V -> out = sum_i weight_i v_i v_i', upper triangle first, then mirrored. */
static void recombine(ptrdiff_t k, const double *vectors, const double *weight, double *out)
{
    memset(out, 0, (size_t)(k * k) * sizeof *out);
    for (ptrdiff_t m = 0; m < k; m++) {
        const double *v = vectors + m * k;
        for (ptrdiff_t j = 0; weight[m] != 0 && j < k; j++) {
            for (ptrdiff_t i = 0; i <= j; i++) {
                out[i + j * k] += weight[m] * (v[i] * v[j]);
            }
        }
    }
    solow_mirror_upper(k, out);
}

/* Whether a, scaled to a unit diagonal, has an eigenvalue below rounding. The signs of eigenvalues do not depend on scales
 * (Sylvester's law), but their rounding errors do: a small variance beside a large one would look like noise. */
static solow_status is_indefinite(ptrdiff_t k, const double *a, double *scaled, double *values, bool *indefinite,
                                  solow_arena *work, solow_error *err)
{
    *indefinite = false;
    for (ptrdiff_t j = 0; j < k; j++) {
        *indefinite = *indefinite || a[j + j * k] < 0;
        for (ptrdiff_t i = 0; i <= j; i++) {
            double root = sqrt(fabs(a[i + i * k])) * sqrt(fabs(a[j + j * k]));
            scaled[i + j * k] = root > 0 ? a[i + j * k] / root : a[i + j * k];
        }
    }
    if (*indefinite) {
        return SOLOW_OK;
    }
    solow_status status = solow_symmetric_eigen(k, scaled, values, NULL, work, err);
    *indefinite = status == SOLOW_OK && k > 0 && values[0] < -8 * DBL_EPSILON * (double)k;
    return status;
}

solow_status solow_psd_repair(ptrdiff_t k, double *a, solow_psd_report *report, solow_arena *work, solow_error *err)
{
    size_t mark = work->used;
    double *spare = solow_arena_doubles(work, k), *values = solow_arena_doubles(work, k),
           *vectors = solow_arena_doubles(work, k * k);
    double *fixed = solow_arena_doubles(work, k * k);
    if (spare == NULL || values == NULL || vectors == NULL || fixed == NULL) {
        return no_room(work, mark, k, err);
    }
    bool indefinite = false;
    solow_status status = solow_symmetric_eigen(k, a, values, vectors, work, err);
    if (status == SOLOW_OK && k > 0 && values[0] < 0) {
        status = is_indefinite(k, a, fixed, spare, &indefinite, work, err);
    }
    if (status == SOLOW_OK) {
        *report = (solow_psd_report){.changed = indefinite};
        report->smallest = k == 0 ? 0 : indefinite ? values[0] : fmax(values[0], 0);
    }
    if (status == SOLOW_OK && report->changed) {
        for (ptrdiff_t i = 0; i < k; i++) {
            values[i] = fmax(values[i], 0);
        }
        recombine(k, vectors, values, fixed);
        for (ptrdiff_t j = 0; j < k; j++) {
            for (ptrdiff_t i = 0; i <= j; i++) {
                double scale = a[i + i * k] * a[j + j * k], move = fabs(fixed[i + j * k] - a[i + j * k]);
                report->largest_move = fmax(report->largest_move, scale > 0 ? move / sqrt(scale) : move);
            }
        }
        memcpy(a, fixed, (size_t)(k * k) * sizeof *a);
    }
    work->used = mark;
    return status;
}

/* Eigen-decomposes a, maps the values and recombines them into out. */
static solow_status map_values(ptrdiff_t k, const double *a, double (*map)(double value, double limit),
                               double tolerance, double *out, ptrdiff_t *rank, solow_arena *work, solow_error *err)
{
    size_t mark = work->used;
    double *values = solow_arena_doubles(work, k), *vectors = solow_arena_doubles(work, k * k);
    if (values == NULL || vectors == NULL) {
        return no_room(work, mark, k, err);
    }
    solow_status status = solow_symmetric_eigen(k, a, values, vectors, work, err);
    if (status == SOLOW_OK) {
        double largest = k > 0 ? fmax(fabs(values[0]), fabs(values[k - 1])) : 0;
        ptrdiff_t count = 0;
        for (ptrdiff_t i = 0; i < k; i++) {
            values[i] = map(values[i], tolerance * largest);
            count += values[i] != 0;
        }
        recombine(k, vectors, values, out);
        if (rank != NULL) {
            *rank = count;
        }
    }
    work->used = mark;
    return status;
}

static double reciprocal(double value, double limit)
{
    return fabs(value) > limit ? 1 / value : 0;
}

static double reciprocal_root(double value, double limit)
{
    return value > limit ? 1 / sqrt(value) : 0;
}

solow_status solow_symmetric_pinv(ptrdiff_t k, const double *a, double tolerance, double *out, ptrdiff_t *rank,
                                  solow_arena *work, solow_error *err)
{
    return map_values(k, a, reciprocal, tolerance, out, rank, work, err);
}

solow_status solow_symmetric_inverse_root(ptrdiff_t k, const double *a, double tolerance, double *out, ptrdiff_t *rank,
                                          solow_arena *work, solow_error *err)
{
    return map_values(k, a, reciprocal_root, tolerance, out, rank, work, err);
}

static void transpose_in_place(ptrdiff_t k, double *a)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < j; i++) {
            double kept = a[i + j * k];
            a[i + j * k] = a[j + i * k];
            a[j + i * k] = kept;
        }
    }
}

solow_status solow_pencil_values(ptrdiff_t k, const double *a, const double *b, double *values, solow_arena *work,
                                 solow_error *err)
{
    size_t mark = work->used;
    double *factor = solow_arena_doubles(work, k * k), *c = solow_arena_doubles(work, k * k);
    bool *kept = solow_arena_take(work, k, sizeof *kept);
    ptrdiff_t rank = 0;
    if (factor == NULL || c == NULL || kept == NULL) {
        return no_room(work, mark, k, err);
    }
    solow_status status = SOLOW_OK;
    solow_cholesky_ranked(k, b, k, NULL, 1e-14, factor, kept, &rank);
    if (rank < k) {
        status = SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "matrix of order %td is not positive definite: rank %td", k, rank);
    } else { /* (5) c = U^-T a U^-1: forward on the columns of a, transpose, forward again */
        memcpy(c, a, (size_t)(k * k) * sizeof *c);
        solow_mirror_upper(k, c);
        solow_cholesky_forward(k, factor, kept, k, c, k);
        transpose_in_place(k, c);
        solow_cholesky_forward(k, factor, kept, k, c, k);
        solow_symmetrise(k, c);
        status = solow_symmetric_eigen(k, c, values, NULL, work, err);
    }
    work->used = mark;
    return status;
}

solow_status solow_smallest_pencil_value(ptrdiff_t k, const double *a, const double *b, double *smallest,
                                         solow_arena *work, solow_error *err)
{
    size_t mark = work->used;
    double *values = solow_arena_doubles(work, k);
    if (values == NULL) {
        return no_room(work, mark, k, err);
    }
    solow_status status = solow_pencil_values(k, a, b, values, work, err);
    if (status == SOLOW_OK) {
        *smallest = k > 0 ? values[0] : 0;
    }
    work->used = mark;
    return status;
}
