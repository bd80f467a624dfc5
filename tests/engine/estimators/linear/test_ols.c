/* test_ols.c - least squares and its variances against fixest 0.14.2, sandwich, clubSandwich: every figure to 1e-8. */
#include "engine/estimators/linear/ols.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct sample_case { /* a model and the name of its figures */
    const char *model;
    const char *effect[3], *cluster[3];
    solow_vcov_kind kind;
    const char *ssc;
    int lags;
    solow_cluster_type type;
} sample_case;

static solow_ssc_spec ssc_of(const char *name)
{
    solow_ssc_spec ssc = sample_ssc("fixest");
    if (strcmp(name, "Kfull") == 0) {
        ssc.k = SOLOW_K_ALL;
    } else if (strcmp(name, "Knone") == 0) {
        ssc.k = SOLOW_K_NONE;
    } else if (strcmp(name, "Gconv") == 0) {
        ssc.g = SOLOW_G_EACH;
    } else if (strcmp(name, "noadj") == 0) {
        ssc.g = SOLOW_G_NONE;
        ssc.n_adjust = false;
    }
    return ssc;
}

static void check(const sample_data *data, const sample_reference *reference, sample_model model, const sample_case *c)
{
    sample_result result;
    char what[256];
    for (int i = 0; i < 3; i++) {
        model.effect[i] = c->effect[i];
        model.cluster[i] = c->cluster[i];
    }
    model.constant = c->effect[0] == NULL;
    model.vcov = (solow_vcov_spec){.kind = c->kind, .lags = c->lags, .type = c->type};
    model.ssc = ssc_of(c->ssc);
    sample_run(data, &model, &solow_ols, &result);
    for (int j = model.constant ? -1 : 0; j < 0 || model.regressor[j] != NULL; j++) {
        const char *term = j < 0 ? "(Intercept)" : model.regressor[j];
        snprintf(what, sizeof what, "%s %s", c->model, term);
        sample_close(sample_estimate(&result, term), sample_reference_get(reference, c->model, term, "estimate"), 1e-8,
                     what);
        snprintf(what, sizeof what, "%s %s standard error", c->model, term);
        sample_close(sample_std_error(&result, term), sample_reference_get(reference, c->model, term, "std_error"),
                     1e-8, what);
    }
    ck_assert(result.arena_peak <= result.arena_bytes);
    sample_result_clear(&result);
}

START_TEST(petersen_agrees_with_fixest)
{
    static const sample_case cases[] = {
        {"OLS_iid", {NULL}, {NULL}, SOLOW_VCOV_IID, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"OLS_HC1", {NULL}, {NULL}, SOLOW_VCOV_HC1, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"OLS_HC2", {NULL}, {NULL}, SOLOW_VCOV_HC2, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"OLS_HC3", {NULL}, {NULL}, SOLOW_VCOV_HC3, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"OLS_cl_firm", {NULL}, {"firm"}, SOLOW_VCOV_CLUSTER, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"OLS_cl_year", {NULL}, {"year"}, SOLOW_VCOV_CLUSTER, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"OLS_cl_firm_year_Gmin", {NULL}, {"firm", "year"}, SOLOW_VCOV_CLUSTER, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"OLS_cl_firm_year_Gconv", {NULL}, {"firm", "year"}, SOLOW_VCOV_CLUSTER, "Gconv", 0, SOLOW_CLUSTER_CR1},
        {"OLS_cl_firm_year_noadj", {NULL}, {"firm", "year"}, SOLOW_VCOV_CLUSTER, "noadj", 0, SOLOW_CLUSTER_CR1},
        {"OLS_NW1", {NULL}, {NULL}, SOLOW_VCOV_NEWEY_WEST, "fixest", 1, SOLOW_CLUSTER_CR1},
        {"OLS_NW3", {NULL}, {NULL}, SOLOW_VCOV_NEWEY_WEST, "fixest", 3, SOLOW_CLUSTER_CR1},
        {"OLS_DK2", {NULL}, {NULL}, SOLOW_VCOV_DRISCOLL_KRAAY, "fixest", 2, SOLOW_CLUSTER_CR1},
        {"FE_firm_iid", {"firm"}, {NULL}, SOLOW_VCOV_IID, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_hetero", {"firm"}, {NULL}, SOLOW_VCOV_HC1, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_cl_firm", {"firm"}, {"firm"}, SOLOW_VCOV_CLUSTER, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_cl_firm_Kfull", {"firm"}, {"firm"}, SOLOW_VCOV_CLUSTER, "Kfull", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_cl_firm_Knone", {"firm"}, {"firm"}, SOLOW_VCOV_CLUSTER, "Knone", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_cl_firm_year", {"firm"}, {"firm", "year"}, SOLOW_VCOV_CLUSTER, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_NW2", {"firm"}, {NULL}, SOLOW_VCOV_NEWEY_WEST, "fixest", 2, SOLOW_CLUSTER_CR1},
        {"FE_firm_DK2", {"firm"}, {NULL}, SOLOW_VCOV_DRISCOLL_KRAAY, "fixest", 2, SOLOW_CLUSTER_CR1},
        {"FE_year_hetero", {"year"}, {NULL}, SOLOW_VCOV_HC1, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_year_cl_firm", {"year"}, {"firm"}, SOLOW_VCOV_CLUSTER, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_year_NW2", {"year"}, {NULL}, SOLOW_VCOV_NEWEY_WEST, "fixest", 2, SOLOW_CLUSTER_CR1},
        {"FE_year_DK2", {"year"}, {NULL}, SOLOW_VCOV_DRISCOLL_KRAAY, "fixest", 2, SOLOW_CLUSTER_CR1},
        {"FE_firm_year_iid", {"firm", "year"}, {NULL}, SOLOW_VCOV_IID, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_year_hetero", {"firm", "year"}, {NULL}, SOLOW_VCOV_HC1, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_year_cl_firm", {"firm", "year"}, {"firm"}, SOLOW_VCOV_CLUSTER, "fixest", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_year_cl_firm_Kfull", {"firm", "year"}, {"firm"}, SOLOW_VCOV_CLUSTER, "Kfull", 0, SOLOW_CLUSTER_CR1},
        {"FE_firm_year_cl_firm_year",
         {"firm", "year"},
         {"firm", "year"},
         SOLOW_VCOV_CLUSTER,
         "fixest",
         0,
         SOLOW_CLUSTER_CR1},
    };
    sample_data *data = sample_read("PetersenCL.csv");
    sample_reference *reference = sample_reference_read("PetersenCL-fixest.csv");
    if (data == NULL || reference == NULL) {
        return;
    }
    sample_model model = {.outcome = "y", .regressor = {"x"}, .unit = "firm", .time = "year", .block_rows = 500};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check(data, reference, model, &cases[i]);
    }
    sample_free(data);
    sample_reference_free(reference);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {petersen_agrees_with_fixest, NULL};
    TCase *const cases[] = {solow_test_case("reference", tests, 200), NULL};
    return solow_test_run("ols", cases);
}
