/* panel_sums.h - what the components of variance need of the rows: sums by unit, by period, and of units with periods.
 *
 *   (1) x the wanted columns, less `centre`; T_i rows of unit i, N_t of period t; D the period dummies
 *   (2) B_u x = unit means in every row, S_u x = unit sums in every row; B_t and S_t by period
 *   (3) X'B_u X, X'S_u X, sum T_i^2;  D'X, N_t;  D'B_u X, D'S_u X, D'B_u D, D'S_u D = rows shared by two periods
 *   (4) with a ratio r = s2u / s2e the unit means of D'B_u X and D'B_u D are shrunk by T_i r / (1 + T_i r): B_u is the
 *       limit r = infinity
 *
 * Place in the data's way: a UNIT want of re.c on raw columns; components.c reads it.
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_PANEL_SUMS_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_PANEL_SUMS_H

#include "engine/estimators/estimator.h"

typedef struct solow_panel_sums {
    ptrdiff_t p;          /* wanted columns */
    ptrdiff_t periods;    /* levels of the period key (some may have no row); 0: nothing by period */
    bool crossed;         /* units with periods too: the last four of (3) */
    ptrdiff_t key;        /* period key */
    double ratio;         /* (4) */
    const double *centre; /* [p] */
    double *mean;         /* [p] scratch: of one unit */
    /* places in the sums of the want */
    double *unit, *unit2;       /* [p x p] X'B_u X, X'S_u X: upper triangles as summed, full after read */
    double *squares;            /* [1] sum T_i^2 */
    double *period, *count;     /* [periods x p] D'X, [periods] N_t */
    double *cross, *cross2;     /* [periods x p] D'B_u X, D'S_u X */
    double *overlap, *overlap2; /* [periods x periods] D'B_u D, D'S_u D: upper triangles as summed, full after read */
} solow_panel_sums;

/* Doubles that the want sums, and that `read` keeps. */
ptrdiff_t solow_panel_sums_length(ptrdiff_t p, ptrdiff_t periods, bool crossed);

/* The UNIT function; context: a solow_panel_sums. */
void solow_panel_sums_unit(const void *context, const solow_view *view, double *sums);

/* Copies the statistics to store [length], sets the places, and completes the triangles. */
void solow_panel_sums_read(solow_panel_sums *s, const double *result, double *store);

#endif
