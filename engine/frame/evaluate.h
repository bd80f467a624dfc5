/* evaluate.h - expressions over rows of a frame.
 *
 * An expression is compiled once against the frame (names resolved, types checked, parts that need all rows materialised as
 * columns) and then run over any run of whole units. Missing is NaN. Comparisons and logic give 1, 0 or missing; the log
 * of a non-positive number is missing. Lags count calendar periods inside a unit.
 */
#ifndef SOLOW_ENGINE_FRAME_EVALUATE_H
#define SOLOW_ENGINE_FRAME_EVALUATE_H

#include "engine/frame/frame.h"

typedef struct solow_program solow_program;

/* Collective: parts such as quantile(x) or mean(x, by = region) become hidden columns of the frame.
 * Errors  SOLOW_ERR_INPUT: unknown column, text where a number is needed, wrong arguments */
solow_status solow_program_create(solow_frame *frame, const solow_node *node, solow_program **program,
                                  solow_error *err);
void solow_program_destroy(solow_program *program); /* NULL is allowed */

/* Values of rows [begin, begin + rows) of this rank, whole units, into out [rows]. Not collective.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_program_run(solow_program *program, ptrdiff_t begin, ptrdiff_t rows, double *out, solow_error *err);

/* The column that the whole expression is, if it is nothing but a name of a numeric column; else NULL. */
const solow_frame_column *solow_program_column(const solow_program *program);

/* A missing value that says why: the log of a non-positive number. Arithmetic passes it on as it does any NaN; of several
 * reasons one is kept. */
double solow_missing_log(void);
bool solow_is_missing_log(double value);

/* Whether the expression is a polynomial of columns that is not a column itself (exact.c). */
bool solow_program_is_polynomial(const solow_program *program);
/* What rounding took from such an expression: low [rows] = its value, in double-double, less high [rows], its value in
 * double; 0 where the value is missing. */
void solow_program_low(const solow_program *program, ptrdiff_t begin, ptrdiff_t rows, const double *high, double *low);

/* All rows of this rank at once: out [rows]. Collective. */
solow_status solow_frame_evaluate(solow_frame *frame, const solow_node *node, double *out, solow_error *err);

#endif
