/* task.h - one model on its way from the job to its record: sample, columns, keys, shape, estimator state. */
#ifndef SOLOW_ENGINE_BATCH_TASK_H
#define SOLOW_ENGINE_BATCH_TASK_H

#include "engine/estimators/estimator.h"
#include "engine/inference/compare.h"
#include "engine/inference/replicates.h"
#include "engine/pass/pass.h"

typedef struct solow_level_value { /* one recovered effect */
    const char *effect;            /* one of the task's effect_name */
    char *level;
    double value;
    int64_t component; /* of the graph of effects; values compare inside one component only */
} solow_level_value;

/* One coefficient's influence, kept for `compare:` until all models are done (engine/inference/compare.h). */
typedef struct solow_kept_influence {
    char *term;
    double estimate, df;
    ptrdiff_t terms;                    /* sets of ways under the stacked pattern; 1 without clusters */
    ptrdiff_t key[SOLOW_CLUSTER_TERMS]; /* of each: index into the task's keys, -1 without clusters */
    double sign[SOLOW_CLUSTER_TERMS], factor[SOLOW_CLUSTER_TERMS];
    ptrdiff_t clusters[SOLOW_CLUSTER_TERMS];         /* of each */
    solow_cluster_sum *cluster[SOLOW_CLUSTER_TERMS]; /* on rank 0; NULL elsewhere */
    double *row;        /* without clusters, on the whole frame: [rows of the rank], 0 outside the sample */
    bool rows_by_place; /* in a group of `by:` whose rows have no unit and period */
} solow_kept_influence;

typedef struct solow_task {
    const solow_model *model;
    const solow_estimator *estimator;
    solow_design design;
    solow_model_effects effects;
    solow_sample sample;
    ptrdiff_t keys, cluster_keys;
    const solow_factor **key; /* [keys] as solow_shape lists them */
    solow_shape shape;
    solow_shape_column *shape_column;
    solow_shape_effect *shape_effect;
    bool *nested;     /* [effects x keys] */
    uint32_t spelled; /* bit e: dummies of effect e are in the design too */
    solow_shape_key *shape_key;
    ptrdiff_t *place; /* [columns] place in the sweep's union */
    solow_arena arena;
    void *state;
    solow_wants wants;
    solow_request request[SOLOW_WANTS];
    solow_record record;
    bool running; /* begun and with wants left */
    ptrdiff_t levels, effect_names;
    solow_level_value *level; /* [levels] fixed effects that were asked for */
    char **effect_name;       /* [effect_names] */
    ptrdiff_t influences;
    solow_kept_influence *influence; /* of the terms that comparisons ask for */
    solow_replicates **replicates;   /* [model->designs] its draws, NULL where there are none; NULL: not drawn yet */
    solow_error error;               /* why it failed */
} solow_task;

/* Design, keys, sample. A model that cannot be estimated (a term that is text, no row left) becomes a failed record, not a
 * failed call; the call fails for memory and communication only. Collective. */
solow_status solow_task_create(solow_frame *frame, const solow_model *model, const solow_estimator *estimator,
                               solow_task *task, solow_error *err);
/* For cr2 and cr3 with effects that reach across the clusters: puts dummies of all effects but nested unit effects into the
 * design. Does nothing where they are too many or have slopes: the estimator says so. Collective. */
solow_status solow_task_spell(solow_frame *frame, solow_task *task, solow_error *err);

/* Whether every level of inner, in the sample, has rows of one level of outer only. Collective. */
solow_status solow_effect_nests(solow_frame *frame, const solow_sample *sample, const solow_factor *inner,
                                const solow_factor *outer, bool *nested, solow_error *err);

/* Fills task->shape from its sample and the sweep's effects. Collective. */
solow_status solow_task_shape(solow_frame *frame, const solow_absorb *absorb, solow_task *task, solow_error *err);
void solow_task_clear(solow_task *task);
void solow_kept_influences_clear(ptrdiff_t count, solow_kept_influence *influence);

/* Marks the task as failed for the reason in error (message copied into the record). */
void solow_task_fail(solow_task *task, const solow_error *error);

/* The first task that waits and those that can share a sweep with it, as many as its columns allow, into group [count]; they
 * are marked as taken. Returns how many: 0 when none waits. */
ptrdiff_t solow_sweep_gather(solow_task *tasks, ptrdiff_t count, bool *taken, solow_task **group);

/* Whether two tasks can share one sweep: the same rows, weights and effects. */
bool solow_task_shares(const solow_task *a, const solow_task *b);

#endif
