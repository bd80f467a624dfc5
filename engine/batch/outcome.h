/* outcome.h - what is kept of a model when its sweep is over: its record, and what the tables say of its sample.
 *
 * Outcomes stay until all models are done, so that a test may set one estimate against another, and so that rows of the
 * tables stand in the job's order whatever the order of work.
 */
#ifndef SOLOW_ENGINE_BATCH_OUTCOME_H
#define SOLOW_ENGINE_BATCH_OUTCOME_H

#include "engine/batch/task.h"

typedef struct solow_outcome {
    const solow_model *model;
    solow_record record;
    solow_error error; /* status OK unless the model failed */
    char *effects;     /* "state + year"; "" without */
    ptrdiff_t drops;
    solow_drop *drop;
    ptrdiff_t levels;
    solow_level_value *level; /* fixed effects that were asked for */
    ptrdiff_t effect_names;
    char **effect_name;
    ptrdiff_t influences;
    solow_kept_influence *influence; /* for `compare:` */
} solow_outcome;

/* Moves record, drops and recovered effects out of the task. Errors: SOLOW_ERR_MEMORY */
solow_status solow_outcome_take(solow_task *task, solow_outcome *outcome, solow_error *err);
void solow_outcome_clear(solow_outcome *outcome);

#endif
