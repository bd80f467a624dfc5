/* test_panel.c - between, first differences and random effects against plm 2.6 on Produc and Grunfeld, to 1e-8. */
#include "engine/estimators/linear/ols.h"
#include "engine/estimators/panel/between.h"
#include "engine/estimators/panel/fd.h"
#include "engine/estimators/panel/re.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>

static sample_data *read_produc(void)
{
    sample_data *data = sample_read("Produc.csv");
    if (data != NULL) {
        sample_add_log(data, "lgsp", "gsp");
        sample_add_log(data, "lpcap", "pcap");
        sample_add_log(data, "lpc", "pc");
        sample_add_log(data, "lemp", "emp");
    }
    return data;
}

static const sample_model produc = {.outcome = "lgsp",
                                    .constant = true,
                                    .regressor = {"lpcap", "lpc", "lemp", "unemp"},
                                    .unit = "state",
                                    .time = "year"};
static const sample_model grunfeld = {
    .outcome = "inv", .constant = true, .regressor = {"value", "capital"}, .unit = "firm", .time = "year"};

/* plm prints Produc's pooled and between figures to about 1e-11 of the exact ones: its logs are the same, its QR is not. */
static void compare(const sample_data *data, const sample_reference *reference, const sample_model *model,
                    const solow_estimator *estimator, const char *name, sample_result *r)
{
    char what[128];
    sample_run(data, model, estimator, r);
    for (int j = model->constant ? -1 : 0; j < 0 || model->regressor[j] != NULL; j++) {
        const char *term = j < 0 ? "(Intercept)" : model->regressor[j];
        snprintf(what, sizeof what, "%s %s", name, term);
        sample_close(sample_estimate(r, term), sample_reference_get(reference, name, term, "estimate"), 1e-8, what);
        sample_close(sample_std_error(r, term), sample_reference_get(reference, name, term, "std_error"), 1e-8, what);
    }
}

static void check(const sample_data *data, const char *file, sample_model model)
{
    static const char *const methods[] = {"swar", "walhus", "amemiya", "nerlove"};
    sample_reference *reference = sample_reference_read(file);
    sample_result r;
    if (data == NULL || reference == NULL) {
        return;
    }
    compare(data, reference, &model, &solow_between, "between", &r);
    sample_result_clear(&r);
    compare(data, reference, &model, &solow_fd, "fd", &r);
    sample_result_clear(&r);
    for (int m = 0; m < 4; m++) {
        char name[64], more[64];
        snprintf(name, sizeof name, "re_%s", methods[m]);
        snprintf(more, sizeof more, "re_%s_ercomp", methods[m]);
        model.option[0] = "method";
        model.option[1] = methods[m];
        compare(data, reference, &model, &solow_re, name, &r);
        sample_close(sample_diagnostic(&r, "sigma2_idiosyncratic")->value,
                     sample_reference_get(reference, more, "sigma2_idios", "estimate"), 1e-8, more);
        sample_close(sample_diagnostic(&r, "sigma2_unit")->value,
                     sample_reference_get(reference, more, "sigma2_id", "estimate"), 1e-8, more);
        sample_close(sample_diagnostic(&r, "theta")->value, sample_reference_get(reference, more, "theta", "estimate"),
                     1e-8, more);
        sample_close(sample_test(&r, "breusch_pagan")->statistic,
                     sample_reference_get(reference, "LM_BP", "chisq", "estimate"), 1e-8, "LM");
        sample_result_clear(&r);
    }
    model.constant = false;
    compare(data, reference, &model, &solow_fd, "fd_noint", &r);
    sample_result_clear(&r);
    sample_reference_free(reference);
}

START_TEST(produc_agrees_with_plm)
{
    sample_data *data = read_produc();
    check(data, "Produc-plm-panel.csv", produc);
    sample_free(data);
}
END_TEST

START_TEST(grunfeld_agrees_with_plm)
{
    sample_data *data = sample_read("Grunfeld.csv");
    check(data, "Grunfeld-plm.csv", grunfeld);
    sample_free(data);
}
END_TEST

/* Six airlines, whose mean fuel prices differ by a thousandth: the regression of means is nearly collinear with its constant
 * and must not lose a column. plm 2.6. */
START_TEST(unit_means_nearly_constant_lose_no_regressor)
{
    static const char *const methods[] = {"swar", "walhus", "amemiya"};
    sample_data *data = sample_read("Airline.csv");
    sample_reference *reference = sample_reference_read("Airline-plm.csv");
    if (data == NULL || reference == NULL) {
        return;
    }
    sample_add_log(data, "lc", "cost");
    sample_add_log(data, "lq", "output");
    sample_add_log(data, "lpf", "pf");
    for (int m = 0; m < 3; m++) {
        char name[64];
        sample_model model = {.outcome = "lc",
                              .constant = true,
                              .regressor = {"lq", "lpf", "lf"},
                              .unit = "unit",
                              .time = "time",
                              .option = {"method", methods[m]}};
        sample_result r;
        snprintf(name, sizeof name, "RE_%s", methods[m]);
        compare(data, reference, &model, &solow_re, name, &r);
        sample_result_clear(&r);
    }
    sample_free(data);
    sample_reference_free(reference);
}
END_TEST

/* plm's robust variances of random effects and pooling: Arellano's, Newey-West, Driscoll-Kraay (its SCC), HC0 and HC3. */
START_TEST(robust_variances_agree_with_plm)
{
    static const struct {
        const char *name;
        solow_vcov_spec vcov;
        const char *cluster, *ssc;
        const solow_estimator *estimator;
    } cases[] = {
        {"re_swar_arellano_HC0", {.kind = SOLOW_VCOV_CLUSTER}, "state", "plm", &solow_re},
        {"re_swar_arellano_sss", {.kind = SOLOW_VCOV_CLUSTER}, "state", "fixest", &solow_re},
        {"re_swar_cl_time_sss", {.kind = SOLOW_VCOV_CLUSTER}, "year", "fixest", &solow_re},
        {"re_swar_white1_HC0", {.kind = SOLOW_VCOV_HC0}, NULL, "plm", &solow_re},
        {"re_swar_NW_L2", {.kind = SOLOW_VCOV_NEWEY_WEST, .lags = 2}, NULL, "plm", &solow_re},
        {"re_swar_SCC_default", {.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = -1}, NULL, "plm", &solow_re},
        {"pooling_arellano_HC0", {.kind = SOLOW_VCOV_CLUSTER}, "state", "plm", &solow_ols},
        {"pooling_white1_HC3", {.kind = SOLOW_VCOV_HC3}, NULL, "plm", &solow_ols},
        {"pooling_NW_L2", {.kind = SOLOW_VCOV_NEWEY_WEST, .lags = 2}, NULL, "plm", &solow_ols},
        {"pooling_SCC_L2_sss", {.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = 2}, NULL, "fixest", &solow_ols},
    };
    sample_data *data = read_produc();
    sample_reference *reference = sample_reference_read("Produc-plm-panel.csv");
    for (size_t i = 0; data != NULL && reference != NULL && i < sizeof cases / sizeof cases[0]; i++) {
        sample_model model = produc;
        sample_result r;
        model.vcov = cases[i].vcov;
        model.cluster[0] = cases[i].cluster;
        model.ssc = sample_ssc(cases[i].ssc);
        compare(data, reference, &model, cases[i].estimator, cases[i].name, &r);
        sample_result_clear(&r);
    }
    sample_free(data);
    sample_reference_free(reference);
}
END_TEST

/* A time-invariant regressor keeps its coefficient; a panel without unit effect says so; weights and effects are refused. */
START_TEST(random_effects_say_what_they_do)
{
    sample_data *data = read_produc();
    sample_model model = produc;
    sample_result r;
    if (data == NULL) {
        return;
    }
    model.regressor[4] = "region";
    sample_run(data, &model, &solow_re, &r);
    ck_assert(r.record.terms == 6 && isfinite(sample_std_error(&r, "region")));
    sample_result_clear(&r);
    model.regressor[4] = NULL;
    model.effect[0] = "year";
    model.constant = false;
    sample_run(data, &model, &solow_re, &r);
    ck_assert(r.status == SOLOW_ERR_NUMERIC);
    sample_result_clear(&r);
    model = produc;
    model.weights = "pc";
    model.weight_type = SOLOW_WEIGHT_ANALYTIC;
    sample_run(data, &model, &solow_re, &r);
    ck_assert(r.status == SOLOW_ERR_NUMERIC);
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

/* Two periods: first differences without drift are the within estimate. */
START_TEST(differences_of_two_periods_are_within)
{
    sample_data *data = read_produc();
    sample_model model = produc, within = produc;
    sample_result a, b;
    if (data == NULL) {
        return;
    }
    double *keep = sample_add(data, "keep");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        keep[i] = sample_column(data, "year")[i] < 1972;
    }
    model.keep = within.keep = "keep";
    model.constant = within.constant = false;
    within.effect[0] = "state";
    sample_run(data, &model, &solow_fd, &a);
    sample_run(data, &within, &solow_ols, &b);
    sample_close(sample_estimate(&a, "lemp"), sample_estimate(&b, "lemp"), 1e-10, "estimate");
    sample_close(sample_std_error(&a, "lemp"), sample_std_error(&b, "lemp"), 1e-10, "standard error");
    sample_result_clear(&a);
    sample_result_clear(&b);
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {produc_agrees_with_plm,
                                  unit_means_nearly_constant_lose_no_regressor,
                                  grunfeld_agrees_with_plm,
                                  robust_variances_agree_with_plm,
                                  random_effects_say_what_they_do,
                                  differences_of_two_periods_are_within,
                                  NULL};
    TCase *const cases[] = {solow_test_case("reference", tests, 100), NULL};
    return solow_test_run("panel", cases);
}
