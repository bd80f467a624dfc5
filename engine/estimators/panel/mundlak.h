/* mundlak.h - correlated random effects: pooled least squares with the unit means of the regressors.
 *
 *   (1) y_it = c + x_it'b + mean_i(x)'g + u_it
 *   (2) b is the within estimate, in unbalanced and weighted panels too, while regressors that do not vary in time stay
 *   (3) test `hausman_robust`: g = 0 under the model's own variance, F or chi2: Hausman's test that needs no efficient
 *       estimate; cluster by unit to make it robust
 *
 * A mean that its regressor determines (no variation inside units, or the same in every unit) is dropped as collinear.
 * Source    Mundlak (1978), Econometrica 46, 69-85; Wooldridge (2010), 10.7.3 and (2019), J. Econometrics 211, 137-150.
 * Checked   tests/engine/estimators/panel/test_mundlak.c
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_MUNDLAK_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_MUNDLAK_H

#include "engine/estimators/estimator.h"

extern const solow_estimator solow_mundlak;

#endif
