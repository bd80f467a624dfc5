/* hac.h - sums of lagged products of scores, with Bartlett weights, by calendar time.
 *
 *   (1) weights    w_l = 1 - l / (L + 1),  l = 0 .. L
 *   (2) within     S = sum_i sum_l w_l (G_il + G_il'),  G_il = sum_t s_it s_i,t-l'  (l = 0 once): Newey-West in a panel
 *   (3) periods    the same with s_t = sum_i s_it in the place of one unit: Driscoll-Kraay
 *
 * A lag is a calendar lag: rows that are not there add nothing.
 *
 * Source    Newey & West (1987), Econometrica 55, 703-708; Driscoll & Kraay (1998), Review of Economics and Statistics 80,
 *           549-560.
 * Checked   tests/kernels/panel/test_hac.c
 */
#ifndef SOLOW_KERNELS_PANEL_HAC_H
#define SOLOW_KERNELS_PANEL_HAC_H

#include <stddef.h>
#include <stdint.h>

/* (1); 0 for lag > lags. */
double solow_bartlett(ptrdiff_t lag, ptrdiff_t lags);

/* (2) over the units of a block, added to sum [k x k], full symmetric.
 *
 * start [units + 1]; time [rows] rising inside a unit; score [ld x k] column-major, 0 on absent rows. */
void solow_hac_within(ptrdiff_t units, const ptrdiff_t *start, const int32_t *time, ptrdiff_t k, const double *score,
                      ptrdiff_t ld, ptrdiff_t lags, double *sum);

/* (3), added to sum [k x k]. score [periods x k] row-major: sums by calendar period, 0 for empty ones. */
void solow_hac_periods(ptrdiff_t periods, ptrdiff_t k, const double *score, ptrdiff_t lags, double *sum);

#endif
