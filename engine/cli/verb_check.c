/* verb_check.c - solow check: every error of a job file at once; its schema; the estimators and versions. */
#include "engine/cli/session.h"
#include "engine/cli/verb.h"

#include "engine/estimators/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    const char *positional[64];
    int count = 0;
    const solow_cli_option options[] = {{"print-schema", 0, NULL, &print_schema}, {NULL, 0, NULL, NULL}};
    solow_status status = argc < 64 ? solow_cli_parse(argc, argv, options, positional, &count, &err)
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
    for (int i = 0; i < count && status == SOLOW_OK; i++) {
        status = check_job(positional[i], &err);
    }
    return status == SOLOW_OK ? 0 : solow_cli_fail(&err);
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

int solow_verb_estimators(int argc, char **argv)
{
    ptrdiff_t count = 0;
    const solow_estimator *const *list = solow_estimator_list(&count);
    bool found = argc < 2;
    for (ptrdiff_t i = 0; i < count; i++) {
        bool named = argc > 1 && strcmp(argv[1], list[i]->name) == 0;
        found = found || named;
        if (argc < 2 || named) {
            print_estimator(list[i], named);
        }
    }
    if (!found) {
        fprintf(stderr, "solow: there is no estimator `%s`; see solow estimators\n", argv[1]);
        return 64;
    }
    return 0;
}

int solow_verb_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    char *text = solow_library_versions();
    fputs(text != NULL ? text : "", stdout);
    free(text);
    return text != NULL ? 0 : 70;
}
