/* dense_factor.c - see dense_factor.h. */
#include "kernels/sparse/dense_factor.h"

#include "kernels/panel/lanes.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

enum { BLOCK = 64 };
static const double DEPENDENT = 1e-10;

/* T of (1), upper triangle scaled in place and copied below; grounded unknowns become rows of the identity. */
static void scale_matrix(solow_dense_factor *factor)
{
    ptrdiff_t m = factor->m;
    double *matrix = factor->matrix, *scale = factor->scale;
    for (ptrdiff_t u = 0; u < m; u++) {
        double diagonal = matrix[u * m + u];
        bool keep = factor->dropped[u] == 0 && diagonal > 0;
        factor->dropped[u] = (uint8_t)(keep ? 0 : 1);
        scale[u] = keep ? 1 / sqrt(diagonal) : 0;
    }
    for (ptrdiff_t v = 0; v < m; v++) {
        for (ptrdiff_t u = 0; u < v; u++) {
            matrix[v * m + u] *= scale[u] * scale[v];
            matrix[u * m + v] = matrix[v * m + u];
        }
        matrix[v * m + v] = 1;
    }
}

/* The n x n diagonal block at a (leading dimension m), unknowns from first on. */
static void factor_block(solow_dense_factor *factor, ptrdiff_t first, ptrdiff_t n)
{
    ptrdiff_t m = factor->m;
    double *a = factor->matrix + first * m + first;
    for (ptrdiff_t k = 0; k < n; k++) {
        double pivot = a[k * m + k];
        if (factor->dropped[first + k] != 0 || !(pivot > DEPENDENT)) {
            factor->dropped[first + k] = 1;
            a[k * m + k] = 1;
            memset(a + k * m + k + 1, 0, (size_t)(n - k - 1) * sizeof *a);
            continue;
        }
        double root = sqrt(pivot);
        a[k * m + k] = root;
        for (ptrdiff_t i = k + 1; i < n; i++) {
            a[k * m + i] /= root;
        }
        for (ptrdiff_t j = k + 1; j < n; j++) {
            double l = a[k * m + j];
            for (ptrdiff_t i = j; i < n; i++) {
                a[j * m + i] -= a[k * m + i] * l;
            }
        }
    }
}

solow_status solow_dense_factor_make(solow_dense_factor *factor, ptrdiff_t *rank, solow_error *err)
{
    ptrdiff_t m = factor->m, kept = 0;
    if (!solow_fits_int(m)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "%td effects are too many for a dense factor", m);
    }
    scale_matrix(factor);
    double *matrix = factor->matrix;
    int ld = solow_int(m);
    for (ptrdiff_t first = 0; first < m; first += BLOCK) {
        ptrdiff_t n = m - first < BLOCK ? m - first : BLOCK, below = m - first - n;
        factor_block(factor, first, n);
        if (below == 0) {
            break;
        }
        double *diagonal = matrix + first * m + first, *panel = diagonal + n, *behind = panel + n * m;
        cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, solow_int(below), solow_int(n), 1,
                    diagonal, ld, panel, ld);
        for (ptrdiff_t k = 0; k < n; k++) {
            if (factor->dropped[first + k] != 0) {
                memset(panel + k * m, 0, (size_t)below * sizeof *panel);
            }
        }
        cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, solow_int(below), solow_int(n), -1, panel, ld, 1, behind,
                    ld);
    }
    for (ptrdiff_t u = 0; u < m; u++) {
        kept += factor->dropped[u] == 0 ? 1 : 0;
        factor->scale[u] = factor->dropped[u] == 0 ? factor->scale[u] : 0;
    }
    *rank = kept;
    return SOLOW_OK;
}

static void scale_rows(const solow_dense_factor *factor, double *x)
{
    for (ptrdiff_t u = 0; u < factor->m; u++) {
        for (ptrdiff_t l = 0; l < 8; l++) {
            x[u * 8 + l] *= factor->scale[u];
        }
    }
}

void solow_dense_factor_solve(const solow_dense_factor *factor, double *x)
{
    int m = solow_int(factor->m);
    scale_rows(factor, x);
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, 8, m, 1, factor->matrix, m, x, 8);
    for (ptrdiff_t u = 0; u < factor->m; u++) {
        if (factor->dropped[u] != 0) {
            memset(x + u * 8, 0, 8 * sizeof *x);
        }
    }
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, 8, m, 1, factor->matrix, m, x, 8);
    scale_rows(factor, x);
}

/* y <- E r - T (x / E), then y / E: the residual in the units of S. */
SOLOW_CLONES
void solow_dense_factor_residual(const solow_dense_factor *factor, const double *x, const double *r, double *y)
{
    ptrdiff_t m = factor->m;
    const double *scale = factor->scale;
    for (ptrdiff_t v = 0; v < m; v++) {
        const double *column = factor->matrix + v * m;
        solow_lanes own = {0};
        if (scale[v] == 0) {
            *(solow_lanes_at *)(y + v * 8) = own;
            continue;
        }
        solow_lanes z = *(const solow_lanes_at *)(x + v * 8) / scale[v];
        own = *(const solow_lanes_at *)(r + v * 8) * scale[v] - z;
        for (ptrdiff_t u = 0; u < v; u++) {
            if (scale[u] != 0) {
                own -= column[u] * (*(const solow_lanes_at *)(x + u * 8) / scale[u]);
                *(solow_lanes_at *)(y + u * 8) -= column[u] * z;
            }
        }
        *(solow_lanes_at *)(y + v * 8) = own;
    }
    for (ptrdiff_t v = 0; v < m; v++) {
        if (scale[v] != 0) {
            *(solow_lanes_at *)(y + v * 8) /= scale[v];
        }
    }
}
