/* verb.h - the verbs of the command line: a table of names, help and functions. */
#ifndef SOLOW_ENGINE_CLI_VERB_H
#define SOLOW_ENGINE_CLI_VERB_H

#include "kernels/core/status.h"

#include <stdbool.h>

typedef struct solow_verb {
    const char *name, *arguments, *summary;
    const char *help;                  /* more lines: options, examples */
    int (*run)(int argc, char **argv); /* argv[0] is the verb; returns the exit code */
} solow_verb;

int solow_verb_run(int argc, char **argv);
int solow_verb_check(int argc, char **argv);
int solow_verb_plan(int argc, char **argv);
int solow_verb_status(int argc, char **argv);
int solow_verb_show(int argc, char **argv);
int solow_verb_table(int argc, char **argv);
int solow_verb_export(int argc, char **argv);
int solow_verb_diff(int argc, char **argv);
int solow_verb_replicate(int argc, char **argv);
int solow_verb_import(int argc, char **argv);
int solow_verb_estimators(int argc, char **argv);
int solow_verb_submit(int argc, char **argv);
int solow_verb_package(int argc, char **argv);
int solow_verb_version(int argc, char **argv);

extern const solow_verb solow_verbs[]; /* ends with a NULL name */

enum { SOLOW_CLI_VALUES = 64 };

/* The values of an option that may stand several times, in order. */
typedef struct solow_cli_list {
    ptrdiff_t count;
    const char *value[SOLOW_CLI_VALUES];
} solow_cli_list;

/* An option of a verb: `--name` alone, or with a value (`--name VALUE`, `--name=VALUE`); letter: `-o`, 0 for none. One of
 * value, list and flag says where it goes. */
typedef struct solow_cli_option {
    const char *name;
    char letter;
    const char **value;
    solow_cli_list *list;
    bool *flag;
} solow_cli_option;

/* Splits argv into options and positional arguments (moved to the front of positional [argc]).
 * `--` ends the options.
 * Errors  SOLOW_ERR_USAGE: unknown option (with the nearest), missing value, a value for a flag, more than 64 values */
solow_status solow_cli_parse(int argc, char **argv, const solow_cli_option *options, const char **positional,
                             int *count, solow_error *err);

/* Prints "solow: sentence" to stderr and returns the exit code. */
int solow_cli_fail(const solow_error *err);

/* Help of one verb to stdout. */
int solow_cli_help(const char *verb);

#endif
