/* local.h - the effect that is eliminated inside a block: group means, or a small regression for each group.
 *
 *   (1) model      x_r = a_l + b_l1 z_1r + ... + b_ls z_sr + u_r     for the rows r of level l
 *   (2) basis      q_j = sum_i t_ij (1, z)_i,   q_j'W q_h = 1{j = h}   inside each level; columns that depend on earlier
 *                  ones are dropped (relative norm below 1e-9), so the number of basis vectors is the effect's rank
 *   (3) within     M x = x - Q Q'W x;  without slopes  x - sum w x / sum w
 *
 * Every level of the effect lies inside the block: the unit itself (contiguous runs of rows), or something finer (codes in
 * any order). Rows outside the sample are absent: they have weight 0, or code -1, or present 0, and their x is 0 before
 * and after. Each column is transformed by itself, in an order of sums that depends on the block alone.
 *
 * Source    Frisch & Waugh (1933), Econometrica 1, 387-401, inside each level.
 * Cost      2 rows p without slopes, 4 rows p (s + 1) with s slopes.
 * Checked   tests/kernels/panel/test_local.c
 */
#ifndef SOLOW_KERNELS_PANEL_LOCAL_H
#define SOLOW_KERNELS_PANEL_LOCAL_H

#include "kernels/core/arena.h"

#include <stdint.h>

typedef struct solow_local {
    /* What the caller states; the arrays are borrowed and must outlive the struct. */
    ptrdiff_t rows, levels;     /* of this block */
    const ptrdiff_t *start;     /* [levels + 1] levels are runs of rows: start[l] .. start[l + 1] - 1; or NULL, then: */
    const int32_t *code;        /* [rows] 0 .. levels - 1, or -1 for an absent row; read only if start is NULL */
    const uint8_t *present;     /* [rows] 0 for an absent row; NULL: by code and weight alone */
    const double *weight;       /* [rows] 0 for an absent row; NULL: every present row weighs 1 */
    bool level;                 /* whether (1) has the part a_l */
    ptrdiff_t slopes;           /* s; level + slopes >= 1 */
    const double *const *slope; /* [slopes][rows] finite on present rows; NULL if slopes is 0 */
    /* What solow_local_prepare makes, in the arena. */
    ptrdiff_t width;   /* level + slopes: parameters a level */
    ptrdiff_t rank;    /* parameters of the block that can be estimated: basis vectors over all levels */
    ptrdiff_t ld;      /* rows rounded up to 8 */
    double *mark;      /* [ld] 1 for a present row, 0 for an absent one; NULL if all are present */
    int32_t *slot;     /* [rows] level of the row, `levels` for an absent one; NULL if start is given and width is 1 */
    double *scale;     /* [levels + 1] without slopes: 1 / sum w, 0 for a level without present rows */
    double *basis;     /* [width x ld] with slopes or without level: q_j, 0 where dropped; else NULL */
    double *transform; /* [levels x width x width] t of (2), column j of a level at [(l width + j) width]; or NULL */
    double *dot;       /* [levels x width + 1] work space */
} solow_local;

/* Bytes that solow_local_prepare takes from its arena, at most, for a block of that shape. */
size_t solow_local_need(ptrdiff_t rows, ptrdiff_t levels, ptrdiff_t width);

/* Makes the basis (2). Call it when rows, weights or slopes changed; the arena must outlive the use of local.
 * Errors  SOLOW_ERR_MEMORY if the arena is too small
 */
solow_status solow_local_prepare(solow_local *local, solow_arena *arena, solow_error *err);

/* x <- M x, (3), in place.
 *
 * x      [ld x p] column-major, ld a multiple of 8 and >= rows, x 64-byte aligned
 * coef   out: [p][levels x width] a_l, b_l1, ... of (1) for each column (0 where dropped); NULL if not wanted
 */
void solow_local_within(const solow_local *local, ptrdiff_t p, double *x, ptrdiff_t ld, double *coef);

/* The same, reading each column from source[j] [rows] (any alignment; absent rows may hold anything) and writing x, whose
 * padding rows [rows, ld) become 0. */
void solow_local_within_from(const solow_local *local, ptrdiff_t p, const double *const *source, double *x,
                             ptrdiff_t ld);

/* leverage[r] = w_r sum_j q_jr^2: the diagonal of Q Q'W, 0 for absent rows. leverage [rows] */
void solow_local_leverage(const solow_local *local, double *leverage);

#endif
