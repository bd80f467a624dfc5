/* hac.c - meat that allows correlation over time: inside units (Newey-West) or of all units (Driscoll-Kraay).
 *
 *   (1) newey_west        sum_i sum_t s_it s_it' + sum_{l=1..L} (1 - l/(L+1)) sum_i sum_t (s_it s_i,t-l' + s_i,t-l s_it')
 *   (2) driscoll_kraay    the same with s_t = sum_i s_it in place of s_it, over calendar periods
 *
 * A lag is a calendar lag: a gap breaks the chain and the next row is not its neighbour. L = floor(T^(1/4)) unless given,
 * T the calendar periods with rows (as plm and fixest).
 *
 * Source    Newey & West (1987), Econometrica 55, 703-708; Driscoll & Kraay (1998), Review of Econ. and Statistics 80,
 *           549-560; Hoechle (2007), Stata Journal 7, 281-312.
 */
#include "engine/inference/scores.h"

#include <string.h>

static void add_pair(ptrdiff_t d, const double *now, const double *before, double weight, double *upper)
{
    for (ptrdiff_t j = 0; j < d; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            upper[j * d + i] += weight * (now[i] * before[j] + before[i] * now[j]);
        }
    }
}

void solow_bartlett_sum(ptrdiff_t periods, ptrdiff_t d, const double *score, const int32_t *time, int lags,
                        double *upper)
{
    for (ptrdiff_t t = 0; t < periods; t++) {
        solow_outer_add(d, score + t * d, 1, upper);
        for (ptrdiff_t h = t - 1; h >= 0; h--) {
            ptrdiff_t lag = time != NULL ? (ptrdiff_t)time[t] - time[h] : t - h;
            if (lag > lags) {
                break;
            }
            add_pair(d, score + t * d, score + h * d, 1 - (double)lag / (lags + 1), upper);
        }
    }
}

void solow_newey_west_unit(const void *context, const solow_view *view, double *sums)
{
    const solow_meat *meat = context;
    ptrdiff_t d = meat->problem.q * meat->problem.m;
    for (ptrdiff_t u = 0; u < view->units; u++) {
        ptrdiff_t periods = 0;
        for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
            if (view->present[i] == 0) {
                continue;
            }
            double *score = meat->score + periods * d;
            memset(score, 0, solow_bytes(d, sizeof *score));
            solow_scores_residuals(meat, view, i, 1, meat->chunk);
            solow_scores_sum(meat, view, i, 1, meat->chunk, score);
            meat->time[periods++] = view->time[i];
        }
        solow_bartlett_sum(periods, d, meat->score, meat->time, meat->lags, sums);
    }
}
