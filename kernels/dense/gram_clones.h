/* gram_clones.h - the task that the three clones of the Gram kernel share; private to kernels/dense. */
#ifndef SOLOW_KERNELS_DENSE_GRAM_CLONES_H
#define SOLOW_KERNELS_DENSE_GRAM_CLONES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct solow_gram_task {
    ptrdiff_t rows, p, q;
    const double *left, *right; /* [rows x p], [rows x q]; the same columns if upper */
    ptrdiff_t ld_left, ld_right;
    const double *weight; /* NULL: ones */
    double *gram;         /* [p x q] */
    ptrdiff_t ld_gram;
    bool upper; /* entries i <= j only */
} solow_gram_task;

void solow_gram_portable(const solow_gram_task *task);
void solow_gram_avx2(const solow_gram_task *task);
void solow_gram_avx512(const solow_gram_task *task);

#endif
