/* slopes.c - see slopes.h. */
#include "kernels/panel/slopes.h"

#include <math.h>
#include <string.h>

static const double DEPENDENT = 1e-9; /* norm left, relative to the column's own, below which it is dropped */

static double weight_of(const solow_local *local, ptrdiff_t r)
{
    return local->weight != NULL ? local->weight[r] : 1;
}

/* sums[l] = sum over the rows of level l of w a b; [levels + 1], the last for absent rows. */
static void level_products(const solow_local *local, const double *a, const double *b, double *sums)
{
    memset(sums, 0, (size_t)(local->levels + 1) * sizeof *sums);
    for (ptrdiff_t r = 0; r < local->rows; r++) {
        sums[local->slot[r]] += weight_of(local, r) * a[r] * b[r];
    }
}

static void fill_column(const solow_local *local, ptrdiff_t j, double *q)
{
    const double *z = local->level && j == 0 ? NULL : local->slope[j - (local->level ? 1 : 0)];
    for (ptrdiff_t r = 0; r < local->rows; r++) {
        bool present = local->mark == NULL || local->mark[r] != 0;
        q[r] = present ? (z != NULL ? z[r] : 1) : 0;
    }
    for (ptrdiff_t r = local->rows; r < local->ld; r++) {
        q[r] = 0;
    }
}

/* q_j <- q_j - q_i (q_i'W q_j), and the same for the transform's columns. */
static void remove_earlier(solow_local *local, ptrdiff_t i, ptrdiff_t j)
{
    double *q = local->basis + j * local->ld;
    const double *earlier = local->basis + i * local->ld;
    double *dot = local->dot;
    level_products(local, earlier, q, dot);
    dot[local->levels] = 0;
    for (ptrdiff_t r = 0; r < local->rows; r++) {
        q[r] -= dot[local->slot[r]] * earlier[r];
    }
    for (ptrdiff_t l = 0; l < local->levels; l++) {
        double *t = local->transform + l * local->width * local->width;
        for (ptrdiff_t k = 0; k <= i; k++) {
            t[j * local->width + k] -= dot[l] * t[i * local->width + k];
        }
    }
}

void solow_slopes_basis(solow_local *local)
{
    ptrdiff_t width = local->width, levels = local->levels;
    double *dot = local->dot, *norm = local->scale;
    memset(local->transform, 0, (size_t)(levels * width * width) * sizeof(double));
    local->rank = 0;
    for (ptrdiff_t j = 0; j < width; j++) {
        double *q = local->basis + j * local->ld;
        fill_column(local, j, q);
        level_products(local, q, q, norm);
        for (ptrdiff_t l = 0; l < levels; l++) {
            local->transform[(l * width + j) * width + j] = 1;
        }
        for (int round = 0; round < 2; round++) {
            for (ptrdiff_t i = 0; i < j; i++) {
                remove_earlier(local, i, j);
            }
        }
        level_products(local, q, q, dot);
        dot[levels] = 0;
        for (ptrdiff_t l = 0; l < levels; l++) {
            bool keep = dot[l] > DEPENDENT * DEPENDENT * norm[l];
            dot[l] = keep ? 1 / sqrt(dot[l]) : 0;
            local->rank += keep ? 1 : 0;
            for (ptrdiff_t k = 0; k <= j; k++) {
                local->transform[(l * width + j) * width + k] *= dot[l];
            }
        }
        for (ptrdiff_t r = 0; r < local->rows; r++) {
            q[r] *= dot[local->slot[r]];
        }
    }
}

void solow_slopes_within(const solow_local *local, double *x, double *coef)
{
    ptrdiff_t width = local->width;
    if (coef != NULL) {
        memset(coef, 0, (size_t)(local->levels * width) * sizeof *coef);
    }
    for (ptrdiff_t j = 0; j < width; j++) {
        const double *q = local->basis + j * local->ld;
        double *dot = local->dot;
        level_products(local, q, x, dot);
        dot[local->levels] = 0;
        for (ptrdiff_t r = 0; r < local->rows; r++) {
            x[r] -= dot[local->slot[r]] * q[r];
        }
        for (ptrdiff_t l = 0; coef != NULL && l < local->levels; l++) {
            const double *t = local->transform + (l * width + j) * width;
            for (ptrdiff_t k = 0; k <= j; k++) {
                coef[l * width + k] += dot[l] * t[k];
            }
        }
    }
}
