/* estimator.h - what an estimator is: a step machine over sufficient statistics.
 *
 * An estimator never loops over the frame and knows no MPI, file or YAML tree. `begin` states wants; the engine makes the
 * passes, fuses the wants of many models, sums over blocks in a fixed tree, and calls `step` with the sums until no want is
 * left; `report` then fills the record. Every rank runs the same machine on the same sums.
 *
 *   want               result [doubles]
 *   SOLOW_GRAM         columns^2: X'WX over the wanted columns of the transformed data, full symmetric, column-major
 *   SOLOW_GRAM_PRECISE 2 columns^2: the same in double-double, high parts then low parts (kernels/dense/compensated.h)
 *                      and, without transform, of polynomials (x^10) with what rounding took from them (pass/exact_gram.h)
 *   SOLOW_UNIT         sums: whatever `unit` added up, view by view
 *   SOLOW_KEYED        levels(key) x sums, row-major by level: sums over the rows of each level of the `rows` function's values
 *   SOLOW_GATHER       present rows x columns, column-major, over the whole sample, in frame order; then key codes and time
 *                      as doubles in further columns, in the order of solow_shape.key
 *   SOLOW_MAP          nothing: `map` returns columns per row that the engine stores under saved names
 */
#ifndef SOLOW_ENGINE_ESTIMATORS_ESTIMATOR_H
#define SOLOW_ENGINE_ESTIMATORS_ESTIMATOR_H

#include "engine/estimators/record.h"
#include "engine/pass/view.h"
#include "io/job/job.h"
#include "kernels/core/arena.h"

typedef enum {
    SOLOW_TRANSFORM_NONE,
    SOLOW_TRANSFORM_WITHIN, /* residuals of the model's effects (of nothing, if there are none) */
    SOLOW_TRANSFORM_BETWEEN, /* one row a unit: the mean over its present rows, in the unit's first present row, weight 1 */
    SOLOW_TRANSFORM_DIFFERENCE, /* x_t - x_{t-1}, consecutive calendar periods only; other rows become absent;
                                   a column of role CONSTANT is 1 in the rows left: a drift */
    SOLOW_TRANSFORM_QUASI,      /* x - theta_i mean_i(x), theta_i = 1 - sqrt(sigma2_e / (T_i sigma2_u + sigma2_e)) */
    SOLOW_TRANSFORM_UNIT_WITHIN /* x - mean_i(x) by unit, whatever effects the model has */
} solow_transform_kind;

typedef struct solow_transform {
    solow_transform_kind kind;
    double sigma2_e, sigma2_u; /* QUASI only */
} solow_transform;

typedef enum { SOLOW_GRAM, SOLOW_GRAM_PRECISE, SOLOW_UNIT, SOLOW_KEYED, SOLOW_GATHER, SOLOW_MAP } solow_want_kind;

typedef struct solow_want {
    solow_want_kind kind;
    solow_transform transform;
    ptrdiff_t columns;
    const ptrdiff_t *column; /* [columns] indices into solow_shape.column: the columns of view->x, in this order */
    bool effect_leverage;    /* fill view->effect_leverage */
    ptrdiff_t sums;          /* UNIT: doubles added to; KEYED: values a row; MAP: columns a row */
    ptrdiff_t key;           /* KEYED: index into solow_shape.key */
    void (*unit)(const void *context, const solow_view *view, double *sums); /* UNIT: sums [sums] += ... */
    void (*rows)(const void *context, const solow_view *view,
                 double *values); /* KEYED, MAP: values [ld x sums], 0 where absent */
    const char *const *save;      /* MAP: [sums] names of the saved columns */
    const void *context;          /* handed to the function; lives in the estimator's state */
} solow_want;

enum { SOLOW_WANTS = 16 };

typedef struct solow_wants {
    ptrdiff_t count; /* 0: finished */
    solow_want want[SOLOW_WANTS];
} solow_wants;

typedef struct solow_stats {
    ptrdiff_t count;
    const double *result[SOLOW_WANTS]; /* as the table above says; for GATHER, rows[i] rows */
    int64_t
        rows[SOLOW_WANTS]; /* GATHER: present rows; BETWEEN and DIFFERENCE wants: rows left; else rows of the sample */
} solow_stats;

typedef enum {
    SOLOW_ROLE_OUTCOME,
    SOLOW_ROLE_CONSTANT,
    SOLOW_ROLE_REGRESSOR,
    SOLOW_ROLE_ENDOGENOUS,
    SOLOW_ROLE_INSTRUMENT,
    SOLOW_ROLE_EXTRA,
    SOLOW_ROLE_DUMMY /* of an absorbed effect: zero after the within transform */
} solow_role;

typedef struct solow_shape_column {
    const char *name; /* term as printed */
    solow_role role;
} solow_shape_column;

typedef struct solow_shape_effect {
    const char *name;
    int64_t levels;     /* in the sample */
    int64_t parameters; /* columns of its dummies and slopes before redundancy: levels x (level + slopes) */
    const bool *nested; /* [keys] whether each level lies inside one level of the key */
    bool spelled;       /* its dummies are among the columns too, with role DUMMY: cr2 and cr3 across clusters */
} solow_shape_effect;

typedef struct solow_shape_key {
    const char *name; /* "state", "state^year", "(time)" */
    int64_t levels;   /* codes are 0 .. levels - 1; some may have no row in the sample */
    int64_t present;  /* levels with a row in the sample */
    bool local;       /* every level lies inside one unit, hence inside one block */
    int first_period; /* of the "(time)" key: code = period - first_period, so empty calendar periods exist */
} solow_shape_key;

/* What an estimator knows of its data before the first pass: one model's sample, columns, effects and keys. */
typedef struct solow_shape {
    int64_t rows;       /* of the sample */
    double sum_weights; /* rows when unweighted */
    int64_t nobs;       /* rows, or the sum of frequency weights */
    bool has_units, has_time;
    int64_t units, periods; /* in the sample */
    int64_t longest_unit;   /* rows of the longest unit in the sample */
    bool balanced;
    ptrdiff_t columns;
    const solow_shape_column *column; /* outcome, constant if any, regressors, endogenous, instruments, extra */
    ptrdiff_t effects;
    const solow_shape_effect *effect;
    int64_t effects_rank;    /* columns that the effects take in all: exact */
    bool effects_rank_exact; /* false: from pivots of a factor (three or more sets): flagged numerical */
    int64_t components;      /* connected components of the first two sets; 0 when there are fewer than two */
    ptrdiff_t keys;
    const solow_shape_key
        *key; /* vcov.cluster in order; then for several ways every intersection, in the order of bit masks
                                    3, 5, 6, 7, ...; then "(time)" if the panel has time */
    ptrdiff_t cluster_keys; /* how many of them are for the clusters, intersections included */
} solow_shape;

typedef struct solow_cost {
    size_t arena_bytes;
    double passes, flops;
} solow_cost;

/* How one coefficient moves with the rows: b - beta = sum over rows of w e a to first order, e = sum_c residual_c x_c and
 * a = sum_c weight_c x_c over the wanted columns. It is what joins the variances of several estimates
 * (engine/inference/compare.h). */
typedef struct solow_influence {
    solow_transform transform;
    ptrdiff_t columns;       /* 0: the estimate has no scores that could be stacked */
    const ptrdiff_t *column; /* [columns] indices into solow_shape.column */
    const double *residual;  /* [columns] */
    double *weight;          /* room for solow_shape.columns doubles, the caller's; the first `columns` are filled */
    double k, effects_rank, nobs; /* as solow_small_sample_of takes them */
} solow_influence;

typedef struct solow_estimator {
    const char *name, *also_known_as, *title, *cite;
    int revision;     /* rises when digits change */
    bool instruments; /* the formula may have an instrument part */
    bool needs_units, needs_time;
    const solow_option *options; /* typed; validation, schema, help; ends with a NULL name */
    solow_status (*plan)(const solow_model *model, const solow_shape *shape, solow_cost *cost, solow_error *err);
    solow_status (*begin)(const solow_model *model, const solow_shape *shape, solow_arena *arena, void **state,
                          solow_wants *first, solow_error *err);
    solow_status (*step)(void *state, const solow_stats *stats, solow_wants *next, solow_error *err);
    solow_status (*report)(const void *state, solow_record *record, solow_error *err);
    /* Of term number `term` of the record that report has filled; NULL: the estimator has no scores to stack. */
    void (*influence)(const void *state, ptrdiff_t term, solow_influence *influence);
    void (*end)(void *state); /* NULL allowed: the arena owns everything */
} solow_estimator;

#endif
