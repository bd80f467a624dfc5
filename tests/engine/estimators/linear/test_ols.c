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
        ssc.rows = SOLOW_ROWS_NONE;
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

/* Grunfeld and Produc: four sets of effects times fifteen variances, named alike. */
static void check_grid(const char *reference_file, sample_model model, const sample_data *data)
{
    static const char *const sets[] = {"OLS", "FE_id", "FE_time", "FE_twoway"};
    static const struct {
        const char *name;
        solow_vcov_kind kind;
        const char *ssc;
        int lags;
        bool by_unit, by_time;
    } variances[] = {
        {"iid", SOLOW_VCOV_IID, "fixest", 0, false, false},
        {"HC1", SOLOW_VCOV_HC1, "fixest", 0, false, false},
        {"HC1_noadj", SOLOW_VCOV_HC1, "noadj", 0, false, false},
        {"cl_id", SOLOW_VCOV_CLUSTER, "fixest", 0, true, false},
        {"cl_id_Kfull", SOLOW_VCOV_CLUSTER, "Kfull", 0, true, false},
        {"cl_id_noadj", SOLOW_VCOV_CLUSTER, "noadj", 0, true, false},
        {"cl_time", SOLOW_VCOV_CLUSTER, "fixest", 0, false, true},
        {"cl_two_Gmin", SOLOW_VCOV_CLUSTER, "fixest", 0, true, true},
        {"cl_two_Gconv", SOLOW_VCOV_CLUSTER, "Gconv", 0, true, true},
        {"NW1", SOLOW_VCOV_NEWEY_WEST, "fixest", 1, false, false},
        {"NW2", SOLOW_VCOV_NEWEY_WEST, "fixest", 2, false, false},
        {"NW3", SOLOW_VCOV_NEWEY_WEST, "fixest", 3, false, false},
        {"DK1", SOLOW_VCOV_DRISCOLL_KRAAY, "fixest", 1, false, false},
        {"DK2", SOLOW_VCOV_DRISCOLL_KRAAY, "fixest", 2, false, false},
        {"DK3", SOLOW_VCOV_DRISCOLL_KRAAY, "fixest", 3, false, false},
    };
    sample_reference *reference = sample_reference_read(reference_file);
    for (int s = 0; data != NULL && reference != NULL && s < 4; s++) {
        for (size_t v = 0; v < sizeof variances / sizeof variances[0]; v++) {
            char name[64];
            int ways = 0, effects = 0;
            snprintf(name, sizeof name, "%s_%s", sets[s], variances[v].name);
            sample_case c = {
                .model = name, .kind = variances[v].kind, .ssc = variances[v].ssc, .lags = variances[v].lags};
            if (s == 1 || s == 3) {
                c.effect[effects++] = model.unit;
            }
            if (s == 2 || s == 3) {
                c.effect[effects++] = model.time;
            }
            if (variances[v].by_unit) {
                c.cluster[ways++] = model.unit;
            }
            if (variances[v].by_time) {
                c.cluster[ways++] = model.time;
            }
            check(data, reference, model, &c);
        }
    }
    sample_reference_free(reference);
}

START_TEST(grunfeld_agrees_with_fixest)
{
    sample_model model = {.outcome = "inv", .regressor = {"value", "capital"}, .unit = "firm", .time = "year"};
    sample_data *data = sample_read("Grunfeld.csv");
    check_grid("Grunfeld-fixest.csv", model, data);
    sample_free(data);
}
END_TEST

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

static const sample_model produc = {
    .outcome = "lgsp", .regressor = {"lpcap", "lpc", "lemp", "unemp"}, .unit = "state", .time = "year"};

START_TEST(produc_agrees_with_fixest)
{
    sample_data *data = read_produc();
    check_grid("Produc-fixest.csv", produc, data);
    sample_free(data);
}
END_TEST

/* nobs, r2, adj_r2, within_r2, rmse, df_resid, loglik of the four sets of effects. */
START_TEST(fit_agrees_with_fixest)
{
    static const char *const sets[] = {"OLS", "FE_id", "FE_time", "FE_twoway"};
    sample_data *data = read_produc();
    sample_reference *reference = sample_reference_read("Produc-fixest.csv");
    for (int s = 0; data != NULL && reference != NULL && s < 4; s++) {
        sample_model model = produc;
        sample_result r;
        char name[64];
        int effects = 0;
        model.constant = s == 0;
        if (s == 1 || s == 3) {
            model.effect[effects++] = "state";
        }
        if (s == 2 || s == 3) {
            model.effect[effects++] = "year";
        }
        snprintf(name, sizeof name, "%s_fit", sets[s]);
        sample_run(data, &model, &solow_ols, &r);
        sample_close((double)r.record.nobs, sample_reference_get(reference, name, "nobs", "estimate"), 0, "nobs");
        sample_close(r.record.r_squared, sample_reference_get(reference, name, "r2", "estimate"), 1e-10, "r2");
        sample_close(r.record.adj_r_squared, sample_reference_get(reference, name, "adj_r2", "estimate"), 1e-10, "adj");
        sample_close(r.record.df_residual, sample_reference_get(reference, name, "df_resid", "estimate"), 0, "df");
        sample_close(r.record.loglik, sample_reference_get(reference, name, "loglik", "estimate"), 1e-10, "loglik");
        sample_close(r.record.sigma * sqrt(r.record.df_residual / (double)r.record.nobs),
                     sample_reference_get(reference, name, "rmse", "estimate"), 1e-10, "rmse");
        if (s > 0) {
            sample_close(r.record.within_r_squared, sample_reference_get(reference, name, "within_r2", "estimate"),
                         1e-10, "within r2");
        }
        sample_result_clear(&r);
    }
    sample_free(data);
    sample_reference_free(reference);
}
END_TEST

/* sandwich and clubSandwich on Petersen's data: HC0, adjusted clusters, kernels without factor. */
START_TEST(petersen_agrees_with_sandwich)
{
    static const struct {
        const char *model;
        const char *cluster[2];
        solow_vcov_kind kind;
        solow_cluster_type type;
        const char *ssc;
        int lags;
    } cases[] = {
        {"lm_HC0", {NULL}, SOLOW_VCOV_HC0, SOLOW_CLUSTER_CR1, "sandwich", 0},
        {"lm_HC2", {NULL}, SOLOW_VCOV_HC2, SOLOW_CLUSTER_CR1, "sandwich", 0},
        {"lm_HC3", {NULL}, SOLOW_VCOV_HC3, SOLOW_CLUSTER_CR1, "sandwich", 0},
        {"vcovCL_firm_default", {"firm"}, SOLOW_VCOV_CLUSTER, SOLOW_CLUSTER_CR1, "sandwich", 0},
        {"vcovCL_two_default", {"firm", "year"}, SOLOW_VCOV_CLUSTER, SOLOW_CLUSTER_CR1, "sandwich", 0},
        {"vcovPL_lag2", {NULL}, SOLOW_VCOV_DRISCOLL_KRAAY, SOLOW_CLUSTER_CR1, "none", 2},
        {"vcovPL_lag2_noagg", {NULL}, SOLOW_VCOV_NEWEY_WEST, SOLOW_CLUSTER_CR1, "none", 2},
        {"clubSandwich_CR0_firm", {"firm"}, SOLOW_VCOV_CLUSTER, SOLOW_CLUSTER_CR0, "fixest", 0},
        {"clubSandwich_CR2_firm", {"firm"}, SOLOW_VCOV_CLUSTER, SOLOW_CLUSTER_CR2, "fixest", 0},
        {"clubSandwich_CR3_firm", {"firm"}, SOLOW_VCOV_CLUSTER, SOLOW_CLUSTER_CR3, "fixest", 0},
        {"vcovCL_firm_HC3", {"firm"}, SOLOW_VCOV_CLUSTER, SOLOW_CLUSTER_CR3, "fixest", 0},
        {"clubSandwich_CR2_year_Satt", {"year"}, SOLOW_VCOV_CLUSTER, SOLOW_CLUSTER_CR2, "fixest", 0},
    };
    sample_data *data = sample_read("PetersenCL.csv");
    sample_reference *reference = sample_reference_read("PetersenCL-sandwich.csv");
    sample_model model = {.outcome = "y", .constant = true, .regressor = {"x"}, .unit = "firm", .time = "year"};
    for (size_t i = 0; data != NULL && reference != NULL && i < sizeof cases / sizeof cases[0]; i++) {
        sample_result r;
        model.vcov = (solow_vcov_spec){.kind = cases[i].kind, .type = cases[i].type, .lags = cases[i].lags};
        model.cluster[0] = cases[i].cluster[0];
        model.cluster[1] = cases[i].cluster[1];
        model.ssc = sample_ssc(cases[i].ssc);
        sample_run(data, &model, &solow_ols, &r);
        sample_close(sample_std_error(&r, "x"), sample_reference_get(reference, cases[i].model, "x", "std_error"), 1e-8,
                     cases[i].model);
        sample_close(sample_std_error(&r, "(Intercept)"),
                     sample_reference_get(reference, cases[i].model, "(Intercept)", "std_error"), 1e-8, cases[i].model);
        if (strstr(cases[i].model, "Satt") != NULL) { /* printed by coef_test: df 9.000006652 and 8.989436078 */
            ck_assert_double_eq_tol(r.record.term[0].df, 9.000006652, 5e-10);
            ck_assert_double_eq_tol(r.record.term[1].df, 8.989436078, 5e-10);
        }
        sample_result_clear(&r);
    }
    sample_free(data);
    sample_reference_free(reference);
}
END_TEST

/* Marks rows to keep: complete in the columns named, and no level of effect with a single row (one effect suffices here). */
static void drop_singletons(sample_data *data, const char *const *complete, const char *effect)
{
    double *keep = sample_add(data, "keep");
    const double *level = sample_column(data, effect);
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        keep[i] = 1;
        for (int c = 0; complete[c] != NULL; c++) {
            keep[i] = isnan(sample_column(data, complete[c])[i]) ? 0 : keep[i];
        }
    }
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        ptrdiff_t rows = 0;
        for (ptrdiff_t r = 0; r < data->rows && rows < 2; r++) {
            rows += keep[r] != 0 && level[r] == level[i] ? 1 : 0;
        }
        keep[i] = rows == 1 ? 0 : keep[i];
    }
}

/* Aghion, Van Reenen & Zingales, table 1, columns 1 and 2: log citations on industry and year effects. */
START_TEST(innovation_agrees_with_fixest)
{
    sample_data *data = sample_read("InstInnovation.csv");
    sample_reference *reference = sample_reference_read("InstInnovation-fixest.csv");
    sample_model model = {.outcome = "lcites",
                          .regressor = {"institutions", "lkl", "lsales"},
                          .unit = "unit",
                          .time = "time",
                          .block_rows = 500};
    if (data == NULL || reference == NULL) {
        return;
    }
    sample_sort(data, "unit", "time");
    sample_add_log(data, "lcites", "cites");
    sample_add_log(data, "lsales", "sales");
    sample_add_log(data, "lograndd", "randd");
    double *ratio = sample_add(data, "lkl"), *log_rd = sample_column(data, "lograndd");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        ratio[i] = log(sample_column(data, "capital")[i] / sample_column(data, "employment")[i]);
        log_rd[i] = isnan(log_rd[i]) ? 0 : log_rd[i]; /* as the article: zero, with a dummy */
    }
    static const char *const complete[] = {"lcites", "institutions", "lkl", "lsales", "lograndd", NULL};
    drop_singletons(data, complete, "industry");
    model.keep = "keep";
    for (int column = 1; column <= 2; column++) {
        for (int ways = 1; ways <= 2; ways++) {
            char name[64];
            snprintf(name, sizeof name, "AVZ_T1_I%d_ols_cl%s", column, ways == 2 ? "_two" : "");
            sample_case c = {.model = name,
                             .effect = {"industry", "time"},
                             .cluster = {"unit"},
                             .kind = SOLOW_VCOV_CLUSTER,
                             .ssc = "fixest"};
            c.cluster[1] = ways == 2 ? "time" : NULL;
            model.regressor[3] = column == 2 ? "lograndd" : NULL;
            model.regressor[4] = column == 2 ? "drandd" : NULL;
            check(data, reference, model, &c);
        }
    }
    sample_free(data);
    sample_reference_free(reference);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {petersen_agrees_with_fixest,
                                  grunfeld_agrees_with_fixest,
                                  produc_agrees_with_fixest,
                                  fit_agrees_with_fixest,
                                  petersen_agrees_with_sandwich,
                                  innovation_agrees_with_fixest,
                                  NULL};
    TCase *const cases[] = {solow_test_case("reference", tests, 200), NULL};
    return solow_test_run("ols", cases);
}
