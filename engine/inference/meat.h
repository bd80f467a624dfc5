/* meat.h - the middle of every sandwich: sums of products of scores, under one of the patterns of correlation.
 *
 *   (1) residuals   e_j = sum_c r_cj x_c,   j < m: combinations of the wanted columns
 *   (2) scores      s_i,(j,l) = w_i e_ij z_il,   z the first q of the wanted columns; index j q + l
 *   (3) meat        M = sum over rows (or clusters, or lags) of s s',  [mq x mq]
 *
 * With m = 1 and z the regressors this is the meat of least squares; with z the instruments and e the residuals of several
 * equations it serves two-stage least squares, GMM, first stages and identification tests, from one pass.
 *
 *   iid             (R'GR / n) x (Z'WZ), from the Gram alone: no want
 *   hc0, hc1        sum s_i s_i'; hc2, hc3 with e_i / sqrt(1 - h_i), e_i / (1 - h_i)                      (hc.c)
 *   cluster         sum_g s_g s_g', inclusion - exclusion over several ways; cr2 and cr3                  (cluster.c, cr.c)
 *   newey_west      within unit, driscoll_kraay over period sums; Bartlett weights, calendar lags         (hac.c)
 *
 * Place in the data's way: an estimator adds the wants to its own, and hands the statistics back.
 * Weights   frequency weights: a row counts w times, so hc uses w e e; otherwise the score is w e x and squared whole.
 */
#ifndef SOLOW_ENGINE_INFERENCE_MEAT_H
#define SOLOW_ENGINE_INFERENCE_MEAT_H

#include "engine/inference/ssc.h"

typedef struct solow_meat_problem {
    const solow_vcov_spec *spec;
    const solow_shape *shape;
    const solow_small_sample *sample;
    bool frequency;            /* weights are frequency weights */
    solow_transform transform; /* of the wanted columns */
    ptrdiff_t columns;         /* wanted */
    const ptrdiff_t *column;   /* [columns] indices into shape->column; the first q are z */
    ptrdiff_t q, m;
    const double *residual; /* R [columns x m] */
    const double *gram;     /* G [columns x columns] of the wanted columns, full: for iid */
    const double *bread;    /* A [q x q] for leverages (hc2, hc3: h = w z'Az) and for cr2, cr3; else NULL */
    const double *const
        *leverage;      /* [m] in place of bread: L_j [columns x columns], h of residual j is w x'L_j x; or NULL */
    bool least_squares; /* z are the regressors and m = 1: cr2 and cr3 are defined */
} solow_meat_problem;

typedef struct solow_meat {
    solow_meat_problem problem;
    int lags;               /* of a HAC variance, after the default rule; -1 otherwise */
    ptrdiff_t first, wants; /* of the wants that were added */
    double *chunk;          /* [SOLOW_MEAT_CHUNK x (m + 2)] residuals of rows, adjusted weights */
    double *score;          /* [mq], or [longest unit x mq] for newey_west */
    int32_t *time;          /* [longest unit] */
    double *block;          /* [q x q + q] scratch */
    struct solow_cr *cr;    /* cr2, cr3; else NULL */
    double *cr_sums;        /* their sums, when clusters cross blocks */
    double *satterthwaite;  /* [q] degrees of freedom of cr2, after finish; else NULL */
    double unit_leverage;   /* rows, or clusters, that the model fits exactly (leverage 1) */
} solow_meat;

enum { SOLOW_MEAT_CHUNK = 256 };

/* Whether the variance is defined for the problem, of which spec, shape, sample, bread and leverage are looked at.
 * Errors  as solow_meat_begin */
solow_status solow_meat_check(const solow_meat_problem *problem, solow_error *err);
/* Lags of a HAC variance after the default rule; -1 otherwise. */
int solow_meat_lags(const solow_vcov_spec *spec, const solow_shape *shape);

/* Bytes of arena that begin takes. */
size_t solow_meat_bytes(const solow_vcov_spec *spec, const solow_shape *shape, ptrdiff_t q, ptrdiff_t m);

/* Adds its wants to wants (none for iid). Everything pointed to by the problem lives until finish.
 * Errors  SOLOW_ERR_NUMERIC with a sentence for a variance that is not defined here (conley; cr2 without least squares) */
solow_status solow_meat_begin(const solow_meat_problem *problem, solow_arena *arena, solow_meat **meat,
                              solow_wants *wants, solow_error *err);

/* M [mq x mq], full symmetric: the terms by sign, each times scale[term] (NULL: ones). */
solow_status solow_meat_finish(solow_meat *meat, const solow_stats *stats, const double *scale, double *m,
                               solow_error *err);

#endif
