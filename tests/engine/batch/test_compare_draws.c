/* Joint variances of drawn coefficients: sums by hand, draws that failed in one of them, a jackknife's factor. */
#include "engine/batch/compare_draws.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>

static const char *const term[] = {"z", "log(x)"};

static solow_replicates *make(const double *value, int64_t reps, double estimate)
{
    solow_replicates *made = NULL;
    solow_error err = {0};
    ck_assert_int_eq(solow_replicates_create("d", "pairs", reps, 2, term, false, &made, &err), SOLOW_OK);
    for (int64_t r = 0; r < reps; r++) {
        made->value[reps + r] = value[r];
    }
    made->estimate[1] = estimate;
    made->clusters = 10;
    return made;
}

/* Draws 1, 2, 3 and 2, 4, 9 behind one that failed in the second: deviations -1 0 1 and -3 -1 4. */
static const double one[4] = {1, 100, 2, 3}, other[4] = {2, NAN, 4, 9};

static void expect(solow_resampling_type type, double factor, double expected_df)
{
    solow_resampling design = {.type = type, .items = "firm"};
    solow_replicates *first = make(one, 4, 2.5), *second = make(other, 4, 4);
    const solow_drawn_term drawn[2] = {{&design, first, 1}, {&design, second, 1}};
    double estimate[2], v[4], df = INFINITY;
    solow_error err = {0};
    ck_assert_int_eq(solow_compare_draws(2, drawn, estimate, v, &df, &err), SOLOW_OK);
    ck_assert_double_eq(estimate[0], 2.5);
    ck_assert_double_eq(estimate[1], 4);
    ck_assert_double_eq_tol(v[0], 2 * factor, 1e-14);
    ck_assert_double_eq_tol(v[1], 7 * factor, 1e-14);
    ck_assert_double_eq(v[1], v[2]);
    ck_assert_double_eq_tol(v[3], 26 * factor, 1e-14);
    ck_assert(df == expected_df);
    solow_replicates_destroy(first);
    solow_replicates_destroy(second);
}

START_TEST(variance_of_draws)
{
    expect(SOLOW_RESAMPLING_PAIRS, 1.0 / 2, INFINITY);
    expect(SOLOW_RESAMPLING_JACKKNIFE, 2.0 / 3, 2);
}
END_TEST

START_TEST(what_is_drawn_together)
{
    char firm[] = "firm", region[] = "region", name[] = "d";
    solow_resampling design = {.items = firm, .name = name}, by_region = {.items = region, .name = name};
    solow_replicates *draws = make(one, 4, 2.5), *fewer = make(one, 3, 2.5);
    solow_drawn_term a = {&design, draws, 1}, b = {&design, draws, 0};
    ck_assert(solow_draws_are_joint(&a, &b));
    b.draws = fewer;
    ck_assert(!solow_draws_are_joint(&a, &b));
    b = (solow_drawn_term){&by_region, draws, 0};
    ck_assert(!solow_draws_are_joint(&a, &b));
    b = (solow_drawn_term){&design, NULL, 0};
    ck_assert(!solow_draws_are_joint(&a, &b));
    solow_model model = {.designs = 1, .design = &design};
    solow_outcome outcome = {.model = &model, .designs = 1, .replicates = &draws};
    ck_assert_int_eq(solow_find_drawn(&outcome, "d", "log( x )").term, 1);
    ck_assert_ptr_eq(solow_find_drawn(&outcome, "d", "log( x )").draws, draws);
    ck_assert_ptr_null(solow_find_drawn(&outcome, "d", "y").draws);
    ck_assert_ptr_null(solow_find_drawn(&outcome, "e", "z").draws);
    solow_replicates_destroy(draws);
    solow_replicates_destroy(fewer);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {variance_of_draws, what_is_drawn_together, NULL};
    TCase *const cases[] = {solow_test_case("compare draws", tests, 30), NULL};
    return solow_test_run("compare draws", cases);
}
