/* replicates.h - the draws of one estimate under one resampling design: what they are, and what they say.
 *
 * Made by engine/batch/resample.c (linear estimators, from cluster Grams) or by driving an estimator again with draw
 * weights; moved from the task into its outcome; read by /resampling, `families:` and `compare:`. Two estimates whose
 * designs have the same name, seed and clusters have joint draws: draw r of both has the same weights.
 *
 *   (1) value      b* of each draw. Wild: of the sample that draw made; restricted wild: under b = 0, so about 0
 *   (2) statistic  pairs: (b* - b) / se*; wild: (b* - b) / se*, restricted: b* / se* under b = 0. What a test compares
 *                  with estimate / std_error. Without studentised draws use (b* - b) / std_error
 *   (3) failure    why a draw has no value: value is NaN in every term that it could not give
 *
 * Full enumeration (wild, Rademacher, 2^(G-1) <= draws asked): reps is 2^(G-1), v and -v counted once; bounds are those of
 * all 2^G.
 */
#ifndef SOLOW_ENGINE_INFERENCE_REPLICATES_H
#define SOLOW_ENGINE_INFERENCE_REPLICATES_H

#include "io/ledger/fields.h"
#include "kernels/resample/bounds.h"

typedef enum {
    SOLOW_DRAW_MADE,
    SOLOW_DRAW_SINGULAR,      /* the regressors of the draw are collinear */
    SOLOW_DRAW_LOST_LEVEL,    /* a regressor is zero in all rows of the draw: its level was not drawn */
    SOLOW_DRAW_NOT_CONVERGED, /* an iteration did not end */
    SOLOW_DRAW_NO_VARIANCE,   /* b* exists, but no standard error that is positive */
    SOLOW_DRAW_OTHER,
    SOLOW_DRAW_REASONS
} solow_draw_failure;

/* "singular", "lost level", "not converged", "no variance", "other"; "" for SOLOW_DRAW_MADE. */
const char *solow_draw_failure_name(solow_draw_failure failure);

typedef struct solow_replicates {
    char *design, *kind; /* name ("" for one written into the model); "pairs", "wild", ... */
    char *note;          /* "" or sentences: what the table's reader must know of these draws */
    int64_t reps;        /* draws that were made, failed ones included */
    bool enumerated;
    double clusters;              /* items that were drawn; NAN if that has no meaning */
    ptrdiff_t terms;              /* terms of the estimate, in its order */
    char **term;                  /* [terms] */
    double *estimate, *std_error; /* [terms] of the original; std_error is the one that statistics are studentised by */
    double *value;                /* [terms x reps]: draw r of term t at t reps + r */
    double *statistic;            /* the same, or NULL where draws are not studentised */
    uint8_t *failure;             /* [reps] solow_draw_failure */
    int64_t failed;               /* draws with a failure */
    solow_bounds *bounds;         /* [terms] what /resampling shows */
    bool *disconnected;           /* [terms] the inverted test accepts several intervals; bounds span them all */
} solow_replicates;

/* Arrays for names given by the caller (copied) and reps draws; value NaN, failure 0, statistic only if studentised.
 * Errors  SOLOW_ERR_MEMORY: nothing is left allocated */
solow_status solow_replicates_create(const char *design, const char *kind, int64_t reps, ptrdiff_t terms,
                                     const char *const *term, bool studentised, solow_replicates **replicates,
                                     solow_error *err);
void solow_replicates_destroy(solow_replicates *replicates); /* NULL is allowed */

/* Adds a sentence to note. Errors  SOLOW_ERR_MEMORY */
solow_status solow_replicates_say(solow_replicates *replicates, const char *sentence, solow_error *err);

/* Counts failed, and fills bounds of every term by kernels/resample/bounds.h.
 * df            reference law of the normal interval
 * acceleration  [terms] for BCa, else NULL
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_replicates_summarise(solow_replicates *replicates, solow_bounds_kind kind, double level, double df,
                                        const double *acceleration, solow_error *err);

/* How many draws failed for the reason. */
int64_t solow_replicates_failed(const solow_replicates *replicates, solow_draw_failure reason);

/* As bytes, and back (NULL is told from draws). Whether bytes were lost for want of memory is seen in out.
 * Errors  SOLOW_ERR_INTERNAL: no replicates stand there */
void solow_replicates_put(const solow_replicates *replicates, solow_buffer *out);
solow_status solow_replicates_get(solow_cursor *in, solow_replicates **replicates, solow_error *err);

#endif
