/* test_ols_edges.c - least squares where data are difficult: NIST's certified values, collinear and constant columns, perfect
 * fits, weights, few clusters, jackknife. */
#include "engine/estimators/linear/ols.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const powers[] = {"x", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10"};

/* Columns x, x^2, ..., x^degree beside y. */
static sample_data *read_polynomial(const char *file, int degree, sample_model *model)
{
    sample_data *data = sample_read(file);
    *model = (sample_model){.outcome = "y", .constant = true, .vcov = {.kind = SOLOW_VCOV_IID}};
    for (int p = 0; data != NULL && p < degree; p++) {
        double *column = p == 0 ? sample_column(data, "x") : sample_add(data, powers[p]);
        for (ptrdiff_t i = 0; p > 0 && i < data->rows; i++) {
            column[i] = pow(sample_column(data, "x")[i], p + 1);
        }
        model->regressor[p] = powers[p];
    }
    return data;
}

/* NIST StRD certified values: highest coefficient and its standard error, residual standard deviation. */
START_TEST(nist_polynomials_are_certified)
{
    static const struct {
        const char *file;
        int degree;
        double estimate, std_error, sigma, tolerance;
    } cases[] = {
        {"jobs/data/nist-norris.csv", 1, 1.00211681802045, 0.429796848199937e-03, 0.884796396144373, 1e-9},
        {"jobs/data/nist-pontius.csv", 2, -0.316081871345029e-14, 0.486652849992036e-16, 0.205177424076185e-03, 1e-9},
        {"jobs/data/nist-filip.csv", 10, -0.402962525080404e-04, 0.896632837373868e-05, 0.334801051324544e-02, 1e-7},
        {"jobs/data/nist-wampler3.csv", 5, 1, 0.233190134250550e-03 * 1e0, 2360.14502379268, 1e-9},
        {"jobs/data/nist-wampler4.csv", 5, 1, 11.2324854679312, 236014.502379268, 1e-9},
        {"jobs/data/nist-wampler5.csv", 5, 1, 1123.24854679312, 0.236014502379268e+08, 1e-9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sample_model model;
        sample_data *data = read_polynomial(cases[i].file, cases[i].degree, &model);
        sample_result r;
        if (data == NULL) {
            continue;
        }
        sample_run(data, &model, &solow_ols, &r);
        const char *top = powers[cases[i].degree - 1];
        sample_close(sample_estimate(&r, top), cases[i].estimate, cases[i].tolerance, cases[i].file);
        if (strstr(cases[i].file, "wampler3") == NULL) { /* certified s.e. of Wampler 3 is that of Wampler 4 over 100 */
            sample_close(sample_std_error(&r, top), cases[i].std_error, cases[i].tolerance, cases[i].file);
        } else {
            sample_close(sample_std_error(&r, top), 0.112324854679312, cases[i].tolerance, cases[i].file);
        }
        sample_close(r.record.sigma, cases[i].sigma, cases[i].tolerance, cases[i].file);
        sample_result_clear(&r);
        sample_free(data);
    }
}
END_TEST

START_TEST(nist_longley_is_certified)
{
    sample_data *data = sample_read("jobs/data/nist-longley.csv");
    sample_model model = {.outcome = "y", .constant = true, .regressor = {"x1", "x2", "x3", "x4", "x5", "x6"}};
    sample_result r;
    if (data == NULL) {
        return;
    }
    sample_run(data, &model, &solow_ols, &r);
    sample_close(sample_estimate(&r, "(Intercept)"), -3482258.63459582, 1e-10, "b0");
    sample_close(sample_estimate(&r, "x5"), -0.511041056535807e-01, 1e-9, "b5");
    sample_close(sample_std_error(&r, "x5"), 0.226073200069370, 1e-9, "se5");
    sample_close(sample_std_error(&r, "(Intercept)"), 890420.383607373, 1e-9, "se0");
    sample_close(r.record.r_squared, 0.995479004577296, 1e-10, "R2");
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

/* 60 rows: 6 units x 10 periods, x and z by a fixed rule, and what a test adds. */
static sample_data *make_panel(void)
{
    sample_data *data = sample_create(60);
    double *unit = sample_add(data, "unit"), *time = sample_add(data, "time"), *x = sample_add(data, "x");
    double *z = sample_add(data, "z"), *y = sample_add(data, "y"), *w = sample_add(data, "w");
    unsigned state = 12345;
    for (ptrdiff_t i = 0; i < 60; i++) {
        double draw[3];
        for (int d = 0; d < 3; d++) {
            state = state * 1103515245U + 12345U;
            draw[d] = (double)(state >> 8 & 0xffff) / 65536;
        }
        unit[i] = (double)(i / 10);
        time[i] = 2000 + (double)(i % 10);
        x[i] = draw[0] + unit[i] / 3;
        z[i] = draw[1] * draw[0];
        y[i] = 1 + 2 * x[i] - z[i] + draw[2] + unit[i];
        w[i] = 1 + (double)(i % 3);
    }
    return data;
}

static const sample_model plain = {.outcome = "y",
                                   .constant = true,
                                   .regressor = {"x", "z"},
                                   .unit = "unit",
                                   .time = "time",
                                   .vcov = {.kind = SOLOW_VCOV_IID}};

START_TEST(collinear_columns_are_named)
{
    sample_data *data = make_panel();
    double *sum = sample_add(data, "sum"), *fixed = sample_add(data, "fixed");
    sample_model model = plain, without = plain;
    sample_result r, s;
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        sum[i] = 2 * sample_column(data, "x")[i] - sample_column(data, "z")[i] + 3;
        fixed[i] = 7 + 0.1 * sample_column(data, "unit")[i];
    }
    model.regressor[2] = "sum";
    sample_run(data, &model, &solow_ols, &r);
    sample_run(data, &without, &solow_ols, &s);
    ck_assert(r.record.terms == 3);
    sample_close(sample_estimate(&r, "z"), sample_estimate(&s, "z"), 1e-12, "the others are as without it");
    ck_assert_str_eq(sample_diagnostic(&r, "dropped:sum")->text, "3 (Intercept) + 2 x - z");
    sample_result_clear(&r);
    sample_result_clear(&s);
    model.regressor[2] = "fixed";
    model.constant = false;
    model.effect[0] = "unit";
    sample_run(data, &model, &solow_ols, &r);
    ck_assert(r.record.terms == 2 && r.record.warning);
    ck_assert_str_eq(sample_diagnostic(&r, "dropped:fixed")->text, "constant within the effects");
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

START_TEST(degenerate_samples_are_told)
{
    sample_data *data = make_panel();
    double *flat = sample_add(data, "flat"), *line = sample_add(data, "line"), *few = sample_add(data, "few");
    sample_model model = plain;
    sample_result r;
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        flat[i] = 0.1;
        line[i] = 4 - 3 * sample_column(data, "x")[i];
        few[i] = i < 3;
    }
    model.outcome = "flat";
    sample_run(data, &model, &solow_ols, &r);
    ck_assert(r.status == SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(r.error.message, "outcome is constant"));
    sample_result_clear(&r);
    model.outcome = "line";
    sample_run(data, &model, &solow_ols, &r);
    ck_assert(r.record.warning);
    ck_assert_ptr_nonnull(strstr(r.record.message, "fit is perfect"));
    sample_close(sample_estimate(&r, "x"), -3, 1e-14, "slope");
    sample_result_clear(&r);
    model.outcome = "y";
    model.keep = "few";
    sample_run(data, &model, &solow_ols, &r);
    ck_assert(r.status == SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(r.error.message, "rows"));
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

START_TEST(no_regressor_is_an_estimate)
{
    sample_data *data = make_panel();
    sample_model model = plain;
    sample_result r;
    model.regressor[0] = NULL;
    model.constant = false;
    model.effect[0] = "unit";
    sample_run(data, &model, &solow_ols, &r);
    ck_assert(r.status == SOLOW_OK && r.record.terms == 0 && r.record.nobs == 60);
    ck_assert_double_eq_tol(r.record.within_r_squared, 0, 1e-15);
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

/* A frequency weight w is the row w times, for every variance; an analytic weight is sqrt(w) times the row. */
START_TEST(weights_mean_what_they_say)
{
    static const solow_vcov_kind kinds[] = {SOLOW_VCOV_IID, SOLOW_VCOV_HC0, SOLOW_VCOV_HC1,
                                            SOLOW_VCOV_HC2, SOLOW_VCOV_HC3, SOLOW_VCOV_CLUSTER};
    sample_data *data = make_panel(), *copies = sample_create(120);
    ptrdiff_t to = 0;
    for (ptrdiff_t c = 0; c < data->columns; c++) {
        sample_add(copies, data->name[c]);
    }
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        for (int w = 0; w < sample_column(data, "w")[i]; w++, to++) {
            for (ptrdiff_t c = 0; c < data->columns; c++) {
                copies->value[c][to] = data->value[c][i];
            }
        }
    }
    ck_assert(to == copies->rows);
    for (int k = 0; k < 6; k++) {
        sample_model weighted = plain, repeated = plain;
        sample_result a, b;
        weighted.vcov.kind = repeated.vcov.kind = kinds[k];
        weighted.cluster[0] = repeated.cluster[0] = k == 5 ? "unit" : NULL;
        weighted.constant = repeated.constant = k % 2 == 0;
        weighted.effect[0] = repeated.effect[0] = k % 2 == 0 ? NULL : "unit";
        weighted.weights = "w";
        weighted.weight_type = SOLOW_WEIGHT_FREQUENCY;
        sample_run(data, &weighted, &solow_ols, &a);
        sample_run(copies, &repeated, &solow_ols, &b);
        sample_close(sample_estimate(&a, "x"), sample_estimate(&b, "x"), 1e-11, "estimate");
        sample_close(sample_std_error(&a, "z"), sample_std_error(&b, "z"), 1e-11, "standard error");
        sample_close(a.record.loglik, b.record.loglik, 1e-11, "loglik");
        sample_close(a.record.adj_r_squared, b.record.adj_r_squared, 1e-11, "adjusted R2");
        ck_assert(a.record.nobs == 120);
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
    sample_free(copies);
}
END_TEST

/* sqrt(w) times every column, the constant too, is the same fit: residuals, HC0, clusters. */
START_TEST(analytic_weights_scale_rows)
{
    sample_data *data = make_panel();
    double *one = sample_add(data, "one");
    sample_model weighted = plain, scaled = plain;
    sample_result a, b;
    weighted.weights = "w";
    weighted.weight_type = SOLOW_WEIGHT_ANALYTIC;
    weighted.vcov.kind = scaled.vcov.kind = SOLOW_VCOV_HC3;
    sample_run(data, &weighted, &solow_ols, &a);
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        double root = sqrt(sample_column(data, "w")[i]);
        one[i] = root;
        sample_column(data, "x")[i] *= root;
        sample_column(data, "z")[i] *= root;
        sample_column(data, "y")[i] *= root;
    }
    scaled.constant = false;
    scaled.regressor[2] = "one";
    sample_run(data, &scaled, &solow_ols, &b);
    sample_close(sample_estimate(&a, "x"), sample_estimate(&b, "x"), 1e-12, "estimate");
    sample_close(sample_std_error(&a, "x"), sample_std_error(&b, "x"), 1e-12, "HC3");
    sample_close(sample_std_error(&a, "(Intercept)"), sample_std_error(&b, "one"), 1e-12, "HC3 of the constant");
    sample_close(a.record.sigma, b.record.sigma, 1e-12, "sigma");
    sample_result_clear(&a);
    sample_result_clear(&b);
    sample_free(data);
}
END_TEST

/* HC2 and HC3 with absorbed effects are those of the regression with dummies. */
START_TEST(leverage_includes_effects)
{
    static const char *const dummies[] = {"d1", "d2", "d3", "d4", "d5"};
    sample_data *data = make_panel();
    sample_model absorbed = plain, full = plain;
    sample_result a, b;
    for (int d = 0; d < 5; d++) {
        double *column = sample_add(data, dummies[d]);
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            column[i] = sample_column(data, "unit")[i] == d + 1;
        }
        full.regressor[2 + d] = dummies[d];
    }
    absorbed.constant = false;
    absorbed.effect[0] = "unit";
    absorbed.weights = full.weights = "w";
    absorbed.weight_type = full.weight_type = SOLOW_WEIGHT_ANALYTIC;
    for (int k = 0; k < 3; k++) {
        absorbed.vcov.kind = full.vcov.kind = k == 0 ? SOLOW_VCOV_HC1 : k == 1 ? SOLOW_VCOV_HC2 : SOLOW_VCOV_HC3;
        sample_run(data, &absorbed, &solow_ols, &a);
        sample_run(data, &full, &solow_ols, &b);
        sample_close(sample_std_error(&a, "x"), sample_std_error(&b, "x"), 1e-11, "standard error");
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
}
END_TEST

/* CR3 with unit effects is the jackknife: sum over units of the squared move when the unit is deleted. */
START_TEST(cr3_is_the_jackknife)
{
    sample_data *data = make_panel();
    double *keep = sample_add(data, "keep"), sum = 0;
    sample_model model = plain;
    sample_result whole, r;
    model.constant = false;
    model.effect[0] = "unit";
    model.cluster[0] = "unit";
    model.vcov = (solow_vcov_spec){.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR3};
    sample_run(data, &model, &solow_ols, &whole);
    model.keep = "keep";
    for (int g = 0; g < 6; g++) {
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            keep[i] = sample_column(data, "unit")[i] != g;
        }
        sample_run(data, &model, &solow_ols, &r);
        sum += pow(sample_estimate(&r, "x") - sample_estimate(&whole, "x"), 2);
        sample_result_clear(&r);
    }
    sample_close(sample_std_error(&whole, "x"), sqrt(sum), 1e-10, "jackknife");
    ck_assert(whole.record.warning); /* six clusters */
    ck_assert_ptr_nonnull(strstr(whole.record.message, "Only 6 clusters"));
    sample_result_clear(&whole);
    model.keep = NULL;
    model.effect[1] = "time";
    sample_run(data, &model, &solow_ols, &r);
    ck_assert(r.status == SOLOW_ERR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(r.error.message, "needs their dummies"));
    ck_assert_ptr_nonnull(strstr(r.error.message, "time does not lie inside unit"));
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

/* Clusters that cross blocks, or are interleaved inside units, give what local runs give. */
START_TEST(cluster_sums_do_not_depend_on_layout)
{
    sample_data *data = make_panel();
    double *mixed = sample_add(data, "mixed"), *sorted = sample_add(data, "sorted"), *wide = sample_add(data, "wide");
    static const solow_cluster_type types[] = {SOLOW_CLUSTER_CR1, SOLOW_CLUSTER_CR2, SOLOW_CLUSTER_CR3};
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        double unit = sample_column(data, "unit")[i], half = (double)(i % 10 >= 5), odd = (double)(i % 2);
        mixed[i] = 2 * unit + odd;
        sorted[i] = 2 * unit + half;
        wide[i] = mixed[i];
    }
    for (int t = 0; t < 3; t++) {
        sample_model model = plain;
        sample_result a, b;
        model.vcov = (solow_vcov_spec){.kind = SOLOW_VCOV_CLUSTER, .type = types[t]};
        model.cluster[0] = "mixed"; /* interleaved, inside units */
        sample_run(data, &model, &solow_ols, &a);
        model.cluster[0] = "wide";
        model.unit = NULL; /* the same clusters, now across units of one row */
        sample_run(data, &model, &solow_ols, &b);
        sample_close(sample_std_error(&a, "x"), sample_std_error(&b, "x"), 1e-11, "layout");
        sample_close(a.record.term[1].df, b.record.term[1].df, 1e-9, "degrees of freedom");
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
}
END_TEST

START_TEST(residuals_are_saved)
{
    sample_data *data = make_panel();
    sample_model model = plain;
    sample_result r;
    double sum = 0;
    model.save = true;
    sample_column(data, "x")[7] = NAN;
    sample_run(data, &model, &solow_ols, &r);
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        if (i != 7) {
            double fit = sample_estimate(&r, "(Intercept)") + sample_estimate(&r, "x") * sample_column(data, "x")[i] +
                         sample_estimate(&r, "z") * sample_column(data, "z")[i];
            ck_assert_double_eq_tol(r.saved[i], sample_column(data, "y")[i] - fit, 1e-12);
            sum += r.saved[i] * r.saved[i];
        }
    }
    ck_assert(isnan(r.saved[7]) && r.record.nobs == 59);
    sample_close(r.record.sigma, sqrt(sum / 56), 1e-12, "sigma");
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nist_polynomials_are_certified,       nist_longley_is_certified,   collinear_columns_are_named,
        degenerate_samples_are_told,          no_regressor_is_an_estimate, weights_mean_what_they_say,
        analytic_weights_scale_rows,          leverage_includes_effects,   cr3_is_the_jackknife,
        cluster_sums_do_not_depend_on_layout, residuals_are_saved,         NULL};
    TCase *const cases[] = {solow_test_case("edges", tests, 60), NULL};
    return solow_test_run("ols edges", cases);
}
