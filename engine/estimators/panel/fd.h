/* fd.h - least squares on first differences.
 *
 *   (1) y_it - y_i,t-1 = c + (x_it - x_i,t-1)'b + e_it - e_i,t-1,   consecutive calendar periods only
 *
 * The constant, where the formula has one, is a drift: the mean change that the regressors leave (as plm; write `0` for
 * none). Rows after a gap have no difference and are counted as lost.
 * Checked   tests/engine/estimators/panel/test_panel.c against plm (Produc, Grunfeld)
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_FD_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_FD_H

#include "engine/estimators/estimator.h"

extern const solow_estimator solow_fd;

#endif
