/* test_panel_algebra.c - panel estimators against least squares on columns transformed by hand, in their limits, and under
 * changes of scale and basis. */
#include "engine/estimators/linear/ols.h"
#include "engine/estimators/panel/between.h"
#include "engine/estimators/panel/fd.h"
#include "engine/estimators/panel/mundlak.h"
#include "engine/estimators/panel/re.h"
#include "engine/inference/hausman.h"
#include "tests/support/random_panel.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const sample_model plain = {
    .outcome = "y", .constant = true, .regressor = {"x", "z"}, .unit = "unit", .time = "time"};
static const solow_vcov_spec specs[] = {{.kind = SOLOW_VCOV_IID},
                                        {.kind = SOLOW_VCOV_HC0},
                                        {.kind = SOLOW_VCOV_CLUSTER},
                                        {.kind = SOLOW_VCOV_NEWEY_WEST, .lags = 1},
                                        {.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = 1}};
enum { SPECS = sizeof specs / sizeof specs[0] };

/* y = 1 + 2 x - z + share * a + u, x goes with a. */
static sample_data *make_panel(double share, ptrdiff_t periods)
{
    sample_data *data = random_panel(18, periods, 3, 0);
    double *y = sample_add(data, "y"), *x = sample_column(data, "x");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        x[i] += 0.4 * sample_column(data, "a")[i] + 0.1 * sample_column(data, "time")[i] - 200;
        y[i] = 1 + 2 * x[i] - sample_column(data, "z")[i] + share * sample_column(data, "a")[i] +
               sample_column(data, "u")[i];
    }
    return data;
}

static sample_model with(int spec)
{
    sample_model model = plain;
    model.vcov = specs[spec];
    model.cluster[0] = specs[spec].kind == SOLOW_VCOV_CLUSTER ? "region" : NULL;
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

/* The mean of a column over the unit's rows with x. */
static double mean_of(const sample_data *data, const char *name, ptrdiff_t row, ptrdiff_t *count)
{
    const double *unit = sample_column(data, "unit"), *x = sample_column(data, "x"), *c = sample_column(data, name);
    double sum = 0;
    *count = 0;
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        if (unit[i] == unit[row] && !isnan(x[i])) {
            sum += c[i];
            (*count)++;
        }
    }
    return sum / (double)*count;
}

/* Columns "1", y, x, z less share(T_i) times their means; share 1 for all: within. Rows whose keep is 0 do not matter. */
static void add_transformed(sample_data *data, double sigma2_e, double sigma2_u)
{
    static const char *const from[] = {"y", "x", "z"}, *const to[] = {"qy", "qx", "qz"};
    double *one = sample_add(data, "one");
    for (int c = 0; c < 3; c++) {
        double *column = sample_add(data, to[c]);
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            ptrdiff_t count = 0;
            double mean = mean_of(data, from[c], i, &count);
            double theta = 1 - sqrt(sigma2_e / ((double)count * sigma2_u + sigma2_e));
            column[i] = sample_column(data, from[c])[i] - theta * mean;
            one[i] = 1 - theta;
        }
    }
}

/* Random effects are least squares on quasi-demeaned columns, the constant's too, with the reported components. */
START_TEST(random_effects_are_quasi_demeaned_least_squares)
{
    static const char *const methods[] = {"swar", "walhus", "amemiya", "nerlove"};
    for (int gaps = 0; gaps < 2; gaps++) {
        for (int m = 0; m < 4; m++) {
            sample_data *data = make_panel(1, 6);
            sample_model model = plain, by_hand = plain;
            sample_result a, b;
            if (gaps == 1) {
                random_panel_gaps(data, 2, 7);
            }
            model.option[0] = "method";
            model.option[1] = methods[m];
            model.vcov.kind = by_hand.vcov.kind = SOLOW_VCOV_HC0;
            sample_run(data, &model, &solow_re, &a);
            add_transformed(data, sample_diagnostic(&a, "sigma2_idiosyncratic")->value,
                            sample_diagnostic(&a, "sigma2_unit")->value);
            by_hand.outcome = "qy";
            by_hand.regressor[0] = "qx";
            by_hand.regressor[1] = "qz";
            by_hand.regressor[2] = "one";
            by_hand.constant = false;
            sample_run(data, &by_hand, &solow_ols, &b);
            sample_close(sample_estimate(&a, "x"), sample_estimate(&b, "qx"), 1e-10, methods[m]);
            sample_close(sample_estimate(&a, "(Intercept)"), sample_estimate(&b, "one"), 1e-10, methods[m]);
            sample_close(sample_std_error(&a, "x"), sample_std_error(&b, "qx"), 1e-10, methods[m]);
            sample_close(sample_std_error(&a, "(Intercept)"), sample_std_error(&b, "one"), 1e-10, methods[m]);
            sample_result_clear(&a);
            sample_result_clear(&b);
            sample_free(data);
        }
    }
}
END_TEST

/* Without unit effects (a negative variance is zero) random effects are pooled; with huge ones they are within. */
START_TEST(random_effects_meet_pooled_and_within)
{
    sample_data *data = make_panel(0, 6), *huge = make_panel(1e6, 6);
    double *y = sample_column(data, "y");
    const double *u = sample_column(data, "u");
    for (ptrdiff_t i = 0; i < data->rows; i++) { /* errors that sum to nothing in each unit: no variance between */
        ptrdiff_t count = 0;
        double mean = 0;
        for (ptrdiff_t r = i / 6 * 6; r < i / 6 * 6 + 6; r++, count++) {
            mean += u[r] / 6;
        }
        y[i] -= mean;
    }
    for (int s = 0; s < SPECS; s++) {
        sample_model model = with(s), within = with(s);
        sample_result a, b;
        model.ssc = within.ssc = sample_ssc("none");
        model.ssc.rows = within.ssc.rows = SOLOW_ROWS_NONE;
        within.constant = false;
        within.effect[0] = "unit";
        sample_run(data, &model, &solow_re, &a);
        sample_run(data, &model, &solow_ols, &b);
        ck_assert_double_eq(sample_diagnostic(&a, "theta")->value, 0);
        ck_assert_ptr_nonnull(strstr(a.record.message, "pooled least squares"));
        check_same(&a, &b, 1e-11, "pooled");
        sample_result_clear(&a);
        sample_result_clear(&b);
        sample_run(huge, &model, &solow_re, &a);
        sample_run(huge, &within, &solow_ols, &b);
        ck_assert_double_gt(sample_diagnostic(&a, "theta")->value, 1 - 1e-5);
        sample_close(sample_estimate(&a, "x"), sample_estimate(&b, "x"), 1e-5, "within");
        if (specs[s].kind ==
            SOLOW_VCOV_CLUSTER) { /* what is left of the unit effects sums to nothing in each cluster */
            sample_close(sample_std_error(&a, "x"), sample_std_error(&b, "x"), 1e-4, "within");
        }
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
    sample_free(huge);
}
END_TEST

/* One row a unit: between is least squares on it. Differences made by hand: fd is least squares on them. */
START_TEST(between_and_differences_are_least_squares_by_hand)
{
    static const char *const names[] = {"y", "x", "z"};
    sample_data *data = make_panel(1, 6);
    random_panel_gaps(data, 2, 7);
    sample_data *means = sample_create(18), *changes = sample_create(data->rows);
    for (int c = 0; c < 3; c++) {
        double *mean = sample_add(means, names[c]), *change = sample_add(changes, names[c]);
        const double *column = sample_column(data, names[c]);
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            ptrdiff_t count = 0;
            mean[i / 6] = mean_of(data, names[c], i, &count);
            bool follows = i % 6 > 0 && !isnan(sample_column(data, "x")[i]) && !isnan(sample_column(data, "x")[i - 1]);
            change[i] = follows ? column[i] - column[i - 1] : NAN;
        }
    }
    double *unit = sample_add(means, "unit"), *of = sample_add(changes, "unit"), *time = sample_add(changes, "time");
    double *region = sample_add(changes, "region");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        unit[i / 6] = of[i] = sample_column(data, "unit")[i];
        time[i] = sample_column(data, "time")[i];
        region[i] = sample_column(data, "region")[i];
    }
    for (int s = 0; s < SPECS; s++) {
        sample_model model = with(s), flat = with(s);
        sample_result a, b;
        flat.time = NULL;
        if (s < 2) {
            sample_run(data, &model, &solow_between, &a);
            sample_run(means, &flat, &solow_ols, &b);
            check_same(&a, &b, 1e-11, "between");
            sample_close(a.record.df_residual, b.record.df_residual, 0, "df");
            sample_result_clear(&a);
            sample_result_clear(&b);
        }
        for (int drift = 0; drift < 2; drift++) {
            sample_model level = with(s), by_hand = with(s);
            level.constant = by_hand.constant = drift == 1;
            by_hand.ssc = level.ssc = sample_ssc("none");
            level.ssc.rows = by_hand.ssc.rows = SOLOW_ROWS_NONE;
            sample_run(data, &level, &solow_fd, &a);
            sample_run(changes, &by_hand, &solow_ols, &b);
            check_same(&a, &b, 1e-11, "differences");
            sample_close(a.record.df_residual, b.record.df_residual, 0, "df");
            sample_result_clear(&a);
            sample_result_clear(&b);
        }
    }
    sample_free(data);
    sample_free(means);
    sample_free(changes);
}
END_TEST

/* Two periods: differences are within, with and without drift (period effects), for iid and clustered variances. */
START_TEST(differences_of_two_periods_are_within)
{
    sample_data *data = make_panel(1, 2);
    for (int drift = 0; drift < 2; drift++) {
        for (int s = 0; s < 3; s += 2) {
            sample_model model = with(s), within = with(s);
            sample_result a, b;
            model.constant = drift == 1;
            within.constant = false;
            within.effect[0] = "unit";
            within.effect[1] = drift == 1 ? "time" : NULL;
            if (s == 2) {
                model.ssc = within.ssc = sample_ssc("none");
                model.ssc.rows = within.ssc.rows = SOLOW_ROWS_NONE;
            }
            sample_run(data, &model, &solow_fd, &a);
            sample_run(data, &within, &solow_ols, &b);
            check_same(&a, &b, 1e-11, "two periods");
            sample_close(a.record.df_residual, b.record.df_residual, 0, "df");
            sample_result_clear(&a);
            sample_result_clear(&b);
        }
    }
    sample_free(data);
}
END_TEST

static const solow_estimator *const estimators[] = {&solow_between, &solow_fd, &solow_re, &solow_mundlak};
static const char *const names[] = {"between", "fd", "re", "mundlak"};

START_TEST(powers_of_two_scale_exactly)
{
    sample_data *data = make_panel(1, 6), *scaled = make_panel(1, 6);
    random_panel_gaps(data, 2, 7);
    random_panel_gaps(scaled, 2, 7);
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        sample_column(scaled, "x")[i] *= ldexp(1, 11);
        sample_column(scaled, "y")[i] *= ldexp(1, -6);
    }
    for (int e = 0; e < 4; e++) {
        for (int s = 0; s < SPECS; s++) {
            sample_model model = with(s);
            sample_result a, b;
            if (e == 0 && specs[s].kind >= SOLOW_VCOV_NEWEY_WEST) {
                continue; /* no time left between units */
            }
            sample_run(data, &model, estimators[e], &a);
            sample_run(scaled, &model, estimators[e], &b);
            sample_close(ldexp(sample_estimate(&b, "x"), 17), sample_estimate(&a, "x"), 0, names[e]);
            sample_close(ldexp(sample_std_error(&b, "x"), 17), sample_std_error(&a, "x"), 0, names[e]);
            sample_close(ldexp(sample_estimate(&b, "z"), 6), sample_estimate(&a, "z"), 0, names[e]);
            sample_close(ldexp(sample_std_error(&b, "z"), 6), sample_std_error(&a, "z"), 0, names[e]);
            sample_result_clear(&a);
            sample_result_clear(&b);
        }
    }
    sample_free(data);
    sample_free(scaled);
}
END_TEST

typedef struct both {
    sample_result random, within;
} both;

static void run_both(const sample_data *data, both *fits)
{
    sample_model random = with(0), within = with(0);
    within.constant = false;
    within.effect[0] = "unit";
    sample_run(data, &random, &solow_re, &fits->random);
    sample_run(data, &within, &solow_ols, &fits->within);
}

static double hausman(const sample_data *data, bool sigmamore)
{
    both fits;
    solow_error err = {0};
    run_both(data, &fits);
    solow_record *record = &fits.within.record;
    solow_status status = solow_hausman(record, &fits.random.record, "re", sigmamore, record, &err);
    ck_assert_msg(status == SOLOW_OK, "%s", err.message);
    double statistic = sample_test(&fits.within, "hausman")->statistic;
    ck_assert(sample_test(&fits.within, "hausman")->df1 == 2);
    sample_result_clear(&fits.random);
    sample_result_clear(&fits.within);
    return statistic;
}

/* Random effects far from the truth have the larger residual variance and with it the larger standard errors; they are the
 * efficient estimator all the same. On their sigma: d'[s^2 (A - B)]^-1 d > 0, here for two terms by Cramer's rule. */
START_TEST(hausman_knows_the_efficient_estimator)
{
    sample_data *data = make_panel(1, 6);
    both fits;
    run_both(data, &fits);
    ck_assert_double_gt(sample_std_error(&fits.random, "x"), sample_std_error(&fits.within, "x"));
    const solow_record *w = &fits.within.record, *r = &fits.random.record;
    double scale = pow(r->sigma / w->sigma, 2), d[2], v[4];
    for (int j = 0; j < 2; j++) {
        d[j] = w->term[j].estimate - r->term[j + 1].estimate;
        for (int i = 0; i < 2; i++) {
            v[j * 2 + i] = scale * w->vcov[j * 2 + i] - r->vcov[(j + 1) * 3 + i + 1];
        }
    }
    double expected = (v[3] * d[0] * d[0] - 2 * v[1] * d[0] * d[1] + v[0] * d[1] * d[1]) / (v[0] * v[3] - v[1] * v[2]);
    ck_assert_double_gt(expected, 0);
    sample_close(hausman(data, true), expected, 1e-9, "on the efficient sigma");
    sample_result_clear(&fits.random);
    sample_result_clear(&fits.within);
    sample_free(data);
}
END_TEST

/* x <- 3 x - 2 z + 20: the same fit, the same components, the same Hausman statistics. */
START_TEST(changes_of_basis_change_coefficients_alone)
{
    sample_data *data[2] = {make_panel(1, 6), make_panel(1, 6)};
    for (ptrdiff_t i = 0; i < data[0]->rows; i++) {
        sample_column(data[1], "x")[i] = 3 * sample_column(data[0], "x")[i] - 2 * sample_column(data[0], "z")[i] + 20;
    }
    random_panel_gaps(data[0], 2, 7);
    random_panel_gaps(data[1], 2, 7);
    for (int e = 0; e < 4; e++) {
        sample_model model = with(2);
        sample_result a, b;
        sample_run(data[0], &model, estimators[e], &a);
        sample_run(data[1], &model, estimators[e], &b);
        sample_close(3 * sample_estimate(&b, "x"), sample_estimate(&a, "x"), 1e-9, names[e]);
        sample_close(3 * sample_std_error(&b, "x"), sample_std_error(&a, "x"), 1e-9, names[e]);
        sample_close(b.record.r_squared, a.record.r_squared, 1e-9, names[e]);
        if (estimators[e] == &solow_mundlak) {
            sample_close(sample_test(&b, "hausman_robust")->statistic, sample_test(&a, "hausman_robust")->statistic,
                         1e-7, "robust Hausman");
        }
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_close(hausman(data[1], true), hausman(data[0], true), 1e-8, "Hausman");
    sample_free(data[0]);
    sample_free(data[1]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_effects_are_quasi_demeaned_least_squares,
                                  random_effects_meet_pooled_and_within,
                                  between_and_differences_are_least_squares_by_hand,
                                  differences_of_two_periods_are_within,
                                  powers_of_two_scale_exactly,
                                  changes_of_basis_change_coefficients_alone,
                                  hausman_knows_the_efficient_estimator,
                                  NULL};
    TCase *const cases[] = {solow_test_case("algebra", tests, 60), NULL};
    return solow_test_run("panel algebra", cases);
}
