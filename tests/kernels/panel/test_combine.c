/* Combinations, moments and outer products agree with long double, whatever the number of rows; weights are weights. */
#include "kernels/panel/combine.h"
#include "tests/support/runner.h"

#include <math.h>

enum { ROWS = 131, COLUMNS = 3 };

static void fill(double *x, double *weight)
{
    for (int i = 0; i < ROWS; i++) {
        for (int c = 0; c < COLUMNS; c++) {
            x[c * ROWS + i] = sin(1.0 + 0.37 * i + 1.7 * c);
        }
        weight[i] = 1 + (i % 7);
    }
}

START_TEST(combination_of_columns)
{
    static const double factor[COLUMNS] = {1.5, 0, -2.25};
    double x[COLUMNS * ROWS], weight[ROWS], out[ROWS];
    fill(x, weight);
    x[ROWS] = NAN; /* in the column that is left out */
    for (int rows = 0; rows <= ROWS; rows += 13) {
        solow_combine_columns(rows, COLUMNS, factor, x, ROWS, out);
        for (int i = 0; i < rows; i++) {
            ck_assert_double_eq(out[i], fma(factor[2], x[2 * ROWS + i], factor[0] * x[i]));
        }
    }
}
END_TEST

START_TEST(moments_agree_with_long_double)
{
    double x[COLUMNS * ROWS], weight[ROWS];
    fill(x, weight);
    for (int rows = 0; rows <= ROWS; rows++) {
        double plain[2] = {1, 2}, weighted[2] = {0, 0};
        long double sum = 1, square = 2, weighted_sum = 0, weighted_square = 0, weighted_absolute = 0;
        for (int i = 0; i < rows; i++) {
            sum += x[i];
            square += (long double)x[i] * x[i];
            weighted_sum += (long double)weight[i] * x[i];
            weighted_absolute += fabsl((long double)weight[i] * x[i]);
            weighted_square += (long double)weight[i] * x[i] * x[i];
        }
        solow_moments(rows, x, NULL, plain);
        solow_moments(rows, x, weight, weighted);
        ck_assert_double_eq_tol(plain[0], (double)sum, 1e-13);
        ck_assert_double_eq_tol(solow_absolute_sum(rows, x, weight), (double)weighted_absolute, 1e-12);
        ck_assert_double_eq_tol(plain[1], (double)square, 1e-13);
        ck_assert_double_eq_tol(weighted[0], (double)weighted_sum, 1e-12);
        ck_assert_double_eq_tol(weighted[1], (double)weighted_square, 1e-12);
    }
}
END_TEST

START_TEST(outer_product_fills_the_upper_triangle)
{
    static const double s[3] = {1, -2, 0.5};
    double upper[9] = {0};
    solow_outer_add(3, s, 2, upper);
    static const double expected[9] = {2, 0, 0, -4, 8, 0, 1, -2, 0.5};
    for (int i = 0; i < 9; i++) {
        ck_assert_double_eq(upper[i], expected[i]);
    }
}
END_TEST

START_TEST(what_is_not_finite_is_found)
{
    for (int at = 0; at < 40; at++) {
        double x[40] = {0};
        ck_assert_int_eq(solow_not_finite(40, x), 0);
        x[at] = -INFINITY;
        ck_assert_int_eq(solow_not_finite(40, x), SOLOW_FOUND_INFINITE);
        x[(at + 17) % 40] = NAN;
        ck_assert_int_eq(solow_not_finite(40, x), SOLOW_FOUND_INFINITE | SOLOW_FOUND_NAN);
        ck_assert_int_eq(solow_not_finite(at, x) & SOLOW_FOUND_INFINITE, 0);
    }
}
END_TEST

START_TEST(absent_rows_become_zero)
{
    for (int rows = 0; rows <= 40; rows++) {
        double x[40];
        uint8_t present[40];
        for (int i = 0; i < 40; i++) {
            present[i] = i % 3 != 0;
            x[i] = i % 3 != 0 ? i : NAN;
        }
        solow_keep_present(rows, present, x);
        for (int i = 0; i < 40; i++) {
            ck_assert(i % 3 != 0 ? x[i] == i : i < rows ? x[i] == 0 : isnan(x[i]));
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        combination_of_columns,      moments_agree_with_long_double, outer_product_fills_the_upper_triangle,
        what_is_not_finite_is_found, absent_rows_become_zero,        NULL};
    TCase *const cases[] = {solow_test_case("combine", tests, 0), NULL};
    return solow_test_run("panel", cases);
}
