/* weights.h - how much each cluster counts in each draw.
 *
 *   (1) a cluster goes by a number made of its label, so that its weights depend neither on which other clusters a sample
 *       holds nor on their order: models on other samples, and groups of one panel, share the draws of what they share
 *   (2) one weight a cluster   draw b of cluster g is item b of random.h under replicate = number of g: Rademacher, Webb,
 *       Mammen and normal (wild), Poisson(1) (pairs), exponential (Bayesian: Dirichlet up to a factor that cancels)
 *   (3) multinomial    G picks with replacement: items 0 .. G - 1 under replicate = draw, of the stream and the set of
 *       clusters together. So draws are joint where the sets are the same, and independent otherwise
 *   (4) block          of periods in order: runs of `length` whose starts are picked as in (3), cut to G periods in all
 *   (5) jackknife      draw b leaves cluster b out; there are G of them
 *
 * Source    Cameron, Gelbach & Miller (2008); Webb (2023); Mammen (1993); Rubin (1981); Kuensch (1989) for (4).
 * Checked   tests/kernels/resample/test_weights.c
 */
#ifndef SOLOW_KERNELS_RESAMPLE_WEIGHTS_H
#define SOLOW_KERNELS_RESAMPLE_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOLOW_DRAW_CHUNK = 128 }; /* draws are filled, and multiplied, in aligned chunks of that many */

typedef enum {
    SOLOW_WEIGHTS_RADEMACHER,
    SOLOW_WEIGHTS_WEBB,
    SOLOW_WEIGHTS_MAMMEN,
    SOLOW_WEIGHTS_NORMAL,
    SOLOW_WEIGHTS_POISSON,
    SOLOW_WEIGHTS_EXPONENTIAL,
    SOLOW_WEIGHTS_MULTINOMIAL,
    SOLOW_WEIGHTS_BLOCK,
    SOLOW_WEIGHTS_JACKKNIFE
} solow_weights_kind;

typedef struct solow_weights {
    solow_weights_kind kind;
    uint64_t seed, stream;  /* random.h */
    ptrdiff_t clusters;     /* G >= 1, in the order of their codes */
    const uint64_t *number; /* [clusters]; BLOCK, JACKKNIFE: may be NULL */
    ptrdiff_t length;       /* BLOCK: 1 <= length <= clusters */
} solow_weights;

/* Draws first .. first + draws - 1: weight [draws x clusters] out, of cluster g in draw first + d at d clusters + g. */
void solow_weights_fill(const solow_weights *weights, int64_t first, ptrdiff_t draws, double *weight);

/* RADEMACHER as bytes: byte [(clusters + 7) / 8 x draws] out; bit i of byte q draws + d is 1 where the weight of cluster
 * 8 q + i in draw first + d is +1, and 0 beyond the last cluster. first and draws are multiples of 64. */
void solow_weights_bytes(const solow_weights *weights, int64_t first, ptrdiff_t draws, uint8_t *byte);

#endif
