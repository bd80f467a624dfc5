/* schema.h - the stored tables of a result file and their columns, in the order of CONTRACT 4. */
#ifndef SOLOW_IO_RESULT_SCHEMA_H
#define SOLOW_IO_RESULT_SCHEMA_H

#include "io/result/results.h"

#include <stddef.h>

typedef struct solow_table_schema {
    const char *name, *path; /* as `export --table` spells it; the group it is written to, NULL: one group a model */
    size_t offset;           /* of the solow_table inside solow_results */
    const solow_column_schema *columns;
} solow_table_schema;

/* name NULL ends the list. */
extern const solow_table_schema solow_result_schema[];

#endif
