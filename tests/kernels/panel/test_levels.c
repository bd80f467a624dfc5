/* Singletons are dropped until none is left; nesting is found over parts in any order. */
#include "kernels/panel/levels.h"
#include "tests/support/runner.h"

#include <string.h>

/* Row 5 is alone in b; without it row 4 is alone in a, and then row 3 in b. Rows 0 to 2 stay. */
START_TEST(singletons_fall_one_after_another)
{
    static const int32_t a[6] = {0, 0, 0, 1, 2, 2}, b[6] = {0, 0, 0, 1, 1, 2};
    uint8_t present[6] = {1, 1, 1, 1, 1, 1};
    ptrdiff_t dropped = 0, now;
    do {
        int64_t count_a[3] = {0}, count_b[3] = {0};
        solow_levels_count(6, a, present, count_a);
        solow_levels_count(6, b, present, count_b);
        now = solow_levels_drop_single(6, a, count_a, present) + solow_levels_drop_single(6, b, count_b, present);
        dropped += now;
    } while (now > 0);
    static const uint8_t left[6] = {1, 1, 1, 0, 0, 0};
    ck_assert_int_eq(dropped, 3);
    ck_assert_mem_eq(present, left, sizeof left);
}
END_TEST

START_TEST(nesting_over_parts)
{
    static const int32_t city[6] = {0, 1, 1, 2, 0, -1}, state[6] = {0, 0, 0, 1, 0, 1};
    int32_t first[3] = {-1, -1, -1}, second[3] = {-1, -1, -1};
    solow_levels_owner(3, city, state, NULL, first);
    solow_levels_owner(3, city + 3, state + 3, NULL, second);
    solow_levels_owner_join(3, first, second);
    static const int32_t owner[3] = {0, 0, 1};
    ck_assert_mem_eq(first, owner, sizeof owner);
    ck_assert(solow_levels_nested(3, first));
    int32_t back[2] = {-1, -1};
    solow_levels_owner(6, state, city, NULL, back);
    ck_assert_int_eq(back[0], SOLOW_LEVEL_SEVERAL);
    ck_assert(!solow_levels_nested(2, back));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {singletons_fall_one_after_another, nesting_over_parts, NULL};
    TCase *const cases[] = {solow_test_case("levels", tests, 0), NULL};
    return solow_test_run("panel", cases);
}
