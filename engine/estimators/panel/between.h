/* between.h - least squares on the means of the units.
 *
 *   (1) mean_i(y) = mean_i(x)'b + e_i,   one row a unit, each of weight 1 whatever its number of periods
 *
 * Source    Baltagi (2021), Econometric Analysis of Panel Data, 2.2.
 * Checked   tests/engine/estimators/panel/test_panel.c against plm (Produc, Grunfeld)
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_BETWEEN_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_BETWEEN_H

#include "engine/estimators/estimator.h"

extern const solow_estimator solow_between;

/* A sentence for what the panel estimators of this folder do not take: effects in the formula. */
solow_status solow_panel_refuse_effects(const char *estimator, const solow_shape *shape, solow_error *err);

#endif
