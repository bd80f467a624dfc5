/* cluster.c - meat that allows any correlation inside clusters, for clusters that lie inside a block.
 *
 *   (1) score of a cluster   s_g = sum_{i in g} w_i e_i z_i
 *   (2) meat                 M = sum_g s_g s_g'          (cr2, cr3: adjusted scores, cr.c)
 *   (3) several ways         M = sum over sets of ways, sign by inclusion - exclusion (meat.c)
 *
 * Clusters that cross blocks are summed by key in the pass (solow_scores_rows), and meat.c closes them.
 *
 * Source    Liang & Zeger (1986); Arellano (1987), Oxford Bulletin 49, 431-434; Cameron, Gelbach & Miller (2011).
 * Cost      rows (m + q) + clusters (mq)^2 / 2
 */
#include "engine/inference/cr.h"
#include "engine/inference/scores.h"

#include "kernels/dense/gram.h"

#include <string.h>

static void open_cluster(const solow_meat *meat)
{
    const solow_meat_problem *p = &meat->problem;
    memset(meat->score, 0, solow_bytes(p->q * p->m, sizeof *meat->score));
    if (meat->cr != NULL) {
        memset(meat->block, 0, solow_bytes(p->q * p->q, sizeof *meat->block));
    }
}

static void close_cluster(const solow_meat *meat, double *sums)
{
    const solow_meat_problem *p = &meat->problem;
    if (meat->cr != NULL) {
        solow_mirror_upper(p->q, meat->block);
        solow_cr_add(meat->cr, meat->block, meat->score, sums);
    } else {
        solow_outer_add(p->q * p->m, meat->score, 1, sums);
    }
}

static void add_rows(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                     const double *residual)
{
    solow_scores_sum(meat, view, first, rows, residual, meat->score);
    if (meat->cr != NULL) {
        solow_gram(rows, meat->problem.q, view->x + first, view->ld, view->weight != NULL ? view->weight + first : NULL,
                   meat->block);
    }
}

/* Whether the present rows of each unit come cluster by cluster. */
static bool comes_in_runs(const solow_view *view, const int32_t *code)
{
    int falls = 0;
    for (ptrdiff_t i = 1; i < view->rows; i++) {
        falls |= code[i] < code[i - 1];
    }
    if (falls == 0) {
        return true; /* the usual case, at the speed of memory */
    }
    for (ptrdiff_t u = 0; u < view->units; u++) {
        bool first = true;
        int32_t last = 0;
        for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
            if (view->present[i] == 0) {
                continue;
            }
            if (!first && code[i] < last) {
                return false;
            }
            first = false;
            last = code[i];
        }
    }
    return true;
}

static void sum_runs(const solow_meat *meat, const solow_view *view, const int32_t *code, double *sums)
{
    bool open = false;
    int32_t current = 0;
    for (ptrdiff_t first = 0; first < view->rows; first += SOLOW_MEAT_CHUNK) {
        ptrdiff_t rows = view->rows - first < SOLOW_MEAT_CHUNK ? view->rows - first : SOLOW_MEAT_CHUNK;
        solow_scores_residuals(meat, view, first, rows, meat->chunk);
        for (ptrdiff_t i = 0; i < rows;) {
            ptrdiff_t next = i;
            if (view->present[first + i] == 0) {
                i++;
                continue;
            }
            if (!open || code[first + i] != current) {
                if (open) {
                    close_cluster(meat, sums);
                }
                open_cluster(meat);
                open = true;
                current = code[first + i];
            }
            while (next < rows && view->present[first + next] != 0 && code[first + next] == current) {
                next++;
            }
            add_rows(meat, view, first + i, next - i, meat->chunk + i);
            i = next;
        }
    }
    if (open) {
        close_cluster(meat, sums);
    }
}

/* Clusters interleaved inside a unit: each is summed from its first row on, over the rows of its unit. */
static void sum_scattered(const solow_meat *meat, const solow_view *view, const int32_t *code, double *sums)
{
    for (ptrdiff_t u = 0; u < view->units; u++) {
        ptrdiff_t from = view->unit_start[u], to = view->unit_start[u + 1];
        for (ptrdiff_t i = from; i < to; i++) {
            bool seen = view->present[i] == 0;
            for (ptrdiff_t h = from; h < i && !seen; h++) {
                seen = view->present[h] != 0 && code[h] == code[i];
            }
            if (seen) {
                continue;
            }
            open_cluster(meat);
            for (ptrdiff_t r = i; r < to; r++) {
                if (view->present[r] != 0 && code[r] == code[i]) {
                    solow_scores_residuals(meat, view, r, 1, meat->chunk);
                    add_rows(meat, view, r, 1, meat->chunk);
                }
            }
            close_cluster(meat, sums);
        }
    }
}

void solow_cluster_unit(const void *context, const solow_view *view, double *sums)
{
    const solow_cluster_term *term = context;
    const int32_t *code = view->key[term->key];
    if (comes_in_runs(view, code)) {
        sum_runs(term->meat, view, code, sums);
    } else {
        sum_scattered(term->meat, view, code, sums);
    }
}
