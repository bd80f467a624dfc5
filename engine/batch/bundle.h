/* bundle.h - what is kept of many estimates of one union: numbers in one array, texts once.
 *
 * Rows (specifications with the same rows) share an outcome: record with sample sizes, diagnostics and sentences, drops. Each
 * estimate is a run of doubles at data + at[i]:
 *   SOLOW_ESTIMATE_NUMBERS numbers below; then of its terms the indices of their names, the estimates, standard errors and
 *   p-values, each [terms]; then the variance [terms x terms]
 */
#ifndef SOLOW_ENGINE_BATCH_BUNDLE_H
#define SOLOW_ENGINE_BATCH_BUNDLE_H

#include "io/ledger/fields.h"
#include "kernels/core/size.h"

#include <stdint.h>

enum {
    SOLOW_ESTIMATE_POSITION, /* among the specifications of the model, in the order of the job */
    SOLOW_ESTIMATE_ROWS,     /* index of the shared outcome */
    SOLOW_ESTIMATE_STATUS,   /* 0 ok, 1 warning, 2 failed */
    SOLOW_ESTIMATE_TERMS,
    SOLOW_ESTIMATE_DF,
    SOLOW_ESTIMATE_CLUSTERS,
    SOLOW_ESTIMATE_K,
    SOLOW_ESTIMATE_DF_RESIDUAL,
    SOLOW_ESTIMATE_R_SQUARED,
    SOLOW_ESTIMATE_ADJ_R_SQUARED,
    SOLOW_ESTIMATE_WITHIN_R_SQUARED,
    SOLOW_ESTIMATE_SIGMA,
    SOLOW_ESTIMATE_LOGLIK,
    SOLOW_ESTIMATE_AIC,
    SOLOW_ESTIMATE_BIC,
    SOLOW_ESTIMATE_MEAN_Y,
    SOLOW_ESTIMATE_NUMBERS,
    SOLOW_ESTIMATE_LISTS = 4 /* of terms, before the variance */
};

typedef struct solow_bundle_note { /* of one estimate: a sentence, or a diagnostic if it has a name */
    int64_t position, order;       /* order: as it came */
    char *name;                    /* NULL: a sentence of its message */
    char *text;
} solow_bundle_note;

typedef struct solow_bundle {
    ptrdiff_t names;
    char **name; /* [names] terms */
    ptrdiff_t rows;
    struct solow_outcome *row; /* [rows] */
    ptrdiff_t count, doubles;
    ptrdiff_t *at; /* [count] */
    double *data;  /* [doubles] */
    ptrdiff_t notes;
    solow_bundle_note *note; /* [notes] in the order of their estimates */
} solow_bundle;

/* All of it as bytes; a failure is seen in out. */
void solow_bundle_put(const solow_bundle *estimates, solow_buffer *out);
/* Errors  SOLOW_ERR_INTERNAL: no estimates stand there; SOLOW_ERR_MEMORY */
solow_status solow_bundle_get(solow_cursor *in, solow_bundle **estimates, solow_error *err);

/* Sorts the notes by estimate, those of one as they came; the first of a position, or where it would stand. */
void solow_bundle_sort_notes(solow_bundle *bundle);
ptrdiff_t solow_bundle_first_note(const solow_bundle *bundle, int64_t position);

/* Doubles that an estimate of that many terms takes. */
ptrdiff_t solow_estimate_doubles(ptrdiff_t terms);
/* Fills at from data. Errors  SOLOW_ERR_INTERNAL: data is not what it should be; SOLOW_ERR_MEMORY */
solow_status solow_bundle_index(solow_bundle *estimates, solow_error *err);
void solow_bundle_destroy(solow_bundle *estimates); /* NULL is allowed */

#endif
