/* weights.c - see weights.h. */
#include "kernels/resample/weights.h"

#include "kernels/stats/random.h"

#include <string.h>

enum { TILE = 8 }; /* clusters whose draws are made together, so that they are written as runs */

typedef void filler(const solow_draws *draws, uint64_t first, ptrdiff_t count, double *out);

static filler *const fillers[] = {
    [SOLOW_WEIGHTS_RADEMACHER] = solow_draw_signs, [SOLOW_WEIGHTS_WEBB] = solow_draw_webb,
    [SOLOW_WEIGHTS_MAMMEN] = solow_draw_mammen,    [SOLOW_WEIGHTS_NORMAL] = solow_draw_normal,
    [SOLOW_WEIGHTS_POISSON] = solow_draw_poisson,  [SOLOW_WEIGHTS_EXPONENTIAL] = solow_draw_exponential};

/* (2) for up to CHUNK draws. */
static void fill_by_cluster(const solow_weights *w, int64_t first, ptrdiff_t draws, double *weight)
{
    double tile[TILE][SOLOW_DRAW_CHUNK];
    for (ptrdiff_t g = 0; g < w->clusters; g += TILE) {
        ptrdiff_t some = w->clusters - g < TILE ? w->clusters - g : TILE;
        for (ptrdiff_t i = 0; i < some; i++) {
            solow_draws from = {.seed = w->seed, .stream = w->stream, .replicate = w->number[g + i]};
            fillers[w->kind](&from, (uint64_t)first, draws, tile[i]);
        }
        for (ptrdiff_t d = 0; d < draws; d++) {
            for (ptrdiff_t i = 0; i < some; i++) {
                weight[d * w->clusters + g + i] = tile[i][d];
            }
        }
    }
}

/* (3) of stream and set of clusters. */
static uint64_t stream_of(const solow_weights *w)
{
    uint64_t set = 0;
    for (ptrdiff_t g = 0; w->number != NULL && g < w->clusters; g++) {
        set += w->number[g];
    }
    return w->stream ^ set;
}

/* (4) */
static void fill_blocks(const solow_weights *w, const solow_draws *from, double *weight)
{
    memset(weight, 0, (size_t)w->clusters * sizeof *weight);
    for (ptrdiff_t at = 0, block = 0; at < w->clusters; at += w->length, block++) {
        ptrdiff_t start, run = w->clusters - at < w->length ? w->clusters - at : w->length;
        solow_draw_below(from, w->clusters - w->length + 1, (uint64_t)block, 1, &start);
        for (ptrdiff_t i = 0; i < run; i++) {
            weight[start + i] += 1;
        }
    }
}

static void fill_left_out(const solow_weights *w, int64_t draw, double *weight)
{
    for (ptrdiff_t g = 0; g < w->clusters; g++) {
        weight[g] = g == draw ? 0 : 1;
    }
}

void solow_weights_fill(const solow_weights *w, int64_t first, ptrdiff_t draws, double *weight)
{
    if (w->kind <= SOLOW_WEIGHTS_EXPONENTIAL) {
        for (ptrdiff_t d = 0; d < draws; d += SOLOW_DRAW_CHUNK) {
            ptrdiff_t some = draws - d < SOLOW_DRAW_CHUNK ? draws - d : SOLOW_DRAW_CHUNK;
            fill_by_cluster(w, first + d, some, weight + d * w->clusters);
        }
        return;
    }
    solow_draws from = {.seed = w->seed, .stream = stream_of(w)};
    for (ptrdiff_t d = 0; d < draws; d++) {
        double *own = weight + d * w->clusters;
        from.replicate = (uint64_t)(first + d);
        if (w->kind == SOLOW_WEIGHTS_MULTINOMIAL) {
            solow_draw_multinomial(&from, w->clusters, w->clusters, own);
        } else if (w->kind == SOLOW_WEIGHTS_BLOCK) {
            fill_blocks(w, &from, own);
        } else {
            fill_left_out(w, first + d, own);
        }
    }
}

/* Eight rows of eight bits, row i in byte i, to eight columns. */
static uint64_t transpose_bits(uint64_t x)
{
    uint64_t t = (x ^ (x >> 7)) & UINT64_C(0x00aa00aa00aa00aa);
    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & UINT64_C(0x0000cccc0000cccc);
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & UINT64_C(0x00000000f0f0f0f0);
    return x ^ t ^ (t << 28);
}

void solow_weights_bytes(const solow_weights *w, int64_t first, ptrdiff_t draws, uint8_t *byte)
{
    enum { WORDS = 32 };
    uint64_t word[TILE][WORDS];
    for (ptrdiff_t q = 0; q * TILE < w->clusters; q++, byte += draws) {
        ptrdiff_t some = w->clusters - q * TILE < TILE ? w->clusters - q * TILE : TILE;
        memset(word, 0, sizeof word);
        for (ptrdiff_t at = 0; at < draws / 64; at += WORDS) {
            ptrdiff_t words = draws / 64 - at < WORDS ? draws / 64 - at : WORDS;
            for (ptrdiff_t i = 0; i < some; i++) {
                solow_draws from = {.seed = w->seed, .stream = w->stream, .replicate = w->number[q * TILE + i]};
                solow_draw_sign_words(&from, (uint64_t)(first / 64 + at), words, word[i]);
            }
            for (ptrdiff_t eight = 0; eight < 8 * words; eight++) { /* draws 8 eight .. 8 eight + 7 of this run */
                uint64_t rows = 0;
                for (ptrdiff_t i = 0; i < TILE; i++) {
                    rows |= (word[i][eight / 8] >> (8 * (eight % 8)) & 0xff) << (8 * i);
                }
                rows = transpose_bits(rows);
                for (ptrdiff_t d = 0; d < 8; d++) {
                    byte[64 * at + 8 * eight + d] = (uint8_t)(rows >> (8 * d));
                }
            }
        }
    }
}
