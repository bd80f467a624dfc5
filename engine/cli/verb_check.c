/* verb_check.c - solow check: every error of a job file at once; its schema; the estimators and versions. */
#include "engine/cli/session.h"
#include "engine/cli/verb.h"

#include "engine/estimators/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARGUMENTS = 64 };

static solow_status check_job(const char *path, solow_error *err)
{
    solow_session session;
    solow_status status = solow_session_check(path, &session, err);
    if (status == SOLOW_OK) {
        printf("%s: no errors; %td models, %lld rows\n", path, session.job.models,
               (long long)session.frame.layout.rows);
    }
    solow_session_check_clear(&session);
    return status;
}

int solow_verb_check(int argc, char **argv)
{
    solow_error err = {0};
    bool print_schema = false;
    const char *positional[MOST_ARGUMENTS] = {NULL};
    int count = 0;
    const solow_cli_option options[] = {{.name = "print-schema", .flag = &print_schema}, {.name = NULL}};
    solow_status status = argc <= MOST_ARGUMENTS ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                                 : SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "too many arguments");
    if (status == SOLOW_OK && print_schema) {
        solow_estimator_names names[SOLOW_ESTIMATORS_MAX];
        char *schema = solow_job_schema(names, solow_estimator_names_fill(names));
        status = schema != NULL ? SOLOW_OK : SOLOW_FAIL(&err, SOLOW_ERR_MEMORY, "no memory for the schema");
        puts(schema != NULL ? schema : "");
        free(schema);
    } else if (status == SOLOW_OK && count == 0) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow check takes a job file; see solow check --help");
    }
    int code = status == SOLOW_OK ? 0 : solow_cli_fail(&err);
    for (int i = 0; i < count && status == SOLOW_OK; i++) {
        solow_error own = {0};
        code = check_job(positional[i], &own) == SOLOW_OK || code != 0 ? code : solow_exit_code(own.status);
        if (own.status != SOLOW_OK) {
            (void)solow_cli_fail(&own);
        }
    }
    return code;
}

static void print_estimator(const solow_estimator *e, bool whole)
{
    printf("%-10s %s\n", e->name, e->title);
    if (!whole) {
        return;
    }
    printf("           %s\n", e->cite);
    if (e->also_known_as != NULL && e->also_known_as[0] != '\0') {
        printf("           elsewhere: %s\n", e->also_known_as);
    }
    for (const solow_option *o = e->options; o != NULL && o->name != NULL; o++) {
        printf("  %-12s %s%s%s%s%s\n", o->name, o->help, o->choices != NULL ? "; one of " : "",
               o->choices != NULL ? o->choices : "", o->default_text != NULL ? "; default " : "",
               o->default_text != NULL ? o->default_text : "");
    }
}

static int wrong_usage(const char *sentence)
{
    fprintf(stderr, "solow: %s\n", sentence);
    return solow_exit_code(SOLOW_ERR_USAGE);
}

/* Positional arguments of a verb without options. Negative: told, the exit code is -result. */
static int take_arguments(int argc, char **argv, int most, const char **positional)
{
    solow_error err = {0};
    int count = 0;
    const solow_cli_option none[] = {{.name = NULL}};
    if (argc > MOST_ARGUMENTS) {
        return -wrong_usage("too many arguments");
    }
    if (solow_cli_parse(argc, argv, none, positional, &count, &err) != SOLOW_OK) {
        return -solow_cli_fail(&err);
    }
    return count <= most ? count : -wrong_usage("too many arguments; see --help");
}

static int no_estimator(const char *name, const solow_estimator *const *list, ptrdiff_t count)
{
    const char *names[SOLOW_ESTIMATORS_MAX];
    for (ptrdiff_t i = 0; i < count; i++) {
        names[i] = list[i]->name;
    }
    const char *near = solow_closest(name, names, count);
    fprintf(stderr, "solow: there is no estimator `%s`%s%s%s\n", name, near != NULL ? "; did you mean `" : "; see ",
            near != NULL ? near : "solow estimators", near != NULL ? "`?" : "");
    return solow_exit_code(SOLOW_ERR_USAGE);
}

int solow_verb_estimators(int argc, char **argv)
{
    const char *positional[MOST_ARGUMENTS] = {NULL};
    ptrdiff_t count = 0;
    int given = take_arguments(argc, argv, 1, positional);
    const solow_estimator *const *list = solow_estimator_list(&count);
    if (given < 0) {
        return -given;
    }
    const char *name = positional[0]; /* NULL: all of them */
    bool found = name == NULL;
    for (ptrdiff_t i = 0; i < count; i++) {
        bool named = name != NULL && strcmp(name, list[i]->name) == 0;
        found = found || named;
        if (name == NULL || named) {
            print_estimator(list[i], named);
        }
    }
    return found ? 0 : no_estimator(name, list, count);
}

int solow_verb_version(int argc, char **argv)
{
    const char *positional[MOST_ARGUMENTS] = {NULL};
    int given = take_arguments(argc, argv, 0, positional);
    if (given < 0) {
        return -given;
    }
    char *text = solow_library_versions();
    fputs(text != NULL ? text : "", stdout);
    free(text);
    return text != NULL ? 0 : 70;
}
