/* re.h - random effects of units, periods or both, by feasible generalised least squares.
 *
 *   (1) y_it = x_it'b + a_i + l_t + e_it,  a_i and l_t uncorrelated with x; `effects: unit` a alone, `time` l alone,
 *       `twoways` both
 *   (2) variance components by one of four methods (components.h)
 *   (3) unit       least squares of y - theta_i mean_i(y) on x - theta_i mean_i(x), theta_i = 1 - sqrt(s2e / (T_i s2u + s2e))
 *       otherwise  with F the operator of (3), A = (F D)'F D and D the period dummies: least squares of F (y - D l_y) on
 *                  F (x - D l_x), l_x = K (F D)'F x, K = V diag(r / ((1 + r a)(1 + 1 / sqrt(1 + r a)))) V' over the
 *                  eigenvalues a and vectors V of A, r = s2t / s2e: a square root of the inverse variance
 *   (4) V by default s2 (X*'X*)^-1, s2 = RSS / (n - K) of (3); robust ones from the scores of (3); reference law z
 *
 * In a balanced panel (3) is x - theta_u mean_i x - theta_t mean_t x + theta_b mean x; in an unbalanced one it is exact too.
 * Regressors that do not vary in time keep their coefficients.
 *
 * Source    Baltagi (2021), 2.3, 3.3 and 9.2-9.4; Wansbeek & Kapteyn (1989), J. Econometrics 41, 341-361; components.h
 * Departs   plm's default standard errors for two ways of an unbalanced panel are those of s2 = 1.
 * Checked   tests/engine/estimators/panel/test_panel.c and test_re.c against plm
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_RE_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_RE_H

#include "engine/estimators/estimator.h"

extern const solow_estimator solow_re;

#endif
