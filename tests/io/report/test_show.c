/* What `solow show` prints. */
#include "io/report/show.h"
#include "tests/support/runner.h"
#include "tests/support/sample_results.h"

#include <string.h>

static solow_results results;

static void make_results(void)
{
    solow_sample_results(&results);
}

static void clear_results(void)
{
    solow_results_clear(&results);
}

static void shown(const char *model, ptrdiff_t width, const char *expected)
{
    solow_error err = {0};
    solow_buffer out = {0};
    solow_show_style style = {.width = width};
    ck_assert_msg(solow_show(&results, model, &style, &out, &err) == SOLOW_OK, "%s", err.message);
    ck_assert_str_eq(out.text, expected);
    solow_buffer_clear(&out);
}

START_TEST(one_model)
{
    shown("within", 100,
          "within: ols of ln_gsp\n"
          "term     estimate  std_error  statistic  p_value  conf_low  conf_high\n"
          "log(pc)     0.292     0.0625      4.672  2.5e-05     0.167      0.417  ***\n"
          "unemp     -0.0053      0.002      -2.65   0.0111   -0.0093    -0.0013  **\n"
          "\n"
          "nobs        816\n"
          "n_units     48\n"
          "n_clusters  48\n"
          "r_squared   0.99867\n"
          "mean_y      10.509\n"
          "vcov        cluster: state\n"
          "ssc         fixest\n"
          "effects     state\n"
          "converged   1\n"
          "status      ok\n"
          "\n"
          "term     effect    horizon  estimate  std_error  p_value\n"
          "log(pc)  indirect  static      0.125     0.0625     0.07  *\n"
          "\n"
          "test     statistic  df1  df2  note\n"
          "hausman      9.525    4  Inf  against re, \"swar\"\n"
          "\n"
          "family  term     p_adjusted\n"
          "main    log(pc)       0.004\n"
          "\n"
          "term     reps\n"
          "log(pc)   999\n"
          "\n"
          "name                   value\n"
          "rows dropped: missing      3\n"
          "\n");
}
END_TEST

START_TEST(a_group_on_a_narrow_terminal)
{
    shown("east/region=No*", 40,
          "east/region=No%2FWest: ols of ln_gsp\n"
          "term     estimate  std_error  p_value\n"
          "log(pc)       0.5        0.5    0.322\n"
          "\n"
          "nobs        408\n"
          "n_units     48\n"
          "n_clusters  48\n"
          "r_squared   0.99867\n"
          "mean_y      10.509\n"
          "vcov        cluster: state\n"
          "ssc         fixest\n"
          "effects     state + year\n"
          "converged   1\n"
          "status      ok\n"
          "\n");
}
END_TEST

START_TEST(all_models_and_cut_texts)
{
    solow_table_set_text(&results.glance, 2, "status", "failed");
    solow_table_set_text(&results.glance, 2, "message", "No rows.");
    shown(NULL, 65,
          "model   group         estimator  outcome  nobs  r_squared  status\n"
          "within                ols        ln_gsp    816    0.99867  ok\n"
          "east    region=East   ols        ln_gsp    408    0.99867  ok\n"
          "east    region=No%2~  ols        ln_gsp    408    0.99867  failed\n"
          "\n"
          "within: ols of ln_gsp\n"
          "term     estimate  std_error  statistic  p_value\n"
          "log(pc)     0.292     0.0625      4.672  2.5e-05  ***\n"
          "unemp     -0.0053      0.002      -2.65   0.0111  **\n"
          "\n"
          "east/region=East: ols of ln_gsp\n"
          "term     estimate  std_error  statistic  p_value\n"
          "log(pc)      0.25      0.125          2   0.0513  *\n"
          "\n"
          "east/region=No%2FWest: ols of ln_gsp (failed)\n"
          "No rows.\n"
          "term     estimate  std_error  statistic  p_value\n"
          "log(pc)       0.5        0.5          1    0.322\n"
          "\n");
}
END_TEST

START_TEST(an_unknown_model)
{
    solow_error err = {0};
    solow_buffer out = {0};
    solow_show_style style = {0};
    ck_assert_int_eq(solow_show(&results, "withn", &style, &out, &err), SOLOW_ERR_USAGE);
    ck_assert_str_eq(err.message, "no model is called withn; there is within, east");
    solow_buffer_clear(&out);
}
END_TEST

START_TEST(colour_only_when_asked)
{
    solow_error err = {0};
    solow_buffer out = {0};
    solow_show_style style = {.width = 80, .colour = true};
    ck_assert_int_eq(solow_show(&results, "within", &style, &out, &err), SOLOW_OK);
    ck_assert_ptr_nonnull(strstr(out.text, "\033[1mwithin: ols of ln_gsp\033[0m\n"));
    solow_buffer_clear(&out);
}
END_TEST

START_TEST(widths_of_text)
{
    ck_assert_int_eq(solow_text_width("log(pc)"), 7);
    ck_assert_int_eq(solow_text_width("\xe5\xb1\xb1\xe4\xb8\x9c"), 4); /* two wide characters */
    ck_assert_int_eq(solow_text_width("e\xcc\x81"), 1);                /* e and a combining accent */
    ck_assert_int_eq(solow_text_width("\xc3\xa9\xff"), 2);             /* a stray byte counts */
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {one_model,
                                  a_group_on_a_narrow_terminal,
                                  all_models_and_cut_texts,
                                  an_unknown_model,
                                  colour_only_when_asked,
                                  widths_of_text,
                                  NULL};
    TCase *test_case = solow_test_case("show", tests, 0);
    tcase_add_checked_fixture(test_case, make_results, clear_results);
    TCase *const cases[] = {test_case, NULL};
    return solow_test_run("show", cases);
}
