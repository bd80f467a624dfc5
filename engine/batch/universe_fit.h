/* universe_fit.h - the estimates of specifications that have the same rows, from their union. */
#ifndef SOLOW_ENGINE_BATCH_UNIVERSE_FIT_H
#define SOLOW_ENGINE_BATCH_UNIVERSE_FIT_H

#include "engine/batch/bundle.h"
#include "engine/batch/universe_pieces.h"
#include "engine/batch/universe_union.h"

/* What a rank has estimated so far, to be gathered. */
typedef struct solow_fitted {
    ptrdiff_t doubles, capacity;
    double *data;       /* as solow_bundle has it */
    solow_buffer notes; /* position, name, text of each */
} solow_fitted;

/* Room for an estimate's doubles at the end. NULL: no memory. */
double *solow_fitted_more(solow_fitted *fitted, ptrdiff_t doubles);
void solow_fitted_note(solow_fitted *fitted, int64_t position, const char *name, const char *text);
/* An estimate that failed, and why. */
solow_status solow_fitted_fail(solow_fitted *fitted, int64_t position, ptrdiff_t rows, const char *message,
                               solow_error *err);

/* chosen [count]: pointers sorted by control set. This rank takes its share. name [names] terms of the stratum; rows: index of the
 * shared outcome. Not collective. Errors  SOLOW_ERR_MEMORY */
typedef struct solow_fit_order {
    const solow_stratum *stratum;
    const solow_union *united;
    ptrdiff_t count, names, rows;
    const solow_chosen *const *chosen;
    char *const *name;
} solow_fit_order;
solow_status solow_fit_specifications(const solow_fit_order *order, solow_fitted *fitted, solow_error *err);

#endif
