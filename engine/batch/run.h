/* run.h - a job from frame to results: models in the order of what they read, grouped into sweeps, driven in step.
 *
 * Way of the data: tasks are made (sample, design, keys), grouped by rows, weights and effects, and each group's step
 * machines advance together: one pass serves the wants of all that have the same transform.
 */
#ifndef SOLOW_ENGINE_BATCH_RUN_H
#define SOLOW_ENGINE_BATCH_RUN_H

#include "engine/batch/resume.h"
#include "io/result/results.h"

typedef struct solow_run {
    solow_comm *comm;
    const solow_job *job;
    solow_frame *frame;
    solow_results *results;  /* filled on rank 0; NULL on the others */
    const char *const *only; /* ids that are wanted, or NULL */
    ptrdiff_t only_count;
    solow_resume *resume; /* what earlier attempts finished, and where this one's is kept; NULL: nothing is kept */
    void (*progress)(void *context, int64_t done, int64_t total, int64_t failed); /* rank 0; may be NULL */
    void *progress_context;
    double pass_seconds, pass_bytes, pass_flops, passes; /* out */
    int64_t failed, done;                                /* out: models */
    solow_outcome *outcome;                              /* [job->models]; model NULL: not estimated */
} solow_run;

/* Adds `variables:` to the frame, in the order of what they read. Collective. */
solow_status solow_run_variables(solow_run *run, solow_error *err);
/* Estimates every model. Collective. */
solow_status solow_run_models(solow_run *run, solow_error *err);

void solow_run_clear(solow_run *run);

/* Combinations, tests, rows of the result tables, published figures, tables and summaries of the job, after the models. Collective. */
solow_status solow_run_finish(solow_run *run, solow_error *err);
solow_status solow_run_summaries(solow_run *run, solow_error *err);

/* Models of one sweep together. task [count] made and not failed. Collective. */
solow_status solow_run_sweep(solow_run *run, ptrdiff_t count, solow_task *const *task, solow_error *err);

/* An outcome's rows in the result tables. Rank 0 only. */
solow_status solow_collect(solow_run *run, const solow_outcome *outcome, solow_error *err);

/* Saved columns of all models as /panel/<model>. Collective; filled on rank 0. */
solow_status solow_collect_saved(solow_run *run, solow_error *err);

/* order [models]: each after the models whose saved columns it reads. Errors: SOLOW_ERR_INPUT prints a cycle. */
solow_status solow_model_order(const solow_job *job, ptrdiff_t *order, solow_error *err);

/* Whether a model reads a column that the model id saves; id NULL: that any model saves. */
bool solow_model_reads(const solow_model *model, const char *id);

/* Whether an expression reads saved(id, ...), or any saved() if id is NULL. */
bool solow_reads_saved(const solow_node *node, const char *id);

#endif
