/* package_run.c - the script of a replication package that estimates it all again and compares. See package.h. */
#include "io/report/package.h"

#include "io/report/escape.h"

static const char head[] =
    "#!/usr/bin/env bash\n"
    "# run - estimates everything in this package again and compares with what came with it.\n"
    "#\n"
    "#   ./run [FOLDER]                 FOLDER: made, or empty (default: rerun, beside this script)\n"
    "#   RANKS=4 ./run FOLDER           on four processes; the results are the same on any number\n"
    "#   TOLERANCE=1e-9 ./run FOLDER    numbers may differ so much, as on another kind of machine\n"
    "#   SOLOW=/path/to/solow ./run     a solow that is not on the PATH\n"
    "#\n"
    "# Ends with 0 if results and tables are the same, 1 if not.\n"
    "set -euo pipefail\n"
    "here=$(cd \"$(dirname \"$(readlink -f \"${BASH_SOURCE[0]}\")\")\" && pwd)\n"
    "folder=${1:-$here/rerun}\n"
    "[[ $folder = /* ]] || folder=$PWD/$folder\n"
    "ranks=${RANKS:-1}\n"
    "tolerance=${TOLERANCE:-0}\n"
    "solow=$(command -v \"${SOLOW:-solow}\") || {\n"
    "    echo \"run: solow %s is not on the PATH; name it with SOLOW=...\" >&2\n"
    "    exit 78\n"
    "}\n"
    "solow=$(readlink -f \"$solow\")\n"
    "\n";

static const char checks[] = "cd \"$here\"\n"
                             "for file in \"${withheld[@]}\"; do\n"
                             "    [ -e \"$file\" ] || {\n"
                             "        echo \"run: $file is not in this package; $file.txt says how to get it\" >&2\n"
                             "        exit 66\n"
                             "    }\n"
                             "done\n"
                             "sha256sum --check --quiet checksums.sha256 || {\n"
                             "    echo \"run: these files are not those that the results were made from\" >&2\n"
                             "    exit 65\n"
                             "}\n"
                             "\n"
                             "mkdir -p \"$folder\"\n"
                             "[ -z \"$(ls -A \"$folder\")\" ] || {\n"
                             "    echo \"run: $folder is not empty\" >&2\n"
                             "    exit 73\n"
                             "}\n"
                             "cd \"$folder\"\n"
                             "cp -R \"$here/jobs\" \"$here/data\" .\n"
                             "mkdir results tables\n"
                             "\n";

static const char launch[] =
    "launch=()\n"
    "if [ \"$ranks\" -gt 1 ]; then\n"
    "    launch=(mpirun -n \"$ranks\")\n"
    "    export OMPI_MCA_rmaps_base_oversubscribe=1\n"
    "    [ \"$(id -u)\" -ne 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1\n"
    "fi\n"
    "begun=$SECONDS\n"
    "different=0\n"
    "for job in \"${jobs[@]}\"; do\n"
    "    # Code 1: some estimates do not exist; so they are in the package, or the comparison tells.\n"
    "    ${launch[@]+\"${launch[@]}\"} \"$solow\" run \"jobs/$job.yml\" -o \"results/$job.h5\" --quiet || [ $? -eq 1 "
    "]\n"
    "    if \"$solow\" diff \"$here/results/$job.h5\" \"results/$job.h5\" --tolerance \"$tolerance\"; then\n"
    "        echo \"results/$job.h5: the same\"\n"
    "    else\n"
    "        echo \"results/$job.h5: DIFFERENT\"\n"
    "        different=1\n"
    "    fi\n"
    "done\n"
    "for table in \"${tables[@]}\"; do\n"
    "    if cmp -s \"$here/$table\" \"$table\"; then\n"
    "        echo \"$table: the same\"\n"
    "    else\n"
    "        echo \"$table: DIFFERENT\"\n"
    "        different=1\n"
    "    fi\n"
    "done\n"
    "echo \"$((SECONDS - begun)) seconds\"\n"
    "exit $different\n";

static void word(solow_buffer *out, const char *text)
{
    solow_buffer_text(out, "    ");
    solow_escape_shell(out, text);
    solow_buffer_text(out, "\n");
}

solow_status solow_package_run(const solow_package *package, solow_buffer *out, solow_error *err)
{
    const char *version = package->job[0].results->engine_version;
    solow_buffer jobs = {0}, tables = {0}, withheld = {0};
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        word(&jobs, package->job[j].name);
        for (ptrdiff_t f = 0; f < package->job[j].files; f++) {
            const solow_package_file *file = &package->job[j].file[f];
            if (file->role == SOLOW_PACKAGE_TABLE || file->role == SOLOW_PACKAGE_SUMMARY) {
                word(&tables, file->place);
            } else if (file->withheld && !file->repeated) {
                word(&withheld, file->place);
            }
        }
    }
    solow_buffer_format(out, head, version != NULL ? version : "");
    solow_buffer_format(out, "jobs=(\n%s)\ntables=(\n%s)\nwithheld=(\n%s)\n\n", jobs.length > 0 ? jobs.text : "",
                        tables.length > 0 ? tables.text : "", withheld.length > 0 ? withheld.text : "");
    solow_buffer_text(out, checks);
    solow_buffer_text(out, launch);
    out->failed = out->failed || jobs.failed || tables.failed || withheld.failed;
    solow_buffer_clear(&jobs);
    solow_buffer_clear(&tables);
    solow_buffer_clear(&withheld);
    return solow_buffer_finish(out, err);
}
