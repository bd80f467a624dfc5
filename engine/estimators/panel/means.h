/* means.h - columns beside their unit means: lets a machine of linear/ run on [x, mean_i x] as if both were data.
 *
 * The engine hands out raw columns. This layer appends the mean of each regressor over its unit's present rows (weighted
 * as the rows are), one unit at a time, and calls the machine's own functions on that unit's rows. So a Gram becomes a sum
 * inside blocks, and every other want keeps its kind.
 *
 * Place in the data's way: between a linear machine's wants and the engine (mundlak.c).
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_MEANS_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_MEANS_H

#include "engine/estimators/estimator.h"

typedef struct solow_means solow_means;

size_t solow_means_bytes(const solow_shape *shape);

/* Means of every regressor, named mean(x). */
solow_status solow_means_create(const solow_shape *shape, solow_arena *arena, solow_means **means, solow_error *err);

/* The shape with the means as further regressors: what the machine is begun with. */
const solow_shape *solow_means_shape(const solow_means *means);

/* Rewrites the machine's wants into wants on raw columns (more arena for their buffers); and its statistics back. */
size_t solow_means_want_bytes(const solow_shape *shape, ptrdiff_t sums);
solow_status solow_means_wrap(solow_means *means, solow_wants *wants, solow_error *err);
void solow_means_unwrap(const solow_means *means, const solow_stats *stats, solow_stats *inner);

#endif
