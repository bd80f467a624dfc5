/* The order of a panel, and what it is made of. */
#include "io/panel/sort.h"
#include "kernels/core/size.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 5000 };

static solow_columns panel(int64_t rows, bool text_unit)
{
    solow_columns columns = {0};
    solow_error err = {0};
    ck_assert_int_eq(solow_columns_reserve(&columns, rows, true, &err), SOLOW_OK);
    ck_assert_int_eq(solow_columns_add(&columns, "u", text_unit ? SOLOW_COLUMN_TEXT : SOLOW_COLUMN_NUMBER, NULL, &err),
                     SOLOW_OK);
    ck_assert_int_eq(solow_columns_add(&columns, "t", SOLOW_COLUMN_NUMBER, NULL, &err), SOLOW_OK);
    columns.rows = rows;
    return columns;
}

static bool in_order(const solow_columns *columns, int64_t a, int64_t b)
{
    const solow_column *u = &columns->column[0], *t = &columns->column[1];
    int units = 0;
    if (u->kind == SOLOW_COLUMN_TEXT) {
        units = u->code[a] < 0 || u->code[b] < 0 ? (u->code[a] < 0) - (u->code[b] < 0)
                                                 : strcmp(u->levels.label[u->code[a]], u->levels.label[u->code[b]]);
    } else {
        units = isnan(u->number[a]) || isnan(u->number[b])
                    ? isnan(u->number[a]) - isnan(u->number[b])
                    : (u->number[a] > u->number[b]) - (u->number[a] < u->number[b]);
    }
    return units < 0 || (units == 0 && (t->number[a] < t->number[b] || (t->number[a] == t->number[b] && a < b)));
}

START_TEST(rows_in_order_and_ties_as_they_came)
{
    solow_error err = {0};
    static int64_t order[MANY];
    for (int text = 0; text < 2; text++) {
        solow_columns columns = panel(MANY, text == 1);
        unsigned state = 12345;
        for (int i = 0; i < MANY; i++) {
            state = state * 1664525u + 1013904223u;
            int unit = (int)(state >> 16) % 300 - 150;
            if (text == 1) {
                char label[2] = {(char)(unit % 2 == 0 ? 'a' + (unit + 150) % 26 : 0x41 + (unit + 150) % 26), '\0'};
                columns.column[0].code[i] = unit == 7 ? -1 : solow_levels_add(&columns.column[0].levels, label, 1);
            } else {
                columns.column[0].number[i] = unit == 7 ? NAN : unit * 0.1;
            }
            columns.column[1].number[i] = (int)(state >> 8) % 40 - 20;
        }
        ck_assert_int_eq(solow_panel_order(&columns, 0, 1, order, &err), SOLOW_OK);
        for (int i = 1; i < MANY; i++) {
            ck_assert_msg(in_order(&columns, order[i - 1], order[i]), "rows %lld and %lld", (long long)order[i - 1],
                          (long long)order[i]);
        }
        ck_assert_int_eq(solow_columns_permute(&columns, order, &err), SOLOW_OK);
        ck_assert_int_eq(solow_panel_order(&columns, 0, 1, order, &err), SOLOW_OK);
        for (int i = 0; i < MANY; i++) {
            ck_assert_int_eq(order[i], i);
        }
        solow_columns_clear(&columns);
    }
}
END_TEST

static solow_panel_structure structure_of(int64_t rows, const double *unit, const double *time)
{
    solow_columns columns = panel(rows, false);
    solow_error err = {0};
    solow_panel_structure structure;
    memcpy(columns.column[0].number, unit, (size_t)rows * sizeof *unit);
    memcpy(columns.column[1].number, time, (size_t)rows * sizeof *time);
    ck_assert_int_eq(solow_panel_structure_find(&columns, 0, 1, &structure, &err), SOLOW_OK);
    solow_columns_clear(&columns);
    return structure;
}

START_TEST(balanced)
{
    const double unit[] = {1, 1, 1, 2, 2, 2}, time[] = {1990, 1995, 2000, 1990, 1995, 2000};
    solow_panel_structure found = structure_of(6, unit, time);
    ck_assert(found.balanced);
    ck_assert_int_eq(found.units, 2);
    ck_assert_int_eq(found.periods, 3);
    ck_assert_double_eq(found.step, 5);
    ck_assert_int_eq(found.gaps, 0);
    ck_assert_int_eq(found.spells, 2);
}
END_TEST

START_TEST(gaps)
{
    const double unit[] = {1, 1, 1, 1, 2, 3, 3}, time[] = {1, 2, 5, 6, 4, 0, 9};
    solow_panel_structure found = structure_of(7, unit, time);
    ck_assert(!found.balanced);
    ck_assert_int_eq(found.units, 3);
    ck_assert_int_eq(found.periods, 7);
    ck_assert_int_eq(found.least_rows, 1);
    ck_assert_int_eq(found.most_rows, 4);
    ck_assert_double_eq(found.step, 1);
    ck_assert_int_eq(found.gaps, 2);
    ck_assert_int_eq(found.missing_periods, 2 + 8);
    ck_assert_int_eq(found.spells, 5);
}
END_TEST

START_TEST(many_periods_are_counted)
{
    static double unit[MANY], time[MANY];
    for (int i = 0; i < MANY; i++) {
        unit[i] = i / 100;
        time[i] = (i % 100) * 3 + i / 100 % 3; /* three interleaved calendars: 300 periods */
    }
    solow_panel_structure found = structure_of(MANY, unit, time);
    ck_assert_int_eq(found.periods, 300);
    ck_assert_int_eq(found.units, 50);
    ck_assert_double_eq(found.step, 3);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {rows_in_order_and_ties_as_they_came, balanced, gaps, many_periods_are_counted, NULL};
    TCase *const cases[] = {solow_test_case("sort", tests, 60), NULL};
    return solow_test_run("panel", cases);
}
