/* outcome.h - what is kept of a model when its sweep is over: its record, and what the tables say of its sample.
 *
 * Outcomes stay until all models are done, so that a test may set one estimate against another, and so that rows of the
 * tables stand in the job's order whatever the order of work.
 */
#ifndef SOLOW_ENGINE_BATCH_OUTCOME_H
#define SOLOW_ENGINE_BATCH_OUTCOME_H

#include "engine/batch/task.h"
#include "io/ledger/fields.h"

enum { SOLOW_OWN_GROUPS = 6 }; /* keys that the data give: by columns, window */

typedef struct solow_failure { /* a solow_error takes two kilobytes, and a job has outcomes by the hundred thousand */
    solow_status status;
    char *message; /* NULL unless it failed */
} solow_failure;

typedef struct solow_outcome {
    const solow_model *model; /* of the job */
    ptrdiff_t index;          /* of the model: with level and window its place in the order of the job */
    int32_t by_level, window; /* of the `by` columns, and of the windows */
    ptrdiff_t own_groups;     /* after those of the model */
    solow_key_value own_group[SOLOW_OWN_GROUPS];
    solow_record record;
    solow_failure error; /* status OK unless the model failed */
    char *effects;       /* "state + year"; "" without */
    ptrdiff_t drops;
    solow_drop *drop;
    ptrdiff_t levels;
    solow_level_value *level; /* fixed effects that were asked for */
    ptrdiff_t effect_names;
    char **effect_name;
    ptrdiff_t influences;
    solow_kept_influence *influence; /* for `compare:` */
    ptrdiff_t designs;               /* of the model */
    solow_replicates **replicates;   /* [designs] its draws, NULL where there are none */
    struct solow_bundle *estimates;  /* of a multiverse, in place of the record (bundle.h); NULL: one estimate */
} solow_outcome;

/* Moves record, drops and recovered effects out of the task. Errors: SOLOW_ERR_MEMORY */
solow_status solow_outcome_take(solow_task *task, solow_outcome *outcome, solow_error *err);
void solow_outcome_clear(solow_outcome *outcome);

/* How many keys name the estimate, and key g of them: the model's, then those that the data gave. */
ptrdiff_t solow_outcome_groups(const solow_outcome *outcome);
const solow_key_value *solow_outcome_group(const solow_outcome *outcome, ptrdiff_t g);
/* Adds a key; texts are taken over, also on failure. Errors: SOLOW_ERR_MEMORY if one is NULL */
solow_status solow_outcome_add_group(solow_outcome *outcome, char *key, char *value, solow_error *err);

/* All but the model, its place and its groups, which whoever reads it back knows. Whether bytes were lost for want of memory is seen in out. */
void solow_outcome_put(const solow_outcome *outcome, solow_buffer *out);
/* Errors  SOLOW_ERR_INTERNAL: no outcome stands there */
solow_status solow_outcome_get(solow_cursor *in, solow_outcome *outcome, solow_error *err);

#endif
