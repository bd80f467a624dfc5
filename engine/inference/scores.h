/* scores.h - residuals of a run of rows, from the columns of a view; private to engine/inference. See meat.h (1). */
#ifndef SOLOW_ENGINE_INFERENCE_SCORES_H
#define SOLOW_ENGINE_INFERENCE_SCORES_H

#include "engine/inference/meat.h"
#include "kernels/panel/combine.h"

/* residual [SOLOW_MEAT_CHUNK x m]: e_j of rows first .. first + rows - 1 (rows <= SOLOW_MEAT_CHUNK), unweighted. */
void solow_scores_residuals(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                            double *residual);

/* The `rows` function of KEYED wants: values [ld x mq], w e_j z_l. */
void solow_scores_rows(const void *context, const solow_view *view, double *values);

/* score [mq] = sum over rows first .. first + rows - 1 of w e z; residual as above, of the same rows. */
void solow_scores_sum(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                      const double *residual, double *score);

/* `unit` functions of UNIT wants: sums [mq x mq], upper triangle. */
void solow_hc_unit(const void *context, const solow_view *view, double *sums);
void solow_cluster_unit(const void *context, const solow_view *view, double *sums);
void solow_newey_west_unit(const void *context, const solow_view *view, double *sums);

/* Adds the upper triangle of sum_t s_t s_t' + sum_l w_l sum_t (s_t s_{t-l}' + s_{t-l} s_t'), Bartlett weights, lag by time;
 * score [periods x d] row-major by period; time NULL: consecutive. */
void solow_bartlett_sum(ptrdiff_t periods, ptrdiff_t d, const double *score, const int32_t *time, int lags,
                        double *upper);

#endif
