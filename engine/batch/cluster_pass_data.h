/* cluster_pass_data.h - the pass over clusters while it goes on; private to engine/batch/cluster_pass*.c. */
#ifndef SOLOW_ENGINE_BATCH_CLUSTER_PASS_DATA_H
#define SOLOW_ENGINE_BATCH_CLUSTER_PASS_DATA_H

#include "engine/batch/cluster_pass.h"

/* What the visit of a block adds runs of rows to. */
typedef struct solow_cluster_runs {
    ptrdiff_t columns, packed;
    const int32_t *slot; /* [levels] of a cluster inside units; NULL: sums by level */
    double *own;         /* [slots x packed] */
    double *gram;        /* [columns x columns] of one run */
} solow_cluster_runs;

typedef struct solow_cluster_visit {
    solow_run *run;
    const solow_task *task;
    const solow_factor *cluster;
    solow_cluster_pass *pass;
    solow_model_effects inside;         /* effects that lie inside the clusters; borrowed */
    ptrdiff_t columns, dummies;         /* dummies first */
    solow_design_column *dummy;         /* [dummies] recipes; borrow programs */
    const solow_design_column **column; /* [columns] */
    ptrdiff_t *place;                   /* 0, 1, 2, ... */
    int32_t *slot;                      /* [levels] of this rank's clusters, -1: none */
    ptrdiff_t slots;
    solow_cluster_runs add;
    double *moments;
} solow_cluster_visit;

/* What the blocks added, sums [levels x packed] or each rank's own, as Grams in the order of clusters; then (3). Collective.
 * Errors  SOLOW_ERR_MEMORY, SOLOW_ERR_IO */
solow_status solow_cluster_pass_order(solow_cluster_visit *s, const double *sums, solow_error *err);

#endif
