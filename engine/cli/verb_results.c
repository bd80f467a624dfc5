/* verb_results.c - verbs that read result files: export, diff. They start no MPI. */
#include "engine/cli/verb.h"

#include "io/report/diff.h"
#include "io/report/export.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_ARGUMENTS = 64 };

static solow_status parse(int argc, char **argv, const solow_cli_option *options, const char **positional, int wanted,
                          int *count, solow_error *err)
{
    if (argc > MOST_ARGUMENTS) {
        return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "too many arguments");
    }
    solow_status status = solow_cli_parse(argc, argv, options, positional, count, err);
    if (status == SOLOW_OK && *count != wanted) {
        status = SOLOW_FAIL(err, SOLOW_ERR_USAGE, "solow %s takes %d file%s; see solow %s --help", argv[0], wanted,
                            wanted > 1 ? "s" : "", argv[0]);
    }
    return status;
}

int solow_verb_export(int argc, char **argv)
{
    solow_error err = {0};
    solow_results results = {0};
    solow_buffer out = {0};
    const char *positional[MOST_ARGUMENTS], *table = NULL, *format_name = "csv";
    int count = 0;
    const solow_cli_option options[] = {{.name = "table", .letter = 't', .value = &table},
                                        {.name = "format", .letter = 'f', .value = &format_name},
                                        {.name = NULL}};
    solow_export_format format = SOLOW_EXPORT_CSV;
    solow_status status = parse(argc, argv, options, positional, 1, &count, &err);
    if (status == SOLOW_OK) {
        status = solow_export_format_named(format_name, &format, &err);
    }
    if (status == SOLOW_OK) {
        status = solow_results_read(positional[0], &results, &err);
    }
    if (status == SOLOW_OK) {
        status = solow_export(&results, table != NULL ? table : "tidy", format, &out, &err);
    }
    if (status == SOLOW_OK) {
        status = solow_buffer_send(&out, stdout, &err);
    }
    solow_buffer_clear(&out);
    solow_results_clear(&results);
    return status == SOLOW_OK ? 0 : solow_cli_fail(&err);
}

int solow_verb_diff(int argc, char **argv)
{
    solow_error err = {0};
    solow_results a = {0}, b = {0};
    solow_buffer out = {0};
    const char *positional[MOST_ARGUMENTS], *tolerance_text = "0";
    int count = 0;
    int64_t differences = 0;
    const solow_cli_option options[] = {{.name = "tolerance", .value = &tolerance_text}, {.name = NULL}};
    solow_status status = parse(argc, argv, options, positional, 2, &count, &err);
    char *end = NULL;
    double tolerance = strtod(tolerance_text, &end);
    if (status == SOLOW_OK && (*end != '\0' || !(tolerance >= 0))) {
        status =
            SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "--tolerance wants a number of at least 0, not `%s`", tolerance_text);
    }
    if (status == SOLOW_OK) {
        status = solow_results_read(positional[0], &a, &err);
    }
    if (status == SOLOW_OK) {
        status = solow_results_read(positional[1], &b, &err);
    }
    if (status == SOLOW_OK) {
        status = solow_results_diff(&a, &b, tolerance, &out, &differences, &err);
    }
    if (status == SOLOW_OK) {
        status = solow_buffer_send(&out, stdout, &err);
    }
    solow_buffer_clear(&out);
    solow_results_clear(&a);
    solow_results_clear(&b);
    return status != SOLOW_OK ? solow_cli_fail(&err) : differences > 0 ? 1 : 0;
}
