/* Exact absorption of effects agrees with dummies (LAPACK's dgelsd) in values and rank, whatever the design. */
#include "tests/support/absorb.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Both factorisations, and iterations on one graph and on one a block; the same bits when made again. */
static void agrees(design *d, bool exact)
{
    solow_error err = {0};
    ck_assert_int_eq(solow_global_number(&d->layout, &err), SOLOW_OK);
    double *dummies = calloc((size_t)(d->ld * d->p), sizeof *dummies);
    ptrdiff_t rank = absorb_by_dummies(d, dummies);
    for (int kind = SOLOW_SCHUR_DENSE; kind <= SOLOW_SCHUR_SPARSE; kind++) {
        absorbed result, again;
        absorb(d, 40, kind, false, &result);
        ck_assert_msg(result.worst <= 1e-12, "kind %d: certificate %g", kind, result.worst);
        ck_assert_int_eq(result.local_rank + result.facts.rank, rank);
        ck_assert_int_eq(result.facts.exact, exact);
        ck_assert(result.facts.converged);
        for (ptrdiff_t i = 0; i < d->ld * d->p; i++) {
            if (i % d->ld < d->rows) {
                ck_assert_double_eq_tol(result.x[i], dummies[i], 1e-11);
            }
        }
        absorb(d, 40, kind, false, &again);
        ck_assert_mem_eq(result.x, again.x, (size_t)(d->ld * d->p) * sizeof(double));
        absorbed_clear(&result);
        absorbed_clear(&again);
    }
    for (int by_parts = 0; by_parts < 2; by_parts++) {
        absorbed iterated;
        absorb(d, 40, SOLOW_SCHUR_ITERATIVE, by_parts != 0, &iterated);
        ck_assert(by_parts != 0 ? iterated.converged : iterated.facts.converged);
        ck_assert_msg(iterated.worst <= 1e-12, "iterated: certificate %g", iterated.worst);
        for (ptrdiff_t i = 0; i < d->ld * d->p; i++) {
            if (i % d->ld < d->rows) {
                ck_assert_double_eq_tol(iterated.x[i], dummies[i], 1e-9);
            }
        }
        absorbed_clear(&iterated);
    }
    free(dummies);
    free_design(d);
}

START_TEST(balanced_and_unbalanced_periods)
{
    agrees(random_design(1, 30, 1, 1, false), true);
    agrees(random_design(2, 40, 1, 1, true), true);
}
END_TEST

static design *only_set(design *d, ptrdiff_t s)
{
    int32_t *swap = d->code[0];
    d->code[0] = d->code[s];
    d->code[s] = swap;
    d->set[0].levels = s == 1 ? 12 : 7;
    d->layout.sets = 1;
    return d;
}

START_TEST(disconnected_groups)
{
    agrees(only_set(random_design(3, 40, 2, 3, true), 1), true);
}
END_TEST

START_TEST(three_sets)
{
    agrees(random_design(4, 50, 2, 1, true), false);
    agrees(random_design(5, 60, 3, 2, true), false);
    agrees(random_design(6, 40, 3, 1, false), false);
}
END_TEST

START_TEST(weights_and_absent_rows)
{
    for (uint64_t seed = 10; seed < 14; seed++) {
        design *d = random_design(seed, 40, 1 + (ptrdiff_t)(seed % 3), 2, true);
        double *weight = random_column(d->ld, 1.5);
        uint8_t *present = calloc((size_t)d->ld, 1);
        for (ptrdiff_t r = 0; r < d->rows; r++) {
            present[r] = uniform() < 0.8;
            weight[r] = present[r] ? weight[r] : 0;
        }
        d->weight = weight;
        d->present = present;
        agrees(d, d->layout.sets == 1);
        d = random_design(seed, 40, 2, 2, true);
        present = calloc((size_t)d->ld, 1);
        for (ptrdiff_t r = 0; r < d->rows; r++) {
            present[r] = uniform() < 0.8;
        }
        d->present = present;
        agrees(d, false);
    }
}
END_TEST

START_TEST(slopes_local_and_global)
{
    design *d = random_design(20, 40, 1, 1, true);
    d->local_slopes = 1;
    d->local_slope[0] = random_column(d->ld, 5);
    agrees(d, false);
    d = random_design(21, 40, 1, 1, true);
    d->set[0].slopes = 2;
    d->slope[0][0] = random_column(d->ld, 2);
    d->slope[0][1] = random_column(d->ld, -1);
    agrees(d, false);
    d = random_design(22, 30, 2, 2, true);
    d->local_slopes = 2;
    d->local_slope[0] = random_column(d->ld, 0);
    d->local_slope[1] = random_column(d->ld, 1);
    d->set[1].slopes = 1;
    d->slope[1][0] = random_column(d->ld, 2);
    d->weight = random_column(d->ld, 1.5);
    agrees(d, false);
    d = random_design(23, 30, 2, 1, true);
    d->local_level = false;
    d->local_slopes = 1;
    d->local_slope[0] = random_column(d->ld, 4);
    agrees(d, false);
}
END_TEST

START_TEST(no_local_effect)
{
    design *d = random_design(30, 40, 2, 3, true);
    d->units = 0;
    agrees(d, true);
    d = random_design(31, 40, 3, 1, true);
    d->units = 0;
    agrees(d, false);
}
END_TEST

/* The plan sees sums over all data only: periods are dense, a sparse chain is sparse, random groups in long units iterate. */
START_TEST(kinds_are_chosen_by_cost)
{
    solow_schur_size size = {.unknowns = 100, .budget_bytes = 1e9};
    ck_assert_int_eq(solow_schur_choose(&size), SOLOW_SCHUR_DENSE);
    size =
        (solow_schur_size){.unknowns = 10000, .vectors = 31879, .entries = 56705, .work = 112661, .budget_bytes = 1e9};
    ck_assert_int_eq(solow_schur_choose(&size), SOLOW_SCHUR_SPARSE);
    size.budget_bytes = 1e5;
    ck_assert_int_eq(solow_schur_choose(&size), SOLOW_SCHUR_ITERATIVE);
    size = (solow_schur_size){
        .unknowns = 1000, .vectors = 100000, .entries = 9520952, .work = 9.07e8, .budget_bytes = 1e9};
    ck_assert_int_eq(solow_schur_choose(&size), SOLOW_SCHUR_ITERATIVE);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {balanced_and_unbalanced_periods,
                                  disconnected_groups,
                                  three_sets,
                                  weights_and_absent_rows,
                                  slopes_local_and_global,
                                  no_local_effect,
                                  kinds_are_chosen_by_cost,
                                  NULL};
    TCase *const cases[] = {solow_test_case("against dummies", tests, 60), NULL};
    return solow_test_run("schur", cases);
}
