/* report.c - the convention behind a variance, as rows of diagnostics; see vcov.h. */
#include "engine/inference/vcov.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 512 };

static void append(char *text, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, TEXT - used, "%s", more);
}

/* "state + year" */
static void name_clusters(const solow_vcov_facts *facts, char *text)
{
    for (ptrdiff_t way = 0; way < facts->sample.ways; way++) {
        append(text, way > 0 ? " + " : "");
        append(text, facts->shape->key[way].name);
    }
}

static void describe(const solow_vcov_facts *facts, char *text)
{
    static const char *const names[] = {"iid", "hc0", "hc1", "hc2", "hc3"};
    static const char *const types[] = {"cluster: ", "cr0: ", "cr2: ", "cr3: "};
    const solow_vcov_spec *spec = &facts->spec;
    text[0] = '\0';
    if (spec->kind <= SOLOW_VCOV_HC3) {
        append(text, names[spec->kind]);
    } else if (spec->kind == SOLOW_VCOV_CLUSTER) {
        append(text, types[spec->type]);
        name_clusters(facts, text);
    } else {
        snprintf(text, TEXT, "%s: %d", spec->kind == SOLOW_VCOV_NEWEY_WEST ? "newey_west" : "driscoll_kraay",
                 facts->lags);
    }
}

static solow_status report_terms(const solow_vcov_facts *facts, solow_record *record, solow_error *err)
{
    const solow_small_sample *s = &facts->sample;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < s->terms && status == SOLOW_OK && s->ways > 0; t++) {
        char name[TEXT];
        const char *key = facts->shape->key[s->key[t]].name;
        snprintf(name, sizeof name, "clusters:%s", key);
        status = solow_record_add_diagnostic(record, name, s->groups[t], "", err);
        snprintf(name, sizeof name, "factor:%s", key);
        if (status == SOLOW_OK) {
            status =
                solow_record_add_diagnostic(record, name, s->factor[t], s->sign[t] > 0 ? "added" : "subtracted", err);
        }
    }
    if (status == SOLOW_OK && s->ways == 0) {
        status = solow_record_add_diagnostic(record, "factor", s->factor[0], "", err);
    }
    return status;
}

static solow_status report_k(const solow_vcov_facts *facts, solow_record *record, solow_error *err)
{
    const solow_small_sample *s = &facts->sample;
    char nested[TEXT] = "";
    for (ptrdiff_t q = 0; q < facts->shape->effects && q < 32; q++) {
        if ((s->nested >> q) & 1U) {
            append(nested, nested[0] != '\0' ? " + " : "");
            append(nested, facts->shape->effect[q].name);
        }
    }
    solow_status status =
        solow_record_add_diagnostic(record, "k_counted", s->k_counted, s->bounded ? "upper bound" : "", err);
    if (status == SOLOW_OK && nested[0] != '\0') {
        status = solow_record_add_diagnostic(record, "effects_not_counted", NAN, nested, err);
    }
    if (status == SOLOW_OK) {
        status = solow_record_add_diagnostic(record, "df_reference", s->df,
                                             facts->satterthwaite ? "Satterthwaite, by coefficient" : "", err);
    }
    return status;
}

void solow_vcov_repair_text(double least_eigenvalue, ptrdiff_t room, char *text)
{
    snprintf(text, (size_t)room,
             "The variance was not positive semidefinite (eigenvalue %.3g) and was repaired by setting negative "
             "eigenvalues to zero.",
             least_eigenvalue);
}

static solow_status warn(const solow_vcov_facts *facts, solow_record *record, solow_error *err)
{
    const solow_small_sample *s = &facts->sample;
    char text[TEXT];
    solow_status status = SOLOW_OK;
    if (s->ways > 0 && s->least_g < 10) {
        snprintf(text, sizeof text,
                 "Only %.0f clusters: cluster-robust standard errors and their t law are unreliable below about 10; "
                 "consider cr2 or a wild bootstrap.",
                 s->least_g);
        status = solow_record_say(record, true, text, err);
    }
    if (status == SOLOW_OK && facts->from_iid) {
        status = solow_record_say(record, false, "Probability weights: hc1 in place of iid.", err);
    }
    if (status == SOLOW_OK && facts->repaired > SOLOW_REPAIR_TOLD) {
        solow_vcov_repair_text(facts->least_eigenvalue, TEXT, text);
        status = solow_record_say(record, true, text, err);
    }
    if (status == SOLOW_OK && facts->unit_leverage > 0) {
        snprintf(text, sizeof text, "%.0f %s fitted exactly (leverage 1) and %s nothing to the variance.",
                 facts->unit_leverage, s->ways > 0 ? "directions are" : "rows are", "add");
        status = solow_record_say(record, true, text, err);
    }
    return status;
}

solow_status solow_vcov_report(const solow_vcov_facts *facts, solow_record *record, solow_error *err)
{
    const solow_small_sample *s = &facts->sample;
    char text[TEXT];
    describe(facts, text);
    solow_status status = solow_record_set_text(&record->vcov_text, text, err);
    if (status == SOLOW_OK) {
        status = solow_record_set_text(&record->ssc_text, facts->ssc->name != NULL ? facts->ssc->name : "custom", err);
    }
    record->clusters = s->ways > 0 ? s->least_g : NAN;
    if (status == SOLOW_OK) {
        status = report_k(facts, record, err);
    }
    if (status == SOLOW_OK) {
        status = report_terms(facts, record, err);
    }
    if (status == SOLOW_OK && !isnan(facts->least_eigenvalue)) {
        status = solow_record_add_diagnostic(record, "least_eigenvalue", facts->least_eigenvalue,
                                             facts->repaired > 0 ? "repaired" : "positive semidefinite", err);
    }
    if (status == SOLOW_OK && facts->lags >= 0) {
        status =
            solow_record_add_diagnostic(record, "lags", facts->lags, facts->spec.lags < 0 ? "floor(T^(1/4))" : "", err);
    }
    return status == SOLOW_OK ? warn(facts, record, err) : status;
}
