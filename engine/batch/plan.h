/* plan.h - what a job will do, before it does it: sweeps, passes, bytes, flops, seconds, memory.
 *
 * Rows, columns, levels and clusters are counted, not guessed: the data are read and each model's sample is made. What a job
 * takes follows from them:
 *
 *   (1) a pass     n p (8 / B + 0.5 ns),  n rows a rank, p columns of the union; one for the effects that reach across units,
 *                  then as many as the estimator states
 *   (2) Grams      n p (p + 1) flops at 60e9 a second,  scores n p at 8e9
 *   (3) a model    300 us in a sweep, 50 us in a group of `by:`, 20 us as a specification of a multiverse
 *   (4) memory     columns 8 n; reading, sorting and moving them six times that; gamma and sums 24 m p for m levels that
 *                  reach across units, and S 8 m^2, 4 GB at most; sums by cluster 16 G p; 128 MB a rank for MPI and libraries
 *
 * Source    constants measured as benchmarks/README.md says, B = 12e9 bytes a second of one of two ranks
 * Checked   tests/cli/test_plan.sh
 */
#ifndef SOLOW_ENGINE_BATCH_PLAN_H
#define SOLOW_ENGINE_BATCH_PLAN_H

#include "engine/batch/task.h"

typedef struct solow_plan_sweep {
    const solow_model *model; /* the first of them */
    ptrdiff_t models;         /* that share it */
    int64_t times;            /* groups of `by:` and windows, each a sweep of its own */
    ptrdiff_t columns;        /* of the union */
    int64_t rows;             /* of one sample; of a group's, their mean */
    int64_t levels;           /* of the effects that reach across units */
    int64_t clusters;
    bool counted;         /* false: the model reads what another saves, so that its sample is not known yet */
    double passes, alone; /* over the rows, of all times; the same if no model shared them */
    double bytes, flops;  /* over all ranks */
    double seconds;       /* of one rank */
    double memory, least; /* bytes of one rank beside the columns: with S dense, and without it */
} solow_plan_sweep;

typedef struct solow_plan_note { /* of one model */
    const solow_model *model;
    const char *kind; /* "not shared": a variance, and what it costs; "not counted"; "will fail": why */
    char text[240];
} solow_plan_note;

typedef struct solow_plan {
    int ranks;
    ptrdiff_t sweeps, capacity;
    solow_plan_sweep *sweep;
    ptrdiff_t notes, note_capacity;
    solow_plan_note *note;
    int64_t rows; /* of the frame */
    ptrdiff_t frame_columns;
    double estimates, passes, alone; /* of all sweeps */
    double bytes, flops, seconds;
    double reading, working; /* bytes a rank, at most: while the data are read; in the largest sweep */
    double least;            /* of the latter, without which it cannot be done */
} solow_plan;

/* The frame holds all rows, on a communicator of one process; ranks: as if so many shared them.
 * Errors  SOLOW_ERR_MEMORY; a model that cannot be estimated is told in a note */
solow_status solow_plan_make(solow_frame *frame, const solow_job *job, int ranks, solow_plan *plan, solow_error *err);
void solow_plan_clear(solow_plan *plan);

/* Bytes a rank that a sweep of that union takes at least beside the columns of the frame: (4) without S, which may be sparse,
 * or never formed. task is one of its models. */
double solow_plan_least_bytes(const solow_task *task, ptrdiff_t columns);

#endif
