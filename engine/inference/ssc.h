/* ssc.h - small-sample rules: which K, which G, which factor, which reference law.
 *
 * Place in the data's way: between the unscaled meat and the variance of every linear estimator.
 *
 *   (1) K_all      k + rank of the effects, k the estimated columns (with the constant)
 *   (2) K          k: nested   k + 1 + rank of the effects that are nested in no cluster, given the nested ones;
 *                              K_all when nothing is nested or there are no clusters
 *                  k: all      K_all            k: none   k
 *   (3) factor     clusters    G/(G-1) (n-1)/(n-K); G of the smallest way (g: min) or of the term itself (g: each);
 *                              rows: n   n/(n-K) in place of (n-1)/(n-K); rows: none   1
 *                  HC1         n/(n-K); rows: none   1
 *                  HAC         T/(T-1) (n-1)/(n-K) with T calendar periods that have rows (fixest), n/(n-K) (sandwich's
 *                              vcovPL), or 1 (plm's vcovNW and vcovSCC)
 *                  iid         s2 = e'We/(n-K_all): the residual variance itself, whatever the rule
 *                  HC0, HC2, HC3, CR0, CR2, CR3: 1
 *   (4) reference  t with min G - 1 (clusters), T - 1 (HAC), n - K_all (iid, HC); or n - K_all always; or normal
 *
 * Source    fixest 0.13 (`ssc`), reghdfe 6; Cameron, Gelbach & Miller (2011), J. Business & Econ. Statistics 29, 238-249,
 *           for a factor to each term.
 * Departs   the rank of two sets of effects is exact (connected components), where fixest counts levels - 1 a set.
 * Checked   tests/engine/inference/test_ssc.c and every reference figure of tests/engine/estimators/
 */
#ifndef SOLOW_ENGINE_INFERENCE_SSC_H
#define SOLOW_ENGINE_INFERENCE_SSC_H

#include "engine/estimators/estimator.h"

enum { SOLOW_CLUSTER_WAYS = 4, SOLOW_CLUSTER_TERMS = 15 }; /* ways of clustering; 2^ways - 1 terms */

typedef struct solow_small_sample {
    double n;                           /* rows, or the sum of frequency weights */
    double k;                           /* estimated columns */
    double k_all;                       /* (1) */
    double k_counted;                   /* (2) */
    double df_residual;                 /* n - k_all */
    double df;                          /* (4), INFINITY: normal */
    double least_g;                     /* min G over the ways; T for HAC; NAN without either */
    ptrdiff_t ways;                     /* 0 without clusters */
    ptrdiff_t terms;                    /* factors below: 1, or 2^ways - 1 */
    ptrdiff_t key[SOLOW_CLUSTER_TERMS]; /* index into shape.key of each term, -1 without a key */
    double sign[SOLOW_CLUSTER_TERMS];   /* inclusion - exclusion */
    double groups[SOLOW_CLUSTER_TERMS]; /* G of each term */
    double factor[SOLOW_CLUSTER_TERMS]; /* (3) */
    uint32_t nested;                    /* bit q: effect q is nested in a cluster way and not counted in K */
    bool bounded;                       /* K is an upper bound: several nested sets of effects beside others */
} solow_small_sample;

/* The rule for one estimate.
 *
 * k             estimated columns, the constant included
 * effects_rank  columns that absorbed effects take (0 for transforms other than within)
 * nobs          rows that the estimate rests on
 * Errors        SOLOW_ERR_NUMERIC for more than four ways, a HAC variance without time, fewer than two clusters
 */
solow_status solow_small_sample_of(const solow_vcov_spec *vcov, const solow_ssc_spec *ssc, const solow_shape *shape,
                                   ptrdiff_t k, double effects_rank, double nobs, solow_small_sample *sample,
                                   solow_error *err);

#endif
