/* hc.c - meat that allows a variance of its own to each row.
 *
 *   (1) hc0     sum_i w_i^2 e_i^2 z_i z_i'         (frequency weights: w_i e_i^2)
 *   (2) h_i     w_i z_i'Az_i + leverage of the effects; for one copy of a row under frequency weights, h_i / w_i
 *   (3) hc2     e_i^2 / (1 - h_i) in place of e_i^2;  hc3: e_i^2 / (1 - h_i)^2
 *   (4) several equations: h_i = w_i x_i'L_j x_i + leverage of the effects for residual j, e_ij / (1 - h_ij)^(1/2) or
 *               e_ij / (1 - h_ij) in place of e_ij
 *
 * A row with h_i = 1 is fitted exactly: its e_i is 0 and it adds nothing, in the limit and here.
 *
 * Source    MacKinnon & White (1985), J. Econometrics 29, 305-325; White (1980).
 * Departs   with absorbed effects h_i is that of the regression with dummies, not the within regression's alone.
 */
#include "engine/inference/scores.h"

#include "kernels/dense/gram.h"

#include <math.h>
#include <string.h>

static const double exactly_fitted = 1e-10; /* 1 - h below this */

/* (2) of one row, from x'Lx over the first q wanted columns. */
static double leverage(const solow_meat *meat, const solow_view *view, ptrdiff_t row, const double *form, ptrdiff_t q)
{
    const solow_meat_problem *p = &meat->problem;
    double h = 0;
    for (ptrdiff_t j = 0; j < q; j++) {
        double sum = 0;
        for (ptrdiff_t i = 0; i < q; i++) {
            sum += form[j * q + i] * view->x[i * view->ld + row];
        }
        h += sum * view->x[j * view->ld + row];
    }
    double w = view->weight != NULL ? view->weight[row] : 1;
    double effects = view->effect_leverage != NULL ? view->effect_leverage[row] : 0;
    return p->frequency && w > 0 ? h + effects / w : w * h + effects;
}

/* (3) for residuals with a leverage of their own: each is divided by itself. Returns the rows that residual 0 fits. */
static double adjust_residuals(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows)
{
    const solow_meat_problem *p = &meat->problem;
    bool hc2 = p->spec->kind == SOLOW_VCOV_HC2;
    double fitted = 0;
    for (ptrdiff_t a = 0; a < p->m; a++) {
        double *e = meat->chunk + a * SOLOW_MEAT_CHUNK;
        for (ptrdiff_t i = 0; i < rows; i++) {
            double rest =
                view->present[first + i] == 0 ? 1 : 1 - leverage(meat, view, first + i, p->leverage[a], p->columns);
            bool exact = fabs(rest) < exactly_fitted;
            fitted += exact && a == 0 ? 1 : 0;
            e[i] = exact ? 0 : e[i] / (hc2 ? sqrt(rest) : rest);
        }
    }
    return fitted;
}

/* (3): what e^2 of each row is multiplied with, weights included. */
static double row_factors(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                          double *factor)
{
    double fitted = 0; /* rows that are fitted exactly */
    const solow_meat_problem *p = &meat->problem;
    bool hc2 = p->spec->kind == SOLOW_VCOV_HC2, adjust = hc2 || p->spec->kind == SOLOW_VCOV_HC3;
    if (adjust && p->leverage != NULL) {
        fitted = adjust_residuals(meat, view, first, rows);
        adjust = false;
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        double w = view->weight != NULL ? view->weight[first + i] : 1;
        factor[i] = view->present[first + i] == 0 ? 0 : p->frequency ? w : w * w;
        if (adjust && factor[i] != 0) {
            double rest = 1 - leverage(meat, view, first + i, p->bread, p->q);
            fitted += rest < exactly_fitted ? 1 : 0;
            factor[i] = rest < exactly_fitted ? 0 : factor[i] / (hc2 ? rest : rest * rest);
        }
    }
    return fitted;
}

static void add_blocks(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows, double *sums)
{
    const solow_meat_problem *p = &meat->problem;
    ptrdiff_t d = p->m * p->q;
    const double *factor = meat->chunk + p->m * SOLOW_MEAT_CHUNK;
    double *weight = meat->chunk + (p->m + 1) * SOLOW_MEAT_CHUNK;
    for (ptrdiff_t a = 0; a < p->m; a++) {
        for (ptrdiff_t b = a; b < p->m; b++) {
            const double *ea = meat->chunk + a * SOLOW_MEAT_CHUNK, *eb = meat->chunk + b * SOLOW_MEAT_CHUNK;
            for (ptrdiff_t i = 0; i < rows; i++) {
                weight[i] = factor[i] * (ea[i] * eb[i]);
            }
            memset(meat->block, 0, solow_bytes(p->q * p->q, sizeof *meat->block));
            solow_gram(rows, p->q, view->x + first, view->ld, weight, meat->block);
            solow_mirror_upper(p->q, meat->block);
            for (ptrdiff_t j = 0; j < p->q; j++) {
                for (ptrdiff_t i = 0; i < (a == b ? j + 1 : p->q); i++) {
                    sums[(b * p->q + j) * d + a * p->q + i] += meat->block[j * p->q + i];
                }
            }
        }
    }
}

void solow_hc_unit(const void *context, const solow_view *view, double *sums)
{
    const solow_meat *meat = context;
    ptrdiff_t d = meat->problem.q * meat->problem.m;
    for (ptrdiff_t first = 0; first < view->rows; first += SOLOW_MEAT_CHUNK) {
        ptrdiff_t rows = view->rows - first < SOLOW_MEAT_CHUNK ? view->rows - first : SOLOW_MEAT_CHUNK;
        solow_scores_residuals(meat, view, first, rows, meat->chunk);
        sums[d * d] += row_factors(meat, view, first, rows, meat->chunk + meat->problem.m * SOLOW_MEAT_CHUNK);
        add_blocks(meat, view, first, rows, sums);
    }
}
