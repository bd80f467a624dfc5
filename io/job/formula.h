/* formula.h - `y ~ x1 + x2 | effects | endogenous ~ instruments`, as R's fixest writes it.
 *
 * Parsing gives one solow_formula that may still hold several outcomes and stepwise lists; solow_formula_expand makes the
 * simple formulas (one outcome, no sw/csw, no ..list) that models carry. Terms stay expression nodes:
 *   x:z        call ":" over two terms (either may be a name, an expression, or i(...))
 *   i(f, ref = r), i(f, x, ref = r), poly(x, 3)   calls
 *   a^b        in effects, clusters and by: call "^", the combination of two factors
 * `x*z` is expanded to x + z + x:z, poly(x, 3) to poly(x,1) + poly(x,2) + poly(x,3), l(x, 1:3) to l(x,1) + l(x,2) + l(x,3).
 */
#ifndef SOLOW_IO_JOB_FORMULA_H
#define SOLOW_IO_JOB_FORMULA_H

#include "io/job/expression.h"

typedef struct solow_terms {
    ptrdiff_t count;
    solow_node **node; /* owned */
} solow_terms;

typedef struct solow_effect {
    solow_node *factor; /* name, expression or a^b */
    solow_terms slopes; /* effect[x, z] or effect[[x]]: continuous variables whose coefficient varies by level */
    bool level;         /* whether the level effect itself is included: effect[x] yes, effect[[x]] no */
} solow_effect;

typedef struct solow_formula {
    solow_terms outcome;   /* after expansion: exactly one */
    solow_terms regressor; /* exogenous, in order, without the constant */
    bool constant;         /* false for `0` or when there are effects */
    ptrdiff_t effects;
    solow_effect *effect;
    solow_terms endogenous; /* empty without an instrument part */
    solow_terms instrument;
} solow_formula;

void solow_formula_clear(solow_formula *formula);
/* Terms by text, for messages and for `published:`; malloc'ed. */
char *solow_formula_print(const solow_formula *formula);

#endif
