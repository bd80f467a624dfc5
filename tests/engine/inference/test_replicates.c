/* Draws of an estimate: bytes and back, sentences, failures by reason; bytes that are cut are refused. */
#include "engine/inference/replicates.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"log(pc)", "unemp"};

static solow_replicates *make(void)
{
    solow_replicates *made = NULL;
    solow_error err = {0};
    ck_assert_int_eq(solow_replicates_create("firms", "pairs", 5, 2, names, true, &made, &err), SOLOW_OK);
    for (int i = 0; i < 10; i++) {
        made->value[i] = i % 5 == 3 ? NAN : (double)i * i;
        made->statistic[i] = made->value[i] / 3;
    }
    made->failure[3] = SOLOW_DRAW_LOST_LEVEL;
    made->estimate[0] = 5;
    made->std_error[0] = 2;
    made->estimate[1] = 50;
    made->std_error[1] = 20;
    made->clusters = 7;
    ck_assert_int_eq(solow_replicates_say(made, "One.", &err), SOLOW_OK);
    ck_assert_int_eq(solow_replicates_say(made, "Two.", &err), SOLOW_OK);
    ck_assert_int_eq(solow_replicates_summarise(made, SOLOW_BOUNDS_PERCENTILE, 0.9, INFINITY, NULL, &err), SOLOW_OK);
    return made;
}

START_TEST(draws_are_summed_up)
{
    solow_replicates *made = make();
    ck_assert_str_eq(made->note, "One. Two.");
    ck_assert_int_eq(made->failed, 1);
    ck_assert_int_eq(solow_replicates_failed(made, SOLOW_DRAW_LOST_LEVEL), 1);
    ck_assert_int_eq(solow_replicates_failed(made, SOLOW_DRAW_SINGULAR), 0);
    ck_assert_double_eq_tol(made->bounds[0].median, 2.5, 1e-15); /* of 0 1 4 16 */
    ck_assert_double_eq_tol(made->bounds[0].std_error,
                            sqrt(((5.25 * 5.25) + (4.25 * 4.25) + (1.25 * 1.25) + (10.75 * 10.75)) / 3), 1e-12);
    solow_replicates_destroy(made);
}
END_TEST

START_TEST(bytes_and_back)
{
    solow_replicates *made = make(), *read = NULL, *none = made;
    solow_error err = {0};
    solow_buffer bytes = {0}, again = {0};
    solow_replicates_put(made, &bytes);
    solow_replicates_put(NULL, &bytes);
    solow_cursor in = {.next = bytes.text, .left = bytes.length};
    ck_assert_int_eq(solow_replicates_get(&in, &read, &err), SOLOW_OK);
    ck_assert_int_eq(solow_replicates_get(&in, &none, &err), SOLOW_OK);
    ck_assert_ptr_null(none);
    ck_assert_uint_eq(in.left, 0);
    solow_replicates_put(read, &again);
    solow_replicates_put(NULL, &again);
    ck_assert_uint_eq(again.length, bytes.length);
    ck_assert_int_eq(memcmp(again.text, bytes.text, bytes.length), 0);
    ck_assert_str_eq(read->term[1], "unemp");
    solow_buffer_clear(&again);
    solow_replicates_destroy(read);
    for (size_t left = 0; left + 9 < bytes.length; left += 7) {
        in = (solow_cursor){.next = bytes.text, .left = left};
        ck_assert_int_ne(solow_replicates_get(&in, &read, &err) == SOLOW_OK && !in.bad, 1);
        ck_assert_ptr_null(read);
    }
    solow_buffer_clear(&bytes);
    solow_replicates_destroy(made);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {draws_are_summed_up, bytes_and_back, NULL};
    TCase *const cases[] = {solow_test_case("replicates", tests, 30), NULL};
    return solow_test_run("replicates", cases);
}
