/* scores.c - see scores.h. */
#include "engine/inference/scores.h"

#include "kernels/dense/gram.h"

#include <math.h>
#include <string.h>

void solow_scores_residuals(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                            double *residual)
{
    const solow_meat_problem *p = &meat->problem;
    for (ptrdiff_t j = 0; j < p->m; j++) {
        double *e = residual + j * SOLOW_MEAT_CHUNK;
        memset(e, 0, solow_bytes(rows, sizeof *e));
        for (ptrdiff_t c = 0; c < p->columns; c++) {
            double r = p->residual[j * p->columns + c];
            const double *x = view->x + c * view->ld + first;
            for (ptrdiff_t i = 0; i < rows; i++) {
                e[i] += r * x[i]; /* no fma(): without its instruction it is a call, and this loop is hot */
            }
        }
    }
}

void solow_scores_rows(const void *context, const solow_view *view, double *values)
{
    const solow_meat *meat = context;
    const solow_meat_problem *p = &meat->problem;
    for (ptrdiff_t first = 0; first < view->rows; first += SOLOW_MEAT_CHUNK) {
        ptrdiff_t rows = view->rows - first < SOLOW_MEAT_CHUNK ? view->rows - first : SOLOW_MEAT_CHUNK;
        solow_scores_residuals(meat, view, first, rows, meat->chunk);
        for (ptrdiff_t j = 0; j < p->m; j++) {
            double *e = meat->chunk + j * SOLOW_MEAT_CHUNK;
            for (ptrdiff_t i = 0; view->weight != NULL && i < rows; i++) {
                e[i] *= view->weight[first + i];
            }
            for (ptrdiff_t l = 0; l < p->q; l++) {
                const double *z = view->x + l * view->ld + first;
                double *value = values + (j * p->q + l) * view->ld + first;
                for (ptrdiff_t i = 0; i < rows; i++) {
                    value[i] = e[i] * z[i];
                }
            }
        }
    }
}

void solow_scores_sum(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                      const double *residual, double *score)
{
    const solow_meat_problem *p = &meat->problem;
    solow_columns_view z = {view->x + first, p->q, view->ld}, e = {residual, p->m, SOLOW_MEAT_CHUNK};
    solow_gram_cross(rows, z, e, view->weight != NULL ? view->weight + first : NULL, score);
}

void solow_outer_add(ptrdiff_t d, const double *s, double factor, double *upper)
{
    for (ptrdiff_t j = 0; j < d; j++) {
        double f = factor * s[j];
        for (ptrdiff_t i = 0; f != 0 && i <= j; i++) {
            upper[j * d + i] += s[i] * f;
        }
    }
}
