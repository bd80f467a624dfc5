/* least_squares.h - the machine behind ols, between, fd, mundlak and the last step of re: regress the outcome on the
 * constant and the regressors, after one transform.
 *
 *   step 1   GRAM of [X y] (and raw moments by UNIT where sums of squares before the transform are needed)
 *   step 1b  GRAM_PRECISE, if the model is ill-conditioned (normal.h)
 *   step 2   wants of the variance (vcov.h), and MAP for saved residuals; none of either: finished
 *
 * Saved      `residuals` alone: the engine makes `fitted` = outcome - residuals, and recovers fixed effects.
 * Glance     r_squared 1 - rss / tss, tss about the mean if there is a constant or effects, else uncentred (as R)
 *            adj_r_squared 1 - (1 - r2) (n - 1) / (n - K), n in place of n - 1 without constant and effects
 *            sigma = sqrt(rss / (n - K)); loglik of the normal law with sigma2 = rss / n, + sum(ln w) / 2 with analytic
 *            weights (as R); aic = -2 loglik + 2 K, bic = -2 loglik + K ln n, K = k + rank of the effects (as fixest: R
 *            counts sigma too and is larger by 2 and by ln n)
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_LINEAR_LEAST_SQUARES_H
#define SOLOW_ENGINE_ESTIMATORS_LINEAR_LEAST_SQUARES_H

#include "engine/estimators/linear/goodness.h"
#include "engine/estimators/linear/normal.h"
#include "engine/inference/vcov.h"

enum { SOLOW_SAVED_RESIDUALS = 1 };

typedef struct solow_least_squares {
    const solow_model *model;
    const solow_shape *shape;
    solow_arena *arena;
    solow_transform transform;
    double effects_rank; /* that the transform takes; 0 for others than within */
    solow_weight_type weights;
    bool normal_law;                /* reference law z in place of the rule's t */
    ptrdiff_t k, constant;          /* regressors with the constant; place of the constant among them, -1: none */
    ptrdiff_t *column;              /* [k + 1] indices into shape->column: regressors, then the outcome */
    const char **name, **kept_name; /* [k], [kept] */
    ptrdiff_t columns;              /* k + 1 */
    double *moments;                /* [2 (k + 1) + 2] sums w x, w x^2 a column before the transform; sum w, sum ln w */
    bool has_moments;
    solow_normal *normal;
    solow_vcov *vcov;
    ptrdiff_t kept;                    /* columns of the variance */
    ptrdiff_t *kept_column;            /* [kept + 1] as column, without the dropped */
    double *residual;                  /* [kept + 1] e = y - X b over kept columns, then y */
    double *b, *bread, *gram, *v, *df; /* [kept], [kept^2], [(kept + 1)^2], [kept^2], [kept] */
    double nobs, rows, tss, within_tss, mean_y;
    const char *save[SOLOW_SAVED_RESIDUALS];
    int phase;
} solow_least_squares;

size_t solow_least_squares_bytes(const solow_model *model, const solow_shape *shape);

/* effects_rank: columns that the transform takes out. The columns are the constant (if any) and every REGRESSOR. */
solow_status solow_least_squares_begin(const solow_model *model, const solow_shape *shape, solow_transform transform,
                                       double effects_rank, solow_arena *arena, solow_least_squares **machine,
                                       solow_wants *first, solow_error *err);
solow_status solow_least_squares_step(solow_least_squares *machine, const solow_stats *stats, solow_wants *next,
                                      solow_error *err);
/* The fit in sums of squares, once it is solved. */
solow_linear_fit solow_least_squares_fit(const solow_least_squares *machine);
/* Influence of kept coefficient number term: a = X B_term. */
void solow_least_squares_influence(const solow_least_squares *machine, ptrdiff_t term, solow_influence *influence);
solow_status solow_least_squares_report(const solow_least_squares *machine, solow_record *record, solow_error *err);

/* 2 (columns + 1) doubles: the UNIT function behind `moments`; context points to the number of columns. */
void solow_moments_unit(const void *context, const solow_view *view, double *sums);

/* Whether the model saves residuals, fitted values or fixed effects, so that rows are needed again. */
bool solow_saves_rows(const solow_model *model);

#endif
