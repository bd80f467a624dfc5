/* test_ols_algebra.c - what least squares must do whatever the data: scaling is exact, changes of basis are changes of
 * coefficients alone, Frisch and Waugh, the normal equations in long double, variances that meet in their limits. */
#include "engine/estimators/linear/ols.h"
#include "tests/support/random_panel.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const sample_model plain = {
    .outcome = "y", .constant = true, .regressor = {"x", "z"}, .unit = "unit", .time = "time"};

/* y = 3 + 1.5 x - z + a + errors whose size rises with |x|; x goes with a. Some rows are missing. */
static sample_data *make_panel(void)
{
    sample_data *data = random_panel(14, 7, 1, 0);
    double *y = sample_add(data, "y"), *x = sample_column(data, "x");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        x[i] = x[i] / 2 + sample_column(data, "a")[i] + 1;
        y[i] = 3 + 1.5 * x[i] - sample_column(data, "z")[i] + sample_column(data, "a")[i] +
               (0.5 + fabs(x[i])) * sample_column(data, "u")[i];
    }
    random_panel_gaps(data, 3, 11);
    return data;
}

static const struct variance {
    const char *name, *cluster[2];
    solow_vcov_spec spec;
} variances[] = {
    {"iid", {NULL}, {.kind = SOLOW_VCOV_IID}},
    {"hc0", {NULL}, {.kind = SOLOW_VCOV_HC0}},
    {"hc1", {NULL}, {.kind = SOLOW_VCOV_HC1}},
    {"hc2", {NULL}, {.kind = SOLOW_VCOV_HC2}},
    {"hc3", {NULL}, {.kind = SOLOW_VCOV_HC3}},
    {"unit", {"unit"}, {.kind = SOLOW_VCOV_CLUSTER}},
    {"time", {"time"}, {.kind = SOLOW_VCOV_CLUSTER}},
    {"region", {"region"}, {.kind = SOLOW_VCOV_CLUSTER}},
    {"unit, time", {"unit", "time"}, {.kind = SOLOW_VCOV_CLUSTER}},
    {"newey_west", {NULL}, {.kind = SOLOW_VCOV_NEWEY_WEST, .lags = 2}},
    {"driscoll_kraay", {NULL}, {.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = 2}},
    {"cr2", {"unit"}, {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR2}}, /* from here on eigenvectors */
    {"cr3", {"unit"}, {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR3}},
};
enum { VARIANCES = sizeof variances / sizeof variances[0], EXACT = VARIANCES - 2 };

static sample_model with(sample_model model, int variance)
{
    model.vcov = variances[variance].spec;
    model.cluster[0] = variances[variance].cluster[0];
    model.cluster[1] = variances[variance].cluster[1];
    return model;
}

/* Without effects, with those of units, of both, and of periods with weights. */
static sample_model design(int number)
{
    sample_model model = plain;
    model.constant = number == 0;
    model.effect[0] = number == 0 ? NULL : number == 3 ? "time" : "unit";
    model.effect[1] = number == 2 ? "time" : NULL;
    model.weights = number == 3 ? "w" : NULL;
    model.weight_type = number == 3 ? SOLOW_WEIGHT_ANALYTIC : SOLOW_WEIGHT_NONE;
    return model;
}

static void multiply(sample_data *data, const char *name, double by)
{
    double *column = sample_column(data, name);
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        column[i] *= by;
    }
}

/* Two terms, each times its factor, have the same bits (tolerance 0) or are near. */
static void check_scaled(const sample_result *a, const sample_result *b, const double *factor, double tolerance,
                         const char *what)
{
    ck_assert_msg(a->status == SOLOW_OK && b->status == SOLOW_OK, "%s: %s", what, a->error.message);
    ck_assert_int_eq(a->record.terms, b->record.terms);
    for (ptrdiff_t t = 0; t < a->record.terms; t++) {
        const solow_record_term *s = &a->record.term[t];
        char text[128];
        double f = strcmp(s->term, "x") == 0 ? factor[0] : factor[1];
        snprintf(text, sizeof text, "%s, %s", what, s->term);
        sample_close(b->record.term[t].estimate, f * s->estimate, tolerance, text);
        sample_close(b->record.term[t].std_error, f * s->std_error, tolerance, text);
        sample_close(b->record.term[t].df, s->df, tolerance, text);
    }
}

/* The repair of a variance that is not positive semidefinite (Cameron, Gelbach & Miller) depends on the units of measurement. */
static bool is_repaired(const sample_result *r)
{
    return r->record.message != NULL && strstr(r->record.message, "not positive semidefinite") != NULL;
}

/* 2^20 for x and 2^-7 for y: every estimate and standard error by exactly that power, R2 by nothing. */
START_TEST(powers_of_two_scale_exactly)
{
    sample_data *data = make_panel(), *scaled = make_panel();
    const double factor[2] = {ldexp(1, -27), ldexp(1, -7)};
    multiply(scaled, "x", ldexp(1, 20));
    multiply(scaled, "y", ldexp(1, -7));
    int repaired = 0;
    for (int d = 0; d < 4; d++) {
        for (int v = 0; v < VARIANCES; v++) {
            sample_model model = with(design(d), v);
            sample_result a, b;
            if (v >= EXACT && d >= 2) {
                continue; /* cr2 and cr3 are not for effects that cross clusters */
            }
            sample_run(data, &model, &solow_ols, &a);
            sample_run(scaled, &model, &solow_ols, &b);
            repaired += is_repaired(&a);
            if (!is_repaired(&a)) {
                check_scaled(&a, &b, factor, v < EXACT ? 0 : 1e-9, variances[v].name);
            }
            sample_close(b.record.r_squared, a.record.r_squared, 0, "R2");
            sample_close(b.record.sigma, ldexp(a.record.sigma, -7), 0, "sigma");
            sample_result_clear(&a);
            sample_result_clear(&b);
        }
    }
    ck_assert_int_le(repaired, 2); /* of four with two ways */
    sample_free(data);
    sample_free(scaled);
}
END_TEST

/* Analytic weights times 4 change neither estimates nor robust standard errors, by a bit. */
START_TEST(weights_are_relative)
{
    sample_data *data = make_panel(), *heavy = make_panel();
    static const double factor[2] = {1, 1};
    multiply(heavy, "w", 4);
    for (int v = 0; v < EXACT; v++) {
        sample_model model = with(design(3), v);
        sample_result a, b;
        sample_run(data, &model, &solow_ols, &a);
        sample_run(heavy, &model, &solow_ols, &b);
        check_scaled(&a, &b, factor, 0, variances[v].name);
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
    sample_free(heavy);
}
END_TEST

/* x <- 3 x - 2 z + 5 and y <- y + 4: the same fit in other coordinates. */
START_TEST(changes_of_basis_change_coefficients_alone)
{
    sample_data *data = make_panel(), *moved = make_panel();
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        sample_column(moved, "x")[i] = 3 * sample_column(data, "x")[i] - 2 * sample_column(data, "z")[i] + 5;
        sample_column(moved, "y")[i] += 4;
    }
    for (int d = 0; d < 4; d++) {
        for (int v = 0; v < VARIANCES; v++) {
            sample_model model = with(design(d), v), other;
            sample_result a, b, c;
            if ((v >= EXACT && d >= 2) || variances[v].cluster[1] != NULL) {
                continue; /* the repair of a variance that is not positive semidefinite depends on the basis */
            }
            other = model;
            other.regressor[0] = "z";
            other.regressor[1] = "x";
            sample_run(data, &model, &solow_ols, &a);
            sample_run(moved, &model, &solow_ols, &b);
            sample_run(moved, &other, &solow_ols, &c);
            double slope = sample_estimate(&a, "x");
            sample_close(sample_estimate(&b, "x"), slope / 3, 1e-11, "x");
            sample_close(sample_std_error(&b, "x"), sample_std_error(&a, "x") / 3, 1e-10, variances[v].name);
            sample_close(sample_estimate(&b, "z"), sample_estimate(&a, "z") + 2 * slope / 3, 1e-11, "z");
            if (d == 0) {
                sample_close(sample_estimate(&b, "(Intercept)"), sample_estimate(&a, "(Intercept)") + 4 - 5 * slope / 3,
                             1e-11, "constant");
            }
            sample_close(b.record.loglik, a.record.loglik, 1e-12, "loglik");
            sample_close(b.record.r_squared, a.record.r_squared, 1e-11, "R2");
            sample_close(sample_estimate(&c, "z"), sample_estimate(&b, "z"), 1e-12, "the order of regressors");
            sample_close(sample_std_error(&c, "z"), sample_std_error(&b, "z"), 1e-11, "the order of regressors");
            sample_result_clear(&a);
            sample_result_clear(&b);
            sample_result_clear(&c);
        }
    }
    sample_free(data);
    sample_free(moved);
}
END_TEST

/* Residuals of one column on z and what model has besides, saved under a name. */
static void partial_out(sample_data *data, sample_model model, const char *outcome, const char *name)
{
    sample_result r;
    model.outcome = outcome;
    model.regressor[0] = "z";
    model.regressor[1] = NULL;
    model.save = true;
    sample_run(data, &model, &solow_ols, &r);
    ck_assert_msg(r.status == SOLOW_OK, "%s", r.error.message);
    double *column = sample_add(data, name);
    memcpy(column, r.saved, (size_t)data->rows * sizeof *column);
    sample_result_clear(&r);
}

/* Frisch & Waugh (1933): x and y without z, constant, effects and weights give the same slope, scores and residuals. */
START_TEST(partialling_out_leaves_the_slope)
{
    for (int d = 0; d < 4; d++) {
        sample_data *data = make_panel();
        sample_model whole = design(d), part = design(d);
        whole.keep = part.keep = "complete";
        double *complete = sample_add(data, "complete");
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            complete[i] = !isnan(sample_column(data, "x")[i]);
            sample_column(data, "x")[i] = complete[i] != 0 ? sample_column(data, "x")[i] : 0;
        }
        partial_out(data, whole, "y", "y_left");
        partial_out(data, whole, "x", "x_left");
        part.constant = false;
        part.effect[0] = part.effect[1] = NULL;
        part.outcome = "y_left";
        part.regressor[0] = "x_left";
        part.regressor[1] = NULL;
        for (int k = 0; k < 2; k++) {
            sample_result a, b;
            whole.vcov.kind = part.vcov.kind = k == 0 ? SOLOW_VCOV_HC0 : SOLOW_VCOV_CLUSTER;
            whole.ssc = part.ssc = sample_ssc("none");
            whole.ssc.rows = part.ssc.rows = SOLOW_ROWS_NONE;
            whole.cluster[0] = part.cluster[0] = k == 0 ? NULL : "region";
            sample_run(data, &whole, &solow_ols, &a);
            sample_run(data, &part, &solow_ols, &b);
            sample_close(sample_estimate(&b, "x_left"), sample_estimate(&a, "x"), 1e-11, "slope");
            sample_close(sample_std_error(&b, "x_left"), sample_std_error(&a, "x"), 1e-11, "standard error");
            sample_result_clear(&a);
            sample_result_clear(&b);
        }
        sample_free(data);
    }
}
END_TEST

/* max_j |sum w x_j e| / sum |w x_j e| over regressors, constant and effects: recomputed from the rows in long double. */
static long double normal_equations(const sample_data *data, const sample_model *m, const double *residual)
{
    long double worst = 0;
    for (int j = 0; j < 3; j++) {
        const double *x = j < 2 ? sample_column(data, m->regressor[j]) : NULL;
        long double sum = 0, size = 0;
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            long double w = m->weights != NULL ? sample_column(data, m->weights)[i] : 1;
            if (!isnan(residual[i])) {
                long double term = w * (x != NULL ? x[i] : 1) * residual[i];
                sum += term;
                size += fabsl(term);
            }
        }
        worst = fmaxl(worst, fabsl(sum) / size);
    }
    for (int q = 0; q < 2 && m->effect[q] != NULL; q++) {
        const double *level = sample_column(data, m->effect[q]);
        for (ptrdiff_t l = 0; l < data->rows; l++) {
            long double sum = 0, size = 0;
            for (ptrdiff_t i = 0; i < data->rows; i++) {
                long double w = m->weights != NULL ? sample_column(data, m->weights)[i] : 1;
                if (!isnan(residual[i]) && level[i] == level[l]) {
                    sum += w * residual[i];
                    size += fabsl(w * residual[i]);
                }
            }
            worst = size > 0 ? fmaxl(worst, fabsl(sum) / size) : worst;
        }
    }
    return worst;
}

START_TEST(normal_equations_hold_in_long_double)
{
    sample_data *data = make_panel();
    for (int d = 0; d < 4; d++) {
        sample_model model = design(d);
        sample_result r;
        model.save = true;
        sample_run(data, &model, &solow_ols, &r);
        ck_assert_msg(r.status == SOLOW_OK, "%s", r.error.message);
        long double worst = normal_equations(data, &model, r.saved);
        ck_assert_msg(worst <= 2e-14L, "design %d: %Lg", d, worst);
        double square = 0;
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            square += isnan(r.saved[i]) ? 0 : (d == 3 ? sample_column(data, "w")[i] : 1) * r.saved[i] * r.saved[i];
        }
        sample_close(r.record.sigma, sqrt(square / r.record.df_residual), 1e-13, "sigma");
        sample_result_clear(&r);
    }
    sample_free(data);
}
END_TEST

/* Each row a cluster of its own: CR0 is HC0, CR2 is HC2, CR3 is HC3. No lags: Newey-West is HC0, Driscoll-Kraay is clusters
 * of periods. Two ways of which one is nested in the other: the wider one alone. */
START_TEST(variances_meet_in_their_limits)
{
    static const struct {
        solow_vcov_spec a, b;
        const char *of_a[2], *of_b;
    } pairs[] = {
        {{.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR0}, {.kind = SOLOW_VCOV_HC0}, {"row"}, NULL},
        {{.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR2}, {.kind = SOLOW_VCOV_HC2}, {"row"}, NULL},
        {{.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR3}, {.kind = SOLOW_VCOV_HC3}, {"row"}, NULL},
        {{.kind = SOLOW_VCOV_NEWEY_WEST, .lags = 0}, {.kind = SOLOW_VCOV_HC0}, {NULL}, NULL},
        {{.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = 0}, {.kind = SOLOW_VCOV_CLUSTER}, {NULL}, "time"},
        {{.kind = SOLOW_VCOV_CLUSTER}, {.kind = SOLOW_VCOV_CLUSTER}, {"unit", "region"}, "region"},
        {{.kind = SOLOW_VCOV_CLUSTER}, {.kind = SOLOW_VCOV_CLUSTER}, {"row", "time"}, "time"},
    };
    sample_data *data = make_panel();
    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++) {
        sample_model left = plain, right = plain;
        sample_result a, b;
        left.ssc = right.ssc = sample_ssc("none");
        left.ssc.rows = right.ssc.rows = SOLOW_ROWS_NONE;
        left.vcov = pairs[p].a;
        left.cluster[0] = pairs[p].of_a[0];
        left.cluster[1] = pairs[p].of_a[1];
        right.vcov = pairs[p].b;
        right.cluster[0] = pairs[p].of_b;
        sample_run(data, &left, &solow_ols, &a);
        sample_run(data, &right, &solow_ols, &b);
        for (int t = 0; t < 2; t++) {
            char what[64];
            snprintf(what, sizeof what, "pair %zu", p);
            sample_close(sample_std_error(&a, plain.regressor[t]), sample_std_error(&b, plain.regressor[t]), 1e-11,
                         what);
        }
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
}
END_TEST

/* A row with weight 0, and one that `keep` leaves out, are rows that are not there; so is one with a dummy of its own. */
START_TEST(rows_left_out_are_rows_that_are_not_there)
{
    sample_data *data = make_panel();
    double *keep = sample_add(data, "keep"), *own = sample_add(data, "own");
    for (int v = 0; v < 3; v++) { /* iid, hc0, hc1 */
        sample_model without = with(plain, v), dummy = with(plain, v);
        sample_result a, b;
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            keep[i] = i != 40;
            own[i] = i == 40;
        }
        without.keep = "keep";
        dummy.regressor[2] = "own";
        sample_run(data, &without, &solow_ols, &a);
        sample_run(data, &dummy, &solow_ols, &b);
        double rows = (double)b.record.nobs; /* one more row and one more parameter: HC1 has n / (n - k) */
        double factor = v == 2 ? sqrt(rows / (rows - 1)) : 1;
        sample_close(sample_estimate(&b, "x"), sample_estimate(&a, "x"), 1e-12, "estimate");
        sample_close(sample_std_error(&b, "x"), factor * sample_std_error(&a, "x"), 1e-11, variances[v].name);
        sample_result_clear(&a);
        sample_result_clear(&b);
    }
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {powers_of_two_scale_exactly,
                                  weights_are_relative,
                                  changes_of_basis_change_coefficients_alone,
                                  partialling_out_leaves_the_slope,
                                  normal_equations_hold_in_long_double,
                                  variances_meet_in_their_limits,
                                  rows_left_out_are_rows_that_are_not_there,
                                  NULL};
    TCase *const cases[] = {solow_test_case("algebra", tests, 60), NULL};
    return solow_test_run("ols algebra", cases);
}
