/* design.h - a model's columns: outcome, constant, regressors, endogenous, instruments, as recipes that fill a block.
 *
 * A term is a frame column, a compiled expression, a dummy of a factor's level, or a dummy times either. Nothing is stored
 * for the whole frame; a block is filled from the recipes while it is in cache.
 */
#ifndef SOLOW_ENGINE_FRAME_DESIGN_H
#define SOLOW_ENGINE_FRAME_DESIGN_H

#include "engine/estimators/estimator.h"
#include "engine/frame/evaluate.h"
#include "engine/frame/factor.h"

typedef struct solow_design_column {
    char *name; /* term as printed */
    solow_role role;
    solow_program *program;           /* NULL: 1 in every row */
    const solow_frame_column *column; /* the frame column that the program is, or NULL */
    const solow_factor *factor;       /* dummy of `level`, times the program's value; NULL: no dummy */
    int32_t level;
} solow_design_column;

typedef struct solow_design {
    ptrdiff_t columns, capacity;
    solow_design_column *column;
} solow_design;

/* where [rows]: rows that factor levels are taken from (levels without a row make no dummy); NULL: all. Collective.
 * Errors  SOLOW_ERR_INPUT with a sentence that names the term */
solow_status solow_design_create(solow_frame *frame, const solow_model *model, const uint8_t *where,
                                 solow_design *design, solow_error *err);
/* Appends a dummy of role DUMMY for every level. Errors  SOLOW_ERR_MEMORY */
solow_status solow_design_spell(solow_design *design, const solow_factor *factor, solow_error *err);
void solow_design_clear(solow_design *design);

/* Values of one column in rows [begin, begin + rows), whole units, missing as NaN. out [rows]. */
solow_status solow_design_fill(const solow_design_column *column, ptrdiff_t begin, ptrdiff_t rows, double *out,
                               solow_error *err);
/* Whether the column is a polynomial of columns, and then what rounding took from high [rows]: low [rows]. */
bool solow_design_is_polynomial(const solow_design_column *column);
void solow_design_low(const solow_design_column *column, ptrdiff_t begin, ptrdiff_t rows, const double *high,
                      double *low);
/* Whether the column can be missing anywhere. */
bool solow_design_may_miss(const solow_design_column *column);

#endif
