/* diff.h - two result files compared cell by cell.
 *
 * All tables but timing, inputs and provenance, the covariance entries, and the saved columns. Rows are matched by what
 * names them (model, group, term, ...), so that a job with its models in another order compares equal.
 */
#ifndef SOLOW_IO_REPORT_DIFF_H
#define SOLOW_IO_REPORT_DIFF_H

#include "io/report/buffer.h"
#include "io/result/results.h"

/* Appends a line a difference (at most 100 a table, then how many more) to out and counts them all.
 * tolerance  relative to the larger of the two numbers; 0: equal numbers only. NaN equals NaN.
 * Errors     SOLOW_ERR_MEMORY */
solow_status solow_results_diff(const solow_results *a, const solow_results *b, double tolerance, solow_buffer *out,
                                int64_t *differences, solow_error *err);

#endif
