/* universe.h - `multiverse:` of a model: every combination of outcome, controls, effects, sample and variance, by number.
 *
 *   (1) number    outcomes slowest, then control sets, effects, samples, variances fastest; each in the order of the job
 *   (2) controls  every subset of `any` (set number m holds item i if bit i of m is set) times one item of `one_of`, the latter
 *                 fastest; `always` and the formula's own regressors are in every specification
 *   (3) names     outcome=, controls=c1+c3, effects=firm+year, sample=, vcov=cluster(firm): only what has several choices
 *
 * An item of `any` or `one_of` is a set of terms that come and go together.
 */
#ifndef SOLOW_IO_JOB_UNIVERSE_H
#define SOLOW_IO_JOB_UNIVERSE_H

#include "io/job/job.h"

enum {
    SOLOW_UNIVERSE_ANY = 40,    /* most items of `any` */
    SOLOW_UNIVERSE_PIECES = 64, /* most outcomes and items of controls together, and one */
    SOLOW_UNIVERSE_KEYS = 5     /* keys of a specification's name */
};

typedef struct solow_named_terms {
    char *name; /* terms as printed, joined by +; "none" */
    solow_terms terms;
} solow_named_terms;

typedef struct solow_universe_sample {
    char *name;
    solow_node *where; /* NULL: every row of the model */
} solow_universe_sample;

typedef struct solow_universe_vcov {
    char *name;
    solow_vcov_spec spec;
} solow_universe_vcov;

typedef struct solow_universe {
    solow_terms outcome; /* at least one, as all choices below */
    char **outcome_name; /* [outcome.count] as printed */
    solow_terms always;
    ptrdiff_t any, one_of; /* one_of 0: no such choice */
    solow_named_terms *any_item, *one_of_item;
    ptrdiff_t effects;
    solow_formula *formula; /* [effects] the formula with these effects: outcome and own regressors */
    char **effects_name;    /* [effects] "firm+year", "none" */
    ptrdiff_t samples, vcovs;
    solow_universe_sample *sample;
    solow_universe_vcov *vcov;
    ptrdiff_t terms; /* that have rows in /tidy and /models; 0: all */
    char **term;
    int64_t limit, product; /* most specifications; how many there are */
    int64_t draw;           /* how many are drawn; 0: all */
    uint64_t draw_seed;
} solow_universe;

typedef struct solow_specification { /* one number of (1), taken apart */
    ptrdiff_t outcome, effects, sample, vcov;
    int64_t controls; /* number of the control set */
} solow_specification;

/* Whether a term has rows in results. universe NULL: every term. */
bool solow_universe_shows(const solow_universe *universe, const char *term);

/* Sets of controls. */
int64_t solow_universe_control_sets(const solow_universe *universe);
solow_specification solow_universe_at(const solow_universe *universe, int64_t number);

/* The controls that set number `set` adds to the formula's regressors and `always`: list [at most any + 1] borrowed; how many. */
ptrdiff_t solow_universe_controls(const solow_universe *universe, int64_t set, const solow_named_terms **list);

/* A specification's name: pair [SOLOW_UNIVERSE_KEYS], of which that many are filled. controls [size]: room for the name of a set;
 * other texts are borrowed. false: controls is too small. */
bool solow_universe_name(const solow_universe *universe, const solow_specification *specification, size_t size,
                         char *controls, ptrdiff_t *pairs, solow_key_value *pair);
/* Bytes that the longest name of a control set takes. */
size_t solow_universe_name_bytes(const solow_universe *universe);

void solow_universe_destroy(solow_universe *universe); /* NULL is allowed */

#endif
