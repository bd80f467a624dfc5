/* universe_rows.h - cells of many estimates in /tidy and /glance, and their arrays: written as columns, texts kept once. */
#ifndef SOLOW_ENGINE_BATCH_UNIVERSE_ROWS_H
#define SOLOW_ENGINE_BATCH_UNIVERSE_ROWS_H

#include "engine/batch/bundle.h"
#include "engine/batch/universe.h"

typedef struct solow_estimate_place { /* one estimate of a model with `multiverse:` */
    int64_t position;
    const solow_outcome *outcome; /* whose estimate, or in whose bundle */
    double *number;               /* in the bundle; NULL: an outcome of its own */
} solow_estimate_place;

typedef struct solow_row_writer solow_row_writer;

/* Room in both tables for so many estimates and terms. Errors  SOLOW_ERR_MEMORY */
solow_status solow_row_writer_create(solow_results *results, const solow_model *model, int64_t estimates, int64_t terms,
                                     solow_row_writer **writer, solow_error *err);
void solow_row_writer_destroy(solow_row_writer *writer); /* NULL is allowed */

/* The next estimate's cells and arrays. outcome: its number among those of the universe; group: as tables spell it. */
solow_status solow_row_write(solow_row_writer *writer, const solow_estimate_place *at, ptrdiff_t outcome,
                             const char *group, solow_error *err);

#endif
