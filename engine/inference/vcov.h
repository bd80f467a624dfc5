/* vcov.h - the variance of a linear estimator, from its bread and the meat of its scores.
 *
 *   (1) V = B M B,  M the meat of the scores w e x with the factor of the small-sample rule (meat.h, ssc.h);
 *       iid: s2 B with s2 = RSS / (n - K), since B (s2 X'X) B would lose the digits of an ill-conditioned X
 *   (2) several ways of clustering: V = U max(L, 0) U', the smallest eigenvalue and the largest move are reported
 *
 * Place in the data's way: begin adds wants beside the estimator's own; finish takes the statistics; report writes the
 * convention into the record, so that no standard error travels without it.
 * Source    Cameron, Gelbach & Miller (2011) for (2); the others in meat.h and ssc.h.
 */
#ifndef SOLOW_ENGINE_INFERENCE_VCOV_H
#define SOLOW_ENGINE_INFERENCE_VCOV_H

#include "engine/inference/meat.h"

typedef struct solow_vcov_problem {
    const solow_vcov_spec *spec;
    const solow_ssc_spec *ssc;
    const solow_shape *shape;
    solow_weight_type weights;
    solow_transform transform;
    double nobs, effects_rank; /* of the estimate: see solow_small_sample_of */
    double rss;                /* residual sum of squares, for iid */
    ptrdiff_t k, columns;      /* regressors; wanted columns, of which they are the first k */
    const ptrdiff_t *column;   /* [columns] */
    const double *residual;    /* [columns] e = sum_c r_c x_c */
    const double *bread;       /* B [k x k] */
    const double *gram;        /* [columns x columns] of the wanted columns, full */
} solow_vcov_problem;

typedef struct solow_vcov_facts {
    solow_vcov_spec spec; /* as applied: probability weights turn iid into hc1 */
    const solow_ssc_spec *ssc;
    const solow_shape *shape;
    solow_small_sample sample;
    int lags;
    double least_eigenvalue; /* of V before (2); NAN when it was not looked at */
    double repaired;         /* largest change of an entry by (2), relative to the diagonal; 0: none */
    double unit_leverage;
    bool from_iid;      /* probability weights and iid: hc1 instead */
    bool satterthwaite; /* the reference df differ by coefficient (cr2) */
} solow_vcov_facts;

typedef struct solow_vcov {
    solow_vcov_problem problem;
    solow_vcov_facts facts;
    solow_meat *meat;
    solow_arena *arena; /* for the repair's workspace */
    double *m, *half;   /* [k x k] */
} solow_vcov;

size_t solow_vcov_bytes(const solow_vcov_spec *spec, const solow_shape *shape, ptrdiff_t k);

/* Errors  SOLOW_ERR_NUMERIC with a sentence: the variance does not exist for this sample or estimator */
solow_status solow_vcov_begin(const solow_vcov_problem *problem, solow_arena *arena, solow_vcov **vcov,
                              solow_wants *wants, solow_error *err);

/* v [k x k] full symmetric; df [k] the reference degrees of freedom of each coefficient. */
solow_status solow_vcov_finish(solow_vcov *vcov, const solow_stats *stats, double *v, double *df, solow_error *err);

/* Largest relative move of an entry by (2) up to which nothing is said, and what is said beyond. */
#define SOLOW_REPAIR_TOLD 1e-8
void solow_vcov_repair_text(double least_eigenvalue, ptrdiff_t room, char *text);

/* "iid", "hc1", "cluster: state", "cluster: state + year", "cr2: state", "newey_west: 2", "driscoll_kraay: 2". */
solow_status solow_vcov_report(const solow_vcov_facts *facts, solow_record *record, solow_error *err);

#endif
