/* global_terms.h - which rows of a block count, and with which slope. Internal to global.c and global_sums.c. */
#ifndef SOLOW_KERNELS_SPARSE_GLOBAL_TERMS_H
#define SOLOW_KERNELS_SPARSE_GLOBAL_TERMS_H

#include "kernels/sparse/global.h"

bool solow_global_absent(const solow_global *global, ptrdiff_t row);

/* Values of one part of set s: NULL for the level part. */
const double *solow_global_slope(const solow_global *global, ptrdiff_t s, ptrdiff_t part);

#endif
