/* global.h - the effects whose levels reach across blocks: their dummies and slopes, applied to the rows of one block.
 *
 *   (1) unknowns   every level of every set has width = level + slopes of them; unknown first + l width + i is the i-th
 *                  (the level part first) of level l; m in all
 *   (2) D2         [rows x m] row r holds 1 and the slopes' values at the unknowns of its level, in every set
 *   (3) sums       R += D2'W x          x after the within transform of the local effect, W the weights
 *   (4) subtract   x -= D2 Gamma
 *   (5) size       sum |w z x| for each part (z = 1 for the level part): what (3) is measured against
 *   (6) certificate  max over unknowns |D2'W x| / size
 *
 * R and Gamma are kept in panels of eight columns, so that a level is one cache line: element (u, j) of an
 * [m x p] array is at solow_panel_index(m, u, j), solow_panel_doubles(m, p) doubles in all; columns beyond p are zero.
 * Each column is treated by itself and rows enter in order, so arrays of whole blocks may be added in any fixed tree.
 *
 * Checked   tests/kernels/sparse/test_global.c
 */
#ifndef SOLOW_KERNELS_SPARSE_GLOBAL_H
#define SOLOW_KERNELS_SPARSE_GLOBAL_H

#include "kernels/core/arena.h"

#include <stdint.h>

typedef struct solow_global_set {
    ptrdiff_t levels; /* codes are 0 .. levels - 1 over the whole sample */
    bool level;       /* whether it has a level part */
    ptrdiff_t slopes;
    ptrdiff_t first; /* first unknown; solow_global_layout fills it */
    ptrdiff_t width; /* level + slopes; filled too */
    ptrdiff_t part;  /* number of its first part among the parts of all sets; filled too */
} solow_global_set;

typedef struct solow_global_layout {
    ptrdiff_t sets;
    solow_global_set *set; /* [sets] */
    ptrdiff_t unknowns;    /* m */
    ptrdiff_t parts;       /* sum of widths */
    ptrdiff_t diagonal;    /* doubles of D2'W D2 within sets: sum of levels width (width + 1) / 2 */
} solow_global_layout;

/* Numbers the unknowns of layout->set (levels, level and slopes stated).
 * Errors  SOLOW_ERR_INPUT for a set without parts or levels; SOLOW_ERR_NUMERIC if unknowns pass 2^31 - 1 */
solow_status solow_global_number(solow_global_layout *layout, solow_error *err);

/* The rows of one block. A row is absent if present is 0, its weight is 0 or its code is -1 (in any set); its x is 0 and
 * stays so. */
typedef struct solow_global {
    ptrdiff_t rows;
    const solow_global_layout *layout;
    const int32_t *const *code;        /* [sets][rows] level of each row in each set; -1 absent */
    const double *const *const *slope; /* [sets][slopes][rows]; NULL if no set has slopes */
    const uint8_t *present;            /* [rows]; NULL: by code and weight alone */
    const double *weight;              /* [rows]; NULL: 1 */
} solow_global;

ptrdiff_t solow_panel_doubles(ptrdiff_t m, ptrdiff_t p);
ptrdiff_t solow_panel_index(ptrdiff_t m, ptrdiff_t unknown, ptrdiff_t column);

/* (3). x [ld x p] column-major, sums in panels, added to. */
void solow_global_add(const solow_global *global, ptrdiff_t p, const double *x, ptrdiff_t ld, double *sums);

/* (4). gamma in panels. */
void solow_global_subtract(const solow_global *global, ptrdiff_t p, const double *gamma, double *x, ptrdiff_t ld);

/* (5). size [parts x p] column-major, added to. */
void solow_global_size(const solow_global *global, ptrdiff_t p, const double *x, ptrdiff_t ld, double *size);

/* (6) for each column; 0 where size is 0. sums in panels, size as above, worst [p] out. */
void solow_global_certificate(const solow_global_layout *layout, ptrdiff_t p, const double *sums, const double *size,
                              double *worst);

#endif
