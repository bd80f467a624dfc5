/* Differences are found cell by cell, rows by name. */
#include "io/report/diff.h"
#include "tests/support/runner.h"
#include "tests/support/sample_results.h"

#include <string.h>

static solow_results a, b;

static void make_results(void)
{
    solow_sample_results(&a);
    solow_sample_results(&b);
}

static void clear_results(void)
{
    solow_results_clear(&a);
    solow_results_clear(&b);
}

static void expect(double tolerance, int64_t count, const char *text)
{
    solow_error err = {0};
    solow_buffer out = {0};
    int64_t differences = -1;
    ck_assert_int_eq(solow_results_diff(&a, &b, tolerance, &out, &differences, &err), SOLOW_OK);
    ck_assert_str_eq(out.text != NULL ? out.text : "", text);
    ck_assert_int_eq(differences, count);
    solow_buffer_clear(&out);
}

START_TEST(equal_but_for_timing_and_provenance)
{
    solow_error err = {0};
    solow_table_set_integer(&b.timing, 0, "calls", 99);
    solow_table_set_text(&b.inputs, 0, "file", "other.csv");
    ck_assert_int_eq(solow_results_attribute_integer(&b, "ranks", 7, &err), SOLOW_OK);
    expect(0, 0, "");
}
END_TEST

START_TEST(cells_and_tolerance)
{
    solow_table_set_number(&b.tidy, 0, "estimate", 0.2921);
    solow_table_set_text(&b.glance, 1, "status", "warning");
    b.model[0].vcov[1] = -2e-5;
    b.saved[0].value[0][2] = 0.75;
    expect(0, 4,
           "tidy: model within, term log(pc): estimate 0.292 against 0.2921 (relative difference 0.00034)\n"
           "glance: model east, group region=East: status ok against warning\n"
           "vcov: model within, term log(pc), term_b unemp: value -1e-05 against -2e-05 (relative difference 0.5)\n"
           "panel/within: unit WYOMING, time 1970: residuals -0.25 against 0.75 (relative difference 1.3)\n");
    solow_table_set_text(&b.glance, 1, "status", "ok");
    b.model[0].vcov[1] = -1e-5;
    b.saved[0].value[0][2] = -0.25;
    expect(1e-3, 0, "");
}
END_TEST

START_TEST(rows_are_matched_by_name)
{
    int64_t row = solow_table_append(&b.tidy); /* one row more, and a row renamed */
    solow_table_set_text(&b.tidy, row, "model", "extra");
    solow_table_set_text(&b.tidy, row, "term", "x");
    solow_table_set_text(&b.tidy, 1, "term", "unemployment");
    expect(0, 3,
           "tidy: only in the first: model within, term unemp\n"
           "tidy: only in the second: model within, term unemployment\n"
           "tidy: only in the second: model extra, term x\n");
}
END_TEST

START_TEST(another_order_is_no_difference)
{
    solow_results swapped;
    solow_sample_results(&swapped);
    for (ptrdiff_t j = 0; j < swapped.glance.columns; j++) { /* rows 0 and 1 change places */
        solow_table_column *column = &swapped.glance.column[j];
        if (column->kind == SOLOW_CELL_TEXT) {
            char *kept = column->text[0];
            column->text[0] = column->text[1];
            column->text[1] = kept;
        } else if (column->kind == SOLOW_CELL_INTEGER) {
            int64_t kept = column->integer[0];
            column->integer[0] = column->integer[1];
            column->integer[1] = kept;
        } else {
            double kept = column->number[0];
            column->number[0] = column->number[1];
            column->number[1] = kept;
        }
    }
    solow_error err = {0};
    solow_buffer out = {0};
    int64_t differences = -1;
    ck_assert_int_eq(solow_results_diff(&a, &swapped, 0, &out, &differences, &err), SOLOW_OK);
    ck_assert_int_eq(differences, 0);
    solow_buffer_clear(&out);
    solow_results_clear(&swapped);
}
END_TEST

START_TEST(many_differences_are_counted_not_listed)
{
    for (int i = 0; i < 150; i++) {
        int64_t row = solow_table_append(&b.tests);
        solow_table_set_text(&b.tests, row, "model", "x");
    }
    solow_error err = {0};
    solow_buffer out = {0};
    int64_t differences = -1;
    ck_assert_int_eq(solow_results_diff(&a, &b, 0, &out, &differences, &err), SOLOW_OK);
    ck_assert_int_eq(differences, 150);
    ck_assert_ptr_nonnull(strstr(out.text, "tests: and 50 more\n"));
    solow_buffer_clear(&out);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {equal_but_for_timing_and_provenance,
                                  cells_and_tolerance,
                                  rows_are_matched_by_name,
                                  another_order_is_no_difference,
                                  many_differences_are_counted_not_listed,
                                  NULL};
    TCase *test_case = solow_test_case("diff", tests, 0);
    tcase_add_checked_fixture(test_case, make_results, clear_results);
    TCase *const cases[] = {test_case, NULL};
    return solow_test_run("diff", cases);
}
