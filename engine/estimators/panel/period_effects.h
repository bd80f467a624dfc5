/* period_effects.h - period effects next to unit effects, from sums of units with periods (panel_sums.h).
 *
 *   (1) A = D'(I - B_u)D = diag(N_t) - D'B_u D,   C = D'(I - B_u)X = D'X - D'B_u X
 *   (2) both out       X'QX = X'(I - B_u)X - C'A^-C; A loses one rank for each component of units and periods
 *   (3) both random    with B_u shrunk (ratio of panel_sums.h): l_x = K C, K the function of A in re.h
 *
 * Place in the data's way: between panel_sums.c and components.c, and between those and the last regression of re.c.
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_PERIOD_EFFECTS_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_PERIOD_EFFECTS_H

#include "engine/estimators/panel/panel_sums.h"

enum { SOLOW_MOST_PERIODS = 2000 }; /* A is dense */

typedef struct solow_period_effects {
    ptrdiff_t periods, p;
    double *a;             /* [periods x periods] A */
    double *c;             /* [periods x p] C */
    double *values;        /* [periods] */
    double *vectors, *out; /* [periods x periods] */
    double *part;          /* [periods x p] */
    solow_arena *arena;
} solow_period_effects;

size_t solow_period_effects_bytes(ptrdiff_t periods, ptrdiff_t p);
solow_status solow_period_effects_create(ptrdiff_t periods, ptrdiff_t p, solow_arena *arena,
                                         solow_period_effects **effects, solow_error *err);

/* (1) with `shrink` times B_u: 1, or T r / (1 + T r) for a balanced panel. Units apart (no cross sums): A = diag(N_t). */
void solow_period_effects_set(solow_period_effects *effects, const solow_panel_sums *sums, double shrink);

/* (2): within [p x p] holds X'(I - B_u)X and becomes X'QX; rank of A out. */
solow_status solow_period_effects_remove(solow_period_effects *effects, double *within, ptrdiff_t *rank,
                                         solow_error *err);

/* (3): level [periods x p] of the columns with their centres added back. */
solow_status solow_period_effects_level(solow_period_effects *effects, double ratio, const double *centre,
                                        double *level, solow_error *err);

#endif
