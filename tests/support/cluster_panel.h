/* cluster_panel.h - a small panel of units in clusters with a common period effect, its cluster Grams, and the same
 * regression in long double with every dummy written out: what resampling is compared with. */
#ifndef SOLOW_TESTS_SUPPORT_CLUSTER_PANEL_H
#define SOLOW_TESTS_SUPPORT_CLUSTER_PANEL_H

#include "kernels/resample/cluster_grams.h"

#include <stddef.h>

enum { CLUSTER_PANEL_X = 2, CLUSTER_PANEL_PERIODS = 5, CLUSTER_PANEL_ROWS = 4000 };

typedef struct cluster_panel {
    ptrdiff_t rows, units, clusters;
    int unit[CLUSTER_PANEL_ROWS], period[CLUSTER_PANEL_ROWS], cluster[CLUSTER_PANEL_ROWS];
    double x[CLUSTER_PANEL_X][CLUSTER_PANEL_ROWS], y[CLUSTER_PANEL_ROWS];
} cluster_panel;

/* Two or three units a cluster, some periods missing; every number a function of seed. */
void cluster_panel_make(ptrdiff_t clusters, unsigned seed, cluster_panel *panel);

/* Columns: dummies of all periods but the first, x, y; unit means taken out. gram malloc'ed. */
void cluster_panel_grams(const cluster_panel *panel, solow_cluster_grams *grams);

/* Least squares with dummies of all units and periods, in long double. Columns beyond the rank drop out.
 *
 * y         [rows]
 * without   column of x that is left out, or -1
 * b         [CLUSTER_PANEL_X] out, 0 for the one left out; NaN: it dropped out
 * residual  [rows] out, or NULL
 * row       [CLUSTER_PANEL_X][rows] out: row j of (X'X)^-1 X', with which clustered variances are made; or NULL
 */
void cluster_panel_fit(const cluster_panel *panel, const long double *y, int without, long double *b,
                       long double *residual, long double *row[CLUSTER_PANEL_X]);

/* CR0 standard error of coefficient j from the two above. */
long double cluster_panel_error(const cluster_panel *panel, int j, const long double *residual,
                                long double *const row[CLUSTER_PANEL_X]);

#endif
