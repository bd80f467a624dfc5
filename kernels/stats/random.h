/* random.h - counter-based draws: a number is a function of (seed, stream, replicate, item), never of who asked first.
 *
 *   (1) words     Philox4x64-10 with key (seed, stream) and counter (item / 4, replicate, 0, 0); item i is word i mod 4
 *   (2) uniform   (word >> 12 + 1/2) / 2^52, strictly inside (0, 1), exact
 *   (3) normal    quantile of (2): one word a draw, monotone, symmetric
 *   (4) exponential  -log of (2)
 *   (5) poisson   Poisson(1): the number of cdf values that (2) reaches
 *   (6) signs     one bit an item: bit i mod 64 of word (i mod 256) / 64 under counter (i / 256, replicate, 1, 0), so 256 a
 *                 block; +1 if the bit is set
 *   (7) below     floor(word x n / 2^64), uneven by less than n / 2^64
 *
 * So (3), (4), (5), (7) at the same address are functions of one word: give independent variables different streams.
 *
 * Source    Salmon, Moraes, Dror & Shaw (2011), SC'11, doi:10.1145/2063384.2063405; Random123.
 * Checked   tests/kernels/stats/test_random.c, against Random123's known-answer vectors
 */
#ifndef SOLOW_KERNELS_STATS_RANDOM_H
#define SOLOW_KERNELS_STATS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Where draws come from. */
typedef struct solow_draws {
    uint64_t seed, stream, replicate;
} solow_draws;

/* A stream's number from its names, each NULL or text: what resampling scheme, over which variable, under what name. */
uint64_t solow_stream(const char *scheme, const char *variable, const char *name);

/* The block cipher itself. */
void solow_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t block[4]);

/* Each fills out [count] with the draws of items first, first + 1, ... */
void solow_draw_words(const solow_draws *draws, uint64_t first, ptrdiff_t count, uint64_t *out);
void solow_draw_uniform(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);
void solow_draw_normal(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);
void solow_draw_exponential(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);
void solow_draw_poisson(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);
void solow_draw_signs(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);

/* Signs as bits, for byte tables: out[w] bit b is item 64 (first_word + w) + b, the same items as solow_draw_signs. */
void solow_draw_sign_words(const solow_draws *draws, uint64_t first_word, ptrdiff_t words, uint64_t *out);

/* Two-point weights of Mammen (1993): -(sqrt 5 - 1) / 2 with probability (sqrt 5 + 1) / (2 sqrt 5), else
 * (sqrt 5 + 1) / 2; and six-point weights of Webb (2023): +-sqrt(1/2), +-1, +-sqrt(3/2), each with probability 1/6. */
void solow_draw_mammen(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);
void solow_draw_webb(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);

/* Whole numbers 0 <= out < n by (7); n >= 1. */
void solow_draw_below(const solow_draws *draws, ptrdiff_t n, uint64_t first, ptrdiff_t count, ptrdiff_t *out);

/* weight [n] out: how often each of n items comes up in `size` draws with replacement (items 0 .. size - 1 of draws). */
void solow_draw_multinomial(const solow_draws *draws, ptrdiff_t n, ptrdiff_t size, double *weight);

/* order [n] out: a permutation of 0 .. n - 1 (Fisher and Yates; item i decides position n - 1 - i). */
void solow_draw_permutation(const solow_draws *draws, ptrdiff_t n, ptrdiff_t *order);

#endif
