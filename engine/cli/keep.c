/* keep.c - how a session keeps what it finished, and how long it may go on. See session.h, engine/batch/resume.h. */
#include "engine/cli/session.h"
#include "engine/cli/signals.h"

#include "io/ledger/folder.h"
#include "io/ledger/lock.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void tell(const char *sentence)
{
    fprintf(stderr, "solow: %s\n", sentence);
}

/* How long the run may go on: as asked, and until Slurm ends its job, with a tenth of what is left for the last estimate and
 * for writing down, half a minute at most. 0: any time. */
static double time_allowed(const solow_session *session)
{
    static const double most_margin = 30, stale = 3600, at_once = 1e-3;
    const char *text = getenv("SLURM_JOB_END_TIME");
    double most = session->most_seconds, end = text != NULL ? strtod(text, NULL) : 0;
    double left = end - (double)time(NULL);
    if (!(end > 0) || left < -stale) { /* no time, or that of a job which is long over */
        return most;
    }
    if (left <= 0) {
        return at_once;
    }
    double margin = left / 10 < most_margin ? left / 10 : most_margin;
    double until = solow_comm_seconds() - session->started + left - margin;
    return most > 0 && most < until ? most : until;
}

solow_status solow_session_keep(solow_session *session, solow_error *err)
{
    const char *restarts = getenv("SLURM_RESTART_COUNT");
    char *kind = solow_machine_kind();
    solow_status status = kind != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory");
    session->machine_kind = kind;
    status = solow_comm_agree(session->comm, status, err);
    if (status != SOLOW_OK) {
        return status;
    }
    const solow_resume_settings settings = {.output = session->output_path,
                                            .machine_kind = kind,
                                            .cluster_job = getenv("SLURM_JOB_ID"),
                                            .cluster_restarts = restarts != NULL ? strtoll(restarts, NULL, 10) : 0,
                                            .restart = session->restart,
                                            .job = &session->job,
                                            .begun = session->started,
                                            .most = time_allowed(session),
                                            .asked_to_stop = solow_signals_asked,
                                            .watch_crashes = solow_signals_note_crashes,
                                            .tell = session->quiet ? NULL : tell};
    session->run.tell = settings.tell;
    return solow_resume_open(session->comm, &settings, &session->resume, err);
}

solow_status solow_session_end_keeping(solow_session *session, solow_status run, solow_error *err)
{
    solow_status status = solow_resume_close(session->resume, run, err);
    session->resume = session->run.resume = NULL;
    return run == SOLOW_OK ? solow_comm_agree(session->comm, status, err) : run;
}

void solow_session_sweep_up(const solow_session *session)
{
    char folder[PATH_MAX];
    struct stat about;
    solow_lock_owner self = solow_lock_self(getenv("SLURM_JOB_ID"), 0);
    if (solow_comm_rank(session->comm) == 0 && solow_folder_name(session->output_path, folder, NULL) == SOLOW_OK &&
        stat(folder, &about) == 0 && solow_lock_take(folder, &self, NULL) == SOLOW_OK) {
        (void)solow_folder_remove(folder, false, NULL);
    }
}

/* "90", "90s", "30m", "2.5h", "1:30:00", "10:00". */
solow_status solow_parse_duration(const char *text, double *seconds, solow_error *err)
{
    double total = 0, part = 0;
    const char *at = text;
    char *end = NULL;
    bool colons = strchr(text, ':') != NULL;
    do {
        part = strtod(at, &end);
        total = 60 * total + part;
    } while (end > at && colons && *end == ':' && (at = end + 1) != NULL);
    double unit = *end == 'h' ? 3600 : *end == 'm' ? 60 : 1;
    bool good = end > at && (*end == '\0' || (!colons && strchr("smh", *end) != NULL && end[1] == '\0'));
    if (!good || !(total * unit > 0) || total * unit > 1e10) {
        return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "--max-time takes seconds, 30m, 2.5h or 1:30:00, not `%s`", text);
    }
    *seconds = total * unit;
    return SOLOW_OK;
}
