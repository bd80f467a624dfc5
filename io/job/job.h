/* job.h - a job file, read, checked and expanded: what the engine is asked to do.
 *
 * solow_job_read parses YAML, validates against the schema table, parses every expression and formula, and expands
 * `defaults:`, `lists:`, `like:`, `foreach:`, several outcomes and stepwise lists. All errors of a file are collected in
 * solow_diagnostics. Columns are checked against the data later (solow_job_names lists them with their places).
 */
#ifndef SOLOW_IO_JOB_JOB_H
#define SOLOW_IO_JOB_JOB_H

#include "io/job/formula.h"
#include "io/job/yaml.h"

#include <stdint.h>

typedef struct solow_place { /* where in the job file something stands; line 0: nowhere (a default) */
    int line, column;
} solow_place;

/* Errors and warnings of one job file, in order of place. */
typedef struct solow_diagnostics {
    char *file;   /* as the user named it */
    char *source; /* the whole text, for source lines under messages */
    ptrdiff_t count, errors;
    struct solow_diagnostic {
        bool warning;
        solow_place place;
        char *message; /* a sentence */
        char *hint;    /* "did you mean ...", or NULL */
    } * item;
} solow_diagnostics;

void solow_diagnostics_add(solow_diagnostics *diagnostics, bool warning, solow_place place, const char *hint,
                           const char *format, ...) __attribute__((format(printf, 5, 6)));
/* `FILE:LINE:COLUMN: error: sentence`, the source line, a caret, the hint; all of them; malloc'ed text. */
char *solow_diagnostics_print(const solow_diagnostics *diagnostics);
void solow_diagnostics_clear(solow_diagnostics *diagnostics);

typedef struct solow_merge {
    char *file;
    ptrdiff_t by_count, keep_count; /* keep_count 0: all columns */
    char **by, **keep;
    enum { SOLOW_MATCH_MANY_TO_ONE, SOLOW_MATCH_ONE_TO_ONE } match;
    enum { SOLOW_UNMATCHED_REPORT, SOLOW_UNMATCHED_ERROR, SOLOW_UNMATCHED_DROP } unmatched;
    solow_place place;
} solow_merge;

typedef struct solow_data_section {
    ptrdiff_t files;
    char **file;                   /* resolved against the job file's folder; several are appended */
    char *unit, *time, *frequency; /* NULL if absent */
    ptrdiff_t missing_count;
    char **missing;    /* default "", NA, . */
    char *delimiter;   /* NULL: detected */
    solow_node *where; /* NULL if absent */
    solow_place where_place, file_place, unit_place, time_place, longitude_place, latitude_place;
    ptrdiff_t merges;
    solow_merge *merge;
    char *source, *licence, *citation, *longitude, *latitude; /* NULL if absent */
} solow_data_section;

typedef struct solow_variable {
    char *name;
    solow_node *expression;
    solow_place place; /* of the expression's first character */
} solow_variable;

typedef enum {
    SOLOW_VCOV_IID,
    SOLOW_VCOV_HC0,
    SOLOW_VCOV_HC1,
    SOLOW_VCOV_HC2,
    SOLOW_VCOV_HC3,
    SOLOW_VCOV_CLUSTER,
    SOLOW_VCOV_NEWEY_WEST,
    SOLOW_VCOV_DRISCOLL_KRAAY,
    SOLOW_VCOV_CONLEY
} solow_vcov_kind;
typedef enum { SOLOW_CLUSTER_CR1, SOLOW_CLUSTER_CR0, SOLOW_CLUSTER_CR2, SOLOW_CLUSTER_CR3 } solow_cluster_type;

typedef struct solow_vcov_spec {
    solow_vcov_kind kind;
    solow_terms cluster; /* factors, a^b allowed */
    solow_cluster_type type;
    int lags; /* -1: the default rule floor(T^(1/4)) */
    double cutoff_km;
    int time_lags;
    char *kernel;    /* conley; NULL otherwise */
    bool is_default; /* nobody asked: warn once for panel models */
    solow_place place;
} solow_vcov_spec;

typedef struct solow_ssc_spec {                           /* small-sample rule; a name expands to these five */
    char *name;                                           /* "fixest", "reghdfe", ..., "custom" */
    enum { SOLOW_K_NESTED, SOLOW_K_ALL, SOLOW_K_NONE } k; /* nested: effects nested in clusters are not counted */
    enum { SOLOW_G_MIN, SOLOW_G_EACH, SOLOW_G_NONE } g;
    enum { SOLOW_DF_MIN_G, SOLOW_DF_RESIDUAL, SOLOW_DF_INFINITE } df;
    enum {
        SOLOW_ROWS_LESS_ONE, /* (n-1)/(n-K) with clusters, n/(n-K) for HC1 */
        SOLOW_ROWS_ALL,      /* n/(n-K) for both */
        SOLOW_ROWS_NONE
    } rows;
    enum {
        SOLOW_HAC_PERIODS, /* Newey-West and Driscoll-Kraay: T/(T-1) x the factor of rows with clusters */
        SOLOW_HAC_ROWS,    /* n/(n-K) */
        SOLOW_HAC_NONE
    } hac;
} solow_ssc_spec;

typedef enum {
    SOLOW_WEIGHT_NONE,
    SOLOW_WEIGHT_ANALYTIC,
    SOLOW_WEIGHT_FREQUENCY,
    SOLOW_WEIGHT_PROBABILITY
} solow_weight_type;

typedef struct solow_published_value {
    enum { SOLOW_PUBLISHED_TERM, SOLOW_PUBLISHED_GLANCE, SOLOW_PUBLISHED_TEST } kind;
    char *term;              /* term, glance column, or test name */
    char *quantity;          /* estimate, std_error, statistic, p_value, df1, ...; glance: "value" */
    char *text;              /* as printed; its last digit gives the tolerance */
    double value, tolerance; /* tolerance: half a unit of the last printed digit unless given */
    bool has_tolerance;
    char *effect; /* direct, indirect, total of `term@effect`; else NULL */
    char *group;  /* the group it belongs to, as results spell it; NULL: the model's only one */
    solow_place place;
} solow_published_value;

typedef struct solow_key_value {
    char *key, *value;
} solow_key_value;

typedef struct solow_model { /* one estimate, except that `by` and `window` split it when the data are known */
    char *id;
    ptrdiff_t group_count; /* outcome=, step=: keys that job expansion made, in job order */
    solow_key_value *group;
    char *estimator; /* as registered */
    solow_formula formula;
    char *formula_text;
    solow_place place, formula_place;
    solow_vcov_spec vcov;
    solow_ssc_spec ssc;
    solow_node *where;                    /* where and and_where joined; NULL if absent */
    solow_terms by;                       /* factors */
    ptrdiff_t window_length, window_step; /* 0: none */
    solow_terms leave_out;                /* one factor: an estimate without each of its levels; empty: none */
    solow_node *weights;                  /* NULL if none */
    solow_weight_type weight_type;
    double level;         /* of confidence intervals; 0.95 */
    bool drop_singletons; /* true */
    ptrdiff_t save_count, combine_count, published_count;
    char **save;
    struct solow_combination {
        char *name;
        solow_node *expression; /* over terms: NAME nodes hold term names */
        solow_place place;
    } * combine;
    ptrdiff_t designs;
    struct solow_resampling *design; /* what it is drawn under: io/job/resampling.h */
    const solow_yaml *tests;         /* list under tests:, or NULL; validated */
    const solow_yaml *options;       /* the model's whole mapping after like/defaults, for estimator options */
    struct solow_universe *universe; /* `multiverse:` (universe.h), owned; NULL: one estimate */
    char *published_source;          /* NULL if none */
    solow_published_value *published;
} solow_model;

typedef struct solow_job {
    char *path, *folder; /* of the job file; relative paths are resolved against folder */
    char *title;         /* "" if none */
    uint64_t seed;
    char *text; /* the file as read */
    solow_data_section data;
    ptrdiff_t variables, models;
    solow_variable *variable; /* each after those that it reads */
    solow_model *model;
    const solow_yaml *compare, *families, *tables, *summaries, *resampling; /* validated sections or NULL */
    char *output;     /* resolved; NULL: JOB.h5 in the current folder */
    solow_yaml *root; /* owner of every solow_yaml above */
} solow_job;

/* One option of an estimator, checked by the schema: name, type, default, help. The engine's registry supplies them. */
typedef enum {
    SOLOW_OPTION_CHOICE,
    SOLOW_OPTION_NUMBER,
    SOLOW_OPTION_INTEGER,
    SOLOW_OPTION_BOOLEAN,
    SOLOW_OPTION_TEXT,
    SOLOW_OPTION_COLUMN,
    SOLOW_OPTION_LIST,
    SOLOW_OPTION_ANY
} solow_option_type;
typedef struct solow_option {
    const char *name;
    solow_option_type type;
    const char *choices;      /* "swar walhus amemiya nerlove", or NULL */
    const char *default_text; /* as a job file would spell it, or NULL */
    double minimum, maximum;  /* for numbers; both 0: unchecked */
    const char *help;
} solow_option;

typedef struct solow_estimator_names { /* what job reading must know of an estimator; io never sees the engine */
    const char *name, *also_known_as;  /* also_known_as: names in other programs, for hints: "reghdfe feols areg" */
    const solow_option *options;       /* ends with a NULL name */
    bool instruments;                  /* whether the formula may have an instrument part */
} solow_estimator_names;

typedef struct solow_override { /* --set key=value: dotted path, YAML text */
    const char *key, *value;
} solow_override;

/* Reads, validates and expands. Returns SOLOW_OK if diagnostics has no errors; SOLOW_ERR_INPUT if it has some;
 * SOLOW_ERR_NO_INPUT, SOLOW_ERR_IO or SOLOW_ERR_MEMORY otherwise, told in err. job is to be cleared in every case. */
solow_status solow_job_read(const char *path, const solow_estimator_names *estimators, ptrdiff_t estimator_count,
                            const solow_override *overrides, ptrdiff_t override_count, solow_job *job,
                            solow_diagnostics *diagnostics, solow_error *err);
void solow_job_clear(solow_job *job);

typedef struct solow_column_reference { /* a column of the data (or a saved or made one) that the job names */
    char *name;
    const char *context; /* "formula", "where", "by", "cluster", "weights", "variables", "unit", ... */
    const char *model;   /* id of the model, or NULL */
    solow_place place;
} solow_column_reference;

/* Every column that the job needs and does not make under `variables:`, with the place of each mention, in order of place;
 * arguments that name matrices and models are none. Frees with solow_job_columns_destroy. */
solow_status solow_job_columns(const solow_job *job, solow_column_reference **references, ptrdiff_t *count,
                               solow_error *err);
void solow_job_columns_destroy(solow_column_reference *references, ptrdiff_t count);

/* JSON Schema 2020-12 of job files, from the same table that validates; malloc'ed text. */
char *solow_job_schema(const solow_estimator_names *estimators, ptrdiff_t estimator_count);

/* The option's text value in a model's mapping, its default, or NULL. */
const char *solow_model_option(const solow_model *model, const solow_option *options, const char *name);

/* A group as every table spells it: the model's keys, then `more` others: "key=value;key=value" with %, ;, = and / as %XX;
 * "" if there is none; malloc'ed, NULL when there is no memory. */
char *solow_group_text(const solow_model *model, ptrdiff_t more, const solow_key_value *other);

/* Closest of names to text within two edits (Damerau-Levenshtein), or NULL. */
const char *solow_closest(const char *text, const char *const *names, ptrdiff_t count);

#endif
