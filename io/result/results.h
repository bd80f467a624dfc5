/* results.h - the tables of a result file, in memory: rows appended by the engine, written whole by io.
 *
 * One generic table type; CONTRACT 4 fixes the columns of each (solow_results_init creates them all, in order). Numbers
 * are doubles with NaN for "does not apply"; integers that must print without a point are INTEGER columns with
 * INT64_MIN for missing; text is UTF-8.
 */
#ifndef SOLOW_IO_RESULT_RESULTS_H
#define SOLOW_IO_RESULT_RESULTS_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum { SOLOW_CELL_NUMBER, SOLOW_CELL_INTEGER, SOLOW_CELL_TEXT } solow_cell_kind;

typedef struct solow_table_column {
    const char *name;
    solow_cell_kind kind;
    double *number; /* [rows] the one of the three that kind says */
    int64_t *integer;
    char **text;
} solow_table_column;

#define SOLOW_MISSING_INTEGER INT64_MIN

typedef struct solow_table {
    const char *name; /* "tidy", "glance", ... */
    int64_t rows, capacity;
    ptrdiff_t columns;
    solow_table_column *column;
    struct solow_text_chunk *text; /* owner of every text cell: texts live until solow_table_clear */
} solow_table;

typedef struct solow_column_schema { /* name NULL ends a list; static storage */
    const char *name;
    solow_cell_kind kind;
} solow_column_schema;

/* An empty table; name and the schema's names are borrowed and must outlive it. */
solow_status solow_table_init(solow_table *table, const char *name, const solow_column_schema *schema,
                              solow_error *err);
/* Appends an empty row (numbers NaN, integers missing, text ""); -1 when there is no memory. */
int64_t solow_table_append(solow_table *table);
/* Makes rows empty rows in one step (for readers). Errors  SOLOW_ERR_MEMORY */
solow_status solow_table_grow(solow_table *table, int64_t rows, solow_error *err);
/* Sets a cell of a row by column name, which must exist (asserted). A number may go into an INTEGER column (rounded;
 * missing unless finite and below 2^53) and an integer into a NUMBER column; text only into TEXT (asserted).
 * NULL text is "". false: no memory. */
void solow_table_set_number(solow_table *table, int64_t row, const char *column, double value);
void solow_table_set_integer(solow_table *table, int64_t row, const char *column, int64_t value);
bool solow_table_set_text(solow_table *table, int64_t row, const char *column, const char *value);
/* A copy of text that lives as long as the table, for cells that are set as arrays and share it; NULL: no memory. */
char *solow_table_keep_text(solow_table *table, const char *text);
const solow_table_column *solow_table_column_find(const solow_table *table, const char *column); /* NULL if absent */
/* Cells by column name, which must exist with that kind (asserted). */
double solow_table_number(const solow_table *table, int64_t row, const char *column);
int64_t solow_table_integer(const solow_table *table, int64_t row, const char *column);
const char *solow_table_text(const solow_table *table, int64_t row, const char *column);
void solow_table_clear(solow_table *table);

typedef struct solow_model_arrays { /* /models/<id>/ or /models/<id>/<group>: estimate and vcov by term */
    char *model, *group;
    ptrdiff_t terms;
    char **term;
    double *estimate; /* [terms] */
    double *vcov;     /* [terms x terms] symmetric */
    bool shared;      /* all of it is borrowed from what the results own or keep */
} solow_model_arrays;

typedef struct solow_saved { /* /panel/<model>/: unit, time and saved columns of the model's rows */
    char *model;
    int64_t rows;
    char **unit;  /* [rows] labels */
    double *time; /* [rows], NULL without time */
    ptrdiff_t columns;
    char **name;
    double **value; /* [columns][rows] */
} solow_saved;

typedef struct solow_attribute { /* of /provenance */
    char *name;
    solow_cell_kind kind;
    double number;
    int64_t integer;
    char *text;
} solow_attribute;

typedef struct solow_results {
    char *title;
    char *created, *engine_version; /* NULL until read: writing then takes the clock and this build's version */
    solow_table tidy, glance, groups, effects, tests, diagnostics, resampling, adjusted, measures, published, timing,
        inputs;
    solow_table fixed_effects; /* model group effect level value component: written as groups by model */
    ptrdiff_t model_count, saved_count, attribute_count;
    solow_model_arrays *model;
    ptrdiff_t blocks;
    void **block; /* [blocks] memory that shared arrays lie in */
    solow_saved *saved;
    solow_attribute *attribute;
} solow_results;

solow_status solow_results_init(solow_results *results, solow_error *err);
void solow_results_clear(solow_results *results);
solow_status solow_results_attribute_text(solow_results *results, const char *name, const char *value,
                                          solow_error *err);
solow_status solow_results_attribute_number(solow_results *results, const char *name, double value, solow_error *err);
solow_status solow_results_attribute_integer(solow_results *results, const char *name, int64_t value, solow_error *err);
/* Takes copies. */
solow_status solow_results_add_model(solow_results *results, const char *model, const char *group, ptrdiff_t terms,
                                     const char *const *term, const double *estimate, const double *vcov,
                                     solow_error *err);
/* Of thousands of estimates: borrows everything in arrays, which the results own (a block) or keep (a table's text). */
solow_status solow_results_add_shared(solow_results *results, const solow_model_arrays *arrays, solow_error *err);
/* malloc'ed memory that is freed with the results. On failure it is freed at once. */
solow_status solow_results_own(solow_results *results, void *block, solow_error *err);
/* Takes copies of the saved columns of a model; unit and name are [rows] and [columns] texts, time NULL without time,
 * value [columns] pointers to [rows] numbers. */
solow_status solow_results_add_saved(solow_results *results, const solow_saved *saved, solow_error *err);

/* The stored tables in the order of CONTRACT 4 (tidy ... timing, then inputs and fixed_effects); NULL ends the list. */
const char *const *solow_results_names(void);
/* A stored table by name, NULL if there is none. */
solow_table *solow_results_table(solow_results *results, const char *name);
const solow_table *solow_results_table_const(const solow_results *results, const char *name);
/* The arrays of an estimate, NULL if there are none. */
const solow_model_arrays *solow_results_model(const solow_results *results, const char *model, const char *group);

/* Writes path whole or not at all: temporary name beside it, fsync, rename, fsync of the folder.
 * Errors  SOLOW_ERR_CREATE if the temporary cannot be made, SOLOW_ERR_IO for what breaks later */
solow_status solow_results_write(const solow_results *results, const char *path, solow_error *err);

/* Reads a result file back (all tables and arrays).
 * Errors  SOLOW_ERR_NO_INPUT, SOLOW_ERR_INPUT for a file that is not solow-results or is damaged */
solow_status solow_results_read(const char *path, solow_results *results, solow_error *err);

#endif
