/* test_iv.c - instrumental variables against published and independent figures.
 *
 * Stock & Watson, Introduction to Econometrics, table 12.1 (cigarettes, ten-year differences): figures to the digits of
 * AER 1.2 and sandwich 3.0 in R, whose printed form is the book's: -.94 (.21), -1.34 (.23), -1.20 (.20); F 33.7, 107.2, 88.6.
 * Hayashi, Econometrics, table 3.3 (Griliches' wage equation): .0692 (.0131), Sargan 87.66; GMM .0768, J 74.16.
 * LIML: gretl 2022c, `tsls --liml`. Kleibergen-Paap, Sanderson-Windmeijer and Cragg-Donald: the articles' formulas with
 * Kronecker products and projections, written out in R.
 */
#include "engine/estimators/linear/iv.h"
#include "engine/estimators/linear/iv_tests.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* 1995 less 1985, as the book has it. */
static sample_data *read_cigarettes(void)
{
    sample_data *all = sample_read("CigarettesSW.csv"), *data;
    if (all == NULL) {
        return NULL;
    }
    sample_sort(all, "state", "year");
    data = sample_create(all->rows / 2);
    double *quantity = sample_add(data, "dq"), *price = sample_add(data, "dp"), *income = sample_add(data, "dy");
    double *sales = sample_add(data, "z1"), *tax = sample_add(data, "z2");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        double sign = -1;
        for (ptrdiff_t r = 2 * i; r < 2 * i + 2; r++, sign = 1) {
            double cpi = sample_column(all, "cpi")[r], population = sample_column(all, "population")[r];
            quantity[i] += sign * log(sample_column(all, "packs")[r]);
            price[i] += sign * log(sample_column(all, "price")[r] / cpi);
            income[i] += sign * log(sample_column(all, "income")[r] / population / cpi);
            sales[i] += sign * (sample_column(all, "taxs")[r] - sample_column(all, "tax")[r]) / cpi;
            tax[i] += sign * sample_column(all, "tax")[r] / cpi;
        }
    }
    sample_free(all);
    return data;
}

static const sample_model cigarettes = {.outcome = "dq",
                                        .constant = true,
                                        .regressor = {"dy"},
                                        .endogenous = {"dp"},
                                        .instrument = {"z1", "z2"},
                                        .vcov = {.kind = SOLOW_VCOV_IID}};

static sample_data *read_griliches(void)
{
    static const char *const names[] = {"y67", "y68", "y69", "y70", "y71", "y73"};
    static const double years[] = {67, 68, 69, 70, 71, 73};
    sample_data *data = sample_read("gretl_griliches.csv");
    for (int y = 0; data != NULL && y < 6; y++) {
        double *dummy = sample_add(data, names[y]);
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            dummy[i] = sample_column(data, "year")[i] == years[y];
        }
    }
    return data;
}

static const sample_model griliches = {
    .outcome = "lw",
    .constant = true,
    .regressor = {"expr", "tenure", "rns", "smsa", "y67", "y68", "y69", "y70", "y71", "y73", "s"},
    .endogenous = {"iq"},
    .instrument = {"med", "kww", "mrt", "age"},
    .vcov = {.kind = SOLOW_VCOV_IID}};

START_TEST(cigarettes_agree_with_aer)
{
    sample_data *data = read_cigarettes();
    sample_model model = cigarettes;
    sample_result r;
    if (data == NULL) {
        return;
    }
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_estimate(&r, "dp"), -1.202403372955222, 1e-9, "b");
    sample_close(sample_std_error(&r, "dp"), 0.171192853911041, 1e-9, "iid");
    sample_close(sample_std_error(&r, "(Intercept)"), 0.060494672327898, 1e-9, "iid constant");
    sample_close(sample_test(&r, "first_stage")->statistic, 75.6525829656129, 1e-9, "F");
    sample_close(sample_test(&r, "wu_hausman")->statistic, 3.5014901867112, 1e-8, "Wu-Hausman");
    ck_assert(sample_test(&r, "wu_hausman")->df2 == 44);
    sample_close(sample_test(&r, "sargan")->statistic, 4.8380452369351, 1e-8, "Sargan");
    sample_close(sample_test(&r, "sargan")->p_value, 2.7838433813582e-02, 1e-8, "Sargan p");
    /* Stock and Watson (2011), table 12.1, column 3: J 4.93 (0.026); digits: Hanck et al., Econometrics with R, 12.4. */
    ck_assert_double_eq_tol(sample_test(&r, "basmann")->statistic, 4.932, 5e-4);
    ck_assert_double_eq_tol(sample_test(&r, "basmann")->p_value, 0.02636406, 5e-9);
    sample_close(r.record.sigma, 0.091253185310045, 1e-9, "sigma");
    sample_close(r.record.r_squared, 0.546592608307632, 1e-9, "R2");
    sample_close(r.record.adj_r_squared, 0.526441168676860, 1e-9, "adjusted R2");
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

START_TEST(robust_cigarettes_agree_with_sandwich)
{
    sample_data *data = read_cigarettes();
    sample_model model = cigarettes;
    sample_result r;
    if (data == NULL) {
        return;
    }
    model.vcov.kind = SOLOW_VCOV_HC1;
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_std_error(&r, "dp"), 0.196943332466554, 1e-9, "HC1");
    sample_close(sample_std_error(&r, "dy"), 0.309340589811499, 1e-9, "HC1");
    sample_close(sample_test(&r, "first_stage")->statistic, 88.616180831579, 1e-9, "robust F");
    sample_close(sample_test(&r, "kleibergen_paap_f")->statistic, 88.616180831579, 1e-9, "rk, one endogenous");
    sample_close(sample_test(&r, "ar")->statistic, 22.505299499012, 1e-9, "Anderson-Rubin");
    sample_result_clear(&r);
    model.vcov.kind = SOLOW_VCOV_HC0;
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_std_error(&r, "dp"), 0.190689561697388, 1e-9, "HC0");
    sample_result_clear(&r);
    model.vcov.kind = SOLOW_VCOV_HC1;
    model.instrument[1] = NULL;
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_estimate(&r, "dp"), -0.93801427079471, 1e-9, "b, one instrument");
    sample_close(sample_std_error(&r, "dp"), 0.207502224228834, 1e-9, "HC1, one instrument");
    sample_close(sample_test(&r, "first_stage")->statistic, 33.674116230551, 1e-9, "F");
    sample_close(sample_test(&r, "effective_f")->statistic, 33.674116230551, 1e-9, "effective F is F");
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

/* With one instrument the AR set is where (b0 - b)'s t on the reduced form is small: its bounds solve a quadratic. */
START_TEST(anderson_rubin_set_solves_its_equation)
{
    sample_data *data = read_cigarettes();
    sample_model model = cigarettes;
    sample_result r;
    double low, high;
    if (data == NULL) {
        return;
    }
    sample_run(data, &model, &solow_iv, &r);
    ck_assert(sscanf(sample_diagnostic(&r, "anderson_rubin_set")->text, "[%lf, %lf]", &low, &high) == 2);
    sample_result_clear(&r);
    double critical = 3.20927802;          /* F(2, 44) at 5 % */
    for (int side = 0; side < 2; side++) { /* the test of b = bound is that of b = 0 for y - bound x */
        sample_data *moved = read_cigarettes();
        for (ptrdiff_t i = 0; i < moved->rows; i++) {
            sample_column(moved, "dq")[i] -= (side == 0 ? low : high) * sample_column(moved, "dp")[i];
        }
        sample_run(moved, &model, &solow_iv, &r);
        ck_assert_double_eq_tol(sample_test(&r, "ar")->statistic, critical, 1e-5);
        sample_result_clear(&r);
        sample_free(moved);
    }
    sample_free(data);
}
END_TEST

START_TEST(griliches_agrees_with_hayashi)
{
    sample_data *data = read_griliches();
    sample_model model = griliches;
    sample_result r;
    if (data == NULL) {
        return;
    }
    sample_run(data, &model, &solow_iv, &r);
    ck_assert_double_eq_tol(sample_estimate(&r, "s"), .0691759, 5e-8);
    ck_assert_double_eq_tol(sample_std_error(&r, "s"), .01304900, 5e-8);
    ck_assert_double_eq_tol(sample_test(&r, "sargan")->statistic, 87.655, 5e-4);
    sample_result_clear(&r);
    model.option[0] = "method";
    model.option[1] = "gmm";
    model.vcov.kind = SOLOW_VCOV_HC0;
    sample_run(data, &model, &solow_iv, &r);
    ck_assert_double_eq_tol(sample_estimate(&r, "s"), .07684, 5e-6);
    ck_assert_double_eq_tol(sample_std_error(&r, "s"), .0131859, 5e-8); /* ivreg2's help file, gmm2s robust */
    ck_assert_double_eq_tol(sample_std_error(&r, "iq"), .0041131, 5e-8);
    ck_assert_double_eq_tol(sample_std_error(&r, "rns"), .0295887, 5e-8);
    ck_assert_double_eq_tol(sample_test(&r, "sargan")->statistic, 74.165, 5e-4);
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

/* gretl divides by n where this engine divides by n - K: 758 and 745. */
START_TEST(liml_agrees_with_gretl)
{
    sample_data *data = read_griliches();
    sample_model model = griliches;
    sample_result r, cue;
    if (data == NULL) {
        return;
    }
    model.option[0] = "method";
    model.option[1] = "liml";
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_estimate(&r, "s"), 0.68849678531338, 1e-7, "s");
    sample_close(sample_estimate(&r, "iq"), -0.21745112661036, 1e-7, "iq");
    sample_close(sample_std_error(&r, "iq"), 0.27557783079199 * sqrt(758.0 / 745), 1e-7, "standard error");
    ck_assert_double_eq_tol(sample_diagnostic(&r, "k_class")->value, 1.0734, 5e-5);
    model.option[1] = "cue"; /* with iid errors the two are one estimator */
    sample_run(data, &model, &solow_iv, &cue);
    ck_assert(cue.record.converged);
    sample_close(sample_estimate(&cue, "iq"), sample_estimate(&r, "iq"), 1e-6, "cue under iid is liml");
    sample_close(sample_estimate(&cue, "s"), sample_estimate(&r, "s"), 1e-6, "cue under iid is liml");
    sample_result_clear(&r);
    sample_result_clear(&cue);
    sample_free(data);
}
END_TEST

/* The criterion of CUE at its minimum is below the two-step one, and does not fall around it. */
START_TEST(cue_is_a_minimum)
{
    sample_data *data = read_griliches();
    sample_model model = griliches;
    sample_result gmm, cue;
    if (data == NULL) {
        return;
    }
    model.vcov.kind = SOLOW_VCOV_HC0;
    model.option[0] = "method";
    model.option[1] = "gmm";
    sample_run(data, &model, &solow_iv, &gmm);
    model.option[1] = "cue";
    sample_run(data, &model, &solow_iv, &cue);
    ck_assert(cue.record.converged && !isnan(sample_estimate(&cue, "iq")));
    ck_assert(sample_test(&cue, "sargan")->statistic < sample_test(&gmm, "sargan")->statistic);
    sample_result_clear(&gmm);
    sample_result_clear(&cue);
    sample_free(data);
}
END_TEST

START_TEST(two_endogenous_agree_with_formulas)
{
    sample_data *data = read_griliches();
    sample_model model = griliches;
    sample_result r;
    if (data == NULL) {
        return;
    }
    model.regressor[10] = NULL;
    model.endogenous[0] = "iq";
    model.endogenous[1] = "s";
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_estimate(&r, "s"), 0.1724253119097875, 1e-9, "s");
    sample_close(sample_std_error(&r, "iq"), 0.0047452691758585, 1e-9, "iq");
    sample_close(sample_test(&r, "first_stage:s")->statistic, 104.309462667635, 1e-9, "F of s");
    sample_close(sample_test(&r, "first_stage:iq")->statistic, 30.320023169119, 1e-9, "F of iq");
    sample_close(sample_test(&r, "wu_hausman")->statistic, 38.304088589362, 1e-8, "Wu-Hausman");
    sample_close(sample_test(&r, "sargan")->statistic, 13.268331373440, 1e-8, "Sargan");
    sample_close(sample_test(&r, "sanderson_windmeijer:iq")->statistic, 16.770327547689, 1e-9, "SW iq");
    sample_close(sample_test(&r, "sanderson_windmeijer:s")->statistic, 23.762484204863, 1e-9, "SW s");
    sample_close(sample_test(&r, "cragg_donald")->statistic, 12.551614161316, 1e-9, "Cragg-Donald");
    sample_close(sample_test(&r, "kleibergen_paap_f")->statistic, 12.551614161316, 1e-9, "rk under iid");
    sample_result_clear(&r);
    model.vcov.kind = SOLOW_VCOV_HC1;
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_std_error(&r, "s"), 0.0209196355418945, 1e-9, "HC1 s");
    sample_close(sample_test(&r, "sanderson_windmeijer:iq")->statistic, 15.295799510759, 1e-9, "SW iq");
    sample_close(sample_test(&r, "sanderson_windmeijer:s")->statistic, 22.945207814843, 1e-9, "SW s");
    sample_result_clear(&r);
    model.vcov.kind = SOLOW_VCOV_HC0;
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_test(&r, "kleibergen_paap_lm")->statistic, 40.926982199219, 1e-9, "rk LM");
    sample_close(sample_test(&r, "kleibergen_paap_f")->statistic * 4, 46.771264269512, 1e-9, "rk Wald");
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

START_TEST(tf_table_is_the_articles)
{
    ck_assert(isinf(solow_tf_adjustment(3.9)));
    ck_assert(solow_tf_adjustment(104.67) == 1 && solow_tf_adjustment(1e6) == 1);
    ck_assert_double_eq_tol(1.96 * solow_tf_adjustment(10), 3.43, 0.03); /* F = 10: 3.43, the article's introduction */
    ck_assert_double_eq_tol(1.96 * solow_tf_adjustment(25), 2.46, 0.01);
}
END_TEST

/* Effects by the within transform are effects by dummies, for every method and variance. */
START_TEST(effects_equal_dummies)
{
    static const char *const methods[] = {"2sls", "liml", "fuller", "gmm"};
    sample_data *data = read_griliches();
    if (data == NULL) {
        return;
    }
    sample_sort(data, "year", NULL);
    for (int i = 0; i < 4; i++) {
        sample_model dummies = griliches, effects = griliches;
        sample_result a, b;
        dummies.option[0] = effects.option[0] = "method";
        dummies.option[1] = effects.option[1] = methods[i];
        dummies.vcov.kind = effects.vcov.kind = i == 1 ? SOLOW_VCOV_IID : SOLOW_VCOV_HC1;
        effects.constant = false;
        effects.effect[0] = "year";
        effects.regressor[4] = "s";
        effects.regressor[5] = NULL;
        sample_run(data, &dummies, &solow_iv, &a);
        sample_run(data, &effects, &solow_iv, &b);
        sample_close(sample_estimate(&b, "iq"), sample_estimate(&a, "iq"), 1e-7, methods[i]);
        sample_close(sample_std_error(&b, "iq"), sample_std_error(&a, "iq"), 1e-7, methods[i]);
        sample_close(sample_test(&b, "first_stage")->statistic, sample_test(&a, "first_stage")->statistic, 1e-8, "F");
        sample_close(sample_test(&b, "wu_hausman")->statistic, sample_test(&a, "wu_hausman")->statistic, 1e-7, "WH");
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
}
END_TEST

START_TEST(misuse_gets_a_sentence)
{
    sample_data *data = read_cigarettes();
    sample_model model = cigarettes;
    sample_result r;
    if (data == NULL) {
        return;
    }
    model.instrument[1] = "dy"; /* a regressor offered as an instrument */
    sample_run(data, &model, &solow_iv, &r);
    sample_close(sample_estimate(&r, "dp"), -0.93801427079471, 1e-9, "as without it");
    ck_assert(r.record.warning);
    ck_assert_ptr_nonnull(strstr(r.record.message, "already among the regressors"));
    sample_result_clear(&r);
    model.instrument[0] = "dy";
    model.instrument[1] = NULL;
    sample_run(data, &model, &solow_iv, &r);
    ck_assert(r.status == SOLOW_ERR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(r.error.message, "not identified"));
    sample_result_clear(&r);
    model = cigarettes;
    model.vcov.kind = SOLOW_VCOV_HC3;
    model.option[0] = "method";
    model.option[1] = "gmm";
    sample_run(data, &model, &solow_iv, &r);
    ck_assert(r.status == SOLOW_ERR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(r.error.message, "hc1"));
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

/* sandwich's vcovHC on AER's ivreg, whose hatvalues are those of the oblique projection; first stage: vcovHC on its lm. */
START_TEST(leverages_agree_with_sandwich)
{
    static const double se[2][3] = {{0.065366369502967, 0.209877069493448, 0.318823005671314},
                                    {0.0709532607981325, 0.232206503494298, 0.340117703224883}};
    sample_data *data = read_cigarettes();
    sample_model model = cigarettes;
    sample_result r;
    if (data == NULL) {
        return;
    }
    for (int hc3 = 0; hc3 < 2; hc3++) {
        model.vcov.kind = hc3 ? SOLOW_VCOV_HC3 : SOLOW_VCOV_HC2;
        sample_run(data, &model, &solow_iv, &r);
        sample_close(sample_std_error(&r, "(Intercept)"), se[hc3][0], 1e-9, "constant");
        sample_close(sample_std_error(&r, "dp"), se[hc3][1], 1e-9, "dp");
        sample_close(sample_std_error(&r, "dy"), se[hc3][2], 1e-9, "dy");
        ck_assert(r.arena_peak <= r.arena_bytes);
        if (hc3) {
            sample_close(sample_test(&r, "first_stage")->statistic, 76.9164560080945, 1e-9, "first stage");
        }
        sample_result_clear(&r);
    }
    sample_free(data);
}
END_TEST

/* Absorbed effects give the leverage of dummies, and no instruments beyond the regressors that of least squares. */
START_TEST(leverages_of_effects_are_those_of_dummies)
{
    static const char *const methods[] = {"2sls", "liml"};
    sample_data *data = read_griliches();
    if (data == NULL) {
        return;
    }
    for (int m = 0; m < 2; m++) {
        sample_model model = griliches, absorbed = griliches;
        sample_result r, a;
        model.vcov.kind = absorbed.vcov.kind = m == 0 ? SOLOW_VCOV_HC2 : SOLOW_VCOV_HC3;
        model.option[0] = absorbed.option[0] = "method";
        model.option[1] = absorbed.option[1] = methods[m];
        absorbed.constant = false;
        absorbed.effect[0] = "year";
        for (int j = 0; j < 7; j++) { /* s in the place of the dummies */
            absorbed.regressor[4 + j] = j == 0 ? "s" : NULL;
        }
        sample_run(data, &model, &solow_iv, &r);
        sample_run(data, &absorbed, &solow_iv, &a);
        sample_close(sample_std_error(&a, "iq"), sample_std_error(&r, "iq"), 1e-9, "iq");
        sample_close(sample_std_error(&a, "s"), sample_std_error(&r, "s"), 1e-9, "s");
        sample_close(sample_test(&a, "ar")->statistic / sample_test(&r, "ar")->statistic, 1, 1e-9, "Anderson-Rubin");
        sample_result_clear(&r);
        sample_result_clear(&a);
    }
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {cigarettes_agree_with_aer,
                                  robust_cigarettes_agree_with_sandwich,
                                  anderson_rubin_set_solves_its_equation,
                                  griliches_agrees_with_hayashi,
                                  liml_agrees_with_gretl,
                                  cue_is_a_minimum,
                                  two_endogenous_agree_with_formulas,
                                  tf_table_is_the_articles,
                                  effects_equal_dummies,
                                  leverages_agree_with_sandwich,
                                  leverages_of_effects_are_those_of_dummies,
                                  misuse_gets_a_sentence,
                                  NULL};
    TCase *const cases[] = {solow_test_case("iv", tests, 60), NULL};
    return solow_test_run("iv", cases);
}
