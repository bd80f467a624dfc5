/* random.c - see random.h. */
#include "kernels/stats/random.h"

#include "kernels/stats/distributions.h"

#include <Random123/philox.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { CHUNK = 256, WORDS = 0, SIGNS = 1 }; /* counter[2] keeps words and signs apart */

/* FNV-1a over the names with a separator that no text holds, then a finaliser that spreads the bits. */
uint64_t solow_stream(const char *scheme, const char *variable, const char *name)
{
    const char *const parts[] = {scheme, variable, name};
    uint64_t hash = UINT64_C(14695981039346656037);
    for (int i = 0; i < 3; i++) {
        for (const char *at = parts[i] != NULL ? parts[i] : ""; *at != '\0'; at++) {
            hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
        }
        hash = (hash ^ 0xff) * UINT64_C(1099511628211);
    }
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 31);
}

void solow_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t block[4])
{
    philox4x64_ctr_t in;
    philox4x64_key_t with;
    memcpy(in.v, counter, sizeof in.v);
    memcpy(with.v, key, sizeof with.v);
    philox4x64_ctr_t out = philox4x64_R(10, in, with);
    memcpy(block, out.v, sizeof out.v);
}

static void fill_words(const solow_draws *draws, uint64_t kind, uint64_t first, ptrdiff_t count, uint64_t *out)
{
    const uint64_t key[2] = {draws->seed, draws->stream};
    uint64_t counter[4] = {first / 4, draws->replicate, kind, 0}, block[4];
    ptrdiff_t at = 0, skip = (ptrdiff_t)(first % 4);
    while (at < count) {
        ptrdiff_t take = 4 - skip < count - at ? 4 - skip : count - at;
        solow_philox(counter, key, block);
        memcpy(out + at, block + skip, (size_t)take * sizeof *out);
        at += take;
        skip = 0;
        counter[0]++;
    }
}

void solow_draw_words(const solow_draws *draws, uint64_t first, ptrdiff_t count, uint64_t *out)
{
    fill_words(draws, WORDS, first, count, out);
}

void solow_draw_sign_words(const solow_draws *draws, uint64_t first_word, ptrdiff_t words, uint64_t *out)
{
    fill_words(draws, SIGNS, first_word, words, out);
}

static double uniform_of(uint64_t word)
{
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}

static double exponential_of(uint64_t word)
{
    return -log(uniform_of(word));
}

static double normal_of(uint64_t word)
{
    return solow_normal_quantile(uniform_of(word));
}

static double mammen_of(uint64_t word)
{
    const double root_five = 2.23606797749978969641;
    return uniform_of(word) < (root_five + 1) / (2 * root_five) ? -(root_five - 1) / 2 : (root_five + 1) / 2;
}

static ptrdiff_t below(uint64_t word, ptrdiff_t n)
{
    uint64_t high;
    (void)mulhilo64((uint64_t)n, word, &high);
    return (ptrdiff_t)high;
}

static double webb_of(uint64_t word)
{
    static const double values[] = {-1.22474487139158904910, -1, -0.70710678118654752440,
                                    0.70710678118654752440,  1,  1.22474487139158904910};
    return values[below(word, 6)];
}

static void map_words(const solow_draws *draws, double (*map)(uint64_t), uint64_t first, ptrdiff_t count, double *out)
{
    uint64_t words[CHUNK];
    for (ptrdiff_t at = 0; at < count; at += CHUNK) {
        ptrdiff_t some = count - at < CHUNK ? count - at : CHUNK;
        solow_draw_words(draws, first + (uint64_t)at, some, words);
        for (ptrdiff_t i = 0; i < some; i++) {
            out[at + i] = map(words[i]);
        }
    }
}

void solow_draw_uniform(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out)
{
    map_words(draws, uniform_of, first, count, out);
}

void solow_draw_normal(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out)
{
    map_words(draws, normal_of, first, count, out);
}

void solow_draw_exponential(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out)
{
    map_words(draws, exponential_of, first, count, out);
}

/* Adds 1 to each count whose uniform reaches the bound; whether any did. */
static bool count_reached(ptrdiff_t n, const double *uniform, double bound, double *count)
{
    double reached = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double one = uniform[i] >= bound ? 1 : 0;
        count[i] += one;
        reached += one;
    }
    return reached > 0;
}

void solow_draw_poisson(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out)
{
    /* P(Poisson(1) <= k) up to the largest double below 1 */
    static const double cdf[] = {0.36787944117144233, 0.7357588823428847, 0.9196986029286058, 0.9810118431238462,
                                 0.9963401531726563,  0.9994058151824183, 0.999916758850712,  0.9999897508033253,
                                 0.999998874797402,   0.9999998885745217, 0.9999999899522336, 0.9999999991683892,
                                 0.9999999999364022,  0.9999999999954802, 0.9999999999997,    0.9999999999999813,
                                 0.9999999999999989,  0.9999999999999999};
    double uniform[CHUNK];
    memset(out, 0, (size_t)count * sizeof *out);
    for (ptrdiff_t at = 0; at < count; at += CHUNK) {
        ptrdiff_t some = count - at < CHUNK ? count - at : CHUNK;
        solow_draw_uniform(draws, first + (uint64_t)at, some, uniform);
        for (size_t k = 0; k < sizeof cdf / sizeof cdf[0] && count_reached(some, uniform, cdf[k], out + at); k++) {
        }
    }
}

void solow_draw_mammen(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out)
{
    map_words(draws, mammen_of, first, count, out);
}

void solow_draw_webb(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out)
{
    map_words(draws, webb_of, first, count, out);
}

/* +1 where a bit of the word is set, else -1: the sign bit of 1.0. */
static void expand_signs(uint64_t word, ptrdiff_t from, ptrdiff_t count, double *out)
{
    const uint64_t one = UINT64_C(0x3ff0000000000000), sign = UINT64_C(1) << 63;
    word = ~word >> from;
    for (ptrdiff_t bit = 0; bit < count; bit++, word >>= 1) {
        uint64_t bits = one | (word << 63 & sign);
        memcpy(out + bit, &bits, sizeof bits);
    }
}

void solow_draw_signs(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out)
{
    uint64_t words[CHUNK], word = first / 64;
    ptrdiff_t at = 0, from = (ptrdiff_t)(first % 64);
    while (at < count) {
        ptrdiff_t left = (from + count - at + 63) / 64, some = left < CHUNK ? left : CHUNK;
        solow_draw_sign_words(draws, word, some, words);
        for (ptrdiff_t w = 0; w < some; w++) {
            ptrdiff_t bits = 64 - from < count - at ? 64 - from : count - at;
            expand_signs(words[w], from, bits, out + at);
            at += bits;
            from = 0;
        }
        word += (uint64_t)some;
    }
}

void solow_draw_below(const solow_draws *draws, ptrdiff_t n, uint64_t first, ptrdiff_t count, ptrdiff_t *out)
{
    uint64_t words[CHUNK];
    for (ptrdiff_t at = 0; at < count; at += CHUNK) {
        ptrdiff_t some = count - at < CHUNK ? count - at : CHUNK;
        solow_draw_words(draws, first + (uint64_t)at, some, words);
        for (ptrdiff_t i = 0; i < some; i++) {
            out[at + i] = below(words[i], n);
        }
    }
}

void solow_draw_multinomial(const solow_draws *draws, ptrdiff_t n, ptrdiff_t size, double *weight)
{
    ptrdiff_t drawn[CHUNK];
    memset(weight, 0, (size_t)n * sizeof *weight);
    for (ptrdiff_t at = 0; at < size; at += CHUNK) {
        ptrdiff_t some = size - at < CHUNK ? size - at : CHUNK;
        solow_draw_below(draws, n, (uint64_t)at, some, drawn);
        for (ptrdiff_t i = 0; i < some; i++) {
            weight[drawn[i]] += 1;
        }
    }
}

void solow_draw_permutation(const solow_draws *draws, ptrdiff_t n, ptrdiff_t *order)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        order[i] = i;
    }
    for (ptrdiff_t last = n - 1; last > 0; last--) {
        ptrdiff_t other;
        solow_draw_below(draws, last + 1, (uint64_t)(n - 1 - last), 1, &other);
        ptrdiff_t kept = order[last];
        order[last] = order[other];
        order[other] = kept;
    }
}
