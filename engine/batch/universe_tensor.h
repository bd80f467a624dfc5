/* universe_tensor.h - pair Grams of a union's rows in its basis, summed into the tensor; see universe_union.h. */
#ifndef SOLOW_ENGINE_BATCH_UNIVERSE_TENSOR_H
#define SOLOW_ENGINE_BATCH_UNIVERSE_TENSOR_H

#include "engine/batch/universe_union.h"
#include "kernels/dense/pair_gram.h"

typedef struct solow_tensor_work { /* what a pass needs beside the view */
    const solow_union *united;
    ptrdiff_t width, key; /* columns of [Q e]; index into the view's keys */
    bool frequency;
    solow_arena arena;
    double *z, *other, *block; /* [most rows x width] twice, [width x width] */
    solow_pair_chunk chunk;
} solow_tensor_work;

/* Errors  SOLOW_ERR_MEMORY */
solow_status solow_tensor_work_init(const solow_union *u, solow_tensor_work *work, solow_error *err);
void solow_tensor_work_clear(solow_tensor_work *work);

/* UNIT: the Gram of [Q e], width x width, upper triangle. */
void solow_tensor_gram(const void *context, const solow_view *view, double *sums);

/* The last pass: u->tensor. Collective. */
solow_status solow_tensor_make(solow_union *u, solow_error *err);

#endif
