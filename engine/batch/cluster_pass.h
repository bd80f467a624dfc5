/* cluster_pass.h - one more pass over a model's rows, for the Grams of clusters that draws are made of.
 *
 *   (1) effects inside the clusters are taken out as ever; an effect that reaches across clusters becomes columns of dummies
 *       (and slopes), since the weights of a draw would change what is taken out
 *   (2) a cluster that lies inside a unit is summed where it lies, and Grams travel once; other clusters' sums run in the
 *       tree over blocks
 *       (columns: dummies, exogenous terms, instruments, endogenous terms, outcome)
 *   (3) columns that the others explain leave, dummies first in order: the model's own terms stay, or there are no draws
 *
 * Every rank ends with all Grams. Cost: 8 G P bytes (kernels/resample/cluster_grams.h) on every rank, a pass over the rows.
 */
#ifndef SOLOW_ENGINE_BATCH_CLUSTER_PASS_H
#define SOLOW_ENGINE_BATCH_CLUSTER_PASS_H

#include "engine/batch/run.h"
#include "kernels/resample/cluster_grams.h"

typedef struct solow_cluster_pass {
    solow_cluster_grams grams; /* owned */
    ptrdiff_t instruments;     /* columns before the endogenous ones */
    ptrdiff_t endogenous;      /* columns before the outcome */
    ptrdiff_t *term;           /* [terms of the record] column of each */
    uint64_t *number;          /* [clusters] by which draws know them */
    bool *nested;              /* [effects of the task] whether each lies inside the clusters */
    bool local;                /* clusters lie inside units */
    char refusal[512];         /* why there are no Grams; "" if there are */
} solow_cluster_pass;

/* Collective. A model for which this cannot be done gets a refusal, not an error.
 * Errors  SOLOW_ERR_MEMORY, SOLOW_ERR_IO */
solow_status solow_cluster_pass_make(solow_run *run, const solow_task *task, const solow_factor *cluster,
                                     solow_cluster_pass *pass, solow_error *err);
void solow_cluster_pass_clear(solow_cluster_pass *pass);

#endif
