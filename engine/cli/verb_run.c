/* verb_run.c - solow run: a job from file to results, on any number of ranks. */
#include "engine/cli/session.h"
#include "engine/cli/signals.h"
#include "engine/cli/verb.h"

#include "io/report/export.h"

#include <hdf5.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_ARGUMENTS = 64 }; /* on the stack: before MPI_Init no rank may fail alone */

/* Comparisons that could not be made; /glance does not list them. */
static void tell_comparisons(const solow_results *results)
{
    const solow_table *tests = &results->tests;
    for (int64_t row = 0; row < tests->rows; row++) {
        if (strcmp(solow_table_text(tests, row, "test"), "compare") == 0 &&
            isnan(solow_table_number(tests, row, "statistic"))) {
            fprintf(stderr, "solow: comparison %s: %s\n", solow_table_text(tests, row, "model"),
                    solow_table_text(tests, row, "note"));
        }
    }
}

enum { TOLD = 20 }; /* estimates of one model whose sentences go to the terminal; all are in /glance */

static void tell_models(const solow_table *glance)
{
    const char *model = "";
    int64_t told = 0, more = 0;
    for (int64_t row = 0; row < glance->rows; row++) {
        const char *status = solow_table_text(glance, row, "status"), *group = solow_table_text(glance, row, "group"),
                   *own = solow_table_text(glance, row, "model");
        told = strcmp(own, model) == 0 ? told : 0;
        model = own;
        if (strcmp(status, "ok") == 0) {
            continue;
        }
        if (told++ < TOLD) {
            fprintf(stderr, "solow: model %s%s%s: %s: %s\n", model, group[0] != '\0' ? "/" : "", group, status,
                    solow_table_text(glance, row, "message"));
        } else {
            more++;
        }
    }
    if (more > 0) {
        fprintf(stderr, "solow: %lld more estimates have a warning or failed: see status and message in /glance\n",
                (long long)more);
    }
}

/* What a user wants to see after a run: failures, sources, where the results are. */
static void tell_end(const solow_session *session)
{
    tell_models(&session->results.glance);
    tell_comparisons(&session->results);
    if (session->quiet) {
        return;
    }
    if (session->reused) {
        fprintf(stderr,
                "solow: nothing to do: %s holds the results of this job, these data, this version and this machine "
                "(--restart makes them again)\n",
                session->output_path);
        return;
    }
    solow_session_cite(&session->results, stderr);
    solow_session_effort(session);
    fprintf(stderr, "solow: %lld models, %lld failed; results in %s\n", (long long)session->run.done,
            (long long)session->run.failed, session->output_path);
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
    if (!session->quiet && !session->reused) {
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
    const char *positional[MOST_ARGUMENTS], *table = NULL, *most = NULL;
    int count = 0;
    const solow_cli_option options[] = {
        {.name = "output", .letter = 'o', .value = &session.output},
        {.name = "only", .list = &session.only},
        {.name = "set", .list = &session.set},
        {.name = "table", .value = &table},
        {.name = "quiet", .letter = 'q', .flag = &session.quiet},
        {.name = "dry-run", .letter = 'n', .flag = &session.dry_run},
        {.name = "verbose", .letter = 'v', .flag = &session.verbose},
        {.name = "max-time", .value = &most},
        {.name = "restart", .flag = &session.restart},
        {.name = NULL},
    };
    solow_status status = argc < MOST_ARGUMENTS ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                                : SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "too many arguments");
    if (status == SOLOW_OK && count != 1) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow run takes one job file, not %d; see solow run --help", count);
    }
    if (status == SOLOW_OK && most != NULL) {
        status = solow_parse_duration(most, &session.most_seconds, &err);
    }
    if (status != SOLOW_OK) {
        return solow_cli_fail(&err);
    }
    session.path = positional[0];
    solow_signals_watch();
    status = solow_session_start(&argc, &argv, &session.comm, &err);
    if (status == SOLOW_OK) {
        session.tells = !session.quiet;
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
    H5close(); /* before MPI_Finalize: HDF5's own exit handler would call MPI after it */
    solow_comm_stop(session.comm, code);
    return code;
}
