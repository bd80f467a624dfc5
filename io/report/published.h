/* published.h - ours beside theirs: the figures that a job quotes from a paper, and whether the results reach them.
 *
 *   matches                |ours - published| is at most the tolerance: half a unit of the last printed digit (ties
 *                          included), unless the job gives another
 *   last digit off by one  at most one and a half units
 *   miss                   more, or there is no such figure
 */
#ifndef SOLOW_IO_REPORT_PUBLISHED_H
#define SOLOW_IO_REPORT_PUBLISHED_H

#include "io/job/job.h"
#include "io/report/buffer.h"
#include "io/result/results.h"

/* Digits after the point of a printed number: 0.30 has 2, 816 none, 1.5e-4 has 5, 12e3 has -3; 0 if it is no number. */
int solow_printed_digits(const char *text);

/* The verdict on one figure. text as printed; tolerance NaN: half a unit of its last digit. */
const char *solow_published_verdict(const char *text, double published, double tolerance, double ours);

/* Appends to results->published a row for each figure under the model's `published:`, looked up in tidy, effects, glance
 * and tests; kinds are term, effect, glance and test. A figure for a term or test that the model lacks is a miss, and a
 * diagnostic `published` holds a sentence that lists what there is.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_published_compare(const solow_model *model, solow_results *results, solow_error *err);

typedef struct solow_published_counts {
    int64_t matches, off_by_one, misses;
} solow_published_counts;

/* Appends a comparison for the terminal: a table a model, then the counts in a sentence.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_published_print(const solow_results *results, ptrdiff_t width, bool colour, solow_buffer *out,
                                   solow_published_counts *counts, solow_error *err);

#endif
