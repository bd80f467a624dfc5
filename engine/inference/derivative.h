/* derivative.h - the value of an expression over estimated terms, and its exact derivatives.
 *
 *   (1) forward differentiation: each node carries (value, d value / d term_j), one sweep a term
 *
 * A name stands for a term as printed (backticks quote one: `log(pcap)`); so does any part of the expression whose own text
 * is a term, `log(pcap)` without backticks included. Known: + - * / ^, unary -, log exp sqrt abs log1p.
 * Place in the data's way: `combine:` and `tests: wald` over a finished record.
 */
#ifndef SOLOW_ENGINE_INFERENCE_DERIVATIVE_H
#define SOLOW_ENGINE_INFERENCE_DERIVATIVE_H

#include "io/job/expression.h"

typedef struct solow_estimates { /* borrowed */
    ptrdiff_t terms;
    const char *const *term;
    const double *estimate; /* [terms] */
    const double *vcov;     /* [terms x terms] full */
    double df;              /* reference law: t or F with df; INFINITY: normal and chi2 */
} solow_estimates;

/* gradient [terms]; NULL: not wanted.
 * Errors  SOLOW_ERR_INPUT naming a term that the model lacks, or a function that is not known here */
solow_status solow_derivative(const solow_estimates *estimates, const solow_node *expression, double *value,
                              double *gradient, solow_error *err);

#endif
