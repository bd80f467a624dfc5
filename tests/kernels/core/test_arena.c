/* An arena gives exactly what its needs add up to, and sizes that overflow are refused. */
#include "kernels/core/arena.h"
#include "tests/support/runner.h"

#include <stdlib.h>

START_TEST(exactly_what_was_planned)
{
    solow_error err = {0};
    solow_arena arena;
    size_t need = solow_arena_need(3, sizeof(double)) + solow_arena_need(9, sizeof(double));
    ck_assert_int_eq(solow_arena_init(&arena, need, &err), SOLOW_OK);
    double *first = solow_arena_doubles(&arena, 3), *second = solow_arena_doubles(&arena, 9);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert_uint_eq((uintptr_t)second % 64, 0);
    ck_assert_ptr_null(solow_arena_doubles(&arena, 1));
    ck_assert_uint_eq(arena.peak, need);
    solow_arena_clear(&arena);
}
END_TEST

START_TEST(overflow_is_refused)
{
    ck_assert_int_eq(solow_product(PTRDIFF_MAX / 2, 3), -1);
    ck_assert_int_eq(solow_product(-1, 3), -1);
    ck_assert_ptr_null(solow_allocate(PTRDIFF_MAX / 4, sizeof(double)));
    ck_assert_ptr_null(solow_allocate(-1, 1));
    ck_assert_uint_eq(solow_arena_need(PTRDIFF_MAX, 64), SIZE_MAX);
}
END_TEST

START_TEST(first_failure_wins)
{
    solow_error err = {0};
    ck_assert_int_eq(SOLOW_FAIL(&err, SOLOW_ERR_INPUT, "first %d", 1), SOLOW_ERR_INPUT);
    ck_assert_int_eq(SOLOW_FAIL(&err, SOLOW_ERR_IO, "second"), SOLOW_ERR_IO);
    ck_assert_str_eq(err.message, "first 1");
    ck_assert_int_eq(solow_exit_code(err.status), 65);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {exactly_what_was_planned, overflow_is_refused, first_failure_wins, NULL};
    TCase *const cases[] = {solow_test_case("arena", tests, 0), NULL};
    return solow_test_run("core", cases);
}
