/* verb_run.c - solow run: a job from file to results, on any number of ranks. */
#include "engine/cli/session.h"
#include "engine/cli/signals.h"
#include "engine/cli/verb.h"

#include "io/report/export.h"

#include <hdf5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void show_progress(void *context, int64_t done, int64_t total, int64_t failed)
{
    (void)context;
    fprintf(stderr, "\r%lld of %lld models, %lld failed%s", (long long)done, (long long)total, (long long)failed,
            done == total ? "\n" : "");
}

/* What a user wants to see after a run: failures, where the results are. */
static void tell_end(const solow_session *session)
{
    const solow_table *glance = &session->results.glance;
    const solow_table_column *status = solow_table_column_find(glance, "status"),
                             *id = solow_table_column_find(glance, "model");
    const solow_table_column *message = solow_table_column_find(glance, "message");
    for (int64_t row = 0; row < glance->rows; row++) {
        if (strcmp(status->text[row], "ok") != 0) {
            fprintf(stderr, "solow: model %s: %s: %s\n", id->text[row], status->text[row], message->text[row]);
        }
    }
    if (!session->quiet) {
        fprintf(stderr, "solow: %lld models, %lld failed; results in %s\n", (long long)session->run.done,
                (long long)session->run.failed, session->output_path);
    }
}

static solow_status print_table(solow_session *session, const char *table, solow_error *err)
{
    solow_buffer out = {0};
    solow_status status = solow_export(&session->results, table, SOLOW_EXPORT_CSV, &out, err);
    if (status == SOLOW_OK) {
        status = solow_buffer_send(&out, stdout, err);
    }
    solow_buffer_clear(&out);
    return status;
}

static solow_status run_session(solow_session *session, const char *table, solow_error *err)
{
    solow_status status = solow_session_run(session, err);
    bool first = solow_comm_rank(session->comm) == 0;
    if (status != SOLOW_OK || session->dry_run) {
        return solow_comm_agree(session->comm, status, err); /* a rank that fails alone takes the others with it */
    }
    if (first) {
        tell_end(session);
    }
    if (!session->quiet) {
        status = solow_session_timing(session, true, err);
    }
    if (status == SOLOW_OK && first && table != NULL) {
        status = print_table(session, table, err);
    }
    return solow_comm_agree(session->comm, status, err);
}

int solow_verb_run(int argc, char **argv)
{
    solow_session session = {0};
    solow_error err = {0};
    const char **positional = solow_allocate(argc, sizeof *positional), *table = NULL, *most = NULL;
    int count = 0;
    const solow_cli_option options[] = {
        {"output", 'o', &session.output, NULL},
        {"only", 0, &session.only, NULL},
        {"set", 0, &session.set, NULL},
        {"table", 0, &table, NULL},
        {"quiet", 'q', NULL, &session.quiet},
        {"dry-run", 'n', NULL, &session.dry_run},
        {"restart", 0, NULL, &session.restart},
        {"max-time", 0, &most, NULL},
        {NULL, 0, NULL, NULL},
    };
    solow_status status = positional != NULL ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                             : SOLOW_FAIL(&err, SOLOW_ERR_MEMORY, "no memory");
    if (status == SOLOW_OK && count != 1) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow run takes one job file, not %d; see solow run --help", count);
    }
    if (status == SOLOW_OK && most != NULL) {
        status = solow_parse_duration(most, &session.most_seconds, &err);
    }
    if (status != SOLOW_OK) {
        free(positional);
        return solow_cli_fail(&err);
    }
    session.path = positional[0];
    solow_signals_watch();
    status = solow_session_start(&argc, &argv, &session.comm, &err);
    if (status == SOLOW_OK) {
        session.run.progress = !session.quiet && isatty(STDERR_FILENO) ? show_progress : NULL;
        status = run_session(&session, table, &err);
    }
    bool first = session.comm == NULL || solow_comm_rank(session.comm) == 0;
    int code = solow_exit_code(status);
    if (status != SOLOW_OK && (!solow_comm_all_here(session.comm) || first)) {
        code = solow_cli_fail(&err);
    } else if (status == SOLOW_OK && session.run.failed > 0) {
        code = 1;
    }
    solow_session_clear(&session);
    free(positional);
    H5close(); /* before MPI_Finalize: HDF5's own exit handler would call MPI after it */
    solow_comm_stop(session.comm, code);
    return code;
}
