/* submodel.h - any regression on some of a union's columns, from small matrices alone.
 *
 *   (1) union       X = Q R, Q'WQ = s I, y = Q c + e_y with Q'We_y = 0      (R [r x p], c [r]: union_basis.h)
 *   (2) submodel    columns S: R_S = Q_S U_S by modified Gram-Schmidt, twice; Q_S [r x k], U_S upper triangular
 *   (3) dropped     a column whose own part is at most least_j of its square: it is what the kept ones before it explain
 *   (4) estimate    b = U_S^-1 Q_S'c;   rho = c - Q_S Q_S'c;   residual e_y + Q rho;   rss = e_y'We_y + s rho'rho
 *   (5) bread       (X_S'WX_S)^-1 = U_S^-1 U_S^-T / s
 *   (6) variance    U_S^-1 Q_S' M Q_S U_S^-T / s^2, M the meat along Q of the residual (pair_gram.h, a = (rho, 1))
 *
 * The condition of the columns enters once, by U_S^-1, never squared: no Gram of X is formed here.
 *
 * Source    Gram-Schmidt twice: Giraud, Langou & Rozloznik (2005), Computers & Math. with Applications 50, 1069-1075.
 * Cost      4 r k^2 + k^3 flops for (2), r k + k^2 for (4), r^2 k + 2 k^3 for (6)
 * Checked   tests/kernels/dense/test_submodel.c against a sandwich in long double
 */
#ifndef SOLOW_KERNELS_DENSE_SUBMODEL_H
#define SOLOW_KERNELS_DENSE_SUBMODEL_H

#include "kernels/dense/union_basis.h"

typedef struct solow_submodel {
    ptrdiff_t kept;    /* columns after (3) */
    ptrdiff_t *column; /* [kept] of the union */
    double *q;         /* [ld x most + 1] Q_S; one more column for work */
    double *inverse;   /* [most x most] U_S^-1, leading dimension most, upper triangular */
    ptrdiff_t most;    /* columns that there is room for */
    double *work;      /* [ld x most + 2 most^2 + ld^2] */
} solow_submodel;

size_t solow_submodel_need(const solow_union_basis *basis, ptrdiff_t most);
/* Errors  SOLOW_ERR_MEMORY: the arena is full */
solow_status solow_submodel_init(const solow_union_basis *basis, ptrdiff_t most, solow_arena *arena,
                                 solow_submodel *submodel, solow_error *err);

/* (2), (3). column [count] of the union, in the order that decides what is dropped; kept [count] out. */
void solow_submodel_factor(const solow_union_basis *basis, ptrdiff_t count, const ptrdiff_t *column,
                           solow_submodel *submodel, bool *kept);
/* (4). c [ld] zero beyond rank; b [kept], rho [ld] out. Returns rho'rho. */
double solow_submodel_solve(const solow_union_basis *basis, const solow_submodel *submodel, const double *c, double *b,
                            double *rho);
/* (5) times factor: v [kept x kept] full symmetric. */
void solow_submodel_bread(const solow_union_basis *basis, const solow_submodel *submodel, double factor, double *v);
/* (6) times factor. meat: packed pairs along Q. */
void solow_submodel_variance(const solow_union_basis *basis, const solow_submodel *submodel, const double *meat,
                             double factor, double *v);
/* What column `column` of the union is in terms of the kept columns: combination [kept] out. */
void solow_submodel_combination(const solow_union_basis *basis, const solow_submodel *submodel, ptrdiff_t column,
                                double *combination);

#endif
