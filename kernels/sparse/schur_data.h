/* schur_data.h - what a factored Schur complement holds. Internal to schur.c and selected.c. */
#ifndef SOLOW_KERNELS_SPARSE_SCHUR_DATA_H
#define SOLOW_KERNELS_SPARSE_SCHUR_DATA_H

#include "kernels/sparse/dense_factor.h"
#include "kernels/sparse/iteration.h"
#include "kernels/sparse/ldl.h"
#include "kernels/sparse/schur.h"

struct solow_schur {
    ptrdiff_t m;
    solow_schur_facts facts;
    uint8_t *ground;            /* [m] unknowns known to be redundant before factoring */
    solow_symmetric matrix;     /* SPARSE */
    solow_ldl *ldl;             /* SPARSE */
    solow_dense_factor dense;   /* DENSE */
    solow_iteration *iteration; /* ITERATIVE */
    double *work;               /* [3][m][8], 64-byte aligned enough for lanes at any double */
};

#endif
