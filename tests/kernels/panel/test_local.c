/* The local effect: means by hand, small regressions built from known coefficients, and the same bits whatever the clone,
 * the companions and the way the rows are given. */
#include "kernels/panel/local.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 43, LD = 48, LEVELS = 3 };

static const ptrdiff_t start[LEVELS + 1] = {0, 5, 24, ROWS}; /* short and long runs */

typedef struct prepared {
    solow_local local;
    solow_arena arena;
} prepared;

static void prepare(solow_local local, prepared *p)
{
    solow_error err = {0};
    ptrdiff_t width = (local.level ? 1 : 0) + local.slopes;
    p->local = local;
    size_t need = solow_local_need(local.rows, local.levels, width);
    ck_assert_int_eq(solow_arena_init(&p->arena, need, &err), SOLOW_OK);
    memset(p->arena.memory, 0xff, need); /* NaN: nothing may be read before it is written */
    ck_assert_msg(solow_local_prepare(&p->local, &p->arena, &err) == SOLOW_OK, "%s", err.message);
}

static double *columns(int p)
{
    double *x = aligned_alloc(64, (size_t)(p * LD) * sizeof *x);
    for (int i = 0; i < p * LD; i++) {
        x[i] = i % LD < ROWS ? sin(1.7 * i) + i % 5 : 0;
    }
    return x;
}

static int32_t *shuffled_codes(void)
{
    int32_t *code = calloc(LD, sizeof *code);
    for (ptrdiff_t l = 0; l < LEVELS; l++) {
        for (ptrdiff_t r = start[l]; r < start[l + 1]; r++) {
            code[r] = (int32_t)l;
        }
    }
    return code;
}

START_TEST(means_are_taken_off)
{
    prepared p;
    prepare((solow_local){.rows = ROWS, .levels = LEVELS, .start = start, .level = true}, &p);
    ck_assert_int_eq(p.local.rank, LEVELS);
    double *x = columns(2), *y = columns(2), coef[2 * LEVELS];
    solow_local_within(&p.local, 2, x, LD, coef);
    for (int j = 0; j < 2; j++) {
        for (ptrdiff_t l = 0; l < LEVELS; l++) {
            double mean = 0;
            for (ptrdiff_t r = start[l]; r < start[l + 1]; r++) {
                mean += y[j * LD + r] / (double)(start[l + 1] - start[l]);
            }
            ck_assert_double_eq_tol(coef[j * LEVELS + l], mean, 1e-15 * 10);
            for (ptrdiff_t r = start[l]; r < start[l + 1]; r++) {
                ck_assert_double_eq_tol(x[j * LD + r], y[j * LD + r] - mean, 1e-14);
            }
        }
    }
    solow_arena_clear(&p.arena);
    free(x);
    free(y);
}
END_TEST

/* Reading from elsewhere, and a column alone, give the bits of the transform in place among others. */
START_TEST(bits_do_not_depend_on_the_way)
{
    prepared p;
    prepare((solow_local){.rows = ROWS, .levels = LEVELS, .start = start, .level = true}, &p);
    double *x = columns(3), *y = columns(3), *z = columns(1);
    const double *source[3] = {y, y + LD, y + 2 * LD};
    solow_local_within(&p.local, 3, x, LD, NULL);
    solow_local_within_from(&p.local, 1, source + 2, z, LD);
    ck_assert_mem_eq(z, x + 2 * LD, LD * sizeof *z);
    solow_local_within(&p.local, 1, y + LD, LD, NULL);
    ck_assert_mem_eq(y + LD, x + LD, LD * sizeof *z);
    solow_arena_clear(&p.arena);
    free(x);
    free(y);
    free(z);
}
END_TEST

/* Runs, codes, weights of one and a mask that masks nothing are one transform; absent rows are 0 and change nothing. */
START_TEST(absent_rows_and_codes_in_any_order)
{
    uint8_t present[ROWS];
    double weight[ROWS], *y = columns(1), expected[LD] = {0};
    int32_t *code = shuffled_codes();
    for (int r = 0; r < ROWS; r++) {
        present[r] = r % 4 != 1;
        weight[r] = present[r] ? 1 : 0;
        code[r] = present[r] ? code[r] : -1;
    }
    for (ptrdiff_t l = 0; l < LEVELS; l++) {
        double sum = 0, n = 0;
        for (ptrdiff_t r = start[l]; r < start[l + 1]; r++) {
            sum += present[r] ? y[r] : 0;
            n += present[r];
        }
        for (ptrdiff_t r = start[l]; r < start[l + 1]; r++) {
            expected[r] = present[r] ? y[r] - sum / n : 0;
        }
    }
    const solow_local ways[3] = {
        {.rows = ROWS, .levels = LEVELS, .start = start, .level = true, .present = present},
        {.rows = ROWS, .levels = LEVELS, .start = start, .level = true, .weight = weight},
        {.rows = ROWS, .levels = LEVELS, .code = code, .level = true},
    };
    for (int way = 0; way < 3; way++) {
        prepared p;
        prepare(ways[way], &p);
        double *x = columns(1), leverage[ROWS], total = 0;
        const double *source[1] = {y};
        solow_local_within_from(&p.local, 1, source, x, LD);
        for (int r = 0; r < LD; r++) {
            ck_assert_double_eq_tol(x[r], expected[r], 1e-14);
        }
        solow_local_leverage(&p.local, leverage);
        for (int r = 0; r < ROWS; r++) {
            ck_assert(present[r] || leverage[r] == 0);
            total += leverage[r];
        }
        ck_assert_double_eq_tol(total, LEVELS, 1e-13);
        solow_arena_clear(&p.arena);
        free(x);
    }
    free(code);
    free(y);
}
END_TEST

/* x = a_l + b_l z exactly: nothing is left, and the coefficients come back. z is constant in level 0, where b cannot be told
 * from a and is dropped. */
START_TEST(slopes_are_recovered)
{
    double z[LD] = {0}, weight[LD] = {0}, *x = columns(1), coef[2 * LEVELS];
    for (ptrdiff_t l = 0; l < LEVELS; l++) {
        for (ptrdiff_t r = start[l]; r < start[l + 1]; r++) {
            z[r] = l == 0 ? 2020 : 2000 + (double)(r - start[l]);
            weight[r] = 1 + (double)(r % 3);
            x[r] = 7 + (double)l + (l == 0 ? 0 : 0.25 * (double)l * z[r]);
        }
    }
    const double *slope[1] = {z};
    prepared p;
    prepare((solow_local){.rows = ROWS,
                          .levels = LEVELS,
                          .start = start,
                          .level = true,
                          .slopes = 1,
                          .slope = slope,
                          .weight = weight},
            &p);
    ck_assert_int_eq(p.local.rank, 2 * LEVELS - 1);
    solow_local_within(&p.local, 1, x, LD, coef);
    for (int r = 0; r < ROWS; r++) {
        ck_assert_double_eq_tol(x[r], 0, 1e-10);
    }
    ck_assert_double_eq_tol(coef[0], 7, 1e-12);
    ck_assert_double_eq(coef[1], 0);
    for (int l = 1; l < LEVELS; l++) {
        ck_assert_double_eq_tol(coef[2 * l], 7 + l, 1e-8);
        ck_assert_double_eq_tol(coef[2 * l + 1], 0.25 * l, 1e-11);
    }
    solow_arena_clear(&p.arena);
    free(x);
}
END_TEST

START_TEST(a_small_arena_is_refused)
{
    solow_error err = {0};
    solow_arena arena;
    solow_local local = {.rows = ROWS, .levels = LEVELS, .start = start, .level = true};
    ck_assert_int_eq(solow_arena_init(&arena, 64, &err), SOLOW_OK);
    ck_assert_int_eq(solow_local_prepare(&local, &arena, &err), SOLOW_ERR_MEMORY);
    solow_arena_clear(&arena);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        means_are_taken_off,  bits_do_not_depend_on_the_way, absent_rows_and_codes_in_any_order,
        slopes_are_recovered, a_small_arena_is_refused,      NULL};
    TCase *const cases[] = {solow_test_case("local", tests, 0), NULL};
    return solow_test_run("panel", cases);
}
