/* panel_sums.c - see panel_sums.h. */
#include "engine/estimators/panel/panel_sums.h"

#include "kernels/dense/gram.h"

#include <math.h>
#include <string.h>

ptrdiff_t solow_panel_sums_length(ptrdiff_t p, ptrdiff_t periods, bool crossed)
{
    return 2 * p * p + 1 + periods * (p + 1) + (crossed ? 2 * periods * p + 2 * periods * periods : 0);
}

/* The places in an array of sums. */
static solow_panel_sums placed(const solow_panel_sums *s, double *sums)
{
    solow_panel_sums at = *s;
    ptrdiff_t p = s->p, m = s->periods;
    at.unit = sums;
    at.unit2 = at.unit + p * p;
    at.squares = at.unit2 + p * p;
    at.period = at.squares + 1;
    at.count = at.period + m * p;
    at.cross = s->crossed ? at.count + m : NULL;
    at.cross2 = s->crossed ? at.cross + m * p : NULL;
    at.overlap = s->crossed ? at.cross2 + m * p : NULL;
    at.overlap2 = s->crossed ? at.overlap + m * m : NULL;
    return at;
}

/* X'B_u X, X'S_u X and the unit's means. */
static void add_means(const solow_panel_sums *at, const solow_view *view, ptrdiff_t u, double rows)
{
    ptrdiff_t p = at->p;
    for (ptrdiff_t c = 0; c < p; c++) {
        double sum = 0;
        for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
            sum += view->present[i] != 0 ? view->x[c * view->ld + i] - at->centre[c] : 0;
        }
        at->mean[c] = sum / rows;
        for (ptrdiff_t b = 0; b <= c; b++) {
            double product = rows * at->mean[b] * at->mean[c];
            at->unit[c * p + b] += product;
            at->unit2[c * p + b] += rows * product;
        }
    }
    at->squares[0] += rows * rows;
}

static void add_periods(const solow_panel_sums *at, const solow_view *view, ptrdiff_t u, double rows)
{
    ptrdiff_t m = at->periods;
    double shrink = isinf(at->ratio) ? 1 : rows * at->ratio / (1 + rows * at->ratio);
    const int32_t *code = view->key[at->key];
    for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
        if (view->present[i] == 0) {
            continue;
        }
        at->count[code[i]] += 1;
        for (ptrdiff_t c = 0; c < at->p; c++) {
            at->period[c * m + code[i]] += view->x[c * view->ld + i] - at->centre[c];
            if (at->crossed) {
                at->cross[c * m + code[i]] += shrink * at->mean[c];
                at->cross2[c * m + code[i]] += rows * at->mean[c];
            }
        }
        for (ptrdiff_t h = view->unit_start[u]; at->crossed && h <= i; h++) { /* codes rise inside a unit */
            if (view->present[h] != 0) {
                at->overlap[code[i] * m + code[h]] += shrink / rows;
                at->overlap2[code[i] * m + code[h]] += 1;
            }
        }
    }
}

void solow_panel_sums_unit(const void *context, const solow_view *view, double *sums)
{
    solow_panel_sums at = placed(context, sums);
    for (ptrdiff_t u = 0; u < view->units; u++) {
        double rows = 0;
        for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
            rows += view->present[i];
        }
        if (rows > 0) {
            add_means(&at, view, u, rows);
        }
        if (rows > 0 && at.periods > 0) {
            add_periods(&at, view, u, rows);
        }
    }
}

void solow_panel_sums_read(solow_panel_sums *s, const double *result, double *store)
{
    memcpy(store, result, solow_bytes(solow_panel_sums_length(s->p, s->periods, s->crossed), sizeof *store));
    *s = placed(s, store);
    solow_mirror_upper(s->p, s->unit);
    solow_mirror_upper(s->p, s->unit2);
    if (s->crossed) {
        solow_mirror_upper(s->periods, s->overlap);
        solow_mirror_upper(s->periods, s->overlap2);
    }
}
