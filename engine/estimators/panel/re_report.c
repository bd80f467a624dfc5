/* re_report.c - variance components, weights of the means and the Lagrange multiplier test, as rows of the record. */
#include "engine/estimators/panel/re_state.h"

#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>

static const char *const way_names[SOLOW_WAYS] = {"unit", "period"};

static solow_status report_variances(const solow_re_state *s, solow_record *record, solow_error *err)
{
    static const char *const names[SOLOW_WAYS] = {"sigma2_unit", "sigma2_time"};
    solow_status status = solow_record_add_diagnostic(record, "sigma2_idiosyncratic", s->components.sigma2_e, "", err);
    for (int a = 0; a < SOLOW_WAYS && status == SOLOW_OK; a++) {
        bool negative = s->components.negative[a];
        char text[256];
        if (!s->random[a]) {
            continue;
        }
        status = solow_record_add_diagnostic(record, names[a], s->components.sigma2[a],
                                             negative ? "negative, set to zero" : "", err);
        snprintf(text, sizeof text, "The variance of the %s effect came out negative and was set to zero%s.",
                 way_names[a], s->random[1 - a] ? "" : ": this is pooled least squares");
        if (status == SOLOW_OK && negative) {
            status = solow_record_say(record, true, text, err);
        }
    }
    return status;
}

/* The weights of the means in (3); of an unbalanced panel those of its longest unit and fullest period. */
static solow_status report_weights(const solow_re_state *s, solow_record *record, solow_error *err)
{
    static const char *const names[SOLOW_WAYS] = {"theta", "theta_time"};
    const solow_components *c = &s->components;
    double rows[SOLOW_WAYS] = {(double)s->shape->longest_unit, 0}, root[SOLOW_WAYS], both = c->sigma2_e;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < s->sums.periods; t++) {
        rows[SOLOW_WAY_TIME] = fmax(rows[SOLOW_WAY_TIME], s->sums.count[t]);
    }
    for (int a = 0; a < SOLOW_WAYS && status == SOLOW_OK; a++) {
        root[a] = sqrt(c->sigma2_e / (rows[a] * c->sigma2[a] + c->sigma2_e));
        both += rows[a] * c->sigma2[a];
        if (s->random[a]) {
            status = solow_record_add_diagnostic(record, names[a], 1 - root[a],
                                                 s->shape->balanced    ? ""
                                                 : a == SOLOW_WAY_UNIT ? "of the longest unit"
                                                                       : "of the fullest period",
                                                 err);
        }
    }
    if (status == SOLOW_OK && s->sums.crossed && s->shape->balanced) {
        status = solow_record_add_diagnostic(record, "theta_total", 1 - root[0] - root[1] + sqrt(c->sigma2_e / both),
                                             "", err);
    }
    return status;
}

solow_status solow_re_report_components(const solow_re_state *s, solow_record *record, solow_error *err)
{
    double ways = s->sums.crossed ? 2 : 1, lm = s->components.breusch_pagan;
    char note[256];
    snprintf(note, sizeof note, "H0: no %s effect (Lagrange multiplier, Baltagi-Li for unbalanced panels)",
             s->sums.crossed ? "unit and period" : way_names[s->random[SOLOW_WAY_UNIT] ? 0 : 1]);
    solow_status status = report_variances(s, record, err);
    if (status == SOLOW_OK) {
        status = report_weights(s, record, err);
    }
    if (status == SOLOW_OK) {
        status = solow_record_add_test(record, "breusch_pagan", lm, ways, NAN, solow_chi2_upper(lm, ways), note, err);
    }
    return status;
}
