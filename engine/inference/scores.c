/* scores.c - see scores.h. */
#include "engine/inference/scores.h"

#include "kernels/dense/gram.h"

void solow_scores_residuals(const solow_meat *meat, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                            double *residual)
{
    const solow_meat_problem *p = &meat->problem;
    for (ptrdiff_t j = 0; j < p->m; j++) {
        solow_combine_columns(rows, p->columns, p->residual + j * p->columns, view->x + first, view->ld,
                              residual + j * SOLOW_MEAT_CHUNK);
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
