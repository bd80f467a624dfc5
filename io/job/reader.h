/* reader.h - what the parts of job reading share: where errors go, and texts that become trees with places.
 *
 * The parts report what is wrong with the file to the diagnostics and go on; only memory ends the reading.
 */
#ifndef SOLOW_IO_JOB_READER_H
#define SOLOW_IO_JOB_READER_H

#include "io/job/job.h"

typedef struct solow_reader {
    solow_job *job;
    solow_diagnostics *diagnostics;
    const solow_estimator_names *estimators;
    ptrdiff_t estimator_count;
    const char **line; /* [lines] starts of the lines of job->text */
    ptrdiff_t lines;
    solow_list *list; /* [lists] of `lists:` */
    ptrdiff_t lists;
    bool no_memory;
} solow_reader;

enum { SOLOW_HINT_BYTES = 256 };

/* An error at the node's start. hint: a whole clause, or NULL. */
void solow_reader_error(solow_reader *reader, const solow_yaml *at, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "did you mean `name`?" in buffer, or NULL if name is NULL. */
const char *solow_reader_did_you_mean(char buffer[SOLOW_HINT_BYTES], const char *name);

/* The place of the scalar's byte at offset. */
solow_place solow_reader_place(const solow_reader *reader, const solow_yaml *scalar, ptrdiff_t offset);

/* Trees from a scalar, placed and checked; NULL or false after errors, which are reported. Another shape gives NULL or
 * false without a word: the schema has spoken. */
solow_node *solow_reader_expression(solow_reader *reader, const solow_yaml *scalar);
solow_node *solow_reader_restriction(solow_reader *reader, const solow_yaml *scalar); /* lhs = rhs */
bool solow_reader_formula(solow_reader *reader, const solow_yaml *scalar, solow_formula *formula);
/* The terms of a scalar or a list of scalars, appended to formula: `lists:`, `add:`, `drop:`. */
bool solow_reader_terms(solow_reader *reader, const solow_yaml *node, solow_formula *formula);
/* The factors of a scalar or a list of scalars: `by:`, `cluster:`. */
bool solow_reader_factors(solow_reader *reader, const solow_yaml *node, solow_terms *factors);
/* Reports err, which came from parsing or expanding the scalar, at the spot. */
void solow_reader_spot(solow_reader *reader, const solow_yaml *scalar, solow_spot spot, const char *hint,
                       const solow_error *err);

/* Copies: NULL for NULL; failures are kept in no_memory. */
char *solow_reader_copy(solow_reader *reader, const char *text);
char *solow_reader_text(solow_reader *reader, const solow_yaml *mapping, const char *key); /* NULL if absent */
/* The scalar texts of a scalar or list. */
char **solow_reader_texts(solow_reader *reader, const solow_yaml *node, ptrdiff_t *count);
/* path, or folder/path if it is relative. */
char *solow_reader_resolve(solow_reader *reader, const char *path);
/* Zeroed memory. */
void *solow_reader_allocate(solow_reader *reader, ptrdiff_t count, size_t size);

#endif
