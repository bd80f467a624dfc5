/* verb_submit.c - solow submit: the jobs checked here, then a Slurm script for them, and if wanted into the queue. No MPI. */
#include "engine/batch/plan.h"
#include "engine/cli/session.h"
#include "engine/cli/verb.h"

#include "io/report/escape.h"
#include "io/report/submit_script.h"
#include "io/result/atomic_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_JOBS = 1024, PATH_BYTES = 4096 };

/* What a node needs when the job's ranks are spread evenly: at most, for Slurm ends what takes more. */
static solow_status memory_of(solow_session *session, const solow_submit *script, int64_t *need, solow_error *err)
{
    solow_plan plan;
    ptrdiff_t per_node = script->ranks_per_node > 0 ? script->ranks_per_node : 1;
    solow_status status = solow_plan_make(&session->frame, &session->job, (int)(script->nodes * per_node), &plan, err);
    if (status == SOLOW_OK) {
        double rank = plan.reading > plan.working ? plan.reading : plan.working;
        int64_t node = (int64_t)(rank * (double)per_node);
        *need = node > *need ? node : *need;
        solow_plan_clear(&plan);
    }
    return status;
}

typedef struct submission {
    solow_submit script;
    const char *nodes, *ranks, *at_once, *output;
    bool now, overwrite;
    char program[PATH_BYTES], file[PATH_BYTES + 8], name[PATH_BYTES];
    char *result[MOST_JOBS]; /* where each job writes */
} submission;

/* Every job as `solow check` would have it, and where its results would go: two jobs must not write one file. */
static solow_status check_jobs(submission *s, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < s->script.jobs && status == SOLOW_OK; j++) {
        solow_session session;
        status = solow_session_check(s->script.job[j], &session, err);
        if (status == SOLOW_OK && (s->result[j] = solow_copy_text(session.output_path)) == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the names of results");
        }
        if (status == SOLOW_OK) {
            status = memory_of(&session, &s->script, &s->script.memory_known, err);
        }
        solow_session_check_clear(&session);
        for (ptrdiff_t i = 0; i < j && status == SOLOW_OK; i++) {
            if (strcmp(s->result[i], s->result[j]) == 0) {
                status =
                    SOLOW_FAIL(err, SOLOW_ERR_USAGE,
                               "%s and %s would both write %s: name one, or give one of them `output: {file: ...}`",
                               s->script.job[i], s->script.job[j], s->result[i]);
            }
        }
    }
    return status;
}

static solow_status count_of(const char *option, const char *text, ptrdiff_t *count, solow_error *err)
{
    char *end = NULL;
    long value = text != NULL ? strtol(text, &end, 10) : 0;
    if (text != NULL && (*text == '\0' || *end != '\0' || value < 1 || value > 1000000)) {
        return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "%s wants a whole number of at least 1, not `%s`", option, text);
    }
    *count = value;
    return SOLOW_OK;
}

/* `4G`, `4000M`, `0` for all of a node's. */
static solow_status check_memory(const char *text, solow_error *err)
{
    size_t digits = text != NULL ? strspn(text, "0123456789") : 1;
    if (text == NULL ||
        (digits > 0 && (text[digits] == '\0' || (strchr("KMGT", text[digits]) && text[digits + 1] == '\0')))) {
        return SOLOW_OK;
    }
    return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "--mem wants a size for a node like 4G or 4000M, not `%s`", text);
}

/* The name of a file without its folder and its ending. */
static void base_name(const char *path, char *base, size_t size)
{
    const char *slash = strrchr(path, '/'), *from = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(from, '.');
    snprintf(base, size, "%.*s", dot != NULL && dot > from ? (int)(dot - from) : (int)strlen(from), from);
}

/* What is not given: this program, a script beside the user, one node. */
static solow_status settle(submission *s, solow_error *err)
{
    solow_submit *script = &s->script;
    solow_status status =
        script->jobs > 0 ? SOLOW_OK
                         : SOLOW_FAIL(err, SOLOW_ERR_USAGE, "solow submit takes job files; see solow submit --help");
    if (status == SOLOW_OK && script->time == NULL) {
        status =
            SOLOW_FAIL(err, SOLOW_ERR_USAGE, "solow submit wants --time, the limit after which Slurm ends the job");
    }
    status = status == SOLOW_OK ? count_of("--nodes", s->nodes != NULL ? s->nodes : "1", &script->nodes, err) : status;
    status = status == SOLOW_OK ? count_of("--ranks-per-node", s->ranks, &script->ranks_per_node, err) : status;
    status = status == SOLOW_OK ? count_of("--at-once", s->at_once, &script->at_once, err) : status;
    status = status == SOLOW_OK ? check_memory(script->memory, err) : status;
    if (status != SOLOW_OK) {
        return status;
    }
    base_name(script->job[0], s->name, sizeof s->name);
    snprintf(s->file, sizeof s->file, "%s.slurm", s->name);
    script->file = s->output != NULL && strcmp(s->output, "-") != 0 ? s->output : s->file;
    script->name = s->name;
    ssize_t length = readlink("/proc/self/exe", s->program, sizeof s->program - 1);
    s->program[length > 0 ? length : 0] = '\0';
    if (script->program == NULL) {
        script->program = script->container != NULL || length <= 0 ? "solow" : s->program;
    }
    return SOLOW_OK;
}

static bool same_text(const char *path, const solow_buffer *text)
{
    FILE *file = fopen(path, "rb");
    bool same = file != NULL;
    for (size_t i = 0; same && i <= text->length; i++) {
        same = getc(file) == (i < text->length ? (unsigned char)text->text[i] : EOF);
    }
    if (file != NULL) {
        fclose(file);
    }
    return same;
}

/* A script that a user may have edited is not written over unless told. */
static solow_status write_script(const submission *s, const char *path, const solow_buffer *text, solow_error *err)
{
    if (access(path, F_OK) == 0 && !s->overwrite && !same_text(path, text)) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "%s is there and differs: --overwrite replaces it, -o names another",
                          path);
    }
    return solow_atomic_put(path, text->text, text->length, err);
}

/* sbatch prints the number of the job, or why it takes none. */
static solow_status hand_over(const char *path, solow_error *err)
{
    int code = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        execlp("sbatch", "sbatch", path, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &code, 0) != child) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "cannot start sbatch");
    }
    if (WIFEXITED(code) && WEXITSTATUS(code) == 127) {
        return SOLOW_FAIL(err, SOLOW_ERR_CONFIG, "this machine has no sbatch: hand %s over where Slurm is", path);
    }
    if (!WIFEXITED(code) || WEXITSTATUS(code) != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_CONFIG, "sbatch did not take %s; it says why above", path);
    }
    return SOLOW_OK;
}

static solow_status deliver(const submission *s, const solow_buffer *text, solow_error *err)
{
    if (s->output != NULL && strcmp(s->output, "-") == 0) {
        return s->now ? SOLOW_FAIL(err, SOLOW_ERR_USAGE, "--now wants the script in a file, not on the terminal")
                      : solow_buffer_send(text, stdout, err);
    }
    const char *path = s->output != NULL ? s->output : s->file;
    solow_status status = write_script(s, path, text, err);
    if (status == SOLOW_OK && s->now) {
        return hand_over(path, err);
    }
    if (status == SOLOW_OK) {
        printf("%s\n", path);
        fprintf(stderr, "solow: checked; to submit: sbatch %s\n", path);
    }
    return status;
}

/* The command again, word by word, for the script's head. */
static void repeat_command(int argc, char **argv, solow_buffer *out)
{
    solow_buffer_text(out, "solow");
    for (int i = 0; i < argc; i++) {
        solow_buffer_char(out, ' ');
        solow_escape_shell(out, argv[i]);
    }
}

static solow_status parse(int argc, char **argv, submission *s, const char **positional, solow_error *err)
{
    int own = 1, count = 0;
    while (own < argc && strcmp(argv[own], "--") != 0) {
        own++;
    }
    s->script.verbatim = own < argc ? argc - own - 1 : 0;
    s->script.verbatim_argument = (const char *const *)(argv + own + 1);
    solow_submit *script = &s->script;
    const solow_cli_option options[] = {
        {.name = "nodes", .letter = 'N', .value = &s->nodes},
        {.name = "ranks-per-node", .letter = 'r', .value = &s->ranks},
        {.name = "time", .letter = 't', .value = &script->time},
        {.name = "partition", .letter = 'p', .value = &script->partition},
        {.name = "account", .letter = 'A', .value = &script->account},
        {.name = "mem", .letter = 'm', .value = &script->memory},
        {.name = "modules", .value = &script->modules},
        {.name = "container", .value = &script->container},
        {.name = "program", .value = &script->program},
        {.name = "dependency", .letter = 'd', .value = &script->dependency},
        {.name = "array", .letter = 'a', .flag = &script->array},
        {.name = "at-once", .value = &s->at_once},
        {.name = "output", .letter = 'o', .value = &s->output},
        {.name = "overwrite", .flag = &s->overwrite},
        {.name = "now", .flag = &s->now},
        {.name = NULL},
    };
    solow_status status = own <= MOST_JOBS ? solow_cli_parse(own, argv, options, positional, &count, err)
                                           : SOLOW_FAIL(err, SOLOW_ERR_USAGE, "too many job files");
    script->jobs = count;
    script->job = positional;
    return status;
}

int solow_verb_submit(int argc, char **argv)
{
    solow_error err = {0};
    solow_buffer command = {0}, text = {0};
    const char *positional[MOST_JOBS] = {NULL};
    submission *s = solow_allocate_zeroed(1, sizeof *s);
    solow_status status =
        s != NULL ? parse(argc, argv, s, positional, &err) : SOLOW_FAIL(&err, SOLOW_ERR_MEMORY, "no memory");
    status = status == SOLOW_OK ? settle(s, &err) : status;
    if (status == SOLOW_OK) {
        repeat_command(argc, argv, &command);
        status = solow_buffer_finish(&command, &err);
    }
    status = status == SOLOW_OK ? check_jobs(s, &err) : status;
    if (status == SOLOW_OK) {
        s->script.command = command.text;
        status = solow_submit_script(&s->script, &text, &err);
    }
    status = status == SOLOW_OK ? deliver(s, &text, &err) : status;
    for (ptrdiff_t j = 0; s != NULL && j < s->script.jobs; j++) {
        free(s->result[j]);
    }
    free(s);
    solow_buffer_clear(&command);
    solow_buffer_clear(&text);
    return status == SOLOW_OK ? 0 : solow_cli_fail(&err);
}
