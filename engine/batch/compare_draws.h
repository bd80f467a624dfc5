/* compare_draws.h - the joint variance of coefficients of several estimates, from their joint draws.
 *
 *   (1) V_ab = 1 / (B - 1) sum_r (b*_ar - mean_a)(b*_br - mean_b) over the draws that none of them failed in;
 *       jackknife (B - 1) / B times the sum
 *
 * Source    Efron & Tibshirani (1993), An Introduction to the Bootstrap, 6 and 11.
 * Checked   tests/engine/batch/test_compare_draws.c
 */
#ifndef SOLOW_ENGINE_BATCH_COMPARE_DRAWS_H
#define SOLOW_ENGINE_BATCH_COMPARE_DRAWS_H

#include "engine/batch/outcome.h"
#include "io/job/resampling.h"

typedef struct solow_drawn_term { /* a coefficient among the draws of its estimate */
    const solow_resampling *design;
    const solow_replicates *draws; /* NULL: there are none */
    ptrdiff_t term;
} solow_drawn_term;

/* The term's draws under the design of that name. */
solow_drawn_term solow_find_drawn(const solow_outcome *outcome, const char *design, const char *term);

/* Whether draw number r of both is one draw: the same items and as many of them, as many draws. */
bool solow_draws_are_joint(const solow_drawn_term *a, const solow_drawn_term *b);

/* estimate [members] and v [members x members] out; df becomes B - 1 of a jackknife. Errors  SOLOW_ERR_MEMORY */
solow_status solow_compare_draws(ptrdiff_t members, const solow_drawn_term *drawn, double *estimate, double *v,
                                 double *df, solow_error *err);

#endif
