/* universe_union.h - all that the specifications of one sample, one set of effects and one variance need of its rows.
 *
 *   pass 1   double-double Gram of regressors and outcomes after the effects, moments before them
 *   basis    X = Q R, e = y - Q c (kernels/dense/union_basis.h); a second Gram where the columns are nearly collinear
 *   pass 2   the tensor of pair Grams of [Q e] under the variance's pattern (kernels/dense/pair_gram.h):
 *            rows for hc0 and hc1, clusters, windows of L + 1 periods for newey_west and driscoll_kraay
 *
 * Clusters inside units are summed block by block; others by key, on every rank.
 * Cost      2 or 3 passes; clusters x P^2 flops, P = (k + outcomes)(k + outcomes + 1) / 2
 */
#ifndef SOLOW_ENGINE_BATCH_UNIVERSE_UNION_H
#define SOLOW_ENGINE_BATCH_UNIVERSE_UNION_H

#include "engine/batch/run.h"
#include "engine/inference/vcov.h"
#include "kernels/dense/union_basis.h"

enum { SOLOW_UNION_COLUMNS = 64, SOLOW_UNION_KEYED = 1 << 22 }; /* most columns; most doubles of sums by key */

typedef struct solow_union {
    solow_run *run;
    solow_task *task;
    ptrdiff_t regressors, outcomes, columns; /* columns: both, in this order */
    ptrdiff_t constant;                      /* its place; -1: none */
    ptrdiff_t *place;                        /* [columns] 0, 1, 2, ... */
    const solow_design_column **column;      /* [columns] */
    solow_sweep sweep;
    solow_arena arena;
    double *size;                      /* [regressors] norms after the effects */
    bool *absorbed;                    /* [regressors] constant within the effects */
    double *tss, *within_tss, *mean_y; /* [outcomes] */
    double log_weights;
    solow_union_basis basis;
    solow_vcov_facts facts; /* for one regressor: the pattern, its lags */
    ptrdiff_t ld;           /* of the tensor */
    double *tensor;         /* NULL for iid */
} solow_union;

/* Whether a union of so many columns, and the clusters of the model, are few enough for this way. Collective.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_union_fits(solow_frame *frame, const solow_model *model, ptrdiff_t columns, bool *fits,
                              solow_error *err);

/* task: made, of a formula with every outcome and regressor of the union. A union that cannot be estimated is a failed task.
 * Collective. Errors  SOLOW_ERR_MEMORY */
solow_status solow_union_create(solow_run *run, solow_task *task, solow_union *made, solow_error *err);
void solow_union_clear(solow_union *made);

#endif
