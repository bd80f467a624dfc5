/* Leverage of the effects agrees with the singular vectors of their dummies; it adds up to the rank. */
#include "kernels/sparse/leverage.h"
#include "tests/support/absorb.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>

static void agrees(design *d)
{
    solow_error err = {0};
    ck_assert_int_eq(solow_global_number(&d->layout, &err), SOLOW_OK);
    double *expected = calloc((size_t)d->ld, sizeof *expected), *found = calloc((size_t)d->ld, sizeof *found);
    leverage_by_dummies(d, expected);
    for (int kind = SOLOW_SCHUR_DENSE; kind <= SOLOW_SCHUR_SPARSE; kind++) {
        leverage_by_kernels(d, 40, kind, found);
        for (ptrdiff_t r = 0; r < d->rows; r++) {
            ck_assert_double_eq_tol(found[r], expected[r], 1e-10);
        }
    }
    free(expected);
    free(found);
    free_design(d);
}

START_TEST(two_and_more_effects)
{
    agrees(random_design(41, 30, 1, 1, false));
    agrees(random_design(42, 40, 1, 1, true));
    agrees(random_design(43, 50, 2, 2, true));
    agrees(random_design(44, 50, 3, 2, true));
}
END_TEST

START_TEST(weights_slopes_and_absent_rows)
{
    design *d = random_design(45, 40, 2, 2, true);
    double *weight = random_column(d->ld, 1.5);
    uint8_t *present = calloc((size_t)d->ld, 1);
    for (ptrdiff_t r = 0; r < d->rows; r++) {
        present[r] = uniform() < 0.8;
        weight[r] = present[r] ? weight[r] : 0;
    }
    d->weight = weight;
    d->present = present;
    d->local_slopes = 1;
    d->local_slope[0] = random_column(d->ld, 1);
    d->set[1].slopes = 1;
    d->slope[1][0] = random_column(d->ld, 2);
    agrees(d);
}
END_TEST

START_TEST(no_local_effect)
{
    design *d = random_design(46, 40, 2, 3, true);
    d->units = 0;
    agrees(d);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {two_and_more_effects, weights_slopes_and_absent_rows, no_local_effect, NULL};
    TCase *const cases[] = {solow_test_case("leverage", tests, 60), NULL};
    return solow_test_run("sparse", cases);
}
