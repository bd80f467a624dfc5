/* test_iv_algebra.c - what instrumental variables must do whatever the data: least squares when the regressor is its own
 * instrument, one estimator when there are as many instruments as endogenous regressors, no change with the basis of the
 * instruments, exact scaling, moment conditions in long double. */
#include "engine/estimators/linear/iv.h"
#include "engine/estimators/linear/ols.h"
#include "tests/support/random_panel.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* x = 0.6 v + 0.3 z + 0.7 u + ..., y = 1 + 2 x - z + u + a; instruments v and v2 = v^2 + z v. */
static sample_data *make_panel(void)
{
    sample_data *data = random_panel(20, 6, 2, 0);
    double *y = sample_add(data, "y"), *x = sample_column(data, "x"), *copy = sample_add(data, "copy");
    double *second = sample_add(data, "v2"), *mix1 = sample_add(data, "m1"), *mix2 = sample_add(data, "m2");
    const double *v = sample_column(data, "v"), *z = sample_column(data, "z"), *u = sample_column(data, "u");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        second[i] = v[i] * v[i] + z[i] * v[i];
        x[i] = 0.5 * x[i] + 0.6 * v[i] + 0.3 * z[i] + 0.7 * u[i] + 0.2 * second[i] + sample_column(data, "a")[i];
        y[i] = 1 + 2 * x[i] - z[i] + (1 + fabs(v[i])) * u[i] + sample_column(data, "a")[i];
        copy[i] = x[i];
        mix1[i] = 2 * v[i] - second[i] + 0.5 * z[i] + 3;
        mix2[i] = v[i] + 4 * second[i] - 1;
    }
    return data;
}

static const sample_model plain = {.outcome = "y",
                                   .constant = true,
                                   .regressor = {"z"},
                                   .endogenous = {"x"},
                                   .instrument = {"v", "v2"},
                                   .unit = "unit",
                                   .time = "time"};
static const solow_vcov_spec specs[] = {{.kind = SOLOW_VCOV_IID},
                                        {.kind = SOLOW_VCOV_HC0},
                                        {.kind = SOLOW_VCOV_HC1},
                                        {.kind = SOLOW_VCOV_CLUSTER},
                                        {.kind = SOLOW_VCOV_NEWEY_WEST, .lags = 1},
                                        {.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = 1}};
enum { SPECS = sizeof specs / sizeof specs[0] };

static sample_model with(sample_model model, int spec, bool effects, const char *method)
{
    model.vcov = specs[spec];
    model.cluster[0] = specs[spec].kind == SOLOW_VCOV_CLUSTER ? "unit" : NULL;
    model.constant = !effects;
    model.effect[0] = effects ? "unit" : NULL;
    model.option[0] = method != NULL ? "method" : NULL;
    model.option[1] = method;
    return model;
}

static void check_same(const sample_result *a, const sample_result *b, double tolerance, const char *what)
{
    for (int t = 0; t < 2; t++) {
        const char *term = t == 0 ? "x" : "z";
        char text[128];
        snprintf(text, sizeof text, "%s, %s", what, term);
        sample_close(sample_estimate(a, term), sample_estimate(b, term), tolerance, text);
        sample_close(sample_std_error(a, term), sample_std_error(b, term), tolerance, text);
    }
}

START_TEST(its_own_instrument_is_least_squares)
{
    sample_data *data = make_panel();
    for (int s = 0; s < SPECS; s++) {
        for (int effects = 0; effects < 2; effects++) {
            sample_model model = with(plain, s, effects == 1, NULL), ols;
            sample_result a, b;
            model.instrument[0] = "copy";
            model.instrument[1] = NULL;
            ols = model;
            ols.regressor[1] = "x";
            ols.endogenous[0] = ols.instrument[0] = NULL;
            sample_run(data, &model, &solow_iv, &a);
            sample_run(data, &ols, &solow_ols, &b);
            check_same(&a, &b, 1e-11, "own instrument");
            sample_close(a.record.sigma, b.record.sigma, 1e-12, "sigma");
            sample_close(a.record.df_residual, b.record.df_residual, 0, "df");
            sample_result_clear(&a);
            sample_result_clear(&b);
        }
    }
    sample_free(data);
}
END_TEST

/* As many instruments as endogenous regressors: LIML, two-step and continuously updated GMM are 2SLS, and Z'e = 0. */
START_TEST(just_identified_methods_are_one)
{
    static const char *const methods[] = {"liml", "gmm", "cue"};
    sample_data *data = make_panel();
    for (int s = 0; s < SPECS; s++) {
        for (int effects = 0; effects < 2; effects++) {
            sample_model model = with(plain, s, effects == 1, NULL);
            sample_result a, b;
            model.instrument[1] = NULL;
            model.save = true;
            sample_run(data, &model, &solow_iv, &a);
            ck_assert_msg(a.status == SOLOW_OK, "%s", a.error.message);
            for (int m = 0; m < 3; m++) {
                sample_model other = model;
                other.option[0] = "method";
                other.option[1] = methods[m];
                sample_run(data, &other, &solow_iv, &b);
                check_same(&b, &a, m == 2 ? 1e-7 : 1e-9, methods[m]);
                sample_result_clear(&b);
            }
            long double sum = 0, size = 0;
            for (ptrdiff_t i = 0; i < data->rows; i++) {
                sum += (long double)sample_column(data, "v")[i] * a.saved[i];
                size += fabsl((long double)sample_column(data, "v")[i] * a.saved[i]);
            }
            ck_assert_msg(fabsl(sum) <= 1e-14L * size, "Z'e is %Lg of %Lg", sum, size);
            sample_result_clear(&a);
        }
    }
    sample_free(data);
}
END_TEST

/* Fuller with constant 0 is LIML; GMM weighted by an iid variance is 2SLS. */
START_TEST(methods_meet_in_their_limits)
{
    sample_data *data = make_panel();
    sample_model liml = with(plain, 1, false, "liml"), fuller = with(plain, 1, false, "fuller"),
                 gmm = with(plain, 0, false, "gmm"), tsls = with(plain, 0, false, "2sls");
    sample_result a, b;
    fuller.option[2] = "fuller";
    fuller.option[3] = "0";
    sample_run(data, &liml, &solow_iv, &a);
    sample_run(data, &fuller, &solow_iv, &b);
    check_same(&b, &a, 1e-13, "fuller 0 is liml");
    sample_result_clear(&a);
    sample_result_clear(&b);
    sample_run(data, &tsls, &solow_iv, &a);
    sample_run(data, &gmm, &solow_iv, &b);
    sample_close(sample_estimate(&b, "x"), sample_estimate(&a, "x"), 1e-11, "gmm under iid is 2sls");
    sample_close(sample_test(&b, "sargan")->statistic, sample_test(&a, "sargan")->statistic, 1e-8, "and J is Sargan's");
    sample_result_clear(&a);
    sample_result_clear(&b);
    sample_free(data);
}
END_TEST

/* Instruments in another basis, mixed with the exogenous regressors and the constant: every figure stays. */
START_TEST(the_basis_of_the_instruments_does_not_show)
{
    static const char *const methods[] = {"2sls", "liml", "fuller", "gmm"};
    static const char *const tests[] = {"first_stage", "effective_f", "kleibergen_paap_f",
                                        "ar",          "sargan",      "wu_hausman"};
    sample_data *data = make_panel();
    for (int s = 0; s < SPECS; s++) {
        for (int m = 0; m < 4; m++) {
            for (int effects = 0; effects < 2; effects++) {
                sample_model model = with(plain, s, effects == 1, methods[m]), other;
                sample_result a, b;
                other = model;
                other.instrument[0] = "m1";
                other.instrument[1] = "m2";
                sample_run(data, &model, &solow_iv, &a);
                sample_run(data, &other, &solow_iv, &b);
                check_same(&b, &a, 1e-9, methods[m]);
                for (int t = 0; t < 6; t++) {
                    sample_close(sample_test(&b, tests[t])->statistic, sample_test(&a, tests[t])->statistic, 1e-8,
                                 tests[t]);
                }
                sample_result_clear(&a);
                sample_result_clear(&b);
            }
        }
    }
    sample_free(data);
}
END_TEST

/* y <- y + 5 x moves the coefficient of x by 5 and nothing else; the test that its value is b0 moves with it. */
START_TEST(outcome_moved_along_the_regressor)
{
    sample_data *data = make_panel(), *moved = make_panel();
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        sample_column(moved, "y")[i] += 5 * sample_column(data, "x")[i];
    }
    static const char *const methods[] = {"2sls", "liml", "gmm"};
    for (int m = 0; m < 3; m++) {
        sample_model model = with(plain, 2, true, methods[m]);
        sample_result a, b;
        sample_run(data, &model, &solow_iv, &a);
        sample_run(moved, &model, &solow_iv, &b);
        sample_close(sample_estimate(&b, "x"), sample_estimate(&a, "x") + 5, 1e-11, methods[m]);
        sample_close(sample_std_error(&b, "x"), sample_std_error(&a, "x"), 1e-9, methods[m]);
        sample_close(sample_test(&b, "sargan")->statistic, sample_test(&a, "sargan")->statistic, 1e-8, "J");
        sample_close(sample_test(&b, "wu_hausman")->statistic, sample_test(&a, "wu_hausman")->statistic, 1e-8, "WH");
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
    sample_free(moved);
}
END_TEST

/* 2^9 for x, 2^-5 for the first instrument: exact for 2SLS, near for what takes roots of matrices. */
START_TEST(powers_of_two_scale_exactly)
{
    static const char *const methods[] = {"2sls", "liml", "fuller", "gmm"};
    sample_data *data = make_panel(), *scaled = make_panel();
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        sample_column(scaled, "x")[i] *= ldexp(1, 9);
        sample_column(scaled, "v")[i] *= ldexp(1, -5);
    }
    for (int s = 0; s < SPECS; s++) {
        for (int m = 0; m < 4; m++) {
            sample_model model = with(plain, s, true, methods[m]);
            sample_result a, b;
            double tolerance = m == 0 || m == 3 ? 0 : 1e-11;
            sample_run(data, &model, &solow_iv, &a);
            sample_run(scaled, &model, &solow_iv, &b);
            sample_close(ldexp(sample_estimate(&b, "x"), 9), sample_estimate(&a, "x"), tolerance, methods[m]);
            sample_close(ldexp(sample_std_error(&b, "x"), 9), sample_std_error(&a, "x"), tolerance, methods[m]);
            sample_close(sample_estimate(&b, "z"), sample_estimate(&a, "z"), tolerance, methods[m]);
            sample_close(sample_std_error(&b, "z"), sample_std_error(&a, "z"), tolerance, methods[m]);
            sample_result_clear(&a);
            sample_result_clear(&b);
        }
    }
    sample_free(data);
    sample_free(scaled);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {its_own_instrument_is_least_squares,
                                  just_identified_methods_are_one,
                                  methods_meet_in_their_limits,
                                  the_basis_of_the_instruments_does_not_show,
                                  outcome_moved_along_the_regressor,
                                  powers_of_two_scale_exactly,
                                  NULL};
    TCase *const cases[] = {solow_test_case("algebra", tests, 60), NULL};
    return solow_test_run("iv algebra", cases);
}
