/* Exact absorption of effects agrees with dummies (LAPACK's dgelsd) in values and rank, whatever the design. */
#include "tests/support/absorb.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t stream;

static double uniform(void)
{
    stream = stream * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(stream >> 11) / 9007199254740992.0;
}

static double *random_column(ptrdiff_t n, double centre)
{
    double *x = calloc((size_t)n, sizeof *x);
    for (ptrdiff_t r = 0; r < n; r++) {
        x[r] = centre + uniform() + uniform() - 1;
    }
    return x;
}

enum { PERIODS = 9 };

/* Units of 1 to PERIODS rows, gaps in some of them; set 0: periods; set 1: groups of `islands` islands; set 2: random. */
static design *random_design(uint64_t seed, ptrdiff_t units, ptrdiff_t sets, ptrdiff_t islands, bool gaps)
{
    stream = seed * 7919 + 1;
    design *d = calloc(1, sizeof *d);
    d->units = units;
    d->p = 11;
    d->local_level = true;
    d->start = calloc((size_t)(units + 1), sizeof *d->start);
    ptrdiff_t most = (units * PERIODS + 7) / 8 * 8;
    for (ptrdiff_t s = 0; s < 3; s++) {
        d->code[s] = calloc((size_t)most, sizeof *d->code[s]);
    }
    for (ptrdiff_t u = 0; u < units; u++) {
        ptrdiff_t length = gaps ? 1 + (ptrdiff_t)(uniform() * PERIODS) : PERIODS;
        ptrdiff_t first = (ptrdiff_t)(uniform() * (double)(PERIODS - length + 1));
        ptrdiff_t island = u % islands;
        for (ptrdiff_t t = first; t < first + length; t++) {
            if (gaps && uniform() < 0.15) {
                continue;
            }
            d->code[0][d->rows] = (int32_t)t;
            d->code[1][d->rows] = (int32_t)(island * 4 + (ptrdiff_t)(uniform() * 4));
            d->code[2][d->rows] = (int32_t)(uniform() * 7);
            d->rows++;
        }
        d->start[u + 1] = d->rows;
    }
    d->ld = (d->rows + 7) / 8 * 8;
    d->x = random_column(d->ld * d->p, 3);
    ptrdiff_t levels[3] = {PERIODS, islands * 4, 7};
    for (ptrdiff_t s = 0; s < sets; s++) {
        d->set[s] = (solow_global_set){.levels = levels[s], .level = true};
    }
    d->layout = (solow_global_layout){.sets = sets, .set = d->set};
    return d;
}

static void free_design(design *d)
{
    for (ptrdiff_t s = 0; s < 3; s++) {
        free(d->code[s]);
        free((void *)d->slope[s][0]);
        free((void *)d->slope[s][1]);
    }
    free((void *)d->local_slope[0]);
    free((void *)d->local_slope[1]);
    free((void *)d->weight);
    free((void *)d->present);
    free(d->start);
    free(d->x);
    free(d);
}

/* Both factorisations, two block sizes; the same bits for both block sizes. */
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

int main(void)
{
    const TTest *const tests[] = {
        balanced_and_unbalanced_periods, disconnected_groups, three_sets, weights_and_absent_rows,
        slopes_local_and_global,         no_local_effect,     NULL};
    TCase *const cases[] = {solow_test_case("against dummies", tests, 60), NULL};
    return solow_test_run("schur", cases);
}
