/* eigen.c - the decompositions of symmetric.h: (1) eigenvalues, (6) singular values. */
#include "kernels/dense/gram.h"
#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"

#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { PATIENCE = 512 }; /* Jacobi up to here where integers are too short for LAPACK's work area */
enum { SWEEPS = 40 };    /* quadratic convergence needs about 6; the rest is for rounding noise at zero eigenvalues */

static bool all_finite(ptrdiff_t n, const double *a)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        if (!isfinite(a[i])) {
            return false;
        }
    }
    return true;
}

/* Columns p and q of a [k x .] become c p - s q and s p + c q. */
static void rotate_columns(ptrdiff_t k, double *p, double *q, double c, double s)
{
    for (ptrdiff_t i = 0; i < k; i++) {
        double left = p[i], right = q[i];
        p[i] = c * left - s * right;
        q[i] = s * left + c * right;
    }
}

static void rotate_rows(ptrdiff_t k, double *a, ptrdiff_t p, ptrdiff_t q, double c, double s)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        double left = a[p + j * k], right = a[q + j * k];
        a[p + j * k] = c * left - s * right;
        a[q + j * k] = s * left + c * right;
    }
}

/* One sweep over all pairs; whether any was rotated. vectors NULL: not wanted. */
static bool jacobi_sweep(ptrdiff_t k, double *a, double *vectors)
{
    bool rotated = false;
    for (ptrdiff_t q = 1; q < k; q++) {
        for (ptrdiff_t p = 0; p < q; p++) {
            double off = a[p + q * k], first = a[p + p * k], second = a[q + q * k];
            if (fabs(off) <= DBL_EPSILON / 4 * (sqrt(fabs(first)) * sqrt(fabs(second)))) {
                continue;
            }
            double theta = (second - first) / (2 * off);
            double t = copysign(1, theta) / (fabs(theta) + hypot(theta, 1)), c = 1 / hypot(t, 1), s = t * c;
            rotate_columns(k, a + p * k, a + q * k, c, s);
            rotate_rows(k, a, p, q, c, s);
            if (vectors != NULL) {
                rotate_columns(k, vectors + p * k, vectors + q * k, c, s);
            }
            rotated = true;
        }
    }
    return rotated;
}

static void swap(ptrdiff_t n, double *a, double *b)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

static void sort_ascending(ptrdiff_t k, double *values, double *vectors)
{
    for (ptrdiff_t i = 0; i + 1 < k; i++) {
        ptrdiff_t least = i;
        for (ptrdiff_t j = i + 1; j < k; j++) {
            least = values[j] < values[least] ? j : least;
        }
        if (least != i) {
            swap(1, values + i, values + least);
            if (vectors != NULL) {
                swap(k, vectors + i * k, vectors + least * k);
            }
        }
    }
}

static void jacobi(ptrdiff_t k, double *a, double *values, double *vectors)
{
    if (vectors != NULL) {
        memset(vectors, 0, (size_t)(k * k) * sizeof *vectors);
        for (ptrdiff_t i = 0; i < k; i++) {
            vectors[i + i * k] = 1;
        }
    }
    for (int sweep = 0; sweep < SWEEPS && jacobi_sweep(k, a, vectors); sweep++) {
    }
    for (ptrdiff_t i = 0; i < k; i++) {
        values[i] = a[i + i * k];
    }
    sort_ascending(k, values, vectors);
}

static void fix_signs(ptrdiff_t k, double *vectors)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        double *v = vectors + j * k, largest = 0;
        for (ptrdiff_t i = 0; i < k; i++) {
            largest = fabs(v[i]) > fabs(largest) ? v[i] : largest;
        }
        for (ptrdiff_t i = 0; largest < 0 && i < k; i++) {
            v[i] = -v[i];
        }
    }
}

/* Above the Jacobi order: the eigenvectors replace a. */
static solow_status by_lapack(ptrdiff_t k, double *a, double *values, bool vectors, solow_arena *work, solow_error *err)
{
    ptrdiff_t doubles = 1 + 6 * k + 2 * k * k, integers = 3 + 5 * k;
    double *room = solow_arena_doubles(work, doubles);
    int *more = solow_arena_take(work, integers, sizeof *more);
    if (!solow_fits_int(doubles)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "symmetric matrix of order %td is too large for LAPACK", k);
    }
    if (room == NULL || more == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "symmetric matrix of order %td: arena of %zu bytes", k, work->size);
    }
    int info = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, vectors ? 'V' : 'N', 'U', solow_int(k), a, solow_int(k), values,
                                   room, solow_int(doubles), more, solow_int(integers));
    if (info != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "eigenvalues of a matrix of order %td: dsyevd says %d", k, info);
    }
    return SOLOW_OK;
}

solow_status solow_symmetric_eigen(ptrdiff_t k, const double *a, double *values, double *vectors, solow_arena *work,
                                   solow_error *err)
{
    size_t mark = work->used;
    solow_status status = SOLOW_OK;
    double *copy = solow_arena_doubles(work, k * k);
    if (copy == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "symmetric matrix of order %td: arena of %zu bytes", k, work->size);
        goto done;
    }
    memcpy(copy, a, (size_t)(k * k) * sizeof *copy);
    solow_mirror_upper(k, copy);
    if (!all_finite(k * k, copy)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "symmetric matrix of order %td has entries that are not finite", k);
        goto done;
    }
    bool room = solow_fits_int(1 + 6 * k + 2 * k * k); /* for LAPACK's own */
    if (k <= SOLOW_JACOBI_ORDER || (!room && k <= PATIENCE)) {
        jacobi(k, copy, values, vectors);
    } else {
        status = by_lapack(k, copy, values, vectors != NULL, work, err);
        if (status == SOLOW_OK && vectors != NULL) {
            memcpy(vectors, copy, (size_t)(k * k) * sizeof *copy);
        }
    }
    if (status == SOLOW_OK && vectors != NULL) {
        fix_signs(k, vectors);
    }
done:
    work->used = mark;
    return status;
}

solow_status solow_singular_values(ptrdiff_t m, ptrdiff_t n, const double *a, solow_svd *out, solow_arena *work,
                                   solow_error *err)
{
    size_t mark = work->used;
    solow_status status = SOLOW_OK;
    ptrdiff_t larger = m > n ? m : n, room = 5 * larger + 1;
    char wanted = out->p != NULL ? 'A' : 'N';
    double *copy = solow_arena_doubles(work, m * n), *vt = solow_arena_doubles(work, n * n);
    double *lapack = solow_arena_doubles(work, room);
    if (copy == NULL || vt == NULL || lapack == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "matrix of %td x %td: arena of %zu bytes", m, n, work->size);
        goto done;
    }
    if (!solow_fits_int(room) || !all_finite(m * n, a)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "matrix of %td x %td is too large or not finite", m, n);
        goto done;
    }
    memcpy(copy, a, (size_t)(m * n) * sizeof *copy);
    int info = LAPACKE_dgesvd_work(LAPACK_COL_MAJOR, wanted, wanted, solow_int(m), solow_int(n), copy, solow_int(m),
                                   out->singular, out->p, solow_int(m), vt, solow_int(n), lapack, solow_int(room));
    if (info != 0) {
        status = SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "singular values of %td x %td: dgesvd says %d", m, n, info);
    } else if (out->q != NULL) {
        solow_transpose(n, n, vt, out->q);
    }
done:
    work->used = mark;
    return status;
}
