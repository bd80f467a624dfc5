/* flatten.h - from a part of a formula, as written, to its list of simple terms.
 *
 * Source    Wilkinson & Rogers (1973), Applied Statistics 22, 392-399, as R's formulas use it, without `/` and `%in%`.
 * Departs   `*`, `-` and brackets at the top of a term mean terms; `/` and `^` are arithmetic; inside calls all are.
 */
#ifndef SOLOW_IO_JOB_FLATTEN_H
#define SOLOW_IO_JOB_FLATTEN_H

#include "io/job/formula.h"

typedef struct solow_flattening { /* zeroed, with constant true */
    solow_terms terms;
    bool constant;
    solow_spot offender; /* after SOLOW_ERR_INPUT */
    solow_error *err;
} solow_flattening;

/* Appends the simple terms of node, in order and once each; a subtracted term goes; 0, 1 and -1 set the constant. */
solow_status solow_flatten(solow_flattening *flat, const solow_node *node);

/* The copies of a term in which every sequence is one value: l(x,1:3) gives three, poly(x,2) two, else one. I() goes. */
solow_status solow_flatten_sequences(const solow_node *node, solow_terms *terms, solow_spot *offender,
                                     solow_error *err);

#endif
