/* Gram entries: right to the rounding of long double, and the same bits whatever stands beside them. */
#include "kernels/dense/gram.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 203, COLUMNS = 23, LD = 208 };

typedef struct sample {
    double x[LD * COLUMNS + 8], weight[LD];
} sample;

static double draw(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return (double)*state / 4294967296.0 - 0.3;
}

/* Rows beyond ROWS are filled with NaN: they must never be read into a sum. */
static sample *make_sample(void)
{
    sample *s = malloc(sizeof *s);
    unsigned state = 7;
    ck_assert_ptr_nonnull(s);
    for (int j = 0; j < COLUMNS; j++) {
        for (int i = 0; i < LD; i++) {
            s->x[j * LD + i] = i < ROWS ? draw(&state) * pow(10, j % 5) : NAN;
        }
    }
    for (int i = 0; i < LD; i++) {
        s->weight[i] = i < ROWS ? 1 + draw(&state) : NAN;
    }
    return s;
}

static void gram(const sample *s, ptrdiff_t rows, const int *column, int k, bool weighted, solow_level level,
                 double *result)
{
    double *x = malloc(sizeof(double) * (size_t)(LD * k));
    ck_assert_ptr_nonnull(x);
    for (int j = 0; j < k; j++) {
        memcpy(x + j * LD, s->x + column[j] * LD, LD * sizeof *x);
    }
    memset(result, 0, sizeof(double) * (size_t)(k * k));
    solow_gram_at_level(level, rows, k, x, LD, weighted ? s->weight : NULL, result);
    free(x);
}

START_TEST(agrees_with_long_double)
{
    sample *s = make_sample();
    int column[COLUMNS];
    double g[COLUMNS * COLUMNS];
    for (int j = 0; j < COLUMNS; j++) {
        column[j] = j;
    }
    gram(s, ROWS, column, COLUMNS, true, solow_best_level(), g);
    for (int j = 0; j < COLUMNS; j++) {
        for (int i = 0; i < COLUMNS; i++) {
            long double sum = 0, size = 0;
            for (int r = 0; r < ROWS; r++) {
                long double term = (long double)s->x[i * LD + r] * s->x[j * LD + r] * s->weight[r];
                sum += term;
                size += fabsl(term);
            }
            if (i > j) {
                ck_assert_msg(g[i + j * COLUMNS] == 0, "lower triangle was touched");
            } else {
                ck_assert_double_le(fabs((double)(g[i + j * COLUMNS] - sum)), (double)(30e-16L * size));
            }
        }
    }
    free(s);
}
END_TEST

/* Every length of run, every level: the bits of the portable clone. */
START_TEST(clones_agree_bit_by_bit)
{
    sample *s = make_sample();
    int column[11] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    for (int k = 1; k <= 11; k++) {
        for (ptrdiff_t rows = 0; rows <= 41; rows++) {
            for (int weighted = 0; weighted < 2; weighted++) {
                double plain[121], fast[121];
                gram(s, rows, column, k, weighted == 1, SOLOW_LEVEL_PORTABLE, plain);
                for (int level = SOLOW_LEVEL_AVX2; level <= (int)solow_best_level(); level++) {
                    gram(s, rows, column, k, weighted == 1, (solow_level)level, fast);
                    ck_assert_mem_eq(plain, fast, sizeof(double) * (size_t)(k * k));
                }
            }
        }
    }
    free(s);
}
END_TEST

START_TEST(companions_place_and_order_move_no_bits)
{
    sample *s = make_sample();
    for (int weighted = 0; weighted < 2; weighted++) {
        int all[COLUMNS], backward[COLUMNS];
        double g[COLUMNS * COLUMNS], b[COLUMNS * COLUMNS];
        for (int j = 0; j < COLUMNS; j++) {
            all[j] = j;
            backward[j] = COLUMNS - 1 - j;
        }
        gram(s, ROWS, all, COLUMNS, weighted == 1, solow_best_level(), g);
        gram(s, ROWS, backward, COLUMNS, weighted == 1, solow_best_level(), b);
        for (int j = 0; j < COLUMNS; j++) {
            for (int i = 0; i <= j; i++) {
                int pair[2] = {i, j};
                double alone[4];
                gram(s, ROWS, pair, 2, weighted == 1, solow_best_level(), alone);
                ck_assert_mem_eq(&g[i + j * COLUMNS], &alone[2], sizeof(double));
                ck_assert_mem_eq(&g[i + j * COLUMNS], &b[backward[j] + backward[i] * COLUMNS], sizeof(double));
            }
        }
    }
    free(s);
}
END_TEST

START_TEST(cross_has_the_bits_of_the_gram)
{
    sample *s = make_sample();
    int all[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    double g[144], cross[35];
    for (int level = SOLOW_LEVEL_PORTABLE; level <= (int)solow_best_level(); level++) {
        memset(cross, 0, sizeof cross);
        gram(s, ROWS, all, 12, true, (solow_level)level, g);
        solow_gram_cross_at_level((solow_level)level, ROWS, (solow_columns_view){s->x, 7, LD},
                                  (solow_columns_view){s->x + 7 * LD, 5, LD}, s->weight, cross);
        for (int j = 0; j < 5; j++) {
            ck_assert_mem_eq(cross + 7 * j, g + 12 * (7 + j), 7 * sizeof(double));
        }
    }
    free(s);
}
END_TEST

START_TEST(alignment_moves_no_bits_and_gram_adds)
{
    sample *s = make_sample();
    int all[6] = {0, 1, 2, 3, 4, 5};
    double g[36], shifted[36] = {0};
    gram(s, ROWS, all, 6, false, solow_best_level(), g);
    memmove(s->x + 3, s->x, sizeof(double) * LD * 6);
    solow_gram(ROWS, 6, s->x + 3, LD, NULL, shifted);
    ck_assert_mem_eq(g, shifted, sizeof g);
    solow_gram(ROWS, 6, s->x + 3, LD, NULL, shifted);
    for (int i = 0; i < 36; i++) {
        ck_assert(shifted[i] == 2 * g[i]);
    }
    solow_mirror_upper(6, shifted);
    ck_assert(shifted[5] == shifted[30] && shifted[30] != 0);
    free(s);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {agrees_with_long_double,
                                  clones_agree_bit_by_bit,
                                  companions_place_and_order_move_no_bits,
                                  cross_has_the_bits_of_the_gram,
                                  alignment_moves_no_bits_and_gram_adds,
                                  NULL};
    TCase *const cases[] = {solow_test_case("gram", tests, 0), NULL};
    return solow_test_run("dense", cases);
}
