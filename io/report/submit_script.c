/* submit_script.c - see submit_script.h. */
#include "io/report/submit_script.h"

#include "io/report/escape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char head[] =
    "#!/bin/bash\n"
    "# %s - %s with solow, under Slurm.\n"
    "#\n"
    "#   sbatch %s     from the folder in which the jobs are found; what is finished is not computed again\n"
    "#\n"
    "# Written by: %s\n"
    "\n";

static const char whole_nodes[] = "# Whole nodes and their memory; below, a rank for each core.\n"
                                  "#SBATCH --exclusive\n";

static const char early[] =
    "# So long before the end every rank gets USR1: it saves what is done and leaves with code 75, and the end of "
    "this\n"
    "# script puts the job back into the queue, under the same number. The log goes on where it was.\n"
    "#SBATCH --signal=USR1@%" PRId64 "\n"
    "#SBATCH --requeue\n"
    "#SBATCH --open-mode=append\n"
    "#SBATCH --output=%s\n";

static const char modules[] = "# The modules with which solow was built.\n"
                              "# shellcheck source=/dev/null\n"
                              "type module >/dev/null 2>&1 || . /etc/profile\n"
                              "module load%s || exit 78\n"
                              "\n";

static const char threads[] =
    "# One rank a core, so one thread a rank: a second thread would take the core of another rank.\n"
    "export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1\n"
    "\n";

static const char container_found[] =
    "# The image's MPI must speak the PMIx of this Slurm; the current folder is visible inside.\n"
    "runtime=$(command -v apptainer || command -v singularity) || {\n"
    "    echo \"neither apptainer nor singularity is on this node\" >&2\n"
    "    exit 78\n"
    "}\n";

static const char cores[] =
    "# Cores of a node; two threads of one core would share its arithmetic. All nodes must be of one kind.\n"
    "ranks=$(lscpu -p=CORE,SOCKET | grep -v '^#' | sort -u | wc -l)\n"
    "\n";

static const char one_run[] = "%s\ncode=$?\n\n";

/* The largest code tells that something went wrong in one of them; 75 ends the list, for the time is over. */
static const char many_runs[] =
    "# One after the other. The worst code is the script's; 75 means that the time is over.\n"
    "code=0\n"
    "for job in \"${jobs[@]}\"; do\n"
    "    %s\n"
    "    last=$?\n"
    "    [ \"$last\" -le \"$code\" ] || code=$last\n"
    "    if [ \"$last\" -eq 75 ]; then\n"
    "        code=75\n"
    "        break\n"
    "    fi\n"
    "done\n"
    "\n";

static const char tail[] =
    "# 75: stopped in time and not finished. A job that is stopped a hundred times gets nowhere: then it stays "
    "stopped.\n"
    "if [ \"$code\" -eq 75 ] && [ \"${SLURM_RESTART_COUNT:-0}\" -lt 100 ]; then\n"
    "    scontrol requeue \"%s\"\n"
    "fi\n"
    "\n"
    "# 0 all done; 1 some estimates failed; 65 bad job or data. What waits with afterok starts after a 0 alone.\n"
    "exit \"$code\"\n";

static solow_status unreadable_time(const char *time, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_USAGE,
                      "`%s` is no time limit of Slurm: minutes, hours:minutes:seconds, days-hours:minutes:seconds",
                      time);
}

solow_status solow_submit_seconds(const char *time, int64_t *seconds, solow_error *err)
{
    enum { PARTS = 4, LARGEST = 1000000 };
    int64_t part[PARTS] = {0}, days = 0;
    ptrdiff_t parts = 0;
    bool has_days = false, digits = false;
    for (const char *at = time;; at++) {
        if (*at >= '0' && *at <= '9' && part[parts] < LARGEST) {
            part[parts] = 10 * part[parts] + (*at - '0');
            digits = true;
        } else if (*at == '-' && digits && !has_days && parts == 0) {
            days = part[0];
            part[0] = 0;
            has_days = true;
            digits = false;
        } else if (*at == ':' && digits && parts < 2) {
            parts++;
            digits = false;
        } else if (*at == '\0' && digits) {
            break;
        } else {
            return unreadable_time(time, err);
        }
    }
    if (has_days) {
        *seconds = 86400 * days + 3600 * part[0] + 60 * part[1] + part[2];
    } else {
        *seconds = parts == 0   ? 60 * part[0]
                   : parts == 1 ? 60 * part[0] + part[1]
                                : 3600 * part[0] + 60 * part[1] + part[2];
    }
    return *seconds > 0 ? SOLOW_OK : unreadable_time(time, err);
}

int64_t solow_submit_warning(int64_t seconds)
{
    return seconds >= 240 ? 60 : seconds >= 4 ? seconds / 4 : 1;
}

static void option(solow_buffer *out, const char *name, const char *value)
{
    if (value != NULL) {
        solow_buffer_format(out, "#SBATCH --%s=", name);
        solow_escape_shell(out, value);
        solow_buffer_char(out, '\n');
    }
}

static void memory_lines(const solow_submit *submit, solow_buffer *out)
{
    const int64_t mebibyte = 1 << 20;
    if (submit->memory != NULL) {
        option(out, "mem", submit->memory);
    } else if (submit->ranks_per_node == 0) {
        solow_buffer_text(out, "#SBATCH --mem=0\n");
    } else if (submit->memory_known > 0) {
        solow_buffer_format(
            out, "# A node's memory: six times the data's columns, and 128 MB a rank.\n#SBATCH --mem=%" PRId64 "M\n",
            (submit->memory_known + mebibyte - 1) / mebibyte);
    }
}

/* `--qos=high`, or `-C` and its value, which stands on the same line. */
static void verbatim_lines(const solow_submit *submit, solow_buffer *out)
{
    for (ptrdiff_t a = 0; a < submit->verbatim; a++) {
        const char *text = submit->verbatim_argument[a], *equals = strchr(text, '=');
        bool own_line = a == 0 || text[0] == '-';
        solow_buffer_text(out, own_line ? (a > 0 ? "\n#SBATCH " : "#SBATCH ") : " ");
        if (own_line && equals != NULL) {
            solow_buffer_bytes(out, text, (size_t)(equals - text) + 1);
            solow_escape_shell(out, equals + 1);
        } else {
            solow_escape_shell(out, text);
        }
    }
    if (submit->verbatim > 0) {
        solow_buffer_char(out, '\n');
    }
}

static void requests(const solow_submit *submit, int64_t seconds, solow_buffer *out)
{
    option(out, "job-name", submit->name);
    option(out, "partition", submit->partition);
    option(out, "account", submit->account);
    solow_buffer_format(out, "#SBATCH --nodes=%td\n", submit->nodes);
    if (submit->ranks_per_node > 0) {
        solow_buffer_format(out,
                            "#SBATCH --ntasks-per-node=%td\n#SBATCH --cpus-per-task=1\n#SBATCH --hint=nomultithread\n",
                            submit->ranks_per_node);
    } else {
        solow_buffer_text(out, whole_nodes);
    }
    memory_lines(submit, out);
    option(out, "time", submit->time);
    if (submit->dependency != NULL) {
        option(out, "dependency", submit->dependency);
        solow_buffer_text(out, "#SBATCH --kill-on-invalid-dep=yes\n");
    }
    if (submit->array) {
        solow_buffer_format(out, "# One task of the array for each job file.\n#SBATCH --array=0-%td", submit->jobs - 1);
        if (submit->at_once > 0) {
            solow_buffer_format(out, "%%%td", submit->at_once);
        }
        solow_buffer_char(out, '\n');
    }
    solow_buffer_format(out, early, solow_submit_warning(seconds), submit->array ? "%x-%A_%a.log" : "%x-%j.log");
    verbatim_lines(submit, out);
    solow_buffer_char(out, '\n');
}

static void load_modules(const solow_submit *submit, solow_buffer *out)
{
    solow_buffer list = {0};
    for (const char *at = submit->modules; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, " ,");
        char name[256];
        snprintf(name, sizeof name, "%.*s", length < sizeof name ? (int)length : 0, at);
        if (name[0] != '\0') {
            solow_buffer_char(&list, ' ');
            solow_escape_shell(&list, name);
        }
        at += length + (at[length] != '\0' ? 1 : 0);
    }
    if (list.length > 0) {
        solow_buffer_format(out, modules, list.text);
    }
    out->failed = out->failed || list.failed;
    solow_buffer_clear(&list);
}

static void job_list(const solow_submit *submit, solow_buffer *out)
{
    if (submit->jobs == 1) {
        solow_buffer_text(out, "job=");
        solow_escape_shell(out, submit->job[0]);
    } else {
        solow_buffer_text(out, "jobs=(\n");
        for (ptrdiff_t j = 0; j < submit->jobs; j++) {
            solow_buffer_text(out, "    ");
            solow_escape_shell(out, submit->job[j]);
            solow_buffer_char(out, '\n');
        }
        solow_buffer_text(out, submit->array ? ")\njob=${jobs[$SLURM_ARRAY_TASK_ID]}" : ")");
    }
    solow_buffer_char(out, '\n');
}

static void what_runs(const solow_submit *submit, solow_buffer *out)
{
    solow_buffer_text(out, threads);
    if (submit->container != NULL) {
        solow_buffer_text(out, container_found);
        solow_buffer_text(out, "solow=(\"$runtime\" exec --bind \"$PWD\" ");
        solow_escape_shell(out, submit->container);
        solow_buffer_char(out, ' ');
    } else {
        solow_buffer_text(out, "solow=(");
    }
    solow_escape_shell(out, submit->program);
    solow_buffer_text(out, ")\n");
    job_list(submit, out);
    solow_buffer_char(out, '\n');
    if (submit->ranks_per_node == 0) {
        solow_buffer_text(out, cores);
    }
}

static void launch(const solow_submit *submit, solow_buffer *out)
{
    char line[256];
    snprintf(line, sizeof line, "srun --mpi=pmix --cpu-bind=cores %s\"${solow[@]}\" run \"$job\"",
             submit->ranks_per_node == 0 ? "--ntasks=$((ranks * SLURM_JOB_NUM_NODES)) --ntasks-per-node=\"$ranks\" "
                                         : "");
    solow_buffer_text(out, "# Slurm starts the ranks, through PMIx, and sends them its signals.\n");
    if (submit->jobs > 1 && !submit->array) {
        solow_buffer_format(out, many_runs, line);
    } else {
        solow_buffer_format(out, one_run, line);
    }
    solow_buffer_format(out, tail, submit->array ? "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" : "$SLURM_JOB_ID");
}

/* A line end in a text would end an #SBATCH line and begin a line of the script. */
static solow_status refuse_control(const char *what, const char *text, solow_error *err)
{
    for (const char *at = text; at != NULL && *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "%s holds a control character (byte %d)", what, *at);
        }
    }
    return SOLOW_OK;
}

static solow_status refuse_texts(const solow_submit *submit, solow_error *err)
{
    const struct {
        const char *what, *text;
    } texts[] = {
        {"the command", submit->command},
        {"the script's name", submit->file},
        {"the name of the job", submit->name},
        {"the program", submit->program},
        {"--time", submit->time},
        {"--partition", submit->partition},
        {"--account", submit->account},
        {"--mem", submit->memory},
        {"--modules", submit->modules},
        {"--container", submit->container},
        {"--dependency", submit->dependency},
    };
    solow_status status = SOLOW_OK;
    for (size_t t = 0; t < sizeof texts / sizeof texts[0] && status == SOLOW_OK; t++) {
        status = refuse_control(texts[t].what, texts[t].text, err);
    }
    for (ptrdiff_t j = 0; j < submit->jobs && status == SOLOW_OK; j++) {
        status = refuse_control("the name of a job file", submit->job[j], err);
    }
    for (ptrdiff_t a = 0; a < submit->verbatim && status == SOLOW_OK; a++) {
        status = refuse_control("an option of sbatch", submit->verbatim_argument[a], err);
    }
    return status;
}

solow_status solow_submit_script(const solow_submit *submit, solow_buffer *out, solow_error *err)
{
    int64_t seconds = 0;
    const char *what = submit->jobs == 1 ? submit->job[0] : "the job files below";
    solow_status status = refuse_texts(submit, err);
    if (status == SOLOW_OK) {
        status = solow_submit_seconds(submit->time, &seconds, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    solow_buffer_format(out, head, submit->file, what, submit->file, submit->command);
    requests(submit, seconds, out);
    load_modules(submit, out);
    what_runs(submit, out);
    launch(submit, out);
    return solow_buffer_finish(out, err);
}
