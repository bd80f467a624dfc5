/* levels.h - counting levels of factors: singletons, and whether one factor is nested in another.
 *
 * Each function sees the rows of one block or rank; the arrays over levels are summed, or joined, over ranks in any order
 * with the same result, since they are whole numbers.
 *
 *   singletons   repeat: count every effect (sum over ranks), drop rows in a level with one row; until nothing is dropped
 *   nested       owner of every level of a (join over ranks); nested in b if no level has SOLOW_LEVEL_SEVERAL
 *
 * Source    Correia (2015), Singletons, cluster-robust standard errors and fixed effects, for why they go.
 * Checked   tests/kernels/panel/test_levels.c
 */
#ifndef SOLOW_KERNELS_PANEL_LEVELS_H
#define SOLOW_KERNELS_PANEL_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOLOW_LEVEL_UNSEEN = -1, SOLOW_LEVEL_SEVERAL = -2 };

/* count[l] += rows of level l. code [rows], -1 for absent; present [rows] or NULL for all. */
void solow_levels_count(ptrdiff_t rows, const int32_t *code, const uint8_t *present, int64_t *count);

/* Drops the rows in a level of the effect that count says has one row: present <- 0. Returns how many. */
ptrdiff_t solow_levels_drop_single(ptrdiff_t rows, const int32_t *code, const int64_t *count, uint8_t *present);

/* owner[a] <- level of b in which the rows of level a lie: one level, UNSEEN (start with that), or SEVERAL. Rows with code
 * -1 in a or b are absent. */
void solow_levels_owner(ptrdiff_t rows, const int32_t *a, const int32_t *b, const uint8_t *present, int32_t *owner);

/* owner <- owner of the union of two sets of rows. */
void solow_levels_owner_join(ptrdiff_t levels, int32_t *owner, const int32_t *more);

bool solow_levels_nested(ptrdiff_t levels, const int32_t *owner);

#endif
