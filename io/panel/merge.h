/* merge.h - columns of another file joined to a table by one or several keys; files appended (append.h).
 *
 *   many_to_one   each key at most once in right; left rows take the values of the right row with their key
 *   one_to_one    each key at most once in left, too; where left's rows are spread over ranks, report.right_takers of all
 *                 ranks must be added before that is known
 *
 * Keys are equal when all their parts are: numbers by value, text byte for byte. Missing keys match nothing. A rank that
 * holds some of left's rows joins them to all of right's.
 */
#ifndef SOLOW_IO_PANEL_MERGE_H
#define SOLOW_IO_PANEL_MERGE_H

#include "io/job/job.h"
#include "io/panel/append.h"
#include "io/panel/columns.h"

#define SOLOW_MERGE_HINT_BYTES 512

typedef struct solow_merge_report {
    int64_t matched, unmatched; /* left rows, before unmatched ones are dropped */
    int32_t *right_takers;      /* [right rows] out, the caller's: how many left rows took each; NULL: not wanted */
    char hint[SOLOW_MERGE_HINT_BYTES]; /* a near miss of unmatched text keys, as a sentence; "" if none was found */
} solow_merge_report;

/* left gets right's columns named in merge->keep (all but the keys if there are none), missing where no key matches; with
 * SOLOW_UNMATCHED_DROP such rows go. merge->file is named in messages. report NULL: not wanted.
 * Errors  SOLOW_ERR_INPUT: a key that a table lacks, that is text in one and numbers in the other, or that is repeated
 *         where it must not be; a column that left has already; unmatched rows with SOLOW_UNMATCHED_ERROR */
solow_status solow_columns_merge(solow_columns *left, const solow_columns *right, const solow_merge *merge,
                                 solow_merge_report *report, solow_error *err);

/* "state 'Ohio', year 1970" of a row, cut to fit. */
void solow_merge_key_print(const solow_columns *table, ptrdiff_t count, char *const *by, int64_t row, char *text,
                           size_t bytes);

#endif
