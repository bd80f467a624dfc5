/* sample_data.h - a small panel in memory for tests: CSV columns by name, text as sorted codes.
 *
 * Files are read from the shared data folder beside the source tree; one that is not there gives NULL and a line that
 * says "skipped".
 */
#ifndef SOLOW_TESTS_SUPPORT_SAMPLE_DATA_H
#define SOLOW_TESTS_SUPPORT_SAMPLE_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_COLUMNS = 128 };

typedef struct sample_data {
    ptrdiff_t rows, columns;
    char *name[SAMPLE_COLUMNS];
    double *value[SAMPLE_COLUMNS]; /* [rows]; NAN: missing */
} sample_data;

/* data/FILE of the shared folder, or FILE under jobs/data if that is its beginning; NULL with a printed reason. */
sample_data *sample_read(const char *file);
sample_data *sample_create(ptrdiff_t rows);
void sample_free(sample_data *data);

/* The column; the test fails if there is none. */
double *sample_column(const sample_data *data, const char *name);
/* A new column, zero. */
double *sample_add(sample_data *data, const char *name);
/* A new column: the log of one. */
double *sample_add_log(sample_data *data, const char *name, const char *of);

/* Sorts rows by (unit, time); time NULL: by unit alone, stable. */
void sample_sort(sample_data *data, const char *unit, const char *time);

/* One figure of reference/FILE: quantity "estimate", "std_error" or "stat" of (model, term). The test fails if absent. */
typedef struct sample_reference {
    ptrdiff_t rows;
    char *text;
    char **field; /* [rows x 6] */
} sample_reference;
sample_reference *sample_reference_read(const char *file);
void sample_reference_free(sample_reference *reference);
double sample_reference_get(const sample_reference *reference, const char *model, const char *term,
                            const char *quantity);

#endif
