/* instruments.h - least squares, plain or in two stages, of one Gram: b, and what its variance is made of.
 *
 *   (1) columns   [D X1 | Z2 | Y2 | y]: dummies and exogenous, instruments left out, endogenous, outcome; W = [D X1 Z2]
 *   (2) first     Pi = (W'W)^-1 W'Y2 by the ranked factor of W'W; columns that drop out are 0 in Pi
 *   (3) second    R = [D X1 Y2]:  (R^'R^) b = R^'y,  R^ = [D X1 W Pi]: entries with a column of D X1 are the Gram's own
 *   (4) score     of b_j: u'A_g a, u = W-combination of R^ c, c = (R^'R^)^-1 e_j, a = (-b on R, 1 on y)
 *
 * Without instruments (2) is empty, R^ = R and u = c.
 */
#ifndef SOLOW_KERNELS_RESAMPLE_INSTRUMENTS_H
#define SOLOW_KERNELS_RESAMPLE_INSTRUMENTS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct solow_two_stage {
    ptrdiff_t exogenous, instruments, endogenous, p; /* p = their sum and 1 */
    double *gram;                                    /* [p x p] full: what is solved */
    double *reference;                               /* [p - 1] sizes that pivots are held against */
    double *b;                                       /* [p - 1] out: 0 at instruments and dropped columns */
    bool *kept;                                      /* [p - 1] out */
    double *first, *second;                          /* factors; second only with instruments */
    double *pi, *system, *right, *sizes;             /* workspace, all one block with the above */
    bool *used;
} solow_two_stage;

/* false: no memory. */
bool solow_two_stage_create(ptrdiff_t exogenous, ptrdiff_t instruments, ptrdiff_t endogenous, solow_two_stage *two);
void solow_two_stage_clear(solow_two_stage *two);

/* b and kept from gram and reference. */
void solow_two_stage_solve(solow_two_stage *two);
/* left [p] out: u of (4) for column j, 0 at y; after solve. */
void solow_two_stage_left(const solow_two_stage *two, ptrdiff_t column, double *left);

#endif
