/* compare.h - whether one coefficient is the same in several estimates, by stacking their scores.
 *
 *   (1) influence   b_a - beta_a = sum over rows of psi_a, psi = w e a  (estimator.h, solow_influence)
 *   (2) joint V     V_ab = sum over sets t of ways of sign_t sqrt(c_at c_bt) sum_g psi_ag psi_bg, psi_ag the sum over
 *                   the rows of cluster g of that set; without clusters each row is its own
 *   (3) hypothesis  b_1 = b_2 = ... = b_m: r_j = b_j - b_1, W = r'(R V R')^-1 r; F = W / (m - 1) when the reference
 *                   law is t, else chi2
 *
 * Factors c are the estimates' own small-sample factors, so that V_aa is the variance that each reports under the same
 * pattern; their geometric mean in (2) keeps V positive semidefinite for one way. df is the least of the estimates'.
 * The same as one stacked regression with every regressor interacted, clustered the same way, up to its one factor.
 *
 * Applied   iid, hc1, hc2, hc3 as hc1; hc0 as it is; cr1, cr2, cr3 as cr1; cr0 as it is. Others have no stacked form here.
 * Source    Weesie (1999), Stata Technical Bulletin 52, 34-47 (suest); White (1982), Econometrica 50, 1-25.
 * Checked   tests/engine/inference/test_compare.c, tests/cli/test_compare.sh against stacked regressions in R
 */
#ifndef SOLOW_ENGINE_INFERENCE_COMPARE_H
#define SOLOW_ENGINE_INFERENCE_COMPARE_H

#include "engine/inference/ssc.h"
#include "engine/inference/wald.h"

/* Sum of one coefficient's influence over one cluster. Clusters go by a number made of their label, so that estimates on
 * different parts of the data still know which they share. */
typedef struct solow_cluster_sum {
    uint64_t cluster;
    double sum;
} solow_cluster_sum;

/* The number of a label: 64 bits, the same everywhere; two labels of a million share one with probability 3e-8. */
uint64_t solow_cluster_number(const char *label);

/* The clusters of sum[levels] with a sum that is not zero, by rising number; kept [levels]; returns how many. */
ptrdiff_t solow_cluster_sort(ptrdiff_t levels, const uint64_t *number, const double *sum, ptrdiff_t stride,
                             solow_cluster_sum *kept);

/* Sum over the clusters that both have of the product of their sums, in the order of clusters. */
double solow_cluster_cross(ptrdiff_t a_count, const solow_cluster_sum *a, ptrdiff_t b_count,
                           const solow_cluster_sum *b);

/* The pattern under which an estimate is stacked: see Applied. false: it cannot be. The cluster terms stay the model's. */
bool solow_compare_pattern(const solow_vcov_spec *model, solow_vcov_spec *stacked);

/* (1) for the rows of a view: values [ld x terms], one column for each of weight [terms][columns].
 * by_row: frequency weights enter by their root, since a row then counts as so many rows. */
typedef struct solow_influence_rows {
    ptrdiff_t columns, terms;
    const double *residual;      /* [columns] */
    const double *const *weight; /* [terms][columns] */
    bool root;                   /* weight by sqrt(w) */
} solow_influence_rows;
void solow_influence_values(const void *context, const solow_view *view, double *values);

/* (3). estimate [members], v [members x members] full; two or more members.
 * Errors  SOLOW_ERR_NUMERIC when the differences have no variance */
solow_status solow_compare(ptrdiff_t members, const double *estimate, const double *v, double df,
                           solow_wald_result *result, solow_error *err);

#endif
