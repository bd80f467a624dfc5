/* Philox against Random123's known answers, and the draws made of it: address, moments, bounds. */
#include "kernels/stats/random.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Random123, examples/kat_vectors, philox4x64 10. */
START_TEST(known_answers)
{
    static const uint64_t counters[3][4] = {
        {0, 0, 0, 0},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
        {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89}};
    static const uint64_t keys[3][2] = {{0, 0}, {UINT64_MAX, UINT64_MAX}, {0x452821e638d01377, 0xbe5466cf34e90c6c}};
    static const uint64_t answers[3][4] = {
        {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b},
        {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0},
        {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}};
    uint64_t block[4];
    solow_philox(counters[_i], keys[_i], block);
    for (int w = 0; w < 4; w++) {
        ck_assert_uint_eq(block[w], answers[_i][w]);
    }
}
END_TEST

typedef void fill(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);

static fill *const fills[] = {solow_draw_uniform, solow_draw_normal, solow_draw_exponential, solow_draw_poisson,
                              solow_draw_signs,   solow_draw_mammen, solow_draw_webb};
enum { FILLS = sizeof fills / sizeof fills[0] };

/* Asked for in one piece or in pieces of any size from any place, an item's draw has the same bits. */
START_TEST(a_draw_belongs_to_its_item)
{
    enum { COUNT = 1500 };
    const solow_draws draws = {.seed = 1, .stream = solow_stream("pairs", "state", NULL), .replicate = 3};
    double whole[COUNT], part[COUNT];
    fills[_i](&draws, 0, COUNT, whole);
    for (int piece = 1; piece < 400; piece += 57) {
        for (int first = 0; first < COUNT; first += piece) {
            int count = COUNT - first < piece ? COUNT - first : piece;
            fills[_i](&draws, (uint64_t)first, count, part + first);
        }
        ck_assert_mem_eq(whole, part, sizeof whole);
    }
    solow_draws other = draws;
    other.replicate++;
    fills[_i](&other, 0, COUNT, part);
    int different = 0;
    for (int i = 0; i < COUNT; i++) {
        different += whole[i] != part[i];
    }
    ck_assert_int_gt(different, COUNT / 4);
}
END_TEST

/* First four moments about the mean within 5 standard errors; every draw's mean is known. */
START_TEST(moments)
{
    enum { COUNT = 200000 };
    static const double mean[FILLS] = {0.5, 0, 1, 1, 0, 0, 0}, variance[FILLS] = {1 / 12.0, 1, 1, 1, 1, 1, 1};
    static const double third[FILLS] = {0, 0, 2, 1, 0, 1, 0};
    const solow_draws draws = {.seed = 20, .stream = 5, .replicate = 0};
    double *x = malloc(COUNT * sizeof *x), sums[7] = {0};
    ck_assert_ptr_nonnull(x);
    fills[_i](&draws, 0, COUNT, x);
    for (int i = 0; i < COUNT; i++) {
        double d = x[i] - mean[_i], power = d;
        for (int m = 1; m <= 6; m++, power *= d) {
            sums[m] += power / COUNT;
        }
    }
    ck_assert_double_le(fabs(sums[1]), 5 * sqrt(sums[2] / COUNT));
    ck_assert_double_le(fabs(sums[2] - variance[_i]), 5 * sqrt(sums[4] / COUNT));
    ck_assert_double_le(fabs(sums[3] - third[_i]), 5 * sqrt(sums[6] / COUNT));
    free(x);
}
END_TEST

START_TEST(uniform_stays_inside)
{
    const solow_draws draws = {.seed = 9, .stream = 9, .replicate = 9};
    double x[4096];
    solow_draw_uniform(&draws, 0, 4096, x);
    for (int i = 0; i < 4096; i++) {
        ck_assert(x[i] > 0 && x[i] < 1);
    }
}
END_TEST

START_TEST(sign_words_are_the_signs)
{
    const solow_draws draws = {.seed = 4, .stream = 2, .replicate = 1};
    uint64_t words[9];
    double signs[9 * 64];
    solow_draw_sign_words(&draws, 0, 9, words);
    solow_draw_signs(&draws, 0, 9 * 64, signs);
    for (int i = 0; i < 9 * 64; i++) {
        ck_assert(signs[i] == ((words[i / 64] >> (i % 64)) & 1 ? 1 : -1));
    }
}
END_TEST

START_TEST(counts_and_orders)
{
    enum { N = 700 };
    const solow_draws draws = {.seed = 4, .stream = 2, .replicate = 1};
    double weight[N], total = 0, square = 0;
    ptrdiff_t order[N];
    int seen[N] = {0};
    solow_draw_multinomial(&draws, N, N, weight);
    solow_draw_permutation(&draws, N, order);
    for (int i = 0; i < N; i++) {
        total += weight[i];
        square += (weight[i] - 1) * (weight[i] - 1);
        ck_assert(order[i] >= 0 && order[i] < N);
        seen[order[i]]++;
    }
    ck_assert(total == N);
    ck_assert_double_le(fabs(square / N - 1), 0.3);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(seen[i], 1);
    }
    ptrdiff_t one;
    solow_draw_below(&draws, 1, 12345, 1, &one);
    ck_assert_int_eq(one, 0);
}
END_TEST

START_TEST(streams_differ_by_their_names)
{
    uint64_t a = solow_stream("pairs", "state", NULL);
    ck_assert(a == solow_stream("pairs", "state", ""));
    ck_assert(a != solow_stream("pairs", NULL, "state"));
    ck_assert(a != solow_stream("pairsstate", NULL, NULL));
    ck_assert(a != solow_stream("wild", "state", NULL));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {uniform_stays_inside, sign_words_are_the_signs, counts_and_orders,
                                  streams_differ_by_their_names, NULL};
    TCase *loops = tcase_create("loops");
    tcase_add_loop_test(loops, known_answers, 0, 3);
    tcase_add_loop_test(loops, a_draw_belongs_to_its_item, 0, FILLS);
    tcase_add_loop_test(loops, moments, 0, FILLS);
    TCase *const cases[] = {solow_test_case("random", tests, 0), loops, NULL};
    return solow_test_run("stats", cases);
}
