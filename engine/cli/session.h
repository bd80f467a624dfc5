/* session.h - one job from file to results, as `run` and `replicate` drive it. */
#ifndef SOLOW_ENGINE_CLI_SESSION_H
#define SOLOW_ENGINE_CLI_SESSION_H

#include "engine/batch/run.h"
#include "engine/cli/verb.h"

#include <stdio.h>

typedef struct solow_phase {
    const char *name;
    double seconds, bytes, flops; /* of this rank; flops of Grams, the only ones that are counted */
    int64_t calls;
} solow_phase;

enum { SOLOW_PHASES = 7 };

typedef struct solow_progress {
    bool terminal, over;
    double told, since; /* seconds: of the last line; from when the rate is counted */
    int64_t first;      /* estimates that were done then; -1: not yet known */
} solow_progress;

typedef struct solow_session {
    solow_comm *comm;
    const char *path;    /* of the job file */
    const char *output;  /* NULL: as the job says, or its name with .h5 */
    solow_cli_list only; /* ids, several in one separated by commas; empty: all */
    solow_cli_list set;  /* key=value */
    bool quiet, verbose, dry_run, restart;
    bool reused;          /* out: the output held these results already, and they were read */
    double most_seconds;  /* how long it may run; 0: any time */
    solow_resume *resume; /* what is finished, kept beside the output until that is there */
    char *machine_kind;
    solow_job job;
    solow_diagnostics diagnostics;
    solow_frame frame;
    solow_results results; /* on rank 0 */
    solow_run run;
    solow_progress progress;
    bool tells;  /* of its progress */
    bool *lacks; /* [job.models] in a dry run: the data lack a column of the model, which is told already */
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
/* Removes a run folder that is left beside complete results: its run was killed between writing them and removing it. Rank 0. */
void solow_session_sweep_up(const solow_session *session);
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

typedef struct solow_memory_marks { /* bytes, filled on rank 0 */
    double rank, node;              /* the largest of any rank; of any node, the sum of its ranks' */
    int nodes;
} solow_memory_marks;

/* Collective. */
solow_status solow_session_memory(solow_comm *comm, solow_memory_marks *marks, solow_error *err);

typedef struct solow_memory_limit {
    double bytes;      /* of a node; 0: nothing is known */
    const char *whose; /* "the machine", "Slurm", "its control group" */
} solow_memory_limit;

/* The smallest of what the machine has and what its control group and Slurm allow. */
solow_memory_limit solow_memory_allowed(void);
/* Bytes that each rank may still take, when a node's are shared evenly: the least of any rank; 0: nothing is known. Collective. */
solow_status solow_session_room(solow_comm *comm, double *room, solow_error *err);

/* A line for each method that the results used, each source once. */
void solow_session_cite(const solow_results *results, FILE *to);

void solow_progress_start(solow_progress *progress);
/* solow_run.progress of a context that is a solow_progress. */
void solow_progress_show(void *context, int64_t done, int64_t total, int64_t failed);
/* Passes that sharing saved, the slowest estimates, how evenly groups lay on ranks: on stderr, of several estimates. Rank 0. */
void solow_session_effort(const solow_session *session);

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
double solow_resident_memory(void); /* now */

/* Job reading with the registry's estimators and --set; prints diagnostics on rank 0 (to stderr). */
solow_status solow_session_read_job(const char *path, const solow_cli_list *set, bool print, solow_job *job,
                                    solow_diagnostics *diagnostics, solow_error *err);

/* A result file is complete for a job if all that its bytes depend on is the same: job (io/job/hash.h), --only, content of
 * the input files, revisions of the estimators, machine kind. session->reused says so, and results and run.failed are then
 * those of the file. Collective; only with a file at output_path and without --restart does it read the inputs. */
solow_status solow_session_reuse(solow_session *session, solow_error *err);

/* The job's hash [SOLOW_HASH_BYTES], and what else the identity is made of; malloc'ed. Errors: SOLOW_ERR_MEMORY */
solow_status solow_session_job_hash(const solow_session *session, char *hash, solow_error *err);
char *solow_session_revisions(const solow_session *session); /* "iv 1, ols 1" of the estimators that the job uses */
char *solow_session_list_text(const solow_cli_list *list);   /* values, a line each */
/* Input files of the job, merged ones too: file number i, NULL behind the last. */
const char *solow_session_input(const solow_session *session, ptrdiff_t i);

#endif
