/* absorb.h - the two passes of an absorption, on one block or many, as the engine makes them; and the same by dummies.
 *
 * Shared by the tests of kernels/sparse.
 */
#ifndef SOLOW_TESTS_SUPPORT_ABSORB_H
#define SOLOW_TESTS_SUPPORT_ABSORB_H

#include "kernels/sparse/schur.h"

typedef struct design {
    ptrdiff_t rows, ld, p;
    ptrdiff_t units;        /* 0: no local effect */
    ptrdiff_t *start;       /* [units + 1] */
    const uint8_t *present; /* or NULL */
    const double *weight;   /* or NULL */
    bool local_level;
    ptrdiff_t local_slopes;
    const double *local_slope[2];
    solow_global_layout layout;
    solow_global_set set[3];
    int32_t *code[3];
    const double *slope[3][2];
    double *x; /* [ld x p] */
} design;

typedef struct absorbed {
    double *x;                /* [ld x p] transformed */
    double *gamma;            /* panels */
    double worst;             /* certificate */
    ptrdiff_t local_rank;     /* of the local effect */
    solow_schur_facts facts;  /* of the factor */
    ptrdiff_t iterations[16]; /* ITERATIVE */
    bool converged;           /* ITERATIVE: every column */
} absorbed;

/* Blocks of about block_rows rows; kind is forced; by_parts: ITERATIVE with one graph a block, by solow_conjugate_solve. Fails
 * the test with the error's message. */
void absorb(const design *d, ptrdiff_t block_rows, solow_schur_kind kind, bool by_parts, absorbed *result);
void absorbed_clear(absorbed *result);

/* x [ld x p] out: residuals of all dummies and slopes by LAPACK's dgelsd; rank out. */
ptrdiff_t absorb_by_dummies(const design *d, double *x);

/* leverage [rows] out: of the effects alone, by the kernels (kind DENSE or SPARSE), and by the singular vectors of the
 * dummies. */
void leverage_by_kernels(const design *d, ptrdiff_t block_rows, solow_schur_kind kind, double *leverage);
void leverage_by_dummies(const design *d, double *leverage);

/* Random designs: units of 1 to 9 rows with gaps if asked for; set 0 periods, set 1 groups in `islands` islands, set 2 random
 * of 7 levels. Freed by free_design, with whatever columns a test has hung into it. */
design *random_design(uint64_t seed, ptrdiff_t units, ptrdiff_t sets, ptrdiff_t islands, bool gaps);
void free_design(design *d);
double *random_column(ptrdiff_t n, double centre);
double uniform(void); /* of the stream that random_design has seeded */

#endif
