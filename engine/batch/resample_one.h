/* resample_one.h - the draws of one model under one design, from its cluster Grams; private to engine/batch/resample*.c. */
#ifndef SOLOW_ENGINE_BATCH_RESAMPLE_ONE_H
#define SOLOW_ENGINE_BATCH_RESAMPLE_ONE_H

#include "engine/batch/cluster_pass.h"
#include "engine/inference/replicates.h"
#include "io/job/resampling.h"
#include "kernels/resample/weights.h"

typedef struct solow_resample_one {
    solow_run *run;
    solow_task *task;
    const solow_resampling *design;
    solow_cluster_pass *pass; /* its refusal is set where the design does not suit */
    uint64_t stream;
    double factor;          /* of the variance by the design's clusters */
    solow_replicates *made; /* out; NULL after a refusal */
} solow_resample_one;

/* Collective. Errors  SOLOW_ERR_MEMORY, SOLOW_ERR_IO */
solow_status solow_resample_wild(solow_resample_one *one, solow_error *err);
solow_status solow_resample_weights(solow_resample_one *one, solow_error *err);

/* Weights of the design's draws over the pass's clusters. */
solow_weights solow_resample_weights_of(const solow_resample_one *one);

/* An object with the record's terms and estimates and no draws yet. Errors  SOLOW_ERR_MEMORY */
solow_status solow_resample_create(const solow_resample_one *one, int64_t reps, bool studentised,
                                   solow_replicates **made, solow_error *err);

/* A numerical failure becomes the pass's refusal. */
solow_status solow_resample_settle(solow_resample_one *one, solow_status status, const solow_error *local,
                                   solow_error *err);

/* Whether the Grams give back the estimates: else digits are lost in them, and draws are refused. */
bool solow_resample_checks(solow_resample_one *one, ptrdiff_t term, double estimate, double std_error);

#endif
