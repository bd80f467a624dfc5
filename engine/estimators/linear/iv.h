/* iv.h - instrumental variables: 2SLS, LIML, Fuller, two-step and continuously updated GMM, with any fixed effects.
 *
 *   (1) y = X b + e,  X = [X1 Y2],  Z = [X1 Z2],  E z e = 0; all after the within transform if there are effects
 *   (2) 2sls     b = (X'P X)^-1 X'P y,  P the projection on Z
 *   (3) k-class  b = (X'(I - k M)X)^-1 X'(I - k M)y,  M = I - P; liml: k = least root of |[y Y2]'(M1 - k M)[y Y2]|;
 *                fuller: k - a / (n - L - rank of the effects), a = 1 unless `fuller:` says otherwise
 *   (4) gmm      W = S(b_2sls)^-1, S the meat of w e z under the model's variance; b = (X'ZWZ'X)^-1 X'ZWZ'y
 *   (5) cue      b minimises g(b)'S(b)^-1 g(b), g = Z'(y - X b)
 *   (6) variance 2sls, k-class: B C'SC B with B the inverse in (2) or (3), C = (Z'Z)^-1 Z'X (iid: s2 B)
 *                gmm: (D'WD)^-1, D = Z'X; cue: (D'S^-1 D)^-1 at the minimum; times the small-sample factor
 *
 * Tests     of the first stage, of weak identification, of overidentification and exogeneity: iv_tests.h.
 * Effects   `report: [first_stage, reduced_form]` adds rows to /effects: term by instrument.
 * Source    Hayashi (2000), Econometrics, ch. 3; Davidson & MacKinnon (1993), ch. 18; Hansen, Heaton & Yaron (1996), J.
 *           Business & Econ. Statistics 14, 262-280 for (5).
 * Departs   (6) for gmm keeps S at the first-step residuals, as Hayashi's table and ivreg2 (R's gmm takes the second-step
 *           ones: .0133 where the table has .0132); an instrument that is also a regressor is dropped with a sentence; cr2 and cr3 are
 *           refused, and hc2 and hc3 for gmm and cue; their leverages are those of iv_leverage.c.
 * Checked   tests/engine/estimators/linear/test_iv.c
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_LINEAR_IV_H
#define SOLOW_ENGINE_ESTIMATORS_LINEAR_IV_H

#include "engine/estimators/estimator.h"

extern const solow_estimator solow_iv;

#endif
