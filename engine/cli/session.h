/* session.h - one job from file to results, as `run` and `replicate` drive it. */
#ifndef SOLOW_ENGINE_CLI_SESSION_H
#define SOLOW_ENGINE_CLI_SESSION_H

#include "engine/batch/run.h"

typedef struct solow_phase {
    const char *name;
    double seconds, bytes; /* of this rank */
    int64_t calls;
} solow_phase;

enum { SOLOW_PHASES = 6 };

typedef struct solow_session {
    solow_comm *comm;
    const char *path;   /* of the job file */
    const char *output; /* NULL: as the job says, or its name with .h5 */
    const char *only;   /* ids, separated by commas; NULL: all */
    const char *set;    /* key=value; NULL: none */
    bool quiet, dry_run, restart;
    double most_seconds;  /* how long it may run; 0: any time */
    solow_resume *resume; /* what is finished, kept beside the output until that is there */
    char *machine_kind;
    solow_job job;
    solow_diagnostics diagnostics;
    solow_frame frame;
    solow_results results; /* on rank 0 */
    solow_run run;
    solow_phase phase[SOLOW_PHASES];
    ptrdiff_t phases;
    double started;
    char output_path[4096];
} solow_session;

/* Reads, estimates, writes. Collective. Diagnostics of the job file are printed on rank 0.
 * Errors  as every part's; after SOLOW_OK session->run.failed tells how many models failed */
solow_status solow_session_run(solow_session *session, solow_error *err);
void solow_session_clear(solow_session *session);

/* Opens OUT.h5.run. Collective. Errors  as solow_resume_open's */
solow_status solow_session_keep(solow_session *session, solow_error *err);
/* Its end: with run OK the folder goes, else it stays if something is finished. Collective if run is OK; returns run's status, or
 * why the folder could not go. */
solow_status solow_session_end_keeping(solow_session *session, solow_status run, solow_error *err);

/* "90", "90s", "30m", "2.5h", "1:30:00" in seconds. Errors  SOLOW_ERR_USAGE */
solow_status solow_parse_duration(const char *text, double *seconds, solow_error *err);

/* Fills output_path: as told, as the job says, or the job's name with .h5 in the current folder. */
void solow_session_name_output(solow_session *session);

/* The same up to the first estimate, on one rank and without MPI: every error of the job and of its data. Quiet but for them.
 * session is to be cleared with solow_session_check_clear in every case. Errors: as solow_session_run's */
solow_status solow_session_check(const char *path, solow_session *session, solow_error *err);
void solow_session_check_clear(solow_session *session);

/* Starts MPI and, on a bad launch, says so on rank 0's stderr. */
solow_status solow_session_start(int *argc, char ***argv, solow_comm **comm, solow_error *err);

/* Phase table on stderr (rank 0) and rows of /timing. Collective. */
solow_status solow_session_timing(solow_session *session, bool print, solow_error *err);

/* The panel's shape, rows left out, models that rely on the default variance: once, on stderr. Rank 0 only. */
void solow_session_advise(const solow_session *session);

/* Errors in session->diagnostics for parts of the job that cannot be done. Errors: SOLOW_ERR_INPUT */
solow_status solow_session_check_available(solow_session *session, solow_error *err);

/* "SkylakeX", and what OpenBLAS says of its build; "unknown" for another BLAS. */
const char *solow_blas_core(void);
const char *solow_blas_config(void);

/* /provenance. Rank 0 only. */
solow_status solow_session_provenance(solow_session *session, solow_error *err);

/* Engine build, BLAS kernels, clone level, C library: what digits may depend on; malloc'ed. */
char *solow_machine_kind(void);
/* Lines `name: value` of every library that is loaded; malloc'ed. */
char *solow_library_versions(void);
/* Peak resident memory of this process in bytes (VmHWM); 0 if it cannot be told. */
double solow_peak_memory(void);

/* Job reading with the registry's estimators; prints diagnostics on rank 0 (to stderr). */
solow_status solow_session_read_job(const char *path, const char *set, bool print, solow_job *job,
                                    solow_diagnostics *diagnostics, solow_error *err);

#endif
