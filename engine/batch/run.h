/* run.h - a job from frame to results: models in the order of what they read, grouped into sweeps, driven in step.
 *
 * Way of the data: tasks are made (sample, design, keys), grouped by rows, weights and effects, and each group's step
 * machines advance together: one pass serves the wants of all that have the same transform.
 */
#ifndef SOLOW_ENGINE_BATCH_RUN_H
#define SOLOW_ENGINE_BATCH_RUN_H

#include "engine/batch/effort.h"
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
    void (*tell)(const char *sentence); /* rank 0: something a person should know; may be NULL */
    double memory;                      /* bytes that each rank may still take, the same on all; 0: nobody knows */
    double pass_seconds, pass_bytes, pass_flops, passes; /* out */
    solow_effort effort;                                 /* out */
    int64_t part, rank; /* of a group's own run: its level + 1, 0: the whole frame; the rank that estimates it */
    int64_t failed, done, total; /* out: estimates; total: as far as they are known */
    int64_t bundled; /* of total: estimates that the ledger counts with another, as one unit of a multiverse */
    ptrdiff_t outcomes, outcome_capacity;
    solow_outcome *outcome; /* [outcomes] in the order of the job; those of `by` groups on rank 0 alone */
} solow_run;

/* Adds `variables:` to the frame, in the order of what they read. Collective. */
solow_status solow_run_variables(solow_run *run, solow_error *err);
/* Estimates every model. Collective. */
solow_status solow_run_models(solow_run *run, solow_error *err);

void solow_run_clear(solow_run *run);

/* Combinations, tests, rows of the result tables, published figures, tables and summaries of the job, after the models. Collective. */
solow_status solow_run_finish(solow_run *run, solow_error *err);
solow_status solow_run_summaries(solow_run *run, solow_error *err);

/* Models that read nothing of one another, on the run's own frame: tasks, sweeps, outcomes. outcome [count]: the fields that
 * say which estimate it is are the caller's. Collective. */
solow_status solow_run_tasks(solow_run *run, ptrdiff_t count, const solow_model *const *model, solow_outcome *outcome,
                             solow_error *err);

/* Models with the same `by`, for each level of it; outcomes on rank 0. Collective. */
solow_status solow_run_groups(solow_run *run, ptrdiff_t count, const ptrdiff_t *index, solow_error *err);

/* The windows of a model, over the periods of the frame, times the levels that it leaves out (leave_out.h); 1 without both. */
ptrdiff_t solow_model_windows(const solow_frame *frame, const solow_model *model);
/* The model of one window: a copy that differs in `where` alone, which solow_window_clear frees.
 * Errors  SOLOW_ERR_INPUT: no time column */
solow_status solow_window_model(const solow_frame *frame, const solow_job *job, const solow_model *model,
                                ptrdiff_t window, solow_model *made, solow_error *err);
/* Whether a part of the frame has a row in the window: without one it is no group. */
bool solow_window_has_rows(const solow_frame *frame, const solow_model *model, ptrdiff_t window,
                           const solow_frame *part);
void solow_window_clear(const solow_model *model, solow_model *made);
/* The keys of a group: level of the by columns (by NULL: none), window. */
solow_status solow_name_group(const solow_frame *frame, const solow_model *model, const solow_factor *by, int32_t level,
                              ptrdiff_t window, solow_outcome *outcome, solow_error *err);

/* Room for count more outcomes at the end; their fields are zero. NULL: no memory. */
solow_outcome *solow_run_more(solow_run *run, ptrdiff_t count, solow_error *err);

/* Models of one sweep together. task [count] made and not failed. Collective. */
solow_status solow_run_sweep(solow_run *run, ptrdiff_t count, solow_task *const *task, solow_error *err);

/* What the sample of a task and the effects of its sweep have to say, into the task's record. Errors: SOLOW_ERR_MEMORY */
solow_status solow_report_sample(const solow_frame *frame, const solow_absorb *absorb, solow_task *task,
                                 solow_error *err);

/* An outcome's rows in the result tables. Rank 0 only. */
solow_status solow_collect(solow_run *run, const solow_outcome *outcome, solow_error *err);

/* Rows of tidy, tests and diagnostics alone, of something that is no estimate (a comparison). Rank 0 only. */
solow_status solow_collect_rows(solow_results *results, const char *model, const char *group, double level,
                                const solow_record *record, solow_error *err);

/* Saved columns of all models as /panel/<model>. Collective; filled on rank 0. */
solow_status solow_collect_saved(solow_run *run, solow_error *err);

/* order [models]: each after the models whose saved columns it reads. Errors: SOLOW_ERR_INPUT prints a cycle. */
solow_status solow_model_order(const solow_job *job, ptrdiff_t *order, solow_error *err);

/* Whether a model reads a column that the model id saves; id NULL: that any model saves. */
bool solow_model_reads(const solow_model *model, const char *id);

/* Whether an expression reads saved(id, ...), or any saved() if id is NULL. */
bool solow_reads_saved(const solow_node *node, const char *id);

#endif
