/* The sparse factor on the Laplacian of a path, whose solutions are known, and on a graph with several components. */
#include "kernels/sparse/ldl.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>

/* Laplacian of paths of `length` vertices each, in one matrix of m; plus `extra` on the diagonal. */
static solow_symmetric paths(ptrdiff_t m, ptrdiff_t length, double extra)
{
    solow_symmetric s = {.m = m,
                         .start = calloc((size_t)m + 1, sizeof *s.start),
                         .column = calloc((size_t)(3 * m), sizeof *s.column),
                         .value = calloc((size_t)(3 * m), sizeof *s.value)};
    ptrdiff_t e = 0;
    for (ptrdiff_t u = 0; u < m; u++) {
        bool before = u % length > 0, after = u % length < length - 1 && u + 1 < m;
        if (before) {
            s.column[e] = (int32_t)u - 1;
            s.value[e++] = -1;
        }
        s.column[e] = (int32_t)u;
        s.value[e++] = (before ? 1 : 0) + (after ? 1 : 0) + extra;
        if (after) {
            s.column[e] = (int32_t)u + 1;
            s.value[e++] = -1;
        }
        s.start[u + 1] = e;
    }
    return s;
}

/* A path of 20,000 vertices, +1 at one end and -1 at the other: the potential falls by one an edge. Nothing is grounded: the
 * one redundant vertex is found by its pivot. */
START_TEST(a_long_path)
{
    enum { M = 20000 };
    solow_error err = {0};
    solow_symmetric s = paths(M, M, 0);
    solow_ldl *ldl = NULL;
    solow_fill fill;
    uint8_t *ground = calloc(M, 1);
    double *x = calloc(8 * M, sizeof *x), *work = calloc(8 * M, sizeof *work);
    ptrdiff_t rank = 0;
    ck_assert_int_eq(solow_ldl_create(&s, &ldl, &fill, &err), SOLOW_OK);
    ck_assert_double_eq(fill.nonzeros, 2 * M - 1);
    ck_assert_int_eq(solow_ldl_factor(ldl, &s, ground, &rank, &err), SOLOW_OK);
    ck_assert_int_eq(rank, M - 1);
    x[3] = 1;
    x[8 * (M - 1) + 3] = -1;
    solow_ldl_solve(ldl, x, work);
    for (ptrdiff_t u = 0; u + 1 < M; u++) {
        ck_assert_double_eq_tol(x[8 * u + 3] - x[8 * (u + 1) + 3], 1, 1e-7);
        ck_assert_double_eq(x[8 * u], 0);
    }
    solow_ldl_destroy(ldl);
    solow_symmetric_clear(&s);
    free(ground);
    free(x);
    free(work);
}
END_TEST

START_TEST(one_drop_for_each_component)
{
    solow_error err = {0};
    solow_symmetric s = paths(60, 12, 0);
    solow_ldl *ldl = NULL;
    solow_fill fill;
    uint8_t ground[60] = {0};
    ptrdiff_t rank = 0;
    ck_assert_int_eq(solow_ldl_create(&s, &ldl, &fill, &err), SOLOW_OK);
    ck_assert_int_eq(solow_ldl_factor(ldl, &s, ground, &rank, &err), SOLOW_OK);
    ck_assert_int_eq(rank, 55);
    for (int c = 0; c < 5; c++) {
        ground[12 * c + 3] = 1;
    }
    ck_assert_int_eq(solow_ldl_factor(ldl, &s, ground, &rank, &err), SOLOW_OK);
    ck_assert_int_eq(rank, 55);
    double x[480], r[480], y[480], work[480];
    for (int i = 0; i < 480; i++) {
        r[i] = sin(i);
    }
    for (int c = 0; c < 5; c++) { /* right-hand sides that the components' sums allow */
        for (int l = 0; l < 8; l++) {
            double sum = 0;
            for (int u = 12 * c; u < 12 * c + 12; u++) {
                sum += r[8 * u + l] / 12;
            }
            for (int u = 12 * c; u < 12 * c + 12; u++) {
                r[8 * u + l] -= sum;
                x[8 * u + l] = r[8 * u + l];
            }
        }
    }
    solow_ldl_solve(ldl, x, work);
    solow_symmetric_residual(&s, x, r, y);
    for (int i = 0; i < 480; i++) {
        ck_assert_double_eq_tol(y[i], 0, 1e-13);
        ck_assert(i / 8 % 12 != 3 || x[i] == 0);
    }
    solow_ldl_destroy(ldl);
    solow_symmetric_clear(&s);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_long_path, one_drop_for_each_component, NULL};
    TCase *const cases[] = {solow_test_case("ldl", tests, 0), NULL};
    return solow_test_run("sparse", cases);
}
