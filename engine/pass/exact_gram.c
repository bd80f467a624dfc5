/* exact_gram.c - see exact_gram.h. */
#include "engine/pass/exact_gram.h"

#include "kernels/dense/compensated.h"

#include <stdlib.h>
#include <string.h>

solow_status solow_exact_gram_open(const solow_block *block, ptrdiff_t columns, const ptrdiff_t *gram_column,
                                   solow_exact_gram *exact, solow_error *err)
{
    *exact = (solow_exact_gram){.columns = columns,
                                .column = solow_allocate(columns, sizeof *exact->column),
                                .place = solow_allocate(columns, sizeof *exact->place)};
    if (exact->column == NULL || exact->place == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Gram's columns");
    }
    for (ptrdiff_t c = 0; c < columns; c++) {
        const solow_design_column *column = block->column[gram_column[c]];
        if (solow_design_is_polynomial(column)) {
            exact->column[exact->lows] = column;
            exact->place[exact->lows++] = c;
        }
    }
    if (exact->lows == 0) {
        return SOLOW_OK;
    }
    ptrdiff_t all = columns + exact->lows;
    exact->x = solow_allocate(solow_product(block->most_rows, all), sizeof *exact->x);
    exact->cells = solow_allocate(2 * all * all, sizeof *exact->cells);
    return exact->x != NULL && exact->cells != NULL ? SOLOW_OK
                                                    : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Gram");
}

void solow_exact_gram_add(solow_exact_gram *exact, const solow_block *block, const double *x, double *precise)
{
    const solow_view *view = &block->view;
    ptrdiff_t columns = exact->columns, lows = exact->lows, all = columns + lows, ld = view->ld;
    ptrdiff_t begin = (ptrdiff_t)(view->first_row - block->frame->layout.first_row);
    double *high = exact->cells, *low = high + all * all;
    if (lows == 0) {
        return;
    }
    memcpy(exact->x, x, solow_bytes(ld * columns, sizeof *x));
    for (ptrdiff_t l = 0; l < lows; l++) {
        double *to = exact->x + (columns + l) * ld;
        solow_design_low(exact->column[l], begin, view->rows, x + exact->place[l] * ld, to);
        for (ptrdiff_t i = 0; i < ld; i++) {
            to[i] = i < view->rows && view->present[i] != 0 ? to[i] : 0;
        }
    }
    memset(high, 0, solow_bytes(2 * all * all, sizeof *high));
    solow_gram_precise(view->rows, all, exact->x, ld, view->weight, high, low);
    for (ptrdiff_t l = 0; l < lows; l++) { /* x_i'l_j is entry (i, columns + l) */
        for (ptrdiff_t i = 0; i < columns; i++) {
            ptrdiff_t j = exact->place[l], from = (columns + l) * all + i;
            ptrdiff_t to = i <= j ? j * columns + i : i * columns + j;
            for (int twice = i == j ? 2 : 1; twice > 0; twice--) {
                solow_sum_precise(1, precise + to, precise + columns * columns + to, high + from, low + from);
            }
        }
    }
}

void solow_exact_gram_clear(solow_exact_gram *exact)
{
    free(exact->column);
    free(exact->place);
    free(exact->x);
    free(exact->cells);
    *exact = (solow_exact_gram){0};
}
