/* exact_gram.h - the double-double Gram of columns that were rounded when they were formed. Private to engine/pass.
 *
 *   (1) column j is x_j + l_j, l_j its low part (exact.c of engine/frame), zero unless it is a polynomial of columns
 *   (2) entry  x_i'W x_j + x_i'W l_j + l_i'W x_j, each sum in double-double; l_i'W l_j is below its last digit
 *
 * Without this NIST's Filip (powers of x up to 10) has 7.6 digits, whatever is done after the powers are formed.
 */
#ifndef SOLOW_ENGINE_PASS_EXACT_GRAM_H
#define SOLOW_ENGINE_PASS_EXACT_GRAM_H

#include "engine/pass/block.h"

typedef struct solow_exact_gram {
    ptrdiff_t columns, lows;
    const solow_design_column **column; /* [lows] */
    ptrdiff_t *place;                   /* [lows] among the columns */
    double *x;                          /* [most_rows x (columns + lows)] */
    double *cells;                      /* [2 (columns + lows)^2] */
} solow_exact_gram;

/* gram_column [columns]: places of the Gram's columns among those of the block. */
solow_status solow_exact_gram_open(const solow_block *block, ptrdiff_t columns, const ptrdiff_t *gram_column,
                                   solow_exact_gram *exact, solow_error *err);
/* The last two terms of (2) into precise [2 columns^2]; x [ld x columns] as the block has them. */
void solow_exact_gram_add(solow_exact_gram *exact, const solow_block *block, const double *x, double *precise);
void solow_exact_gram_clear(solow_exact_gram *exact);

#endif
