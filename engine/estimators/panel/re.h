/* re.h - random unit effects, by feasible generalised least squares.
 *
 *   (1) y_it = x_it'b + a_i + e_it,  a_i uncorrelated with x
 *   (2) variance components by one of four methods (components.h)
 *   (3) least squares of y - theta_i mean_i(y) on x - theta_i mean_i(x), theta_i = 1 - sqrt(s2e / (T_i s2u + s2e))
 *   (4) V by default s2 (X*'X*)^-1, s2 = RSS / (n - K) of (3); robust ones from the scores of (3); reference law z
 *
 * Regressors that do not vary in time keep their coefficients. theta is per unit, so unbalanced panels need no other code.
 * Source    Baltagi (2021), 2.3 and 9.2; components.h
 * Checked   tests/engine/estimators/panel/test_panel.c against plm (Produc, Grunfeld; four methods)
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_RE_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_RE_H

#include "engine/estimators/estimator.h"

extern const solow_estimator solow_re;

#endif
