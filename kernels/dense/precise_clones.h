/* precise_clones.h - the task that the three clones of the double-double Gram share; private to kernels/dense. */
#ifndef SOLOW_KERNELS_DENSE_PRECISE_CLONES_H
#define SOLOW_KERNELS_DENSE_PRECISE_CLONES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct solow_precise_task {
    ptrdiff_t rows, columns, ld;
    const double *x, *weight; /* [rows x columns]; [rows] or NULL */
    double *high, *low;       /* [columns x columns], upper triangle */
} solow_precise_task;

void solow_precise_portable(const solow_precise_task *task);
void solow_precise_avx2(const solow_precise_task *task);
void solow_precise_avx512(const solow_precise_task *task);

#endif
