/* iv_tests.h - what an instrumental-variables estimate rests on: relevance, identification, exogeneity.
 *
 *   (1) N = Z2 after X1, C = N'Y2, S_ab = meat of N times residuals a and b, with the factor of the small-sample rule
 *   (2) first stage    W_j = C_j'S_vv^-1 C_j;  F_j = W_j / l2 on (l2, df), under the model's own variance;
 *       partial R2     share of Y2_j after X1 that N explains
 *   (3) Sanderson-Windmeijer  the same for Y2_j less the other endogenous ones at their 2SLS coefficients, / (l2 - k2 + 1)
 *   (4) effective F    C'(N'N)^-1 C / tr(S_vv (N'N)^-1), one endogenous; beside it the value above which the bias of 2SLS is
 *                      at most 10 % of the worst case, at 5 %
 *   (5) Cragg-Donald   least root of |Y2'P Y2 - c Y2'M Y2 / (n - L)| / l2
 *   (6) Kleibergen-Paap rk of rank(C) = k2 - 1: LM (chi2, no factor) and Wald / l2 (F form)
 *   (7) Anderson-Rubin b = 0: F = c'S_rr^-1 c / l2, c = N'y; set: every b0 that it does not reject (one endogenous)
 *   (8) tF             one endogenous, one instrument: b +- c(F) 1.96 s.e.: holds 95 % however weak the instrument
 *   (9) Sargan         iid: e'P e / (e'e / (n - rank of the effects)); otherwise Hansen's J, g'W g of two-step GMM; df = l2 - k2
 *  (10) Wu-Hausman     F of the first-stage residuals added to least squares (iid)
 *  (11) Basmann        (n - l) S / (n - S), S the iid statistic of (9): m times the F of the instruments in the residuals
 *
 * Source    (3) Sanderson & Windmeijer (2016), J. Econometrics 190, 212-221; (4) Montiel Olea & Pflueger (2013), J. Business &
 *           Econ. Statistics 31, 358-369; (5) Cragg & Donald (1993); (6) Kleibergen & Paap (2006), J. Econometrics 133, 97-126;
 *           (7) Anderson & Rubin (1949); (8) Lee, McCrary, Moreira & Porter (2022), American Economic Review 112, 3260-3290,
 *           table 3; (9) Sargan (1958), Hansen (1982); (10) Wu (1973), Hausman (1978); (11) Basmann (1960), JASA 55, 650-659.
 * Departs   with absorbed effects the n of Sargan's statistic is reduced by their rank: else the same data give half the
 *           statistic in differences that they give with unit effects and two periods.
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_LINEAR_IV_TESTS_H
#define SOLOW_ENGINE_ESTIMATORS_LINEAR_IV_TESTS_H

#include "engine/estimators/linear/iv_data.h"

typedef struct solow_iv_weak { /* (1), as matrices */
    const solow_iv_state *s;
    double ratio;            /* of the first stage's factor to the structural one */
    double *nn, *nn_inverse; /* [l2 x l2] */
    double *t;               /* [l x l2] N = Z t */
    double *c;               /* [l2 x (k2 + 1)] C, and N'y */
    double *one, *all;       /* [(k2+1)^2] cross products of [Y2 y] after X1 and after Z */
    double *meat, *half;     /* [l2 x l2], [l x l] scratch */
} solow_iv_weak;

/* Bytes of arena for reporting, from sizes before the rank decision. */
size_t solow_iv_tests_bytes(ptrdiff_t l, ptrdiff_t k2);

solow_status solow_iv_weak_create(const solow_iv_state *s, solow_iv_weak *weak, solow_error *err);
/* out [l2 x l2]: S_ab of (1) between residuals a and b of R; scaled: with the first stage's factor, else without any. */
void solow_iv_weak_meat(const solow_iv_weak *weak, bool scaled, ptrdiff_t a, ptrdiff_t b, double *out);
/* x'S^-1 x; NAN if S is singular. */
double solow_iv_weak_wald(const solow_iv_weak *weak, const double *x, const double *meat);

/* iv_tests.c: (2), (9), (10); iv_weak.c: (3) to (6); iv_robust.c: (7), (8). */
solow_status solow_iv_report_tests(const solow_iv_weak *weak, solow_record *record, solow_error *err);
solow_status solow_iv_report_weak(const solow_iv_weak *weak, solow_record *record, solow_error *err);
solow_status solow_iv_report_robust(const solow_iv_weak *weak, solow_record *record, solow_error *err);

/* (8): c(F) / 1.96, INFINITY for F <= 4 (about 3.84, where the interval is the whole line). */
double solow_tf_adjustment(double first_stage_f);

#endif
