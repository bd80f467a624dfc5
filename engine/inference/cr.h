/* cr.h - scores of clusters adjusted for leverage: CR2 and CR3; private to engine/inference.
 *
 *   (1) A = C C' the bread, S_g = C'X_g'W X_g C = Q diag(l) Q', 0 <= l <= 1: the leverages of cluster g
 *   (2) cr2   u_g = Q diag((1 - l)^-1/2) Q' C's_g           = C'X_g'(I - H_gg)^-1/2 e_g
 *       cr3   u_g = Q diag((1 - l)^-1)   Q' C's_g           = C'X_g'(I - H_gg)^-1 e_g: the estimate moves by C u_g when g is
 *             deleted
 *   (3) meat  M = C^-T (sum_g u_g u_g') C^-1
 *   (4) cr2   degrees of freedom of coefficient j (independent errors): t = C'e_j,
 *             r_g = Q diag(l (1 - l)^-1/2) Q't,  z_g = t'Q diag(l / (1 - l)) Q't,
 *             df_j = (sum z - r'r)^2 / (sum z^2 - 2 sum z r'r + |sum r r'|^2)
 *
 * A direction with l = 1 is fitted by its cluster alone: it gets 0 (pseudo-inverse) and is counted.
 * Effects that are nested in the clusters drop out of (1): e_g and X_g are orthogonal to their dummies. Effects that reach
 * across clusters belong to X_g as dummies: ols.c runs the regression once more with them, unit effects alone taken out.
 *
 * Source    Bell & McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky & Tipton (2018), J. Business & Econ.
 *           Statistics 36, 672-683. Only A_g and s_g of a cluster enter, never its rows: the eigenvalues are of q x q.
 */
#ifndef SOLOW_ENGINE_INFERENCE_CR_H
#define SOLOW_ENGINE_INFERENCE_CR_H

#include "engine/inference/meat.h"

typedef struct solow_cr {
    ptrdiff_t q;
    bool cr3, degrees;          /* degrees: (4) is summed too */
    double *root;               /* C [q x q] lower */
    double *s, *vectors;        /* [q x q] S_g and Q */
    double *values, *u, *t, *r; /* [q] */
    solow_arena *arena;         /* for the eigenvalues' workspace, put back after each cluster */
} solow_cr;

/* Sums of a UNIT want: q^2 for (3), 1 for directions with l = 1, and with degrees q (q^2 + 4). */
ptrdiff_t solow_cr_sums(const solow_cr *cr);
size_t solow_cr_bytes(ptrdiff_t q);
solow_status solow_cr_begin(ptrdiff_t q, bool cr3, const double *bread, solow_arena *arena, solow_cr **cr,
                            solow_error *err);
/* One cluster: gram [q x q] full, score [q]. */
void solow_cr_add(const solow_cr *cr, const double *gram, const double *score, double *sums);
/* M [q x q] full and, with degrees, df [q] (else untouched). */
void solow_cr_finish(const solow_cr *cr, const double *sums, double *m, double *df, double *unit_leverage);

/* What a UNIT want over the clusters of one term needs. */
typedef struct solow_cluster_term {
    const solow_meat *meat;
    ptrdiff_t key;
} solow_cluster_term;

#endif
