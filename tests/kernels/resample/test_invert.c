/* Ends of the inverted test are jumps of p(rho), and roots of a draw's quartic; sides without end; sets with a hole. */
#include "kernels/resample/bounds.h"
#include "kernels/resample/invert.h"
#include "kernels/resample/wild.h"
#include "kernels/stats/random.h"
#include "tests/support/cluster_panel.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>

enum { FIRST_X = CLUSTER_PANEL_PERIODS - 1, NUMBERS = SOLOW_WILD_NUMBERS, DRAWS = 1999 };
static const ptrdiff_t term[1] = {FIRST_X};
static double five[NUMBERS * 4096];

static solow_inversion draw(ptrdiff_t clusters, unsigned seed, bool enumerate, int64_t draws)
{
    static cluster_panel panel;
    static uint64_t number[64];
    solow_cluster_grams grams;
    solow_wild *wild = NULL;
    cluster_panel_make(clusters, seed, &panel);
    cluster_panel_grams(&panel, &grams);
    for (int g = 0; g < clusters; g++) {
        number[g] = 77u + (unsigned)g;
    }
    solow_wild_problem problem = {
        .grams = &grams,
        .terms = 1,
        .term = term,
        .restricted = true,
        .enumerate = enumerate,
        .weights = {.kind = SOLOW_WEIGHTS_RADEMACHER, .seed = seed, .clusters = clusters, .number = number}};
    ck_assert_int_eq(solow_wild_create(&problem, &wild, NULL), SOLOW_OK);
    ck_assert_int_eq(solow_wild_draw(wild, 0, draws, five, NULL), SOLOW_OK);
    solow_inversion inversion = {solow_wild_estimate(wild, 0), solow_wild_std_error(wild, 0), draws, five};
    solow_wild_destroy(wild);
    free(grams.gram);
    solow_inversion_prepare(&inversion);
    return inversion;
}

/* The least distance of a root of a draw's (n0 + n1 rho)^2 se^2 = rho^2 (v0 + v1 rho + v2 rho^2) from rho, by Newton. */
static double nearest_root(const solow_inversion *inversion, double rho)
{
    double least = INFINITY, se = inversion->std_error;
    for (int64_t d = 0; d < inversion->draws; d++) {
        const double *n = inversion->five + d;
        int64_t s = inversion->draws;
        double at = rho;
        for (int i = 0; i < 3; i++) {
            double e = n[0] + n[s] * at, v = n[2 * s] + at * (n[3 * s] + at * n[4 * s]);
            double f = e * e * se * se - at * at * v;
            double slope = 2 * n[s] * e * se * se - 2 * at * v - at * at * (n[3 * s] + 2 * at * n[4 * s]);
            at -= f / slope;
        }
        least = fmin(least, fabs(at - rho));
    }
    return least;
}

START_TEST(ends_are_jumps_and_roots)
{
    solow_inversion inversion = draw(14, 30u + (unsigned)_i, false, DRAWS);
    double low, high;
    bool disconnected;
    ck_assert_int_eq(solow_invert(&inversion, 0.95, &low, &high, &disconnected, NULL), SOLOW_OK);
    ck_assert(!disconnected && low < inversion.estimate && high > inversion.estimate);
    const double ends[2] = {inversion.estimate - low, inversion.estimate - high};
    for (int side = 0; side < 2; side++) {
        double rho = ends[side], margin = 1e-9 * inversion.std_error * (rho > 0 ? 1 : -1);
        ck_assert_double_gt(solow_inversion_p(&inversion, rho - margin), 0.05);
        ck_assert_double_le(solow_inversion_p(&inversion, rho + margin), 0.05);
        ck_assert_double_le(nearest_root(&inversion, rho), 1e-9 * inversion.std_error);
        for (int i = 1; i < 50; i++) { /* and everything between is accepted */
            ck_assert_double_gt(solow_inversion_p(&inversion, rho * i / 50), 0.05);
        }
    }
}
END_TEST

/* The interval holds 0 if and only if the test of 0 does not reject. */
START_TEST(interval_and_test_agree)
{
    int rejected = 0;
    for (unsigned seed = 1; seed <= 40; seed++) {
        solow_inversion inversion = draw(10, seed, false, 499);
        double low, high, middle = 0.6; /* near the truth, so that both answers come up */
        bool disconnected;
        ck_assert_int_eq(solow_invert(&inversion, 0.9, &low, &high, &disconnected, NULL), SOLOW_OK);
        bool rejects = solow_inversion_p(&inversion, inversion.estimate - middle) <= 0.1;
        ck_assert(rejects == (middle < low || middle > high) || disconnected);
        rejected += rejects;
    }
    ck_assert(rejected > 0 && rejected < 40);
}
END_TEST

/* Of the 16 sign vectors of five clusters one is the sample itself under every r: p is never below 1/16. */
START_TEST(few_clusters_have_no_end)
{
    solow_inversion inversion = draw(5, 3, true, 16);
    double low, high;
    bool disconnected;
    ck_assert_int_eq(solow_invert(&inversion, 0.95, &low, &high, &disconnected, NULL), SOLOW_OK);
    ck_assert(low == -INFINITY && high == INFINITY && !disconnected);
    ck_assert_double_eq(solow_inversion_p(&inversion, 1e6), 1 / 16.0);
    ck_assert_int_eq(solow_invert(&inversion, 0.90, &low, &high, &disconnected, NULL), SOLOW_OK);
    ck_assert(isfinite(low) && isfinite(high));
}
END_TEST

/* Draws made by hand: (n0 + n1 rho)^2 >= rho^2 between -1 and 1 always, and again from 2 to 3 in every tenth draw. */
START_TEST(holes_are_noticed)
{
    enum { N = 100 };
    double made[NUMBERS * N] = {0};
    for (int d = 0; d < N; d++) { /* 1 >= rho^2 */
        made[d] = 1;
        made[2 * N + d] = 1;
    }
    for (int d = 0; d < N; d += 10) { /* n0^2 >= rho^2 ((rho - 2.5)^2 + 0.1): yes around 2.5 */
        made[d] = 1;
        made[2 * N + d] = 2.5 * 2.5 + 0.1;
        made[3 * N + d] = -5;
        made[4 * N + d] = 1;
    }
    solow_inversion inversion = {10, 1, N, made};
    double low, high;
    bool disconnected;
    ck_assert_int_eq(solow_invert(&inversion, 0.95, &low, &high, &disconnected, NULL), SOLOW_OK);
    ck_assert(disconnected);
    ck_assert_double_lt(low, 10 - 2.5);
    ck_assert_double_gt(solow_inversion_p(&inversion, 10 - low - 1e-9), 0.05);
    ck_assert_double_le(solow_inversion_p(&inversion, 10 - low + 1e-9), 0.05);
    ck_assert_double_eq_tol(high, 11, 1e-9);
}
END_TEST

START_TEST(without_a_standard_error_there_is_no_interval)
{
    double made[NUMBERS] = {0};
    solow_inversion inversion = {1, 0, 1, made};
    double low, high;
    bool disconnected;
    ck_assert_int_eq(solow_invert(&inversion, 0.95, &low, &high, &disconnected, NULL), SOLOW_OK);
    ck_assert(isnan(low) && isnan(high));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {interval_and_test_agree, few_clusters_have_no_end, holes_are_noticed,
                                  without_a_standard_error_there_is_no_interval, NULL};
    TCase *each = tcase_create("panels");
    tcase_add_loop_test(each, ends_are_jumps_and_roots, 0, 4);
    TCase *const cases[] = {solow_test_case("invert", tests, 0), each, NULL};
    return solow_test_run("invert", cases);
}
