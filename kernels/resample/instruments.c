/* instruments.c - see instruments.h. */
#include "kernels/resample/instruments.h"

#include "kernels/core/size.h"
#include "kernels/dense/cholesky.h"

#include <stdlib.h>
#include <string.h>

bool solow_two_stage_create(ptrdiff_t exogenous, ptrdiff_t instruments, ptrdiff_t endogenous, solow_two_stage *two)
{
    ptrdiff_t p = exogenous + instruments + endogenous + 1, square = solow_product(p, p);
    *two = (solow_two_stage){.exogenous = exogenous, .instruments = instruments, .endogenous = endogenous, .p = p};
    double *all = solow_allocate_zeroed(solow_product(5, square) + 4 * p, sizeof *all);
    two->kept = solow_allocate_zeroed(2 * p, sizeof *two->kept);
    two->gram = all;
    if (all == NULL || two->kept == NULL) {
        solow_two_stage_clear(two);
        return false;
    }
    two->used = two->kept + p;
    two->first = all + square;
    two->second = all + 2 * square;
    two->pi = all + 3 * square;
    two->system = all + 4 * square;
    two->reference = all + 5 * square;
    two->b = two->reference + p;
    two->right = two->b + p;
    two->sizes = two->right + p;
    return true;
}

void solow_two_stage_clear(solow_two_stage *two)
{
    free(two->gram);
    free(two->kept);
    *two = (solow_two_stage){0};
}

/* Column of the Gram that is column i of R. */
static ptrdiff_t place(const solow_two_stage *two, ptrdiff_t i)
{
    return i < two->exogenous ? i : i + two->instruments;
}

/* Column i of W Pi, times column c of the Gram. */
static double projected(const solow_two_stage *two, ptrdiff_t i, ptrdiff_t c)
{
    ptrdiff_t w = two->exogenous + two->instruments;
    double sum = 0;
    for (ptrdiff_t z = 0; z < w; z++) {
        sum += two->pi[i * w + z] * two->gram[c * two->p + z];
    }
    return sum;
}

/* (3) */
static void second_stage(solow_two_stage *two)
{
    ptrdiff_t p = two->p, x = two->exogenous, r = x + two->endogenous, rank;
    for (ptrdiff_t j = 0; j < r; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            two->system[j * r + i] = j < x ? two->gram[j * p + i]
                                           : projected(two, j - x, place(two, i)); /* (W pi_j)'x_i, endogenous i too */
        }
        two->right[j] = j < x ? two->gram[(p - 1) * p + j] : projected(two, j - x, p - 1);
        two->sizes[j] = two->reference[place(two, j)];
    }
    solow_cholesky_ranked(r, two->system, r, two->sizes, SOLOW_CHOLESKY_TOLERANCE, two->second, two->used, &rank);
    solow_cholesky_solve(r, two->second, two->used, 1, two->right, r);
    memset(two->b, 0, (size_t)(p - 1) * sizeof *two->b);
    for (ptrdiff_t j = 0; j < r; j++) {
        two->b[place(two, j)] = two->right[j];
        two->kept[place(two, j)] = two->used[j];
    }
}

void solow_two_stage_solve(solow_two_stage *two)
{
    ptrdiff_t p = two->p, w = two->exogenous + two->instruments, rank;
    solow_cholesky_ranked(w, two->gram, p, two->reference, SOLOW_CHOLESKY_TOLERANCE, two->first, two->kept, &rank);
    if (two->endogenous == 0) {
        memcpy(two->b, two->gram + (p - 1) * p, (size_t)w * sizeof *two->b);
        solow_cholesky_solve(w, two->first, two->kept, 1, two->b, w);
        return;
    }
    for (ptrdiff_t j = 0; j < two->endogenous; j++) {
        memcpy(two->pi + j * w, two->gram + (w + j) * p, (size_t)w * sizeof *two->pi);
    }
    solow_cholesky_solve(w, two->first, two->kept, two->endogenous, two->pi, w);
    second_stage(two);
}

void solow_two_stage_left(const solow_two_stage *two, ptrdiff_t column, double *left)
{
    ptrdiff_t x = two->exogenous, w = x + two->instruments, r = x + two->endogenous;
    memset(left, 0, (size_t)two->p * sizeof *left);
    if (two->endogenous == 0) {
        left[column] = 1;
        solow_cholesky_solve(w, two->first, two->kept, 1, left, w);
        return;
    }
    double *c = two->right;
    memset(c, 0, (size_t)r * sizeof *c);
    c[column < x ? column : column - two->instruments] = 1;
    solow_cholesky_solve(r, two->second, two->used, 1, c, r);
    memcpy(left, c, (size_t)x * sizeof *left);
    for (ptrdiff_t j = 0; j < two->endogenous; j++) {
        for (ptrdiff_t z = 0; z < w; z++) {
            left[z] += two->pi[j * w + z] * c[x + j];
        }
    }
}
