/* groups_data.h - what the two ways of estimating groups share. Internal to engine/batch; see groups.c.
 *
 * A group is estimated by one rank alone (groups.c), or by all of them (groups_shared.c).
 */
#ifndef SOLOW_ENGINE_BATCH_GROUPS_DATA_H
#define SOLOW_ENGINE_BATCH_GROUPS_DATA_H

#include "engine/batch/run.h"
#include "engine/frame/part.h"

typedef struct solow_group_work {
    solow_run *run;
    ptrdiff_t count;
    const ptrdiff_t *index; /* [count] models of the job */
    const solow_factor *by;
    solow_needs needs;
    solow_parts parts;
    ptrdiff_t windows; /* of all models together: estimates in each group */
    ptrdiff_t saved;
    char **saved_name;    /* [saved] columns of the frame that the groups make */
    double **saved_value; /* [saved][parts.rows] */
    bool *shared;         /* [by->levels] that all ranks estimate together */
    int64_t shared_count;
    double **shared_value; /* [saved][rows of the frame], of their rows */
    solow_buffer bytes;    /* finished outcomes: level, model, window, outcome */
    solow_run own;         /* counters of the groups of this rank */
} solow_group_work;

typedef struct solow_group_models { /* work space of one group: [windows] each */
    solow_model *made;
    const solow_model **model;
    solow_outcome *outcome;
    ptrdiff_t listed;
} solow_group_models;

/* Errors  SOLOW_ERR_MEMORY */
solow_status solow_group_models_make(const solow_group_work *work, solow_group_models *models, solow_error *err);
/* Takes what was not handed in with it. */
void solow_group_models_clear(solow_group_models *models);

/* The estimates of one group, by all ranks of own, whose frame it is. Collective over them. */
solow_status solow_group_run(solow_group_work *work, solow_run *own, int32_t level, solow_group_models *models,
                             solow_error *err);
/* Outcomes to where they belong, if status is OK and this rank keeps them; returns status, or why they could not be. */
solow_status solow_group_finish(solow_group_work *work, int32_t level, bool keeps, solow_status status,
                                solow_group_models *models, solow_error *err);
/* Passes and their cost, of groups that are done, to those of the run. */
void solow_group_count(solow_run *run, const solow_run *own);

/* Values of so many rows, all missing; NULL: no memory. */
double *solow_group_missing(ptrdiff_t rows);

/* Which levels all ranks estimate together: those above a rank's share, and all where there are few. Collective. */
solow_status solow_groups_choose(solow_group_work *work, solow_error *err);
/* Estimates those. Collective. */
solow_status solow_groups_shared(solow_group_work *work, solow_error *err);

#endif
