/* verb_import.c - solow import: a data file of any known format to a canonical panel file. No MPI. */
#include "engine/cli/verb.h"

#include "io/panel/panel_file.h"

#include <stdio.h>

enum { MOST_ARGUMENTS = 64 };

int solow_verb_import(int argc, char **argv)
{
    static const char *const missing[] = {"", "NA", "."};
    solow_error err = {0};
    solow_source_options source = {.missing_count = 3, .missing = missing};
    const char *positional[MOST_ARGUMENTS], *output = NULL, *unit = NULL, *time = NULL, *delimiter = NULL;
    int count = 0;
    solow_panel_structure structure = {0};
    const solow_cli_option options[] = {{.name = "output", .letter = 'o', .value = &output},
                                        {.name = "unit", .letter = 'u', .value = &unit},
                                        {.name = "time", .letter = 't', .value = &time},
                                        {.name = "delimiter", .letter = 'd', .value = &delimiter},
                                        {.name = NULL}};
    solow_status status = argc < MOST_ARGUMENTS ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                                : SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "too many arguments");
    if (status == SOLOW_OK && (count != 1 || output == NULL)) {
        status =
            SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow import takes one file and -o PANEL.h5; see solow import --help");
    }
    if (status == SOLOW_OK) {
        source.delimiter = delimiter != NULL ? delimiter[0] : '\0';
        status = solow_panel_import(positional[0], &source, unit, time, output, &structure, &err);
    }
    if (status == SOLOW_OK) {
        fprintf(stderr,
                "solow: %lld rows, %lld units of %lld to %lld rows%s; %lld gaps leave out %lld periods; %lld spells\n",
                (long long)structure.rows, (long long)structure.units, (long long)structure.least_rows,
                (long long)structure.most_rows, structure.balanced ? ", balanced" : "", (long long)structure.gaps,
                (long long)structure.missing_periods, (long long)structure.spells);
    }
    return status == SOLOW_OK ? 0 : solow_cli_fail(&err);
}
