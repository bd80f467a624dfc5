/* Joins and appended tables. */
#include "io/panel/merge.h"
#include "tests/support/data_file.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_columns table(const char *text)
{
    char *path = solow_test_file(".csv", text, strlen(text));
    solow_error err = {0};
    solow_columns columns = {0};
    ck_assert_msg(solow_test_read(path, NULL, 1, &columns, &err) == SOLOW_OK, "%s", err.message);
    solow_test_unlink(path);
    return columns;
}

static const char people[] = "state,year,x\nOhio,1970,1\nUtah,1970,2\nOhio,1971,3\nIowa,1970,4\n";

static void joins_to(const char *left_text, const char *right_text, const solow_merge *merge, const char *expected,
                     solow_merge_report *report)
{
    solow_columns left = table(left_text), right = table(right_text);
    solow_error err = {0};
    solow_status status = solow_columns_merge(&left, &right, merge, report, &err);
    ck_assert_msg(status == SOLOW_OK, "%s", err.message);
    char *printed = solow_test_print(&left);
    ck_assert_str_eq(printed, expected);
    free(printed);
    solow_columns_clear(&left);
    solow_columns_clear(&right);
}

static void does_not_join(const char *left_text, const char *right_text, const solow_merge *merge, const char *because)
{
    solow_columns left = table(left_text), right = table(right_text);
    solow_error err = {0};
    solow_status status = solow_columns_merge(&left, &right, merge, NULL, &err);
    ck_assert_int_eq(status, SOLOW_ERR_INPUT);
    ck_assert_msg(strstr(err.message, because) != NULL, "'%s' does not say: %s", err.message, because);
    solow_columns_clear(&left);
    solow_columns_clear(&right);
}

static char *by_state[] = {"state"}, *by_both[] = {"state", "year"}, *keep_tax[] = {"tax"}, *keep_none[] = {"nothing"};

START_TEST(many_to_one)
{
    const solow_merge merge = {.file = "tax.csv", .by_count = 1, .by = by_state};
    int32_t taken[3];
    solow_merge_report report = {.right_takers = taken};
    joins_to(people, "state,tax,kind\nUtah,0.5,low\nOhio,NA,high\nTexas,9,none\n", &merge,
             "state|year|x|tax|kind\n<Ohio>|1970|1|NA|<high>\n<Utah>|1970|2|0.5|<low>\n<Ohio>|1971|3|NA|<high>\n"
             "<Iowa>|1970|4|NA|NA\n",
             &report);
    ck_assert_int_eq(report.matched, 3);
    ck_assert_int_eq(report.unmatched, 1);
    ck_assert_str_eq(report.hint, "");
    ck_assert(taken[0] == 1 && taken[1] == 2 && taken[2] == 0);
}
END_TEST

START_TEST(two_keys_and_kept_columns)
{
    const solow_merge merge = {.file = "tax.csv",
                               .by_count = 2,
                               .by = by_both,
                               .keep_count = 1,
                               .keep = keep_tax,
                               .match = SOLOW_MATCH_ONE_TO_ONE};
    joins_to(people, "year,x,state,tax\n1971,7,Ohio,31\n1970,8,Ohio,30\n1970,9,Iowa,40\n", &merge,
             "state|year|x|tax\n<Ohio>|1970|1|30\n<Utah>|1970|2|NA\n<Ohio>|1971|3|31\n<Iowa>|1970|4|40\n", NULL);
}
END_TEST

START_TEST(unmatched_rows)
{
    const solow_merge drop = {.file = "tax.csv", .by_count = 1, .by = by_state, .unmatched = SOLOW_UNMATCHED_DROP};
    joins_to(people, "state,tax\nIowa,2\nUtah,1\n", &drop, "state|year|x|tax\n<Utah>|1970|2|1\n<Iowa>|1970|4|2\n",
             NULL);
    const solow_merge strict = {.file = "tax.csv", .by_count = 1, .by = by_state, .unmatched = SOLOW_UNMATCHED_ERROR};
    does_not_join(people, "state,tax\nIowa,2\nUtah,1\n", &strict,
                  "merge with tax.csv: a row with state 'Ohio' has no match there");
}
END_TEST

START_TEST(near_misses_are_named)
{
    static const struct pair {
        const char *left, *right, *hint;
    } pairs[] = {{"state,x\nOhio ,1\nz,2\n", "state,t\nOhio,1\n", "'Ohio ' in column 'state' is 'Ohio' in t.csv"},
                 {"state,x\n1,1\nz,2\n", "state,t\n01,1\nq,2\n", "'1' in column 'state' is '01' in t.csv"},
                 {"state,x\nOHIO,1\n", "state,t\nOhio,1\n", "'OHIO' in column 'state' is 'Ohio' in t.csv"}};
    const solow_merge merge = {.file = "t.csv", .by_count = 1, .by = by_state};
    for (int i = 0; i < 3; i++) {
        solow_columns left = table(pairs[i].left), right = table(pairs[i].right);
        solow_error err = {0};
        solow_merge_report report = {0};
        ck_assert_int_eq(solow_columns_merge(&left, &right, &merge, &report, &err), SOLOW_OK);
        ck_assert_msg(strstr(report.hint, pairs[i].hint) != NULL, "'%s' does not say: %s", report.hint, pairs[i].hint);
        solow_columns_clear(&left);
        solow_columns_clear(&right);
    }
}
END_TEST

START_TEST(what_cannot_be_joined)
{
    solow_merge merge = {.file = "t.csv", .by_count = 1, .by = by_state};
    does_not_join(people, "state,t\nOhio,1\nUtah,2\nOhio,3\n", &merge,
                  "rows 1 and 3 of that file have the same key (state 'Ohio')");
    does_not_join(people, "state,t\n1,1\n", &merge, "the key 'state' is text in the data, but numbers in that file");
    does_not_join("state,x\n1,2\n", "state,t\n01,1\nA,2\n", &merge,
                  "the key 'state' is numbers in the data, but text in that file");
    does_not_join(people, "stat,t\nOhio,1\n", &merge, "that file has no column 'state'");
    does_not_join("a\n1\n", "state,t\nOhio,1\n", &merge, "the data before it has no column 'state'");
    does_not_join(people, "state,x\nOhio,1\n", &merge, "the data have a column 'x' already");
    merge.keep_count = 1;
    merge.keep = keep_none;
    does_not_join(people, "state,t\nOhio,1\n", &merge, "t.csv has no column 'nothing'");
    merge.keep_count = 0;
    merge.match = SOLOW_MATCH_ONE_TO_ONE;
    does_not_join(people, "state,t\nOhio,1\n", &merge,
                  "rows 1 and 3 of the data have the same key (state 'Ohio'), which match: one_to_one forbids");
    does_not_join("state,x\n9007199254740993,1\n", "state,t\n9007199254740992,1\n", &merge,
                  "the key 'state' holds 9007199254740992: numbers of 16 digits and more lose their last digits");
}
END_TEST

START_TEST(missing_keys_match_nothing)
{
    const solow_merge merge = {.file = "t.csv", .by_count = 2, .by = by_both};
    joins_to("state,year\nA,\n,1\nA,1\nA,-0\n", "state,year,t\nA,,1\nA,,2\n,1,3\nA,0,4\n", &merge,
             "state|year|t\n<A>|NA|NA\nNA|1|NA\n<A>|1|NA\n<A>|-0|4\n", NULL);
}
END_TEST

/* Every row finds its own key among many, in an order unlike the other's. */
START_TEST(many_keys)
{
    enum { KEYS = 20000 };
    solow_columns left = {0}, right = {0};
    solow_error err = {0};
    ck_assert_int_eq(solow_columns_reserve(&left, KEYS, true, &err), SOLOW_OK);
    ck_assert_int_eq(solow_columns_reserve(&right, KEYS, true, &err), SOLOW_OK);
    ck_assert_int_eq(solow_columns_add(&left, "state", SOLOW_COLUMN_NUMBER, NULL, &err), SOLOW_OK);
    ck_assert_int_eq(solow_columns_add(&right, "state", SOLOW_COLUMN_NUMBER, NULL, &err), SOLOW_OK);
    ck_assert_int_eq(solow_columns_add(&right, "square", SOLOW_COLUMN_NUMBER, NULL, &err), SOLOW_OK);
    left.rows = KEYS;
    right.rows = KEYS;
    for (int i = 0; i < KEYS; i++) {
        int key = (int)((i * 7919L) % KEYS);
        left.column[0].number[i] = i / 8.0;
        right.column[0].number[i] = key / 8.0;
        right.column[1].number[i] = (double)key * key;
    }
    const solow_merge merge = {.file = "t.csv", .by_count = 1, .by = by_state};
    ck_assert_int_eq(solow_columns_merge(&left, &right, &merge, NULL, &err), SOLOW_OK);
    for (int i = 0; i < KEYS; i++) {
        ck_assert_double_eq(left.column[1].number[i], (double)i * i);
    }
    solow_columns_clear(&left);
    solow_columns_clear(&right);
}
END_TEST

START_TEST(appended_by_name)
{
    solow_columns left = table("a,s,e\n1,x,\n2,y,\n"), right = table("s,b,a,e\ny,5,3,q\nz,6,4,\n");
    solow_error err = {0};
    ck_assert_msg(solow_columns_append(&left, &right, "b.csv", &err) == SOLOW_OK, "%s", err.message);
    char *printed = solow_test_print(&left);
    ck_assert_str_eq(printed, "a|s|e|b\n1|<x>|NA|NA\n2|<y>|NA|NA\n3|<y>|<q>|5\n4|<z>|NA|6\n");
    free(printed);
    solow_columns other = table("a\nfour\n");
    ck_assert_int_eq(solow_columns_append(&left, &other, "c.csv", &err), SOLOW_ERR_INPUT);
    ck_assert_str_eq(err.message, "column 'a' is text in c.csv, but numbers before");
    solow_columns_clear(&left);
    solow_columns_clear(&right);
    solow_columns_clear(&other);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {many_to_one,
                                  two_keys_and_kept_columns,
                                  unmatched_rows,
                                  near_misses_are_named,
                                  what_cannot_be_joined,
                                  missing_keys_match_nothing,
                                  many_keys,
                                  appended_by_name,
                                  NULL};
    TCase *const cases[] = {solow_test_case("merge", tests, 60), NULL};
    return solow_test_run("panel", cases);
}
