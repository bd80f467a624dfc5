/* redraw_data.h - what the parts of redraw*.c share. Private to engine/batch; see redraw.h. */
#ifndef SOLOW_ENGINE_BATCH_REDRAW_DATA_H
#define SOLOW_ENGINE_BATCH_REDRAW_DATA_H

#include "engine/batch/redraw.h"
#include "engine/frame/part.h"
#include "io/job/resampling.h"
#include "kernels/resample/weights.h"

typedef struct solow_redraw { /* one task under one design */
    solow_run *run;
    solow_task *task;
    const solow_resampling *design;
    solow_job job;      /* the run's, without comparisons */
    ptrdiff_t models;   /* the task's and those whose saved columns it reads */
    solow_model *model; /* [models] as they are estimated in a draw, in the order of what they read, the task's last */
    uint8_t **where;    /* [models] of all rows: inside the model's where; NULL: every row is */
    solow_needs needs;
    solow_parts parts; /* all rows, on every rank */
    ptrdiff_t items;   /* that are drawn */
    int32_t *item;     /* [all rows] which one; -1: the row stays as it is */
    uint64_t *number;  /* [items] by which draws know them */
    bool whole;        /* units lie inside items */
    bool copies;       /* (2) of redraw.h, not (3) */
    solow_weights weights;
    double *weight;            /* [items] of the draw in hand */
    ptrdiff_t permuted;        /* permutation: place of the column among the needs */
    bool between;              /* it is the same in all rows of each item, and goes between items */
    ptrdiff_t *first;          /* [items] permutation between items: a row of each */
    int32_t *stratum;          /* [items, or all rows] permutation: inside which values change places */
    ptrdiff_t movers;          /* items, or all rows */
    ptrdiff_t *order, *source; /* [movers] work: a permutation of all; whose value each gets */
    char refusal[600];         /* why there are no draws; "": there are */
} solow_redraw;

/* Marks the models of the job that model reads saved columns of, and those that these read: needed [job.models]. */
void solow_redraw_inputs(const solow_job *job, const solow_model *model, bool *needed);

/* The models, with the inputs first; then the columns that they read; then, behind solow_redraw_gather, nodes of their own for
 * conditions and weights, which redraw->model frees. Errors  SOLOW_ERR_MEMORY */
solow_status solow_redraw_models(solow_redraw *redraw, solow_error *err);
solow_status solow_redraw_needs(solow_redraw *redraw, solow_error *err); /* collective */
solow_status solow_redraw_settle(solow_redraw *redraw, solow_error *err);
/* Weights of the design's draws over the items. */
solow_weights solow_redraw_weights(const solow_redraw *redraw);

/* Items, rows and where on every rank. Collective. Errors  SOLOW_ERR_MEMORY and as solow_frame_factor's */
solow_status solow_redraw_gather(solow_redraw *redraw, solow_error *err);

/* The frame of a draw: weights are in redraw->weight. A draw without a row leaves frame as it was. Not collective. Errors  SOLOW_ERR_MEMORY */
solow_status solow_redraw_frame(solow_redraw *redraw, solow_frame *frame, solow_error *err);

/* Permutations: columns as they are, since what is made of the permuted one is made again; strata; whether it goes between
 * items. Collective. */
solow_status solow_permute_needs(solow_redraw *redraw, solow_error *err);
solow_status solow_permute_prepare(solow_redraw *redraw, solow_error *err);
/* The frame of permutation number draw. Not collective. Errors  SOLOW_ERR_MEMORY */
solow_status solow_permute_frame(solow_redraw *redraw, int64_t draw, solow_frame *frame, solow_error *err);

/* Every rank's count items of width bytes, one after the other; malloc'ed. Collective. */
solow_status solow_redraw_share(solow_comm *comm, const void *mine, ptrdiff_t count, size_t width, void **all,
                                solow_error *err);

/* Columns `(where:K)`, the model's conditions as they hold in the whole panel. */
solow_status solow_redraw_add_where(const solow_redraw *redraw, solow_frame *frame, solow_error *err);

#endif
