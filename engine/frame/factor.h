/* factor.h - columns and expressions as classifications: effects, clusters, by, i().
 *
 * Codes are dense over all ranks and follow the order of values, so they do not depend on ranks or byte ranges. Factors are
 * kept in the frame by their text: asked for twice, made once. Collective.
 */
#ifndef SOLOW_ENGINE_FRAME_FACTOR_H
#define SOLOW_ENGINE_FRAME_FACTOR_H

#include "engine/frame/frame.h"

/* node: a name, an expression, or a ^ b of up to four factors. The factor belongs to the frame.
 * Errors  SOLOW_ERR_INPUT for an unknown column or more than 2^31 levels */
solow_status solow_frame_factor(solow_frame *frame, const solow_node *node, const solow_factor **factor,
                                solow_error *err);

/* The combination a ^ b ^ ... of count nodes of the job (1 to 4): clusters of several ways, `by` columns.
 * Errors  as solow_frame_factor */
solow_status solow_frame_factor_join(solow_frame *frame, ptrdiff_t count, solow_node *const *node,
                                     const solow_factor **factor, solow_error *err);

/* The unit column's factor, made of codes that are there: frame->unit, or those of a text column. value: [levels] of a
 * numeric column, or of units that stand several times, taken over; NULL for text. Kept under the column's name, and in frame->unit_factor. */
solow_status solow_frame_unit_factor(solow_frame *frame, const solow_frame_column *column, int32_t levels,
                                     double *value, solow_error *err);

/* A factor of codes that are there, under the name by which it will be asked for; code [rows] and value [levels] are taken
 * over, also on failure. Collective. Errors  SOLOW_ERR_MEMORY */
solow_status solow_frame_add_factor(solow_frame *frame, const char *name, int32_t levels, int32_t *code, double *value,
                                    solow_error *err);

/* Calendar periods as a factor: code = period - first period of the frame, so periods without rows have a code too. Named
 * "(time)"; made once. The frame must have time. */
solow_status solow_frame_time_factor(solow_frame *frame, const solow_factor **factor, solow_error *err);

/* Levels [levels] in rising order of a numeric identifier: from 2^53 on doubles skip whole numbers, so two identifiers of a file
 * may have become one. Errors  SOLOW_ERR_INPUT names the first; the same on every rank, without a message between them */
solow_status solow_refuse_long_numbers(const char *name, int32_t levels, const double *value, solow_error *err);

/* Codes of numbers: distinct values over all ranks in rising order, NaN as -1. value is malloc'ed [*levels].
 * code [rows]. Integers in a narrow range go by a table, others by hashing. */
solow_status solow_code_numbers(solow_comm *comm, ptrdiff_t rows, const double *number, int32_t *code, int32_t *levels,
                                double **value, solow_error *err);

/* The level's label as printed: text itself, numbers by %.15g, combinations joined with "^"; malloc'ed. */
char *solow_factor_label(const solow_factor *factor, int32_t level);

#endif
