/* components.h - variances of the unit effect, the period effect and of the rest, for random effects.
 *
 *   (1) y_it = x_it'b + a_i + l_t + e_it;  s2e = var e, s2u = var a, s2t = var l;  n rows, N units, T periods
 *   (2) Q takes out the ways that are random; B_u, B_t put means in place of rows, S_u, S_t sums (panel_sums.h)
 *   (3) three quadratic forms      q_e = u'Qu, q_u = u'B_u u, q_t = u'B_t u, their expectations linear in (s2e, s2u, s2t):
 *       M (s2e, s2u, s2t)' = q, solved exactly
 *   (4) swar      u of the within fit in q_e, of the fits of unit and of period means in q_u and q_t
 *   (5) walhus    u of pooled least squares in all three
 *   (6) amemiya   u of the within fit, about its mean, in all three
 *       In a balanced panel (5) and (6) take u as the error itself: M = diag(n - rank, N, T) with n for s2u and s2t.
 *       In an unbalanced one M has the traces that the estimation of b leaves.
 *   (7) nerlove   s2e = RSS within / n, s2u = sum_i T_i (a_i - mean a)^2 / n x N / (N - 1), s2t alike
 *   (8) Breusch-Pagan  LM_u = n^2 / 2 (1 - u'S_u u / u'u)^2 / (sum T_i^2 - n), u pooled; LM_t alike; their sum with both
 *
 * A negative variance is set to zero and flagged.
 *
 * Source    Swamy & Arora (1972), Wallace & Hussain (1969), Amemiya (1971), Nerlove (1971); traces: Baltagi & Chang
 *           (1994), J. Econometrics 62, 67-89, Baltagi, Song & Jung (2001), Econometric Reviews 21, 229-253, as plm's
 *           `ercomp` has them; (8) Baltagi & Li (1990).
 * Checked   tests/engine/estimators/panel/test_re.c, test_panel.c, tests/published/test_reference.sh against plm
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_COMPONENTS_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_COMPONENTS_H

#include "engine/estimators/linear/normal.h"

enum { SOLOW_WAY_UNIT = 0, SOLOW_WAY_TIME = 1, SOLOW_WAYS = 2 };

typedef struct solow_way_sums { /* of one way; all [k+1 x k+1] of [X y], full */
    bool random;
    double levels;         /* N, T */
    double square_rows;    /* sum T_i^2, sum N_t^2 */
    const double *means;   /* X'BX */
    const double *summed;  /* X'SX */
    const double *across;  /* X'B S' B X with S' of the other way; both ways only */
    const double *through; /* X'B S' X, not symmetric; both ways only */
} solow_way_sums;

typedef struct solow_component_sums {
    ptrdiff_t k; /* regressors with the constant */
    bool balanced;
    double rows;
    double ways_rank;     /* columns that Q takes out */
    const double *within; /* [k+1 x k+1] X'QX; precise: low parts behind it */
    bool precise;
    const double *total;  /* [k+1 x k+1] X'X */
    const double *before; /* [k] sums of squares of the raw columns */
    const double *sum;    /* [k+1] sums of the columns */
    solow_way_sums way[SOLOW_WAYS];
} solow_component_sums;

typedef struct solow_components {
    double sigma2_e, sigma2[SOLOW_WAYS]; /* s2e, s2u, s2t; after (negative) */
    bool negative[SOLOW_WAYS];           /* came out negative and is zero */
    double breusch_pagan;                /* (8) */
} solow_components;

typedef enum { SOLOW_SWAR, SOLOW_WALHUS, SOLOW_AMEMIYA, SOLOW_NERLOVE } solow_component_method;

size_t solow_components_bytes(ptrdiff_t k);
/* Errors  SOLOW_ERR_NUMERIC: no degrees of freedom within or between, nerlove for two ways of an unbalanced panel */
solow_status solow_components_estimate(solow_component_method method, const solow_component_sums *sums,
                                       solow_arena *arena, solow_components *components, solow_error *err);

#endif
