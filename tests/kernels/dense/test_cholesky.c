/* The ranked factor reproduces its matrix, drops the later of collinear columns, and names the combination. */
#include "kernels/dense/cholesky.h"
#include "kernels/dense/gram.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double draw(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return (double)*state / 4294967296.0 - 0.5;
}

static double *columns_at_random(ptrdiff_t rows, ptrdiff_t k)
{
    double *x = malloc(sizeof(double) * (size_t)(rows * k));
    unsigned state = 11;
    ck_assert_ptr_nonnull(x);
    for (ptrdiff_t i = 0; i < rows * k; i++) {
        x[i] = draw(&state);
    }
    return x;
}

/* Small (own loops) and large (LAPACK): solve and inverse against the matrix itself. */
START_TEST(solves_and_inverts)
{
    const ptrdiff_t sizes[] = {1, 2, 9, 63, 64, 90};
    for (int s = 0; s < 6; s++) {
        ptrdiff_t k = sizes[s], rows = 3 * k + 5, rank;
        double *x = columns_at_random(rows, k), *memory = calloc((size_t)(3 * k * k + k), sizeof(double));
        double *g = memory, *u = g + k * k, *inverse = u + k * k, *b = inverse + k * k;
        bool *kept = malloc((size_t)k);
        solow_gram(rows, k, x, rows, NULL, g);
        solow_mirror_upper(k, g);
        for (ptrdiff_t i = 0; i < k; i++) { /* right-hand side of the known answer 1, 2, 3, ... */
            for (ptrdiff_t j = 0; j < k; j++) {
                b[i] += g[i + j * k] * (double)(j + 1);
            }
        }
        solow_cholesky_ranked(k, g, k, NULL, SOLOW_CHOLESKY_TOLERANCE, u, kept, &rank);
        ck_assert_int_eq(rank, k);
        solow_cholesky_solve(k, u, kept, 1, b, k);
        solow_cholesky_inverse(k, u, kept, inverse);
        for (ptrdiff_t i = 0; i < k; i++) {
            ck_assert_double_eq_tol(b[i], (double)(i + 1), 1e-10 * (double)(i + 1));
            for (ptrdiff_t j = 0; j < k; j++) {
                double sum = 0;
                for (ptrdiff_t m = 0; m < k; m++) {
                    sum += g[i + m * k] * inverse[m + j * k];
                }
                ck_assert_double_eq_tol(sum, i == j ? 1 : 0, 1e-11);
                ck_assert(inverse[i + j * k] == inverse[j + i * k]);
            }
        }
        double condition = solow_gram_condition(k, g, k, inverse, kept);
        ck_assert(condition > 0 && condition <= 1);
        free(kept);
        free(memory);
        free(x);
    }
}
END_TEST

/* x_3 = 2 x_0 - 3 x_1 and x_5 = x_4 / 4: columns 3 and 5 go, by name, at any scale of the columns. */
START_TEST(later_of_collinear_columns_is_dropped_and_named)
{
    enum { K = 7, ROWS = 50 };
    double *x = columns_at_random(ROWS, K), g[K * K] = {0}, u[K * K], combination[K], inverse[K * K];
    bool kept[K];
    ptrdiff_t rank;
    for (int r = 0; r < ROWS; r++) {
        x[6 * ROWS + r] *= 1e-9;
        x[3 * ROWS + r] = 2 * x[r] - 3 * x[ROWS + r];
        x[5 * ROWS + r] = x[4 * ROWS + r] / 4;
    }
    solow_gram(ROWS, K, x, ROWS, NULL, g);
    solow_cholesky_ranked(K, g, K, NULL, SOLOW_CHOLESKY_TOLERANCE, u, kept, &rank);
    ck_assert_int_eq(rank, 5);
    ck_assert(kept[0] && kept[1] && kept[2] && !kept[3] && kept[4] && !kept[5] && kept[6]);
    solow_cholesky_combination(K, u, kept, 3, combination);
    const double want3[K] = {2, -3, 0, 0, 0, 0, 0}, want5[K] = {0, 0, 0, 0, 0.25, 0, 0};
    for (int j = 0; j < K; j++) {
        ck_assert_double_eq_tol(combination[j], want3[j], 1e-12);
    }
    solow_cholesky_combination(K, u, kept, 5, combination);
    for (int j = 0; j < K; j++) {
        ck_assert_double_eq_tol(combination[j], want5[j], 1e-12);
    }
    solow_cholesky_inverse(K, u, kept, inverse);
    for (int j = 0; j < K; j++) {
        ck_assert(inverse[3 + j * K] == 0 && inverse[j + 5 * K] == 0);
    }
    ck_assert(inverse[6 + 6 * K] > 1e16);
    ck_assert(solow_gram_condition(K, g, K, inverse, kept) > 1e-3);
    free(x);
}
END_TEST

/* What effects absorb leaves rounding noise: small beside the column's own size, though not beside itself. */
START_TEST(reference_is_the_column_before_the_transform)
{
    double g[4] = {1, 0, 0.1, 1e-13}, reference[2] = {1, 5}, u[4];
    bool kept[2];
    ptrdiff_t rank;
    g[2] = 0;
    solow_cholesky_ranked(2, g, 2, NULL, SOLOW_CHOLESKY_TOLERANCE, u, kept, &rank);
    ck_assert_int_eq(rank, 2);
    solow_cholesky_ranked(2, g, 2, reference, SOLOW_CHOLESKY_TOLERANCE, u, kept, &rank);
    ck_assert_int_eq(rank, 1);
    ck_assert(kept[0] && !kept[1]);
}
END_TEST

START_TEST(nan_and_zero_columns_are_dropped)
{
    double g[9] = {4, NAN, 1, NAN, NAN, NAN, 2, NAN, 9}, u[9], b[3] = {6, NAN, 11};
    bool kept[3];
    ptrdiff_t rank;
    solow_cholesky_ranked(3, g, 3, NULL, SOLOW_CHOLESKY_TOLERANCE, u, kept, &rank);
    ck_assert(kept[0] && !kept[1] && kept[2] && rank == 2);
    solow_cholesky_solve(3, u, kept, 1, b, 3);
    ck_assert_double_eq_tol(b[0], 1, 1e-15);
    ck_assert(b[1] == 0);
    ck_assert_double_eq_tol(b[2], 1, 1e-15);
    double zero[1] = {0};
    solow_cholesky_ranked(1, zero, 1, NULL, 0, u, kept, &rank);
    ck_assert(!kept[0] && rank == 0);
}
END_TEST

START_TEST(a_solution_does_not_depend_on_its_companions)
{
    enum { K = 12, ROWS = 40, COLUMNS = 11 };
    double *x = columns_at_random(ROWS, K), *b = columns_at_random(K, COLUMNS), g[K * K] = {0}, u[K * K], alone[K];
    bool kept[K];
    ptrdiff_t rank;
    solow_gram(ROWS, K, x, ROWS, NULL, g);
    solow_cholesky_ranked(K, g, K, NULL, SOLOW_CHOLESKY_TOLERANCE, u, kept, &rank);
    memcpy(alone, b + 7 * K, sizeof alone);
    solow_cholesky_solve(K, u, kept, COLUMNS, b, K);
    solow_cholesky_solve(K, u, kept, 1, alone, K);
    ck_assert_mem_eq(alone, b + 7 * K, sizeof alone);
    double product = 1;
    for (int j = 0; j < K; j++) {
        product *= u[j + j * K] * u[j + j * K];
    }
    ck_assert_double_eq_tol(solow_cholesky_logdet(K, u, kept), log(product), 1e-13);
    free(b);
    free(x);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {solves_and_inverts,
                                  later_of_collinear_columns_is_dropped_and_named,
                                  reference_is_the_column_before_the_transform,
                                  nan_and_zero_columns_are_dropped,
                                  a_solution_does_not_depend_on_its_companions,
                                  NULL};
    TCase *const cases[] = {solow_test_case("cholesky", tests, 0), NULL};
    return solow_test_run("dense", cases);
}
