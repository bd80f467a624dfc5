/* influence.h - what `compare:` needs of a model, taken while its sweep still stands.
 *
 * One more pass of the sweep for all its models that are compared: the influence of the compared coefficient alone, summed
 * by cluster (16 bytes x clusters x sets of ways, on rank 0), or by row without clusters (8 bytes x rows of the rank). A
 * group of `by:` has a frame of its own, so its rows are kept as clusters of one row, by unit and period; without both, by
 * group and place, which tells rows apart among groups of one `by` only.
 */
#ifndef SOLOW_ENGINE_BATCH_INFLUENCE_H
#define SOLOW_ENGINE_BATCH_INFLUENCE_H

#include "engine/batch/run.h"

/* Fills the influences of every task that has one to give. Collective. Errors: SOLOW_ERR_MEMORY */
solow_status solow_take_influences(solow_run *run, solow_sweep *sweep, ptrdiff_t count, solow_task *const *task,
                                   solow_error *err);

/* Whether an entry of `compare:` names the model: by id, glob, or either with /group. group NULL: it is not known yet. */
bool solow_compares(const solow_yaml *entry, const char *id, const char *group);

/* The term of an entry in the spelling of results; malloc'ed; NULL when there is no memory. */
char *solow_compared_term(const solow_yaml *entry);

#endif
