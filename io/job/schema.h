/* schema.h - one table of rules for every key of a job file: validation, defaults, help and JSON Schema come from it.
 *
 * A rule says which shapes may stand under its key (a scalar of some kind, a list, a mapping of known keys, a mapping of
 * free keys) and what is inside. The tables are in rules_model.c and rules.c.
 */
#ifndef SOLOW_IO_JOB_SCHEMA_H
#define SOLOW_IO_JOB_SCHEMA_H

#include "io/job/reader.h"

typedef enum {
    SOLOW_SCALAR_NONE, /* no scalar may stand here */
    SOLOW_SCALAR_TEXT,
    SOLOW_SCALAR_NUMBER,
    SOLOW_SCALAR_PRINTED, /* a number as printed: its digits matter, quotes are allowed */
    SOLOW_SCALAR_INTEGER,
    SOLOW_SCALAR_BOOLEAN,
    SOLOW_SCALAR_CHOICE,
    SOLOW_SCALAR_ID,
    SOLOW_SCALAR_COLUMN, /* the name of a column of the file */
    SOLOW_SCALAR_EXPRESSION,
    SOLOW_SCALAR_FORMULA,
    SOLOW_SCALAR_TERMS,       /* the right side of a formula, or a part of it */
    SOLOW_SCALAR_FACTORS,     /* a, a^b */
    SOLOW_SCALAR_RESTRICTION, /* over terms: `log(pcap)` + `log(pc)` = 1 */
    SOLOW_SCALAR_PATH,
    SOLOW_SCALAR_ANY
} solow_scalar;

typedef struct solow_rule {
    const char *key; /* NULL ends a list of keys; "" in a rule for items or values */
    solow_scalar scalar;
    bool required;
    bool later;                     /* a known name whose meaning is not in this version */
    const struct solow_rule *item;  /* a list may stand here, each item under this rule */
    const struct solow_rule *keys;  /* a mapping may stand here, with these keys */
    const struct solow_rule *value; /* a mapping may stand here, with any keys, each value under this rule */
    const char *choices;            /* of a scalar, in spaces */
    const char *aliases;            /* what others call a choice: "robust=hc1 white=hc1" */
    const char *standard;           /* the default, as a job file would spell it, or NULL */
    double minimum, maximum;        /* of numbers; both 0: any */
    const char *instead;            /* no key of ours, but one that people write: what to write instead */
    const char *help;
} solow_rule;

extern const solow_rule solow_job_rules[];     /* top level */
extern const solow_rule solow_model_rules[];   /* keys of every model, beside its estimator's options */
extern const solow_rule solow_resampling_rule; /* one design */
extern const solow_rule solow_anything_rule;   /* any tree */

/* Checks a tree against a rule, and what is in it. False if there was an error; all are reported. key: for messages. */
bool solow_schema_check(solow_reader *reader, const solow_rule *rule, const char *key, const solow_yaml *node);
/* A mapping's keys against a list of rules, and further ones that end alike (an estimator's options), or NULL. */
bool solow_schema_check_keys(solow_reader *reader, const solow_rule *rules, const solow_rule *further,
                             const solow_yaml *mapping);
/* Reports every key that stands twice in the mapping. */
bool solow_schema_check_repeated(solow_reader *reader, const solow_yaml *mapping);

const solow_rule *solow_schema_find(const solow_rule *rules, const char *key); /* NULL if none */

/* Words of a list in spaces: the length of the word at *at, and *at moved behind it; 0 at the end. */
size_t solow_schema_word(const char **at, const char **word);
bool solow_schema_has_word(const char *words, const char *word);

/* The rule of an estimator's option. */
solow_rule solow_schema_option(const solow_option *option);
/* The rules of all options of an estimator, ended by a NULL key; malloc'ed; NULL when there is no memory. */
solow_rule *solow_schema_options(solow_reader *reader, const solow_option *options);

#endif
