/* means.h - columns made from unit means: lets a machine of linear/ run on them as if they were data.
 *
 *   (1) beside     [x, mean_i x]: the mean of each regressor over its unit's present rows, weighted as the rows are
 *   (2) quasi      x - l_t - theta_i mean_i(x - l), theta_i = 1 - sqrt(s2e / (T_i s2u + s2e)), l a value for each column
 *                  and period: the transform of random effects of units and periods
 *
 * The engine hands out raw columns. This layer makes the others, one unit at a time, and calls the machine's own functions
 * on that unit's rows. So a Gram becomes a sum inside blocks, and every other want keeps its kind. With (2) only wants of
 * the transform QUASI are made over; the others see raw columns.
 *
 * Place in the data's way: between a linear machine's wants and the engine (mundlak.c, re.c).
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_MEANS_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_MEANS_H

#include "engine/estimators/estimator.h"

typedef struct solow_means solow_means;

size_t solow_means_bytes(const solow_shape *shape);

/* (2). level [periods x columns of the shape], codes of the last key; lives as long as the layer. */
typedef struct solow_quasi_levels {
    const double *level;
    ptrdiff_t periods;
    double sigma2_e, sigma2_u;
} solow_quasi_levels;
solow_status solow_means_create_quasi(const solow_shape *shape, const solow_quasi_levels *quasi, solow_arena *arena,
                                      solow_means **means, solow_error *err);

/* (1): means of every regressor, named mean(x). */
solow_status solow_means_create(const solow_shape *shape, solow_arena *arena, solow_means **means, solow_error *err);

/* The shape with the means as further regressors: what the machine is begun with. */
const solow_shape *solow_means_shape(const solow_means *means);

/* Rewrites the machine's wants into wants on raw columns (more arena for their buffers); and its statistics back. */
size_t solow_means_want_bytes(const solow_shape *shape, ptrdiff_t sums);
solow_status solow_means_wrap(solow_means *means, solow_wants *wants, solow_error *err);
void solow_means_unwrap(const solow_means *means, const solow_stats *stats, solow_stats *inner);

#endif
