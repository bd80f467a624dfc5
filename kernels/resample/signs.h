/* signs.h - sums of clusters' numbers under random signs, for very many draws: byte tables instead of products.
 *
 *   (1) tables    of four clusters, the 16 sums of their numbers under all signs; t[m] = t[m without its lowest bit] + 2 h
 *   (2) draw      adds the entry of its half byte, table after table
 *
 * Four multiplications and additions become one addition. Rows go in panels of 32, whose tables for 32 clusters stay in the
 * first cache (tables of eight clusters need half the additions and live in the second: slower). Sums are lane by lane in a
 * fixed order, so that every clone gives the same bits, and a draw's sums do not depend on which draws stand beside it. All
 * 2^G draws of few clusters go the same way: no Gray code, no drift.
 *
 * Cost      one addition of `rows` numbers for four clusters and draw
 * Checked   tests/kernels/resample/test_signs.c
 */
#ifndef SOLOW_KERNELS_RESAMPLE_SIGNS_H
#define SOLOW_KERNELS_RESAMPLE_SIGNS_H

#include "kernels/dense/level.h"

#include <stddef.h>
#include <stdint.h>

enum { SOLOW_SIGN_BYTES = 4, SOLOW_SIGN_PANEL = 32, SOLOW_SIGN_TABLE = SOLOW_SIGN_BYTES * 2 * 16 * SOLOW_SIGN_PANEL };

typedef struct solow_signs_task {
    ptrdiff_t clusters, rows, draws; /* rows: a multiple of 8 */
    const double *h;                 /* [clusters x rows], a cluster's numbers one after the other */
    const uint8_t *byte;             /* [(clusters + 7) / 8 x draws] as solow_weights_bytes makes them */
    double *table;                   /* [SOLOW_SIGN_TABLE] workspace */
    double *sums;                    /* [draws x rows] out */
} solow_signs_task;

void solow_signs(const solow_signs_task *task);
/* By the given clone, which must not be above solow_best_level(). */
void solow_signs_at_level(solow_level level, const solow_signs_task *task);

/* Draws first .. first + draws - 1 of all 2^(clusters - 1) that have +1 for the last cluster: bit g of the draw's number is the
 * sign of cluster g. byte as above; clusters <= 62. */
void solow_signs_enumerate(ptrdiff_t clusters, int64_t first, ptrdiff_t draws, uint8_t *byte);

#endif
