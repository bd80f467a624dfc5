/* ols.h - least squares, with any number of fixed effects and varying slopes.
 *
 *   (1) y = X b + D a + e;  b from the within transform, (X'MX)^-1 X'My, M the residual-maker of D
 *
 * Weights, variances, rank and goodness of fit as least_squares.h and vcov.h say.
 * Source    Frisch & Waugh (1933), Econometrica 1, 387-401; Lovell (1963), JASA 58, 993-1010.
 * Checked   tests/engine/estimators/linear/test_ols.c against fixest 0.14.2, plm, sandwich; NIST StRD
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_LINEAR_OLS_H
#define SOLOW_ENGINE_ESTIMATORS_LINEAR_OLS_H

#include "engine/estimators/estimator.h"

extern const solow_estimator solow_ols;

#endif
