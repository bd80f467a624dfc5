/* Near names are found, far ones are not. */
#include "io/job/job.h"
#include "tests/support/runner.h"

static const char *const names[] = {"estimator", "formula", "vcov", "where"};

START_TEST(one_swap_is_near)
{
    ck_assert_str_eq(solow_closest("formual", names, 4), "formula");
    ck_assert_str_eq(solow_closest("estimater", names, 4), "estimator");
}
END_TEST

START_TEST(three_edits_are_far)
{
    ck_assert_ptr_null(solow_closest("frmlx", names, 4));
    ck_assert_ptr_null(solow_closest("xy", names, 4));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {one_swap_is_near, three_edits_are_far, NULL};
    TCase *const cases[] = {solow_test_case("closest", tests, 0), NULL};
    return solow_test_run("closest", cases);
}
