/* verb.c - options, help and the table of verbs. See verb.h. */
#include "engine/cli/verb.h"

#include "io/job/job.h"

#include <stdio.h>
#include <string.h>

const solow_verb solow_verbs[] = {
    {"run", "JOB.yml [-o OUT.h5] [--only ID,...] [--set KEY=VALUE]...", "estimate the models of a job",
     "  -o, --output FILE   where results go (default: as the job says, or JOB.h5 in the current folder)\n"
     "      --only ID,...   these models alone, and the tables that name no other; may stand several times\n"
     "      --set KEY=VALUE override a key of the job, by dotted path (models.within.where); may stand several times\n"
     "  -n, --dry-run       read and check everything, estimate nothing\n"
     "      --restart       begin anew: what OUT.h5 or OUT.h5.run holds already is done again\n"
     "      --max-time T    stop in time, exit code 75: seconds, 30m, 2.5h or 1:30:00; in a job of Slurm also\n"
     "                      before SLURM_JOB_END_TIME\n"
     "  -q, --quiet         no progress, no citations and no timing table\n"
     "  -v, --verbose       a line for each phase as it ends\n"
     "      --table NAME    print this table as CSV when done (tidy, glance, ...)\n"
     "Several ranks: mpirun -n P solow run JOB.yml. The result has the same bytes at any P.\n"
     "Stopped (USR1, TERM, INT, --max-time) or killed: the same command goes on, on any number of ranks; what is\n"
     "finished waits in OUT.h5.run, which goes when OUT.h5 is there.\n"
     "Exit code: 0 done, 1 some estimates failed, 64 usage, 65 bad job or data, 66 no input, 73 cannot create the "
     "output,\n"
     "74 input or output broke off, 75 stopped early: run again, 78 ranks on machines of different kinds.\n",
     solow_verb_run},
    {"check", "JOB.yml... | --print-schema", "validate job files; every error at once, with line and column",
     "Reads the data too: columns that do not exist and terms that cannot be are errors. Nothing is estimated.\n"
     "      --print-schema  the JSON Schema of job files, for editors\n"
     "Exit code: 0 no error, 65 errors, 66 no such file.\n",
     solow_verb_check},
    {"plan", "JOB.yml... [--ranks N]", "sweeps, shared passes, memory, flops, bytes and seconds of a job",
     "  -r, --ranks N       as if so many ranks of this node shared it (default 1)\n"
     "Reads the data, as check does; nothing is estimated. Seconds are predicted for one kind of processor\n"
     "(benchmarks/README.md).\n"
     "Exit code: 0 it fits, 65 bad job or data, 66 no input, 78 this machine's memory, or what its control group or "
     "Slurm\n"
     "allow, is less than the job needs.\n",
     solow_verb_plan},
    {"status", "OUT.h5", "progress and failures of a run, live, stopped or finished",
     "Exit code 0: running, or finished without failures; 1: some estimates failed; 75: stopped or killed, run again.\n"
     "The ledger is a second behind a running job.\n",
     solow_verb_status},
    {"show", "OUT.h5 [MODEL]", "coefficients, fit, tests and diagnostics on the terminal",
     "MODEL is an id, id/group, a glob of either, or the id of a comparison: all that is known of it. Without MODEL "
     "an\n"
     "overview and, of up to 12 estimates, the coefficients. NO_COLOR in the environment switches colour off.\n",
     solow_verb_show},
    {"table", "OUT.h5 [ID] [--write]", "the job's tables, rewritten without estimating",
     "  -w, --write         to the files that the job names, in the current folder, instead of to stdout\n",
     solow_verb_table},
    {"export", "OUT.h5 [--table NAME] [--format csv|json|md|tex]", "one table of a result file, to stdout",
     "  -t, --table NAME    tidy (default) glance groups effects tests diagnostics resampling adjusted measures "
     "published\n"
     "                      timing inputs provenance fixed_effects vcov panel/MODEL\n"
     "  -f, --format F      csv (default), json, md, tex\n",
     solow_verb_export},
    {"diff", "A.h5 B.h5 [--tolerance X]", "compare two result files cell by cell; exit 1 on a difference",
     "      --tolerance X   numbers that differ by X or less, relative to the larger, are equal (default 0)\n",
     solow_verb_diff},
    {"replicate", "JOB.yml... [-o FOLDER]",
     "run jobs that carry published figures, print ours beside theirs; exit 1 on a miss",
     "  -o, --output FOLDER keep the result files there (default: they are removed)\n", solow_verb_replicate},
    {"submit", "JOB.yml... --time T [--nodes N] [--ranks-per-node R] [options] [-- SBATCH-OPTIONS]",
     "check jobs, write a Slurm script for them, and with --now submit it",
     "  -t, --time T        limit, as Slurm writes it: minutes, h:m:s, d-h:m:s\n"
     "  -N, --nodes N       nodes (default 1)\n"
     "  -r, --ranks-per-node R   (default: whole nodes, a rank for each core)\n"
     "  -m, --mem SIZE      memory of a node (default: by the size of the data; all of a whole node)\n"
     "  -p, --partition P   -A, --account A   -d, --dependency D: as sbatch takes them\n"
     "      --modules LIST  modules to load, with spaces or commas between\n"
     "      --container F   an image that holds solow, run by apptainer or singularity\n"
     "      --program PATH  solow on the nodes (default: this one; in a container, solow)\n"
     "  -a, --array         each job file as a task of a job array; --at-once N: so many at a time\n"
     "  -o, --output FILE   the script (default JOB.slurm in the current folder; - for the terminal)\n"
     "      --overwrite     replace a script that differs\n"
     "      --now           submit it by sbatch\n"
     "What follows -- goes into the script as options of sbatch, as it is. A run that the time limit stops goes on by "
     "itself.\n",
     solow_verb_submit},
    {"package", "JOB.yml... -o FOLDER [--results FOLDER] [--anonymous]",
     "jobs that have been run, as a replication package that runs again by itself",
     "  -o, --output FOLDER the package; made, or empty\n"
     "  -r, --results FOLDER where the results are (default: where solow run put them)\n"
     "      --anonymous     no host, user or path; refused, with the line, where a job names one\n"
     "Data with `redistribute: false` stay out; their hash and how to get them take their place.\n",
     solow_verb_package},
    {"import", "FILE -o PANEL.h5 [--unit NAME] [--time NAME]", "CSV, Stata, SAS, SPSS to a panel file",
     "  -o, --output FILE   the panel file\n"
     "  -u, --unit NAME     column of the cross-section identifier: rows are sorted by it\n"
     "  -t, --time NAME     column of the period\n"
     "  -d, --delimiter C   of a CSV file (default: found in its header)\n",
     solow_verb_import},
    {"estimators", "[NAME]", "what there is; options, defaults, citation", "", solow_verb_estimators},
    {"version", "", "this version, and the libraries that are loaded", "", solow_verb_version},
    {NULL, NULL, NULL, NULL, NULL},
};

int solow_cli_fail(const solow_error *err)
{
    fprintf(stderr, "solow: %s\n", err->message);
    return solow_exit_code(err->status);
}

int solow_cli_help(const char *verb)
{
    for (const solow_verb *v = solow_verbs; v->name != NULL; v++) {
        if (strcmp(v->name, verb) == 0) {
            printf("solow %s %s\n\n%s.\n%s%s", v->name, v->arguments, v->summary, v->help[0] != '\0' ? "\n" : "",
                   v->help);
        }
    }
    return 0;
}

static const solow_cli_option *find_option(const solow_cli_option *options, const char *text, const char **value)
{
    *value = NULL;
    for (const solow_cli_option *o = options; o->name != NULL; o++) {
        size_t length = strlen(o->name);
        if (text[1] == o->letter && text[2] == '\0' && o->letter != '\0') {
            return o;
        }
        if (strncmp(text, "--", 2) == 0 && strncmp(text + 2, o->name, length) == 0 &&
            (text[2 + length] == '\0' || text[2 + length] == '=')) {
            *value = text[2 + length] == '=' ? text + 3 + length : NULL;
            return o;
        }
    }
    return NULL;
}

static solow_status unknown_option(const solow_cli_option *options, const char *text, solow_error *err)
{
    const char *names[32];
    ptrdiff_t count = 0;
    for (const solow_cli_option *o = options; o->name != NULL && count < 32; o++) {
        names[count++] = o->name;
    }
    const char *near = solow_closest(text + strspn(text, "-"), names, count);
    return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "unknown option %s%s%s%s", text, near != NULL ? "; did you mean --" : "",
                      near != NULL ? near : "", near != NULL ? "?" : "; see --help");
}

static solow_status take_value(const solow_cli_option *option, const char *value, solow_error *err)
{
    if (option->value != NULL) {
        *option->value = value;
        return SOLOW_OK;
    }
    if (option->list->count == SOLOW_CLI_VALUES) {
        return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "--%s stands more than %d times", option->name, (int)SOLOW_CLI_VALUES);
    }
    option->list->value[option->list->count++] = value;
    return SOLOW_OK;
}

/* The option at argv[*at], and its value, which may be the argument behind. */
static solow_status take_option(int argc, char **argv, const solow_cli_option *options, int *at, solow_error *err)
{
    const char *text = argv[*at], *value = NULL;
    const solow_cli_option *option = find_option(options, text, &value);
    if (option == NULL) {
        return unknown_option(options, text, err);
    }
    if (option->flag != NULL) {
        *option->flag = true;
        return value == NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_USAGE, "option --%s takes no value", option->name);
    }
    if (value == NULL && *at + 1 >= argc) {
        return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "option %s needs a value", text);
    }
    return take_value(option, value != NULL ? value : argv[++*at], err);
}

solow_status solow_cli_parse(int argc, char **argv, const solow_cli_option *options, const char **positional,
                             int *count, solow_error *err)
{
    bool ended = false;
    solow_status status = SOLOW_OK;
    *count = 0;
    for (int i = 1; i < argc && status == SOLOW_OK; i++) {
        if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
            positional[(*count)++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            ended = true;
        } else {
            status = take_option(argc, argv, options, &i, err);
        }
    }
    return status;
}
