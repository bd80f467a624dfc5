/* Verdicts on printed figures, and ours beside theirs. */
#include "io/report/published.h"
#include "tests/support/runner.h"
#include "tests/support/sample_results.h"

#include <math.h>
#include <string.h>

START_TEST(digits_of_printed_numbers)
{
    static const struct {
        const char *text;
        int digits;
    } cases[] = {{"0.30", 2},  {"816", 0}, {"-.026", 3},    {"1.5e-4", 5},
                 {"12e3", -3}, {"1.", 0},  {"+2.50E+1", 1}, {"-3482258.63459582", 8},
                 {"x", 0},     {"", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(solow_printed_digits(cases[i].text) == cases[i].digits, "%s", cases[i].text);
    }
}
END_TEST

static void verdict(const char *text, double published, double ours, const char *expected)
{
    const char *found = solow_published_verdict(text, published, NAN, ours);
    ck_assert_msg(strcmp(found, expected) == 0, "%s against %.17g: %s", text, ours, found);
}

/* A printed 0.025 stands for [0.0245, 0.0255], ends included: either rounding rule prints it from a tie. */
START_TEST(verdicts)
{
    verdict("0.025", 0.025, 0.0252, "matches");
    verdict("0.025", 0.025, 0.0255, "matches"); /* 0.0255 - 0.025 is above 0.0005 in binary */
    verdict("0.025", 0.025, 0.0245, "matches");
    verdict("0.025", 0.025, 0.02551, "last digit off by one");
    verdict("0.025", 0.025, 0.0265, "last digit off by one");
    verdict("0.025", 0.025, 0.0235, "last digit off by one");
    verdict("0.025", 0.025, 0.02651, "miss");
    verdict("0.30", 0.30, 0.3049, "matches");
    verdict("0.30", 0.30, 0.31, "last digit off by one");
    verdict("0.3", 0.3, 0.31, "matches");
    verdict("-0.026", -0.026, 0.026, "miss");
    verdict("816", 816, 816, "matches");
    verdict("816", 816, 817, "last digit off by one");
    verdict("816", 816, 818, "miss");
    verdict("12e3", 12000, 12499, "matches");
    verdict("-3482258.63459582", -3482258.63459582, -3482258.634595823, "matches"); /* Longley, NIST StRD */
    verdict("-3482258.63459582", -3482258.63459582, -3482258.63459588, "miss");
    verdict("0.5", 0.5, NAN, "miss");
}
END_TEST

START_TEST(a_tolerance_of_its_own)
{
    ck_assert_str_eq(solow_published_verdict("0.025", 0.025, 0.002, 0.0269), "matches");
    ck_assert_str_eq(solow_published_verdict("0.025", 0.025, 0, 0.0254), "last digit off by one");
    ck_assert_str_eq(solow_published_verdict("0.025", 0.025, 0, 0.025), "matches");
}
END_TEST

static solow_results results;

static void make_results(void)
{
    solow_sample_results(&results);
    results.published.rows = 0;
}

static void clear_results(void)
{
    solow_results_clear(&results);
}

static solow_published_value figure(int kind, const char *term, const char *quantity, const char *text, double value)
{
    solow_published_value made = {.value = value};
    made.kind = kind;
    made.term = (char *)term;
    made.quantity = (char *)quantity;
    made.text = (char *)text;
    return made;
}

START_TEST(ours_beside_theirs)
{
    solow_published_value values[] = {figure(SOLOW_PUBLISHED_TERM, "log( pc )", "estimate", "0.292", 0.292),
                                      figure(SOLOW_PUBLISHED_TERM, "log(pc)", "std_error", "0.061", 0.061),
                                      figure(SOLOW_PUBLISHED_TERM, "log(pc)", "estimate", "0.10", 0.10),
                                      figure(SOLOW_PUBLISHED_GLANCE, "nobs", "value", "816", 816),
                                      figure(SOLOW_PUBLISHED_TEST, "hausman", "statistic", "9.5", 9.5),
                                      figure(SOLOW_PUBLISHED_TERM, "log(pcap)", "estimate", "-0.026", -0.026)};
    values[2].effect = "indirect";
    solow_model model = {.id = "within",
                         .published_count = 6,
                         .published = values,
                         .published_source = "Baltagi and Pinnoi (1995), table 3"};
    solow_error err = {0};
    solow_buffer out = {0};
    solow_published_counts counts;
    ck_assert_int_eq(solow_published_compare(&model, &results, &err), SOLOW_OK);
    ck_assert_int_eq(results.published.rows, 6);
    ck_assert_str_eq(solow_table_text(&results.published, 2, "kind"), "effect");
    ck_assert_int_eq(solow_published_print(&results, 80, false, &out, &counts, &err), SOLOW_OK);
    ck_assert_str_eq(out.text, "within (Baltagi and Pinnoi (1995), table 3)\n"
                               "term       quantity           published     ours  verdict\n"
                               "log( pc )  estimate               0.292  0.29200  matches\n"
                               "log(pc)    std_error              0.061  0.06250  last digit off by one\n"
                               "log(pc)    indirect estimate       0.10   0.1250  miss\n"
                               "nobs       value                    816   816.00  matches\n"
                               "hausman    statistic                9.5    9.525  matches\n"
                               "log(pcap)  estimate              -0.026           miss\n"
                               "a published value is for estimate of term log(pcap), which the model lacks; its terms: "
                               "log(pc), unemp\n"
                               "\n"
                               "6 published figures: 3 match, 1 with the last digit off by one, 2 miss\n");
    ck_assert_int_eq(counts.matches, 3);
    ck_assert_int_eq(counts.off_by_one, 1);
    ck_assert_int_eq(counts.misses, 2);
    solow_buffer_clear(&out);
}
END_TEST

START_TEST(the_groups_of_a_model)
{
    solow_published_value value = figure(SOLOW_PUBLISHED_TERM, "log(pc)", "estimate", "0.50", 0.5);
    char group[] = "region=No%2FWest";
    solow_model model = {.id = "east", .published_count = 1, .published = &value};
    value.group = group;
    solow_error err = {0};
    ck_assert_int_eq(solow_published_compare(&model, &results, &err), SOLOW_OK);
    ck_assert_str_eq(solow_table_text(&results.published, 0, "group"), "region=No%2FWest");
    ck_assert_str_eq(solow_table_text(&results.published, 0, "verdict"), "matches");
}
END_TEST

int main(void)
{
    const TTest *const rules[] = {digits_of_printed_numbers, verdicts, a_tolerance_of_its_own, NULL};
    const TTest *const tables[] = {ours_beside_theirs, the_groups_of_a_model, NULL};
    TCase *table_case = solow_test_case("tables", tables, 0);
    tcase_add_checked_fixture(table_case, make_results, clear_results);
    TCase *const cases[] = {solow_test_case("rules", rules, 0), table_case, NULL};
    return solow_test_run("published", cases);
}
