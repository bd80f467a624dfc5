/* formula.h - `y ~ x1 + x2 | effects | endogenous ~ instruments`, as R's fixest writes it.
 *
 * Parsing gives one solow_formula that may still hold several outcomes and stepwise lists; solow_formula_expand makes the
 * simple formulas (one outcome, no sw/csw, no ..list) that models carry. Terms stay expression nodes:
 *   x:z        call ":" over two terms (either may be a name, an expression, or i(...))
 *   i(f, ref = r), i(f, x, ref = r), poly(x, 3)   calls
 *   a^b        in effects, clusters and by: call "^", the combination of two factors
 * A sum in brackets, a minus and products mean what they mean in R; I(x) is x, and keeps arithmetic apart from them.
 * `x*z` is expanded to x + z + x:z, poly(x, 3) to poly(x,1) + poly(x,2) + poly(x,3), l(x, 1:3) to l(x,1) + l(x,2) + l(x,3).
 */
#ifndef SOLOW_IO_JOB_FORMULA_H
#define SOLOW_IO_JOB_FORMULA_H

#include "io/job/expression.h"

typedef struct solow_terms {
    ptrdiff_t count;
    solow_node **node; /* owned */
} solow_terms;

/* Whether two lists hold the same terms in the same order. */
bool solow_terms_equal(const solow_terms *a, const solow_terms *b);

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

enum { SOLOW_FORMULA_TERMS = 10000, SOLOW_FORMULA_STEPS = 10000 }; /* terms of one formula; formulas made of one */

/* Parses a formula as written: calls of sw() and c(), `..list` names, products and sums in brackets stay for
 * solow_formula_expand. Effects are then factors alone, their slopes still calls "[" and "[[".
 * On SOLOW_ERR_INPUT err->message is a sentence and *position the byte offset of the offence. */
solow_status solow_formula_parse(const char *text, solow_formula *formula, ptrdiff_t *position, solow_error *err);
/* The right side alone, `x1 + x2`, `x1 | effects` or `| effects`, as `lists:`, `add:` and `drop:` hold it. */
solow_status solow_formula_parse_terms(const char *text, solow_formula *formula, ptrdiff_t *position, solow_error *err);
/* Appends copies of the terms and effects of more (which has no outcome). */
solow_status solow_formula_append(solow_formula *formula, const solow_formula *more, solow_error *err);

typedef struct solow_list { /* of `lists:`: what `..name` stands for */
    const char *name;       /* without dots */
    solow_terms terms;
} solow_list;

typedef struct solow_simple_formula {
    solow_formula formula;
    char *outcome;  /* printed outcome if the formula had several, else NULL: the group key `outcome` */
    ptrdiff_t step; /* 1, 2, ... if the formula had stepwise lists, else 0: the group key `step` */
} solow_simple_formula;

/* All simple formulas, outcomes slowest. On SOLOW_ERR_INPUT *offender is where the wrong node (of formula or of a list)
 * stands and *hint a name that may have been meant, or NULL. */
solow_status solow_formula_expand(const solow_formula *formula, const solow_list *lists, ptrdiff_t list_count,
                                  solow_simple_formula **simple, ptrdiff_t *count, solow_spot *offender,
                                  const char **hint, solow_error *err);
void solow_simple_formulas_destroy(solow_simple_formula *simple, ptrdiff_t count); /* NULL is allowed */

/* Takes the term (a flattened one) out of regressors, endogenous, instruments and effects; how often it stood there. */
ptrdiff_t solow_formula_remove(solow_formula *formula, const solow_node *term);

void solow_formula_clear(solow_formula *formula);
/* The canonical text, `y ~ x1 + x2 | state + year | q ~ z`; malloc'ed, NULL when there is no memory. */
char *solow_formula_print(const solow_formula *formula);

/* Lists of terms. The pushed node is the list's even on failure. */
bool solow_terms_push(solow_terms *terms, solow_node *node);
bool solow_terms_copy(solow_terms *terms, const solow_terms *from); /* appends copies */
bool solow_terms_contain(const solow_terms *terms, const solow_node *node);
void solow_terms_clear(solow_terms *terms);
/* A list of factors, `a`, `a^b` or `a + b`, as `by:` and `cluster:` hold them. */
solow_status solow_terms_parse(const char *text, solow_terms *terms, ptrdiff_t *position, solow_error *err);

#endif
