/* ldl_data.h - what a sparse factor holds. Internal to ldl.c and selected.c. */
#ifndef SOLOW_KERNELS_SPARSE_LDL_DATA_H
#define SOLOW_KERNELS_SPARSE_LDL_DATA_H

#include "kernels/sparse/ldl.h"

struct solow_ldl {
    ptrdiff_t m;
    int32_t *order;   /* [m] unknown at each place of the elimination */
    int32_t *place;   /* [m] its inverse */
    int32_t *parent;  /* [m] elimination tree, -1 at roots */
    ptrdiff_t *start; /* [m + 1] columns of L below the diagonal */
    int32_t *row;     /* [start[m]] places, rising in each column; NULL before the factor */
    double *value;    /* [start[m]] */
    double *inverse;  /* [m] 1 / d, 0 where dropped */
};

#endif
