/* made_sweep.h - one model's sweep over a frame in memory, and its data as plain arrays beside it. */
#ifndef SOLOW_TESTS_SUPPORT_MADE_SWEEP_H
#define SOLOW_TESTS_SUPPORT_MADE_SWEEP_H

#include "engine/pass/pass.h"
#include "tests/support/made_panel.h"

typedef struct made_sweep {
    solow_frame *frame;
    solow_job job;
    solow_design design;
    solow_model_effects effects;
    solow_sample sample;
    const solow_design_column **column;
    ptrdiff_t *place; /* 0, 1, 2, ... */
    ptrdiff_t keys;
    const solow_factor *key[4]; /* of vcov: {cluster: [...]} */
    solow_sweep sweep;
} made_sweep;

/* model: lines of a model's mapping, as `formula: y ~ x | firm, weights: w`. Fails the test unless it can be made. */
void made_sweep_open(solow_frame *frame, const char *model, made_sweep *made);
void made_sweep_clear(made_sweep *made);

/* One want through one pass; the test fails unless it can be served. The result is malloc'ed (NULL for MAP). */
double *made_sweep_pass(made_sweep *made, const solow_want *want, solow_frame_column **saved, int64_t *rows);

/* The present rows of the model over all ranks: values before any transform, and levels. All malloc'ed. */
typedef struct made_rows {
    ptrdiff_t rows, columns;
    double *x;      /* [rows x columns] */
    double *weight; /* [rows], 1 without weights */
    double *unit, *time;
    double *key[4];   /* [rows] codes */
    double *level[4]; /* [rows] codes of effect e */
    double *slope[4]; /* [rows] of its first slope, or NULL */
} made_rows;
void made_rows_read(made_sweep *made, made_rows *rows);
void made_rows_clear(made_rows *rows);

/* The effects as dummies and slopes, by LAPACK's singular values: within [rows x columns] out, residuals of every column;
 * leverage [rows] out, the diagonal of the projection. Returns the rank. */
ptrdiff_t made_rows_project(const made_sweep *made, const made_rows *rows, double *within, double *leverage);

#endif
