/* An entry of a Gram matrix and a solution have the same bits alone and among companions, in any place, with any padding, in
 * every clone that this machine can run: what DESIGN promises, tried on random subsets. */
#include "kernels/dense/cholesky.h"
#include "kernels/dense/compensated.h"
#include "kernels/dense/gram.h"
#include "kernels/stats/random.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Portable twins of the kernels whose clones the loader chooses: the same text, compiled once more without clones. */
#ifndef __SANITIZE_ADDRESS__
#define __SANITIZE_ADDRESS__ 1 /* NOLINT: what kernels/panel/lanes.h asks for to leave the clones out */
#endif
#define solow_combine_columns portable_combine_columns
#define solow_moments portable_moments
#define solow_keep_present portable_keep_present
#define solow_absolute_sum portable_absolute_sum
#define solow_not_finite portable_not_finite
#define solow_outer_add portable_outer_add
#include "kernels/panel/combine.c"
#undef solow_combine_columns
#undef solow_moments
#undef solow_keep_present
#undef solow_absolute_sum
#undef solow_not_finite
#undef solow_outer_add
void solow_combine_columns(ptrdiff_t rows, ptrdiff_t columns, const double *factor, const double *x, ptrdiff_t ld,
                           double *out);
void solow_moments(ptrdiff_t rows, const double *x, const double *weight, double *sum);
double solow_absolute_sum(ptrdiff_t rows, const double *x, const double *weight);
void solow_outer_add(ptrdiff_t d, const double *s, double factor, double *upper);

enum { ROWS = 2051, COLUMNS = 19, LD = 2064 };

static double *values, *weights; /* [LD x COLUMNS], NaN beyond ROWS; [LD] */

static void make_values(void)
{
    values = malloc(sizeof(double) * LD * COLUMNS);
    weights = malloc(sizeof(double) * LD);
    for (int j = 0; j < COLUMNS; j++) {
        solow_draw_normal(&(solow_draws){5, (uint64_t)j, 0}, 0, LD, values + j * LD);
        for (int i = 0; i < LD; i++) {
            values[j * LD + i] = i < ROWS ? values[j * LD + i] * pow(10, j % 4) + j : NAN;
        }
    }
    solow_draw_uniform(&(solow_draws){5, 99, 0}, 0, LD, weights);
}

static void free_values(void)
{
    free(values);
    free(weights);
}

/* Columns `column` of the first rows, with leading dimension rows + padding, NaN in the padding. */
static double *pack(ptrdiff_t rows, ptrdiff_t k, const ptrdiff_t *column, ptrdiff_t padding)
{
    ptrdiff_t ld = rows + padding;
    double *x = malloc(sizeof(double) * (size_t)(ld * k + 1));
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < ld; i++) {
            x[j * ld + i] = i < rows ? values[column[j] * LD + i] : NAN;
        }
    }
    return x;
}

/* Plain: gram [k x k]; precise: high in gram, low behind it. */
static void gram_of(bool precise, solow_level level, ptrdiff_t rows, ptrdiff_t k, const ptrdiff_t *column,
                    ptrdiff_t padding, const double *weight, double *gram)
{
    double *x = pack(rows, k, column, padding);
    memset(gram, 0, sizeof(double) * (size_t)(2 * k * k));
    if (precise) {
        solow_gram_precise_at_level(level, rows, k, x, rows + padding, weight, gram, gram + k * k);
    } else {
        solow_gram_at_level(level, rows, k, x, rows + padding, weight, gram);
    }
    free(x);
}

/* The pair alone by the portable clone, and in random company by every clone. */
static void check_grams(bool precise)
{
    static const ptrdiff_t lengths[] = {1, 7, 8, 9, 63, 200, 2048, ROWS};
    static double all[2 * COLUMNS * COLUMNS];
    for (uint64_t trial = 0; trial < 64; trial++) {
        ptrdiff_t order[COLUMNS], k, padding, rows = lengths[trial % 8];
        const solow_draws draws = {6, trial, precise};
        const double *weight = trial % 3 == 0 ? NULL : weights;
        solow_draw_permutation(&draws, COLUMNS, order);
        solow_draw_below(&draws, COLUMNS - 1, 100, 1, &k);
        solow_draw_below(&draws, 12, 101, 1, &padding);
        k += 2;
        for (int level = SOLOW_LEVEL_PORTABLE; level <= (int)solow_best_level(); level++) {
            gram_of(precise, (solow_level)level, rows, k, order, padding, weight, all);
            for (ptrdiff_t j = 0; j < k; j++) {
                for (ptrdiff_t i = 0; i <= j; i++) {
                    double alone[8];
                    const ptrdiff_t pair[2] = {order[j], order[i]};
                    gram_of(precise, SOLOW_LEVEL_PORTABLE, rows, 2, pair, 0, weight, alone);
                    ptrdiff_t at = i == j ? 0 : 2; /* (0, 0) or (0, 1) of the pair, which stands the other way round */
                    ck_assert_mem_eq(&all[i + j * k], &alone[at], sizeof(double));
                    if (precise) {
                        ck_assert_mem_eq(&all[k * k + i + j * k], &alone[4 + at], sizeof(double));
                    }
                }
            }
        }
    }
}

START_TEST(gram_entries)
{
    check_grams(false);
}
END_TEST

START_TEST(precise_gram_entries)
{
    check_grams(true);
}
END_TEST

/* One right-hand side alone, and in every place among up to 17, with padding; small and large factors, one with a drop. */
START_TEST(solutions)
{
    static const ptrdiff_t sizes[] = {3, 8, 19, 70};
    for (int s = 0; s < 4; s++) {
        ptrdiff_t k = sizes[s], rank, rows = 3 * k, ldb = k + 5;
        double *x = malloc(sizeof(double) * (size_t)(rows * k)), *b = malloc(sizeof(double) * (size_t)(ldb * 17));
        double *g = calloc((size_t)(2 * k * k + 2 * k), sizeof(double)), *u = g + k * k, *alone = u + k * k;
        double *first = alone + k;
        bool *kept = malloc((size_t)k);
        solow_draw_normal(&(solow_draws){7, (uint64_t)s, 0}, 0, rows * k, x);
        if (s == 2) {
            memcpy(x + 5 * rows, x + 2 * rows, sizeof(double) * (size_t)rows);
        }
        solow_gram(rows, k, x, rows, NULL, g);
        solow_cholesky_ranked(k, g, k, NULL, SOLOW_CHOLESKY_TOLERANCE, u, kept, &rank);
        ck_assert_int_eq(rank, s == 2 ? k - 1 : k);
        solow_draw_normal(&(solow_draws){8, (uint64_t)s, 0}, 0, k, first);
        memcpy(alone, first, sizeof(double) * (size_t)k);
        solow_cholesky_solve(k, u, kept, 1, alone, k);
        for (ptrdiff_t columns = 1; columns <= 17; columns++) {
            for (ptrdiff_t place = 0; place < columns; place++) {
                solow_draw_normal(&(solow_draws){9, (uint64_t)place, 0}, 0, ldb * columns, b);
                memcpy(b + place * ldb, first, sizeof(double) * (size_t)k);
                solow_cholesky_solve(k, u, kept, columns, b, ldb);
                ck_assert_mem_eq(b + place * ldb, alone, sizeof(double) * (size_t)k);
            }
        }
        free(x);
        free(b);
        free(g);
        free(kept);
    }
}
END_TEST

START_TEST(clones_of_sums_agree)
{
    static const ptrdiff_t lengths[] = {0, 1, 7, 8, 15, 16, 17, 31, 33, 200, ROWS};
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
        ptrdiff_t rows = lengths[l];
        for (int weighted = 0; weighted < 2; weighted++) {
            const double *weight = weighted ? weights : NULL;
            double a[2] = {1, 2}, b[2] = {1, 2};
            solow_moments(rows, values + LD, weight, a);
            portable_moments(rows, values + LD, weight, b);
            ck_assert_mem_eq(a, b, sizeof a);
            double c = solow_absolute_sum(rows, values + LD, weight),
                   d = portable_absolute_sum(rows, values + LD, weight);
            ck_assert_mem_eq(&c, &d, sizeof c);
        }
        double *one = calloc((size_t)(2 * rows + 2), sizeof *one), *two = one + rows + 1;
        solow_combine_columns(rows, 5, weights, values, LD, one);
        portable_combine_columns(rows, 5, weights, values, LD, two);
        ck_assert_mem_eq(one, two, sizeof(double) * (size_t)rows);
        free(one);
    }
    for (ptrdiff_t d = 1; d <= 17; d++) {
        double a[17 * 17] = {0}, b[17 * 17] = {0};
        solow_outer_add(d, values, 0.3, a);
        portable_outer_add(d, values, 0.3, b);
        ck_assert_mem_eq(a, b, sizeof a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {gram_entries, precise_gram_entries, solutions, clones_of_sums_agree, NULL};
    TCase *const invariance = solow_test_case("invariance", tests, 60);
    tcase_add_unchecked_fixture(invariance, make_values, free_values);
    TCase *const cases[] = {invariance, NULL};
    return solow_test_run("dense", cases);
}
