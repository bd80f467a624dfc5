/* multiple.h - p-values of several hypotheses, adjusted for their being several.
 *
 *   (1) holm        family-wise error: (K - i + 1) p_(i), running maximum, at most 1
 *   (2) bh          false discoveries: K / i p_(i), running minimum from the largest
 *   (3) step-down   family-wise error, from joint draws under the null: with |t_(1)| >= ... >= |t_(K)|,
 *                   p_(i) = (1 + draws with max_{j >= i} |t*_(j)| >= |t_(i)|) / (1 + B), running maximum
 *   (4) marginal    p of each draw among all draws of its hypothesis; (3) with -p* and -p in place of |t*| and |t| is
 *                   Westfall and Young's step-down minP
 *
 * When the draws are all that there are, the one that leaves the data as they are among them, (3) is draws / B without the 1s.
 * Statistics that differ by less than 1e-10 of the larger are ties, and count as >=.
 *
 * Source    Holm (1979); Benjamini & Hochberg (1995); Romano & Wolf (2005, 2016), Statistics & Probability Letters 113,
 *           38-40, for (3); Westfall & Young (1993), Ge, Dudoit & Speed (2003), Test 12, 1-77, for (4).
 * Checked   tests/kernels/stats/test_multiple.c, against R's p.adjust and cases by hand
 */
#ifndef SOLOW_KERNELS_STATS_MULTIPLE_H
#define SOLOW_KERNELS_STATS_MULTIPLE_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stddef.h>

/* p and adjusted [count]. A p that is NaN is no hypothesis: it stays NaN and does not count. Errors  SOLOW_ERR_MEMORY */
solow_status solow_adjust_holm(ptrdiff_t count, const double *p, double *adjusted, solow_error *err);
solow_status solow_adjust_bh(ptrdiff_t count, const double *p, double *adjusted, solow_error *err);

/* (3). statistic [count] and drawn [count x draws] (draw r of hypothesis k at k draws + r), larger is more extreme; nothing
 * NaN. whole: the draws are all that there are. adjusted [count] out. Errors  SOLOW_ERR_MEMORY */
solow_status solow_adjust_step_down(ptrdiff_t count, const double *statistic, ptrdiff_t draws, const double *drawn,
                                    bool whole, double *adjusted, solow_error *err);

/* (4) of one hypothesis: statistic becomes -p, drawn [draws] become their -p*. Errors  SOLOW_ERR_MEMORY */
solow_status solow_adjust_marginal(double *statistic, ptrdiff_t draws, double *drawn, bool whole, solow_error *err);

#endif
