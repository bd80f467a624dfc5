/* hausman.h - do two estimates of the same terms differ by more than their sampling errors?
 *
 *   (1) d = b1 - b0 over the terms that both have, the constant apart
 *   (2) H = d'(V1 - V0)^- d, chi2(rank): b1 consistent either way (within), b0 efficient under H0 (random effects)
 *   (3) sigmamore: V1 scaled by s0^2 / s1^2, so that both rest on the variance of the efficient fit
 *
 * In a finite sample the difference of variances need not be positive definite (it is not in Munnell's data, where plm and
 * the literature print 9.5): (2) is then what everybody prints, and the note says so. The robust form (Wald on the unit
 * means of a `mundlak` model) has no such trouble.
 * Source    Hausman (1978), Econometrica 46, 1251-1271; Wooldridge (2010), 10.7.3 for the robust form.
 */
#ifndef SOLOW_ENGINE_INFERENCE_HAUSMAN_H
#define SOLOW_ENGINE_INFERENCE_HAUSMAN_H

#include "engine/estimators/record.h"

/* Adds test `hausman` to record: record against other. The one whose variances are the smaller for one sigma is taken as the
 * efficient one.
 * Errors  SOLOW_ERR_NUMERIC with a sentence: no common term, or no direction with positive variance */
solow_status solow_hausman(const solow_record *record, const solow_record *other, const char *other_name,
                           bool sigmamore, solow_record *into, solow_error *err);

#endif
