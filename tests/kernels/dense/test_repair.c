/* A variance that is positive definite keeps its bits, however different the scales of its coefficients are: eigenvalues are
 * found to the rounding of the largest, and a small variance must not be taken for that rounding. */
#include "kernels/dense/symmetric.h"
#include "tests/support/runner.h"

#include <math.h>
#include <string.h>

enum { MOST = 30 };

/* Correlations of 1/2 + 1/(1 + |i - j|)/2; standard deviations from 1 down to 10^-span. */
static void make_variance(ptrdiff_t k, double span, double *a)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            double correlation = 0.5 + 0.5 / (1 + fabs((double)(i - j)));
            a[i + j * k] =
                correlation * pow(10, -span * (double)i / (double)k) * pow(10, -span * (double)j / (double)k);
        }
    }
}

START_TEST(scales_are_not_taken_for_negative_eigenvalues)
{
    static const ptrdiff_t sizes[] = {2, 5, 24, 25, MOST};
    for (int s = 0; s < 5; s++) {
        for (double span = 0; span <= 16; span += 4) {
            double a[MOST * MOST], before[MOST * MOST];
            ptrdiff_t k = sizes[s];
            solow_arena arena;
            solow_error err = {0};
            solow_psd_report report = {0};
            make_variance(k, span, a);
            memcpy(before, a, sizeof before);
            ck_assert_int_eq(solow_arena_init(&arena, solow_symmetric_need(k), &err), SOLOW_OK);
            ck_assert_int_eq(solow_psd_repair(k, a, &report, &arena, &err), SOLOW_OK);
            ck_assert_msg(!report.changed && memcmp(a, before, (size_t)(k * k) * sizeof *a) == 0,
                          "order %td, span 1e-%g: moved by %g of itself", k, span, report.largest_move);
            solow_arena_clear(&arena);
        }
    }
}
END_TEST

/* One negative eigenvalue far above rounding is found at any scale, and set to zero. */
START_TEST(what_is_indefinite_is_repaired_at_any_scale)
{
    for (int e = -300; e <= 300; e += 60) {
        double size = ldexp(1, e), a[4] = {size, 2 * size, 2 * size, size}; /* eigenvalues 3 and -1 */
        solow_arena arena;
        solow_error err = {0};
        solow_psd_report report = {0};
        ck_assert_int_eq(solow_arena_init(&arena, solow_symmetric_need(2), &err), SOLOW_OK);
        ck_assert_int_eq(solow_psd_repair(2, a, &report, &arena, &err), SOLOW_OK);
        ck_assert(report.changed);
        ck_assert_double_eq_tol(report.smallest / size, -1, 1e-14);
        ck_assert_double_eq_tol(report.largest_move, 0.5, 1e-14);
        for (int i = 0; i < 4; i++) {
            ck_assert_double_eq_tol(a[i] / size, 1.5, 1e-14);
        }
        solow_arena_clear(&arena);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {scales_are_not_taken_for_negative_eigenvalues,
                                  what_is_indefinite_is_repaired_at_any_scale, NULL};
    TCase *const cases[] = {solow_test_case("repair", tests, 0), NULL};
    return solow_test_run("dense", cases);
}
