/* verb_package.c - solow package: jobs that have been run, as a package that others can run again. No MPI. */
#include "engine/cli/session.h"
#include "engine/cli/verb.h"

#include "io/report/package.h"
#include "io/report/paper_table.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_JOBS = 256, PATH_BYTES = 4096, SECRETS = 5 };

typedef struct packing { /* what the package borrows */
    solow_session session[MOST_JOBS];
    solow_results results[MOST_JOBS];
    char results_path[MOST_JOBS][PATH_BYTES], host[256];
    const char *secret[SECRETS];
} packing;

/* Who and where we are, as far as it could tell; `root` and `localhost` are nobody and nowhere. */
static void list_secrets(packing *p)
{
    const struct passwd *user = getpwuid(getuid());
    const char *candidate[] = {user != NULL ? user->pw_dir : NULL, user != NULL ? user->pw_name : NULL, p->host};
    ptrdiff_t count = 0;
    if (gethostname(p->host, sizeof p->host - 1) != 0) {
        p->host[0] = '\0';
    }
    for (size_t c = 0; c < sizeof candidate / sizeof candidate[0]; c++) {
        const char *word = candidate[c];
        if (word != NULL && strlen(word) > 1 && strcmp(word, "root") != 0 && strcmp(word, "localhost") != 0) {
            p->secret[count++] = word;
        }
    }
    p->secret[count] = NULL;
}

static solow_status name_job(const solow_package *package, solow_package_job *job, solow_error *err)
{
    const char *base = solow_package_base(job->path), *dot = strrchr(base, '.');
    job->name = solow_copy_text(base);
    if (job->name == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a package");
    }
    if (dot != NULL && dot > base) {
        job->name[dot - base] = '\0';
    }
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        if (&package->job[j] != job && package->job[j].name != NULL && strcmp(package->job[j].name, job->name) == 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "%s and %s have one name: a package needs two",
                              package->job[j].path, job->path);
        }
    }
    return SOLOW_OK;
}

/* A job and its results, which `run` left in the current folder, where the job says, or in folder. */
static solow_status read_job(packing *p, solow_package *package, ptrdiff_t j, const char *folder, solow_error *err)
{
    solow_package_job *job = &package->job[j];
    solow_session *session = &p->session[j];
    int line = 0, column = 0;
    session->path = job->path;
    solow_status status = name_job(package, job, err);
    if (status == SOLOW_OK) {
        status = solow_session_read_job(job->path, NULL, true, &session->job, &session->diagnostics, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    job->job = &session->job;
    job->text = session->job.text;
    solow_session_name_output(session);
    job->results_path = session->output_path;
    if (folder != NULL) {
        snprintf(p->results_path[j], PATH_BYTES, "%s/%s.h5", folder, job->name);
        job->results_path = p->results_path[j];
    }
    if (access(job->results_path, F_OK) != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT,
                          "%s has no results in %s: run it, or name their folder with --results", job->path,
                          job->results_path);
    }
    status = solow_results_read(job->results_path, &p->results[j], err);
    job->results = &p->results[j];
    if (status == SOLOW_OK) {
        status = solow_yaml_parse(job->text, strlen(job->text), &job->tree, &line, &column, err);
    }
    return status == SOLOW_OK ? solow_package_list(job, session->job.folder, err) : status;
}

/* Tables of the packaged job, from its results, as `run` would write them; reading it tells that it is still a job. */
static solow_status put_tables(const solow_package *package, const solow_package_job *packaged, solow_error *err)
{
    char path[PATH_BYTES];
    solow_job job = {0};
    solow_diagnostics diagnostics = {0};
    snprintf(path, sizeof path, "%s/jobs/%s.yml", package->folder, packaged->name);
    solow_status status = solow_session_read_job(path, NULL, true, &job, &diagnostics, err);
    for (ptrdiff_t t = 0; status == SOLOW_OK && job.tables != NULL && t < job.tables->count; t++) {
        if (solow_yaml_get(job.tables->item[t], "file") != NULL) {
            status = solow_paper_table_write(job.tables->item[t], packaged->results, job.folder, err);
        }
    }
    solow_diagnostics_clear(&diagnostics);
    solow_job_clear(&job);
    return status;
}

static solow_status pack(packing *p, solow_package *package, const char *results, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < package->jobs && status == SOLOW_OK; j++) {
        status = read_job(p, package, j, results, err);
    }
    status = status == SOLOW_OK ? solow_package_name(package, err) : status;
    status = status == SOLOW_OK ? solow_package_check(package, err) : status;
    status = status == SOLOW_OK ? solow_package_copy(package, err) : status;
    for (ptrdiff_t j = 0; j < package->jobs && status == SOLOW_OK; j++) {
        status = put_tables(package, &package->job[j], err);
    }
    return status == SOLOW_OK ? solow_package_finish(package, err) : status;
}

static solow_status parse(int argc, char **argv, const char **positional, solow_package *package, const char **results,
                          solow_error *err)
{
    int count = 0;
    const solow_cli_option options[] = {{.name = "output", .letter = 'o', .value = &package->folder},
                                        {.name = "results", .letter = 'r', .value = results},
                                        {.name = "anonymous", .flag = &package->anonymous},
                                        {.name = NULL}};
    solow_status status = argc <= MOST_JOBS ? solow_cli_parse(argc, argv, options, positional, &count, err)
                                            : SOLOW_FAIL(err, SOLOW_ERR_USAGE, "too many job files");
    if (status == SOLOW_OK && (count == 0 || package->folder == NULL)) {
        status =
            SOLOW_FAIL(err, SOLOW_ERR_USAGE, "solow package takes job files and -o FOLDER; see solow package --help");
    }
    package->job = status == SOLOW_OK ? solow_allocate_zeroed(count, sizeof *package->job) : NULL;
    if (status == SOLOW_OK && package->job == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a package");
    }
    for (int j = 0; j < count && status == SOLOW_OK; j++) {
        package->job[j].path = positional[j];
        package->jobs = j + 1;
    }
    return status;
}

int solow_verb_package(int argc, char **argv)
{
    solow_error err = {0};
    const char *positional[MOST_JOBS], *results = NULL;
    packing *p = solow_allocate_zeroed(1, sizeof *p);
    solow_package package = {.secret = p != NULL ? p->secret : NULL};
    solow_status status = p != NULL ? parse(argc, argv, positional, &package, &results, &err)
                                    : SOLOW_FAIL(&err, SOLOW_ERR_MEMORY, "no memory");
    if (status == SOLOW_OK) {
        list_secrets(p);
        status = pack(p, &package, results, &err);
    }
    if (status == SOLOW_OK) {
        fprintf(stderr, "solow: a package of %td job%s in %s; to try it: %s/run FOLDER\n", package.jobs,
                package.jobs > 1 ? "s" : "", package.folder, package.folder);
    }
    for (ptrdiff_t j = 0; p != NULL && j < package.jobs; j++) {
        solow_session_clear(&p->session[j]);
        solow_results_clear(&p->results[j]);
    }
    solow_package_clear(&package);
    free(p);
    return status == SOLOW_OK ? 0 : solow_cli_fail(&err);
}
