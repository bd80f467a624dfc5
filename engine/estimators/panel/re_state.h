/* re_state.h - what random effects keep between steps; private to re.c, re_setup.c, re_report.c. */
#ifndef SOLOW_ENGINE_ESTIMATORS_PANEL_RE_STATE_H
#define SOLOW_ENGINE_ESTIMATORS_PANEL_RE_STATE_H

#include "engine/estimators/linear/least_squares.h"
#include "engine/estimators/panel/components.h"
#include "engine/estimators/panel/means.h"
#include "engine/estimators/panel/period_effects.h"

typedef enum { SOLOW_RE_CENTRE, SOLOW_RE_SUMS, SOLOW_RE_PRECISE, SOLOW_RE_SHRUNK, SOLOW_RE_LAST } solow_re_phase;

typedef struct solow_re_state {
    const solow_model *model;
    const solow_shape *shape;
    solow_arena *arena;
    solow_re_phase phase;
    solow_component_method method;
    bool random[SOLOW_WAYS];
    ptrdiff_t p;                              /* regressors with the constant, and the outcome */
    ptrdiff_t *column;                        /* [p] regressors, then the outcome */
    ptrdiff_t constant;                       /* among the regressors, -1: none */
    double *centre, *sum, *before;            /* [p] */
    double *within;                           /* [2 p^2] high and low parts */
    double *total, *between, *summed;         /* [p x p]; the last two by period */
    double *across[2], *through[2], *scratch; /* [p x p], [periods x p] twice */
    solow_panel_sums sums;
    double *store, *level; /* [length of sums], [periods x columns] */
    solow_period_effects *effects;
    double ways_rank;
    solow_components components;
    solow_least_squares *gls;
    solow_means *layer; /* NULL: the engine's own transform serves */
} solow_re_state;

/* Method and ways from the model's options, arrays from the arena; refuses what has no random effects. */
size_t solow_re_bytes(const solow_model *model, const solow_shape *shape);
solow_status solow_re_create(const solow_model *model, const solow_shape *shape, solow_arena *arena,
                             solow_re_state **made, solow_error *err);
extern const solow_option solow_re_options[];

solow_status solow_re_report_components(const solow_re_state *s, solow_record *record, solow_error *err);

#endif
