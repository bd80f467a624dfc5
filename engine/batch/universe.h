/* universe.h - a model with `multiverse:`: thousands of specifications from a few sweeps.
 *
 *   choices ─strata─▶ specifications with one sample, one set of effects, one variance: a unit of the ledger
 *   stratum ─rows─▶ those that lose the same rows ─union─▶ two or three passes ─fit─▶ small matrices, shared over ranks
 *
 * An estimate is that of the same model written out, to 1e-11: it comes from an orthonormal basis of the union's columns, so
 * its last digits depend on which columns the union has, but on no rank, and on no other specification's outcome.
 * What this way cannot serve (estimators other than ols; hc2, hc3, cr2, cr3, conley; tests, combinations and comparisons of the
 * model; unions above 64 columns) is estimated one specification after the other, as tasks.
 */
#ifndef SOLOW_ENGINE_BATCH_UNIVERSE_H
#define SOLOW_ENGINE_BATCH_UNIVERSE_H

#include "engine/batch/universe_pieces.h"

/* The specifications of a model by position, in the order of the job: all of them, or those drawn. number malloc'ed; NULL with
 * count positive: no memory. */
int64_t *solow_universe_list(const solow_universe *universe, ptrdiff_t *count);

/* Estimates all of the model number index. Collective. */
solow_status solow_run_universe(solow_run *run, ptrdiff_t index, solow_error *err);

/* A stratum on the way of universe_union.h, into the estimates of an outcome. *fits false: it is to be done as tasks, and nothing
 * is done. Collective. */
solow_status solow_universe_stratum(solow_stratum *stratum, solow_outcome *outcome, bool *fits, solow_error *err);

/* Rows of all outcomes [count] of one model with `multiverse:`; the results take their numbers over. Rank 0 only. */
solow_status solow_collect_universe(solow_run *run, ptrdiff_t count, solow_outcome *outcome, solow_error *err);

#endif
