/* resampling.h - designs of draws: what `resampling:`, a model's `bootstrap:` and its `placebo:` ask for.
 *
 * A model carries every design that it is drawn under: its own `bootstrap:`, those of the `families:` and `compare:` entries that
 * name it, and its `placebo:`; each once. What a design leaves out is filled in for the model: without `cluster:` it draws the
 * clusters of the model's `vcov`, else units, else rows.
 *
 * Draws are a function of (seed, stream, replicate, item): the stream is solow_stream(scheme, items, stream), so that models
 * with the same type, clusters, seed and stream are drawn together whatever the design is called.
 */
#ifndef SOLOW_IO_JOB_RESAMPLING_H
#define SOLOW_IO_JOB_RESAMPLING_H

#include "io/job/job.h"

typedef enum {
    SOLOW_RESAMPLING_PAIRS, /* clusters with replacement */
    SOLOW_RESAMPLING_WILD,  /* residuals times a random weight of their cluster */
    SOLOW_RESAMPLING_BAYESIAN,
    SOLOW_RESAMPLING_BLOCK, /* moving blocks of `length` periods */
    SOLOW_RESAMPLING_JACKKNIFE,
    SOLOW_RESAMPLING_PERMUTATION /* values of a column change places */
} solow_resampling_type;

typedef enum {
    SOLOW_DISTRIBUTION_NONE, /* bayesian, block, jackknife, permutation: the type says it */
    SOLOW_DISTRIBUTION_RADEMACHER,
    SOLOW_DISTRIBUTION_WEBB,
    SOLOW_DISTRIBUTION_MAMMEN,
    SOLOW_DISTRIBUTION_NORMAL,
    SOLOW_DISTRIBUTION_MULTINOMIAL, /* pairs: as many clusters as there are */
    SOLOW_DISTRIBUTION_POISSON      /* pairs: each cluster Poisson(1) times */
} solow_resampling_distribution;

typedef enum {
    SOLOW_INTERVAL_NONE, /* permutation */
    SOLOW_INTERVAL_PERCENTILE,
    SOLOW_INTERVAL_PERCENTILE_T,
    SOLOW_INTERVAL_BCA,
    SOLOW_INTERVAL_NORMAL,
    SOLOW_INTERVAL_INVERSION /* of the restricted wild test */
} solow_resampling_interval;

typedef enum { /* where the items come from, for a note */
               SOLOW_ITEMS_NAMED,
               SOLOW_ITEMS_VCOV, /* the model's clusters */
               SOLOW_ITEMS_UNITS,
               SOLOW_ITEMS_PERIODS, /* block */
               SOLOW_ITEMS_ROWS
} solow_resampling_items;

typedef struct solow_resampling {
    char *name; /* under resampling:; "" for a model's own mapping, "placebo" for its placebo */
    solow_resampling_type type;
    solow_terms cluster; /* one factor, a^b allowed; empty: rows are drawn. permutation: what changes places as one */
    solow_resampling_items from;
    char *items; /* the factor's text, "" for rows: the `variable` of solow_stream */
    int64_t reps;
    uint64_t seed; /* the job's if the design has none */
    solow_resampling_distribution distribution;
    bool restricted; /* wild: under the null */
    solow_resampling_interval interval;
    ptrdiff_t length;    /* block: periods; else 0 */
    char *stream;        /* NULL: none */
    solow_node *permute; /* permutation: the column whose values change places; else NULL */
    solow_terms within;  /* permutation: they do so inside these strata; empty: everywhere */
    solow_place place;
} solow_resampling;

/* "pairs", "wild", ...: as job files spell it, and the scheme of solow_stream. */
const char *solow_resampling_scheme(solow_resampling_type type);

/* The model's design that `node` (a name under resampling:, as families and comparisons give it) stands for, or NULL. */
const solow_resampling *solow_model_design(const solow_model *model, const char *name);

void solow_resampling_clear(solow_resampling *design);

#endif
