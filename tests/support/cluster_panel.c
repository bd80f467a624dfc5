/* cluster_panel.c - see cluster_panel.h. */
#include "tests/support/cluster_panel.h"

#include "kernels/stats/random.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { X = CLUSTER_PANEL_X, PERIODS = CLUSTER_PANEL_PERIODS };

void cluster_panel_make(ptrdiff_t clusters, unsigned seed, cluster_panel *panel)
{
    enum { NUMBERS = 4 * CLUSTER_PANEL_ROWS };
    static double normal[NUMBERS];
    solow_draws draws = {.seed = seed, .stream = 77};
    solow_draw_normal(&draws, 0, NUMBERS, normal);
    ptrdiff_t at = 0;
    *panel = (cluster_panel){.clusters = clusters};
    for (int g = 0; g < clusters; g++) {
        double common = normal[at++];
        for (int u = 0; u < 2 + g % 2; u++, panel->units++) {
            double own = normal[at++];
            for (int t = 0; t < PERIODS; t++) {
                ptrdiff_t r = panel->rows;
                if ((g + u + t) % 6 == 5) {
                    continue; /* a hole in the panel */
                }
                ck_assert_int_lt(r, CLUSTER_PANEL_ROWS);
                panel->unit[r] = (int)panel->units;
                panel->period[r] = t;
                panel->cluster[r] = g;
                panel->x[0][r] = normal[at++] + own + 0.4 * t;
                panel->x[1][r] = normal[at++] + 0.5 * common * t;
                panel->y[r] = 0.7 * panel->x[0][r] - 0.3 * panel->x[1][r] + own + 0.2 * t * t +
                              (1 + 0.5 * g / (double)clusters) * (normal[at++] + 0.6 * common * (t - 2));
                panel->rows++;
            }
        }
    }
}

void cluster_panel_grams(const cluster_panel *panel, solow_cluster_grams *grams)
{
    enum { COLUMNS = PERIODS - 1 + X + 1 };
    ptrdiff_t packed = solow_packed(COLUMNS);
    *grams = (solow_cluster_grams){.clusters = panel->clusters,
                                   .columns = COLUMNS,
                                   .gram = calloc((size_t)(panel->clusters * packed), sizeof(double))};
    for (ptrdiff_t first = 0, end; first < panel->rows; first = end) {
        long double mean[COLUMNS] = {0}, row[PERIODS][COLUMNS] = {{0}};
        for (end = first; end < panel->rows && panel->unit[end] == panel->unit[first]; end++) {
            long double *z = row[end - first];
            if (panel->period[end] > 0) {
                z[panel->period[end] - 1] = 1;
            }
            for (int j = 0; j < X; j++) {
                z[PERIODS - 1 + j] = panel->x[j][end];
            }
            z[COLUMNS - 1] = panel->y[end];
            for (int c = 0; c < COLUMNS; c++) {
                mean[c] += z[c];
            }
        }
        for (ptrdiff_t r = first; r < end; r++) {
            double *gram = grams->gram + panel->cluster[r] * packed;
            for (int j = 0; j < COLUMNS; j++) {
                for (int i = 0; i <= j; i++) {
                    long double a = row[r - first][i] - mean[i] / (end - first);
                    *gram++ += (double)(a * (row[r - first][j] - mean[j] / (end - first)));
                }
            }
        }
    }
}

/* Upper Cholesky factor of a [n x n]; a dependent column gets a zero row and drop. */
static void factorise(ptrdiff_t n, long double *a, char *drop)
{
    for (ptrdiff_t j = 0; j < n; j++) {
        long double whole = a[j * n + j];
        for (ptrdiff_t i = 0; i < j; i++) {
            long double sum = a[j * n + i];
            for (ptrdiff_t l = 0; l < i; l++) {
                sum -= a[i * n + l] * a[j * n + l];
            }
            a[j * n + i] = drop[i] ? 0 : sum / a[i * n + i];
            a[j * n + j] -= a[j * n + i] * a[j * n + i];
        }
        drop[j] = !(a[j * n + j] > 1e-13L * whole);
        a[j * n + j] = drop[j] ? 0 : sqrtl(a[j * n + j]);
    }
}

static void solve(ptrdiff_t n, const long double *u, const char *drop, long double *b)
{
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t i = 0; i < j; i++) {
            b[j] -= u[j * n + i] * b[i];
        }
        b[j] = drop[j] ? 0 : b[j] / u[j * n + j];
    }
    for (ptrdiff_t j = n; j-- > 0;) {
        b[j] = drop[j] ? 0 : b[j] / u[j * n + j];
        for (ptrdiff_t i = 0; i < j; i++) {
            b[i] -= u[j * n + i] * b[j];
        }
    }
}

static double cell(const cluster_panel *p, ptrdiff_t row, ptrdiff_t column)
{
    if (column < p->units) {
        return p->unit[row] == column;
    }
    column -= p->units;
    return column < PERIODS - 1 ? p->period[row] == column + 1 : p->x[column - (PERIODS - 1)][row];
}

void cluster_panel_fit(const cluster_panel *p, const long double *y, int without, long double *b, long double *residual,
                       long double *row[CLUSTER_PANEL_X])
{
    ptrdiff_t dummies = p->units + PERIODS - 1, n = dummies + X;
    long double *a = calloc((size_t)(n * n), sizeof *a), *c = calloc((size_t)n, sizeof *c),
                *z = calloc((size_t)n, sizeof *z);
    char *drop = calloc((size_t)n, 1);
    for (ptrdiff_t r = 0; r < p->rows; r++) {
        for (ptrdiff_t j = 0; j < n; j++) {
            z[j] = without >= 0 && j == dummies + without ? 0 : cell(p, r, j);
        }
        for (ptrdiff_t j = 0; j < n; j++) {
            for (ptrdiff_t i = 0; i <= j && z[j] != 0; i++) {
                a[j * n + i] += z[i] * z[j];
            }
            c[j] += z[j] * y[r];
        }
    }
    factorise(n, a, drop);
    solve(n, a, drop, c);
    for (int j = 0; j < X; j++) {
        b[j] = j == without ? 0 : drop[dummies + j] ? (long double)NAN : c[dummies + j];
    }
    for (ptrdiff_t r = 0; residual != NULL && r < p->rows; r++) {
        residual[r] = y[r];
        for (ptrdiff_t j = 0; j < n; j++) {
            residual[r] -= c[j] * (without >= 0 && j == dummies + without ? 0 : cell(p, r, j));
        }
    }
    for (int j = 0; row != NULL && j < X; j++) {
        memset(z, 0, (size_t)n * sizeof *z);
        z[dummies + j] = 1;
        solve(n, a, drop, z);
        for (ptrdiff_t r = 0; r < p->rows; r++) {
            row[j][r] = 0;
            for (ptrdiff_t i = 0; i < n; i++) {
                row[j][r] += z[i] * cell(p, r, i);
            }
        }
    }
    free(a);
    free(c);
    free(z);
    free(drop);
}

long double cluster_panel_error(const cluster_panel *p, int j, const long double *residual,
                                long double *const row[CLUSTER_PANEL_X])
{
    long double *sum = calloc((size_t)p->clusters, sizeof *sum), total = 0;
    for (ptrdiff_t r = 0; r < p->rows; r++) {
        sum[p->cluster[r]] += row[j][r] * residual[r];
    }
    for (ptrdiff_t g = 0; g < p->clusters; g++) {
        total += sum[g] * sum[g];
    }
    free(sum);
    return sqrtl(total);
}
