/* Eigenvalues built in, repairs, roots, pencils and singular values, on both sides of the Jacobi order. */
#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 40 };

static double draw(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return (double)*state / 4294967296.0 - 0.5;
}

static void room(solow_arena *arena, ptrdiff_t k)
{
    solow_error err = {0};
    ck_assert_int_eq(solow_arena_init(arena, solow_symmetric_need(k), &err), SOLOW_OK);
    memset(arena->memory, 0xff, arena->size);
}

/* a = H diag(values) H with a Householder reflection H. */
static void build(ptrdiff_t k, const double *values, unsigned seed, double *a)
{
    double v[MOST], square = 0;
    for (ptrdiff_t i = 0; i < k; i++) {
        v[i] = draw(&seed);
        square += v[i] * v[i];
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            double sum = 0;
            for (ptrdiff_t m = 0; m < k; m++) {
                sum += ((i == m) - 2 * v[i] * v[m] / square) * values[m] * ((m == j) - 2 * v[m] * v[j] / square);
            }
            a[i + j * k] = sum;
        }
    }
}

static const ptrdiff_t orders[] = {1, 2, 5, 24, 25, MOST};

START_TEST(eigenvalues_that_were_built_in)
{
    ptrdiff_t k = orders[_i];
    double built[MOST], *a = calloc(3 * MOST * MOST, sizeof *a), *v = a + MOST * MOST, *back = v + MOST * MOST;
    double values[MOST];
    solow_arena work;
    solow_error err = {0};
    room(&work, k);
    for (ptrdiff_t i = 0; i < k; i++) {
        ptrdiff_t shifted = i - k / 3; /* some negative, one zero */
        built[i] = (double)shifted;
    }
    build(k, built, 3, a);
    ck_assert_int_eq(solow_symmetric_eigen(k, a, values, v, &work, &err), SOLOW_OK);
    memset(back, 0, (size_t)(k * k) * sizeof *back);
    for (ptrdiff_t m = 0; m < k; m++) {
        ck_assert_double_eq_tol(values[m], built[m], 1e-13 * (double)k);
        for (ptrdiff_t j = 0; j < k; j++) {
            for (ptrdiff_t i = 0; i < k; i++) {
                back[i + j * k] += v[i + m * k] * values[m] * v[j + m * k];
            }
        }
    }
    for (ptrdiff_t i = 0; i < k * k; i++) {
        ck_assert_double_eq_tol(back[i], a[i], 1e-13 * (double)k);
    }
    ck_assert_uint_eq(work.used, 0);
    solow_arena_clear(&work);
    free(a);
}
END_TEST

START_TEST(repair_clips_and_says_so)
{
    ptrdiff_t k = orders[_i];
    double built[MOST], fixed[MOST], *a = calloc(2 * MOST * MOST, sizeof *a), *want = a + MOST * MOST;
    solow_psd_report report;
    solow_arena work;
    solow_error err = {0};
    room(&work, k);
    for (ptrdiff_t i = 0; i < k; i++) {
        built[i] = (double)i - 0.5;
        fixed[i] = fmax(built[i], 0);
    }
    build(k, built, 3, a);
    build(k, fixed, 3, want);
    ck_assert_int_eq(solow_psd_repair(k, a, &report, &work, &err), SOLOW_OK);
    ck_assert(report.changed && report.largest_move > 0);
    ck_assert_double_eq_tol(report.smallest, -0.5, 1e-13 * (double)k);
    for (ptrdiff_t i = 0; i < k * k; i++) {
        ck_assert_double_eq_tol(a[i], want[i], 2e-13 * (double)k);
    }
    for (ptrdiff_t i = 0; i < k; i++) {
        built[i] = (double)i + 1;
    }
    build(k, built, 3, a);
    memcpy(want, a, (size_t)(k * k) * sizeof *a);
    ck_assert_int_eq(solow_psd_repair(k, a, &report, &work, &err), SOLOW_OK);
    ck_assert(!report.changed && report.largest_move == 0);
    ck_assert_mem_eq(a, want, (size_t)(k * k) * sizeof *a);
    solow_arena_clear(&work);
    free(a);
}
END_TEST

START_TEST(pseudo_inverse_and_root)
{
    ptrdiff_t k = orders[_i], rank;
    double built[MOST] = {0}, inverse[MOST] = {0}, root[MOST] = {0}, *a = calloc(3 * MOST * MOST, sizeof *a);
    double *want = a + MOST * MOST, *got = want + MOST * MOST;
    solow_arena work;
    solow_error err = {0};
    room(&work, k);
    for (ptrdiff_t i = 0; i < k; i++) {
        built[i] = i % 3 == 1 ? 0 : (double)(i + 1);
        inverse[i] = built[i] > 0 ? 1 / built[i] : 0;
        root[i] = sqrt(inverse[i]);
    }
    build(k, built, 8, a);
    build(k, inverse, 8, want);
    ck_assert_int_eq(solow_symmetric_pinv(k, a, 1e-10, got, &rank, &work, &err), SOLOW_OK);
    ck_assert_int_eq(rank, k - (k + 1) / 3);
    for (ptrdiff_t i = 0; i < k * k; i++) {
        ck_assert_double_eq_tol(got[i], want[i], 1e-12);
    }
    build(k, root, 8, want);
    ck_assert_int_eq(solow_symmetric_inverse_root(k, a, 1e-10, a, &rank, &work, &err), SOLOW_OK);
    for (ptrdiff_t i = 0; i < k * k; i++) {
        ck_assert_double_eq_tol(a[i], want[i], 1e-12);
    }
    solow_arena_clear(&work);
    free(a);
}
END_TEST

/* det(A - l B) = 0 with A = C' diag(l) C, B = C'C. */
START_TEST(pencil_values_that_were_built_in)
{
    enum { K = 6 };
    double c[K * K], scaled[K * K], a[K * K], b[K * K], values[K], smallest;
    unsigned seed = 12;
    solow_arena work;
    solow_error err = {0};
    room(&work, K);
    for (int i = 0; i < K * K; i++) {
        c[i] = draw(&seed) + (i % (K + 1) == 0 ? 2 : 0);
        scaled[i] = c[i] * (1 + i % K * 0.25);
    }
    solow_multiply_left(K, K, K, c, scaled, a);
    solow_multiply_left(K, K, K, c, c, b);
    ck_assert_int_eq(solow_pencil_values(K, a, b, values, &work, &err), SOLOW_OK);
    for (int i = 0; i < K; i++) {
        ck_assert_double_eq_tol(values[i], 1 + i * 0.25, 1e-12);
    }
    ck_assert_int_eq(solow_smallest_pencil_value(K, a, b, &smallest, &work, &err), SOLOW_OK);
    ck_assert(smallest == values[0]);
    memset(b, 0, sizeof b);
    ck_assert_int_eq(solow_smallest_pencil_value(K, a, b, &smallest, &work, &err), SOLOW_ERR_NUMERIC);
    ck_assert_uint_eq(work.used, 0);
    solow_arena_clear(&work);
}
END_TEST

START_TEST(singular_values_and_vectors)
{
    enum { M = 5, N = 3 };
    double a[M * N], s[N], p[M * M], q[N * N], only[N];
    unsigned seed = 2;
    solow_arena work;
    solow_error err = {0};
    room(&work, M);
    for (int i = 0; i < M * N; i++) {
        a[i] = draw(&seed);
    }
    solow_svd all = {s, p, q}, values = {only, NULL, NULL};
    ck_assert_int_eq(solow_singular_values(M, N, a, &all, &work, &err), SOLOW_OK);
    ck_assert_int_eq(solow_singular_values(M, N, a, &values, &work, &err), SOLOW_OK);
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int m = 0; m < N; m++) {
                sum += p[i + m * M] * s[m] * q[j + m * N];
            }
            ck_assert_double_eq_tol(sum, a[i + j * M], 1e-14);
        }
    }
    ck_assert(s[0] >= s[1] && s[1] >= s[2]);
    ck_assert_double_eq_tol(only[2], s[2], 1e-14);
    solow_arena_clear(&work);
}
END_TEST

START_TEST(refuses_what_is_not_finite_and_a_full_arena)
{
    double a[4] = {1, NAN, NAN, 1}, values[2], vectors[4];
    unsigned char none[64];
    solow_arena work, empty = {.memory = none, .size = 0};
    solow_error err = {0};
    room(&work, 2);
    ck_assert_int_eq(solow_symmetric_eigen(2, a, values, vectors, &work, &err), SOLOW_ERR_NUMERIC);
    ck_assert_int_eq(solow_symmetric_eigen(2, a, values, vectors, &empty, &err), SOLOW_ERR_MEMORY);
    solow_arena_clear(&work);
}
END_TEST

START_TEST(products)
{
    const double a[6] = {1, 2, 3, 4, 5, 6}, b[6] = {1, 0, 2, 0, 1, 1}; /* a [2 x 3], b [3 x 2] */
    double c[4], d[9], t[6], work[4], v[4] = {2, 1, 1, 3}, m[4] = {1, 0.5, 0.5, 4}, out[4];
    solow_multiply(2, 2, 3, a, b, c);
    ck_assert(c[0] == 11 && c[1] == 14 && c[2] == 8 && c[3] == 10);
    solow_transpose(2, 3, a, t);
    solow_multiply_left(2, 2, 3, t, b, out);
    ck_assert_mem_eq(out, c, sizeof c);
    solow_transpose(3, 2, b, d);
    solow_multiply_right(2, 2, 3, a, d, out);
    ck_assert_mem_eq(out, c, sizeof c);
    solow_sandwich(2, v, m, work, m); /* [2 1; 1 3] [1 .5; .5 4] [2 1; 1 3] */
    ck_assert(m[0] == 10 && m[1] == 17.5 && m[2] == 17.5 && m[3] == 40);
    const double r[2] = {1, -1};
    double single, row[2];
    solow_congruence(1, 2, r, v, row, &single);
    ck_assert(single == 3);
    ck_assert(solow_bilinear(2, 2, r, v, r) == 3);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {pencil_values_that_were_built_in, singular_values_and_vectors,
                                  refuses_what_is_not_finite_and_a_full_arena, products, NULL};
    TCase *loops = tcase_create("orders");
    tcase_add_loop_test(loops, eigenvalues_that_were_built_in, 0, 6);
    tcase_add_loop_test(loops, repair_clips_and_says_so, 0, 6);
    tcase_add_loop_test(loops, pseudo_inverse_and_root, 0, 6);
    TCase *const cases[] = {solow_test_case("symmetric", tests, 0), loops, NULL};
    return solow_test_run("dense", cases);
}
