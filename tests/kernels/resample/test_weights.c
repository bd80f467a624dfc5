/* Weights belong to the cluster, not to its companions; totals, moments and runs are what the designs say. */
#include "kernels/resample/weights.h"
#include "tests/support/runner.h"

#include <math.h>
#include <string.h>

enum { CLUSTERS = 21, DRAWS = 640 };
static uint64_t number[CLUSTERS];
static double weight[DRAWS * CLUSTERS], other[DRAWS * CLUSTERS];

static solow_weights make(solow_weights_kind kind)
{
    for (int g = 0; g < CLUSTERS; g++) {
        number[g] = UINT64_C(0x9e3779b97f4a7c15) * (unsigned)(g + 1);
    }
    return (solow_weights){.kind = kind, .seed = 5, .stream = 9, .clusters = CLUSTERS, .number = number, .length = 4};
}

/* Without every second cluster, in a piece from the middle on: the same numbers for those that stay. */
START_TEST(weights_belong_to_the_cluster)
{
    enum { FROM = 130, SOME = 300 };
    solow_weights weights = make((solow_weights_kind)_i), half = weights;
    uint64_t kept[CLUSTERS / 2];
    for (int g = 0; g < CLUSTERS / 2; g++) {
        kept[g] = number[2 * g + 1];
    }
    half.clusters = CLUSTERS / 2;
    half.number = kept;
    solow_weights_fill(&weights, 0, DRAWS, weight);
    solow_weights_fill(&half, FROM, SOME, other);
    for (int d = 0; d < SOME; d++) {
        for (int g = 0; g < CLUSTERS / 2; g++) {
            ck_assert(other[d * (CLUSTERS / 2) + g] == weight[(FROM + d) * CLUSTERS + 2 * g + 1]);
        }
    }
}
END_TEST

/* Mean and variance of each kind, within five standard errors: 0 and 1, but 1 and 1 for Poisson and exponential. */
START_TEST(moments_are_known)
{
    solow_weights weights = make((solow_weights_kind)_i);
    double mean = _i >= SOLOW_WEIGHTS_POISSON ? 1 : 0, sum = 0, square = 0, n = DRAWS * CLUSTERS;
    solow_weights_fill(&weights, 0, DRAWS, weight);
    for (int i = 0; i < DRAWS * CLUSTERS; i++) {
        sum += weight[i] - mean;
        square += (weight[i] - mean) * (weight[i] - mean);
    }
    ck_assert_double_le(fabs(sum / n), 5 / sqrt(n));
    ck_assert_double_le(fabs(square / n - 1), 5 * sqrt(8 / n)); /* the exponential's fourth moment is 9 */
}
END_TEST

START_TEST(bytes_are_the_signs)
{
    static uint8_t byte[(CLUSTERS + 7) / 8 * DRAWS];
    solow_weights weights = make(SOLOW_WEIGHTS_RADEMACHER);
    solow_weights_fill(&weights, 128, DRAWS, weight);
    solow_weights_bytes(&weights, 128, DRAWS, byte);
    for (int d = 0; d < DRAWS; d++) {
        for (int g = 0; g < 24; g++) {
            int bit = byte[g / 8 * DRAWS + d] >> (g % 8) & 1;
            ck_assert_int_eq(bit, g < CLUSTERS && weight[d * CLUSTERS + g] > 0);
        }
    }
}
END_TEST

/* As many picks as clusters; another set of clusters is drawn anew, the same set again the same. */
START_TEST(picks_add_up)
{
    solow_weights weights = make(SOLOW_WEIGHTS_MULTINOMIAL);
    solow_weights_fill(&weights, 0, DRAWS, weight);
    double square = 0;
    for (int d = 0; d < DRAWS; d++) {
        double total = 0;
        for (int g = 0; g < CLUSTERS; g++) {
            total += weight[d * CLUSTERS + g];
            square += (weight[d * CLUSTERS + g] - 1) * (weight[d * CLUSTERS + g] - 1);
        }
        ck_assert_double_eq(total, CLUSTERS);
    }
    ck_assert_double_eq_tol(square / (DRAWS * CLUSTERS), 1 - 1.0 / CLUSTERS, 0.06);
    solow_weights_fill(&weights, 64, 64, other);
    ck_assert_mem_eq(other, weight + 64 * CLUSTERS, 64 * CLUSTERS * sizeof(double));
    number[3]++;
    solow_weights_fill(&weights, 64, 64, other);
    ck_assert(memcmp(other, weight + 64 * CLUSTERS, 64 * CLUSTERS * sizeof(double)) != 0);
}
END_TEST

/* 21 periods in runs of 4: five whole runs and one period; one run as long as the sample is the sample. */
START_TEST(blocks_are_runs)
{
    solow_weights weights = make(SOLOW_WEIGHTS_BLOCK);
    solow_weights_fill(&weights, 0, DRAWS, weight);
    for (int d = 0; d < DRAWS; d++) {
        double total = 0, jumps = 0;
        for (int g = 0; g < CLUSTERS; g++) {
            total += weight[d * CLUSTERS + g];
            jumps += g > 0 ? fabs(weight[d * CLUSTERS + g] - weight[d * CLUSTERS + g - 1]) : 0;
        }
        ck_assert_double_eq(total, CLUSTERS);
        ck_assert_double_le(jumps, 2 * 6); /* a run of periods changes the counts at its two ends only */
    }
    weights.length = CLUSTERS;
    solow_weights_fill(&weights, 0, 2, weight);
    for (int i = 0; i < 2 * CLUSTERS; i++) {
        ck_assert_double_eq(weight[i], 1);
    }
}
END_TEST

START_TEST(jackknife_leaves_one_out)
{
    solow_weights weights = make(SOLOW_WEIGHTS_JACKKNIFE);
    solow_weights_fill(&weights, 0, CLUSTERS, weight);
    for (int d = 0; d < CLUSTERS; d++) {
        for (int g = 0; g < CLUSTERS; g++) {
            ck_assert_double_eq(weight[d * CLUSTERS + g], g != d);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {bytes_are_the_signs, picks_add_up, blocks_are_runs, jackknife_leaves_one_out, NULL};
    TCase *each = tcase_create("kinds");
    tcase_add_loop_test(each, weights_belong_to_the_cluster, 0, SOLOW_WEIGHTS_EXPONENTIAL + 1);
    tcase_add_loop_test(each, moments_are_known, 0, SOLOW_WEIGHTS_EXPONENTIAL + 1);
    TCase *const cases[] = {solow_test_case("weights", tests, 0), each, NULL};
    return solow_test_run("weights", cases);
}
