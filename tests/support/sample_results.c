/* sample_results.c - see sample_results.h. */
#include "tests/support/sample_results.h"

#include "kernels/core/size.h"

#include <check.h>
#include <math.h>
#include <stdio.h>

static int64_t row_of(solow_table *table, const char *model, const char *group)
{
    int64_t row = solow_table_append(table);
    ck_assert_int_ge(row, 0);
    ck_assert(solow_table_set_text(table, row, "model", model));
    ck_assert(solow_table_set_text(table, row, "group", group));
    return row;
}

static void text(solow_table *table, int64_t row, const char *column, const char *value)
{
    ck_assert(solow_table_set_text(table, row, column, value));
}

static void coefficient(solow_results *results, const char *model, const char *group, const char *term, double estimate,
                        double std_error, double p_value)
{
    int64_t row = row_of(&results->tidy, model, group);
    text(&results->tidy, row, "term", term);
    solow_table_set_number(&results->tidy, row, "estimate", estimate);
    solow_table_set_number(&results->tidy, row, "std_error", std_error);
    solow_table_set_number(&results->tidy, row, "statistic", estimate / std_error);
    solow_table_set_number(&results->tidy, row, "df", 47);
    solow_table_set_number(&results->tidy, row, "p_value", p_value);
    solow_table_set_number(&results->tidy, row, "conf_low", estimate - 2 * std_error);
    solow_table_set_number(&results->tidy, row, "conf_high", estimate + 2 * std_error);
}

static void fit(solow_results *results, const char *model, const char *group, int64_t nobs, const char *effects)
{
    solow_table *glance = &results->glance;
    int64_t row = row_of(glance, model, group);
    text(glance, row, "estimator", "ols");
    text(glance, row, "outcome", "ln_gsp");
    solow_table_set_integer(glance, row, "nobs", nobs);
    solow_table_set_integer(glance, row, "n_units", 48);
    solow_table_set_integer(glance, row, "n_clusters", 48);
    solow_table_set_number(glance, row, "r_squared", 0.99867);
    solow_table_set_number(glance, row, "mean_y", 10.50885);
    text(glance, row, "vcov", "cluster: state");
    text(glance, row, "ssc", "fixest");
    text(glance, row, "effects", effects);
    solow_table_set_integer(glance, row, "converged", 1);
    text(glance, row, "status", "ok");
}

static void other_tables(solow_results *results)
{
    int64_t row = row_of(&results->groups, "east", "region=East");
    text(&results->groups, row, "key", "region");
    text(&results->groups, row, "value", "East");
    row = row_of(&results->effects, "within", "");
    text(&results->effects, row, "term", "log(pc)");
    text(&results->effects, row, "effect", "indirect");
    text(&results->effects, row, "horizon", "static");
    solow_table_set_number(&results->effects, row, "estimate", 0.125);
    solow_table_set_number(&results->effects, row, "std_error", 0.0625);
    solow_table_set_number(&results->effects, row, "p_value", 0.07);
    row = row_of(&results->tests, "within", "");
    text(&results->tests, row, "test", "hausman");
    solow_table_set_number(&results->tests, row, "statistic", 9.525);
    solow_table_set_number(&results->tests, row, "df1", 4);
    solow_table_set_number(&results->tests, row, "df2", INFINITY);
    text(&results->tests, row, "note", "against re, \"swar\"");
    row = row_of(&results->diagnostics, "within", "");
    text(&results->diagnostics, row, "name", "rows dropped: missing");
    solow_table_set_number(&results->diagnostics, row, "value", 3);
    row = row_of(&results->resampling, "within", "");
    text(&results->resampling, row, "term", "log(pc)");
    solow_table_set_integer(&results->resampling, row, "reps", 999);
    row = row_of(&results->adjusted, "within", "");
    text(&results->adjusted, row, "family", "main");
    text(&results->adjusted, row, "term", "log(pc)");
    solow_table_set_number(&results->adjusted, row, "p_adjusted", 0.004);
    row = solow_table_append(&results->measures);
    text(&results->measures, row, "measure", "index");
    text(&results->measures, row, "unit", "\xe5\xb1\xb1\xe4\xb8\x9c"); /* Shandong, in Chinese */
    solow_table_set_number(&results->measures, row, "time", 2011);
    text(&results->measures, row, "item", "score");
    solow_table_set_number(&results->measures, row, "value", 0.1);
    row = row_of(&results->published, "within", "");
    text(&results->published, row, "term", "log(pc)");
    text(&results->published, row, "verdict", "matches");
    row = solow_table_append(&results->timing);
    text(&results->timing, row, "phase", "pass");
    solow_table_set_integer(&results->timing, row, "calls", 3);
    row = solow_table_append(&results->inputs);
    text(&results->inputs, row, "file", "Produc.csv");
    solow_table_set_integer(&results->inputs, row, "bytes", 61455);
}

static void arrays(solow_results *results)
{
    static const char *const term[] = {"log(pc)", "unemp"};
    static const double estimate[] = {0.292, -0.0053}, vcov[] = {0.0625, -1e-5, -1e-5, 4e-6};
    solow_error err = {0};
    ck_assert_int_eq(solow_results_add_model(results, "within", "", 2, term, estimate, vcov, &err), SOLOW_OK);
    ck_assert_int_eq(solow_results_add_model(results, "east", "region=East", 1, term, estimate, vcov, &err), SOLOW_OK);
    ck_assert_int_eq(solow_results_add_model(results, "east", "region=No%2FWest", 1, term, estimate, vcov, &err),
                     SOLOW_OK);
    char *unit[] = {"ALABAMA", "ALABAMA", "WYOMING"}, *name[] = {"residuals"};
    double time[] = {1970, 1971, 1970}, residuals[] = {0.5, NAN, -0.25}, *value[] = {residuals};
    solow_saved saved = {
        .model = "within", .rows = 3, .unit = unit, .time = time, .columns = 1, .name = name, .value = value};
    ck_assert_int_eq(solow_results_add_saved(results, &saved, &err), SOLOW_OK);
    for (int i = 0; i < 2; i++) {
        int64_t row = row_of(&results->fixed_effects, "within", "");
        text(&results->fixed_effects, row, "effect", "state");
        text(&results->fixed_effects, row, "level", i == 0 ? "ALABAMA" : "WYOMING");
        solow_table_set_number(&results->fixed_effects, row, "value", 2.25 + i);
        solow_table_set_integer(&results->fixed_effects, row, "component", 1);
    }
    ck_assert_int_eq(solow_results_attribute_text(results, "job_yaml", "solow: 1\n", &err), SOLOW_OK);
    ck_assert_int_eq(solow_results_attribute_integer(results, "ranks", 2, &err), SOLOW_OK);
    ck_assert_int_eq(solow_results_attribute_number(results, "wall_seconds", 0.25, &err), SOLOW_OK);
}

void solow_sample_results(solow_results *results)
{
    solow_error err = {0};
    ck_assert_int_eq(solow_results_init(results, &err), SOLOW_OK);
    results->created = solow_copy_text("2024-05-01T12:00:00Z");
    results->engine_version = solow_copy_text("0.1.0");
    coefficient(results, "within", "", "log(pc)", 0.292, 0.0625, 2.5e-5);
    coefficient(results, "within", "", "unemp", -0.0053, 0.002, 0.0111);
    coefficient(results, "east", "region=East", "log(pc)", 0.25, 0.125, 0.0513);
    coefficient(results, "east", "region=No%2FWest", "log(pc)", 0.5, 0.5, 0.322);
    fit(results, "within", "", 816, "state");
    fit(results, "east", "region=East", 408, "state + year");
    fit(results, "east", "region=No%2FWest", 408, "state + year");
    other_tables(results);
    arrays(results);
}

void solow_sample_many(solow_results *results, int count)
{
    static const char *const term[] = {"x", "(Intercept)"};
    for (int i = 0; i < count; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "m%04d", i);
        const double estimate[] = {i, 1.0 / (i + 1)}, vcov[] = {1, 0.25, 0.25, i + 1.0};
        solow_error err = {0};
        ck_assert_int_eq(solow_results_add_model(results, id, "", 2, term, estimate, vcov, &err), SOLOW_OK);
    }
}
