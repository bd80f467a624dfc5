/* verb_replicate.c - solow replicate: jobs that carry published figures, ours printed beside theirs. */
#include "engine/cli/session.h"
#include "engine/cli/verb.h"

#include "io/report/published.h"

#include <hdf5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_JOBS = 256, WIDTH = 100 };

/* One job, its results in a file that is removed again unless the user named a folder. */
static solow_status replicate_one(solow_comm *comm, const char *path, const char *folder, bool *reached,
                                  solow_error *err)
{
    char output[4096];
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path, *dot = strrchr(base, '.');
    if (folder != NULL) {
        snprintf(output, sizeof output, "%s/%.*s.h5", folder, dot > base ? (int)(dot - base) : (int)strlen(base), base);
    } else {
        snprintf(output, sizeof output, "/tmp/solow-replicate-%ld.h5", (long)getpid());
    }
    solow_session session = {.comm = comm, .path = path, .output = output, .quiet = true};
    solow_published_counts counts = {0};
    solow_buffer out = {0};
    solow_status status = solow_session_run(&session, err);
    if (status == SOLOW_OK && solow_comm_rank(comm) == 0) {
        solow_buffer_format(&out, "%s\n%s\n", session.job.title, path);
        status = solow_published_print(&session.results, WIDTH, false, &out, &counts, err);
        if (status == SOLOW_OK) {
            status = solow_buffer_send(&out, stdout, err);
        }
        if (folder == NULL) {
            unlink(output);
        }
    }
    int64_t missed = counts.misses + counts.off_by_one + session.run.failed;
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(comm, &missed, 1, err);
    }
    *reached = *reached && missed == 0;
    solow_buffer_clear(&out);
    solow_session_clear(&session);
    return status;
}

int solow_verb_replicate(int argc, char **argv)
{
    solow_error err = {0};
    solow_comm *comm = NULL;
    const char *positional[MOST_JOBS], *folder = NULL;
    int count = 0;
    bool reached = true;
    const solow_cli_option options[] = {{.name = "output", .letter = 'o', .value = &folder}, {.name = NULL}};
    solow_status status = argc < MOST_JOBS ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                           : SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "too many job files");
    if (status == SOLOW_OK && count == 0) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow replicate takes job files; see solow replicate --help");
    }
    if (status != SOLOW_OK) {
        return solow_cli_fail(&err);
    }
    status = solow_session_start(&argc, &argv, &comm, &err);
    for (int i = 0; i < count && status == SOLOW_OK; i++) {
        status = replicate_one(comm, positional[i], folder, &reached, &err);
    }
    bool first = comm == NULL || solow_comm_rank(comm) == 0;
    int code = status != SOLOW_OK ? solow_exit_code(status) : reached ? 0 : 1;
    if (status != SOLOW_OK && (!solow_comm_all_here(comm) || first)) {
        code = solow_cli_fail(&err);
    }
    H5close(); /* before MPI_Finalize: HDF5's own exit handler would call MPI after it */
    solow_comm_stop(comm, code);
    return code;
}
