/* iv_data.h - the state of an instrumental-variables estimate; private to the iv files. Symbols of iv.h.
 *
 * Columns after the rank decision, in this order everywhere: X1 (k1, the constant first), Z2 (l2), Y2 (k2), y. So Z is the
 * first l = k1 + l2 of them, and column j of X is j for j < k1, l + j - k1 beyond.
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_LINEAR_IV_DATA_H
#define SOLOW_ENGINE_ESTIMATORS_LINEAR_IV_DATA_H

#include "engine/estimators/linear/normal.h"
#include "engine/inference/vcov.h"

typedef enum { SOLOW_IV_2SLS, SOLOW_IV_LIML, SOLOW_IV_FULLER, SOLOW_IV_GMM, SOLOW_IV_CUE } solow_iv_method;

/* Residuals whose scores one pass sums, as places in R: e, first-stage v_j, Y2 after X1 alone, reduced form r, X of cue. */
enum { SOLOW_IV_E = 0, SOLOW_IV_V = 1 };

typedef struct solow_iv_state {
    const solow_model *model;
    const solow_shape *shape;
    solow_arena *arena;
    solow_iv_method method;
    double fuller, kappa; /* a of (3); k of (3), 1 for 2sls */
    bool report_first, report_reduced;
    solow_weight_type weights;
    double effects_rank, nobs;
    ptrdiff_t offered, exogenous; /* columns of Z before the rank decision, of which X1 */
    ptrdiff_t *wanted;            /* [offered + k2 + 1] of the first passes */
    const char **wanted_name;     /* [offered + k2 + 1] */
    solow_normal *rank;           /* of Z */
    ptrdiff_t constant;           /* place among X1, -1: none */
    ptrdiff_t k1, l2, k2, l, k, p, m;
    ptrdiff_t *column;  /* [p] */
    const char **name;  /* [p] */
    ptrdiff_t *place;   /* [p] of a kept column among the wanted */
    bool *kept;         /* [offered + k2 + 1] scratch of a factorisation */
    double *gram, *low; /* [p x p]; low parts, zero in double */
    double *moments;    /* [2 (offered + k2 + 1) + 2] as in least_squares.h */
    ptrdiff_t moment_columns;
    double *c;                  /* [l x k] C */
    double *pi;                 /* [l x (k2 + 1)] (Z'Z)^-1 Z'[Y2 y] */
    double *phi;                /* [k1 x (l2 + k2 + 1)] (X1'X1)^-1 X1'[Z2 Y2 y] */
    double *zz_inverse;         /* [l x l] */
    double *bread, *v, *b, *df; /* [k x k], [k x k], [k], [k] */
    double *residual;           /* [p x m] R */
    double *s, *raw;            /* [ml x ml] meat with the structural factor; without any */
    double *weight;             /* [l x l] W of (4), (5) */
    double *meat_e;             /* [l x l] meat of e, with the structural factor */
    double *work;               /* [solow_iv_work] */
    double *form[3];            /* [p x p] leverages of iv_leverage.c: structural, first stage, X1 alone; hc2 and hc3 */
    const double **leverage;    /* [m] which of them each residual has */
    bool precise;
    double rss, tss, within_tss, mean_y, j;
    solow_small_sample sample, first; /* structural; first stage and reduced form */
    solow_vcov_facts facts;
    solow_meat *meat;
    const char *save[1];
    bool converged; /* of cue; true otherwise */
    int iterations, phase;
} solow_iv_state;

ptrdiff_t solow_iv_work(ptrdiff_t p, ptrdiff_t m, ptrdiff_t l);

/* Column of the Gram that is column j of X. */
ptrdiff_t solow_iv_x(const solow_iv_state *s, ptrdiff_t j);
/* Places in R. */
ptrdiff_t solow_iv_partialled(const solow_iv_state *s); /* Y2 after X1: first of k2 */
ptrdiff_t solow_iv_reduced(const solow_iv_state *s);    /* r */
ptrdiff_t solow_iv_moving(const solow_iv_state *s);     /* X of cue: first of k */

/* Inverse of a symmetric positive definite matrix [k x k]; false if its rank is below k (by 1e-12 of its diagonal).
 * Takes from and gives back to the arena. */
size_t solow_iv_inverse_bytes(ptrdiff_t k);
bool solow_iv_inverse(const solow_iv_state *s, ptrdiff_t k, const double *a, double *inverse);

/* iv_setup.c: sizes before the rank decision, the largest they can become; memory; columns. */
typedef struct solow_iv_sizes {
    ptrdiff_t exogenous, offered, k2, all, k, m;
} solow_iv_sizes;
solow_iv_sizes solow_iv_sizes_of(const solow_shape *shape, solow_iv_method method);
size_t solow_iv_bytes(const solow_model *model, const solow_shape *shape, solow_iv_method method);
solow_status solow_iv_take(solow_iv_state *s, solow_iv_sizes n, solow_error *err);
/* X1, Z2, Y2, y as the first passes want them. */
void solow_iv_choose_columns(solow_iv_state *s);
/* false: the double-double Gram is needed. gram [all x all], twice if s->precise. */
bool solow_iv_find_rank(solow_iv_state *s, const double *gram);
/* Sizes and the Gram of what is kept of Z, with Y2 and y.
 * Errors  SOLOW_ERR_NUMERIC with a sentence: too few instruments or rows are left */
solow_status solow_iv_keep(solow_iv_state *s, const double *gram, solow_error *err);

/* iv_solve.c: projections on Z and X1, then (2), (3) and the residuals R.
 * Errors  SOLOW_ERR_NUMERIC with a sentence: not identified */
solow_status solow_iv_project(solow_iv_state *s, solow_error *err);
solow_status solow_iv_k_class(solow_iv_state *s, solow_error *err);
void solow_iv_residuals(solow_iv_state *s);
/* (4) given raw: b, W and j. (6). */
solow_status solow_iv_gmm(solow_iv_state *s, solow_error *err);
solow_status solow_iv_variance(solow_iv_state *s, solow_error *err);
/* Influence of coefficient number term: a = Z C B_term, or Z W D B_term for gmm and cue. */
void solow_iv_influence(const solow_iv_state *s, ptrdiff_t term, solow_influence *influence);
/* iv_cue.c: (5) from the raw meat of the first pass. */
size_t solow_iv_cue_bytes(ptrdiff_t k, ptrdiff_t l);
solow_status solow_iv_cue(solow_iv_state *s, solow_error *err);

/* iv_leverage.c: forms for hc2 and hc3, and which residual has which. NULL: another variance.
 * Errors  SOLOW_ERR_NUMERIC: gmm and cue, whose weight is a matrix of moments */
solow_status solow_iv_leverages(solow_iv_state *s, solow_error *err);

/* Block (a, b) of a meat [ml x ml]: out [l x l], scores of residual a by those of residual b. */
void solow_iv_block(const solow_iv_state *s, const double *meat, ptrdiff_t a, ptrdiff_t b, double *out);

/* iv_report.c */
solow_status solow_iv_report(const solow_iv_state *s, solow_record *record, solow_error *err);

#endif
