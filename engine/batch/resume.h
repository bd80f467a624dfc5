/* resume.h - a run that goes on where an earlier one stopped: what is finished comes back, what is done is kept.
 *
 *   on opening   the lock of OUT.h5.run is taken, ledger and shard are read
 *   each round   every task's identity is looked up: finished ones are read back, the others are estimated
 *   each sweep   before it, all ranks agree whether to stop; its tasks are noted as in hand. After it, its estimates are
 *                written to the shard by one write(); every second, or after 100 estimates every quarter of one, the shard is
 *                forced to disk and then the ledger says that they are done
 *   on closing   after the results have their name the folder goes; otherwise it stays, and the same command goes on
 *
 * Of the run's own tasks rank 0 alone reads and writes; what it finds is sent to all, so that every rank holds what it would
 * have computed. A rank that estimates groups alone has a part: a ledger and a shard of its own, in the same folder, whose
 * estimates are written every twentieth of a second or 64 KiB, and at once about a task under suspicion.
 * The identity of a task: a hash of its specification with defaults, of the content of every column it uses, the estimator's
 * revision, the seed and the machine kind. A task is a model of the job, and a group of it.
 */
#ifndef SOLOW_ENGINE_BATCH_RESUME_H
#define SOLOW_ENGINE_BATCH_RESUME_H

#include "engine/batch/outcome.h"
#include "io/ledger/digest.h"

typedef struct solow_resume solow_resume;

typedef struct solow_resume_settings {
    const char *output;       /* OUT.h5: the folder is OUT.h5.run */
    const char *machine_kind; /* of this run */
    const char *cluster_job;  /* its id; NULL or "": none */
    int64_t cluster_restarts;
    bool restart;         /* discard what is there */
    int64_t tasks;        /* of the whole job, for people */
    const solow_job *job; /* outlives the run */
    double begun, most; /* seconds on solow_comm_seconds: when the program started; how long it may run, 0: any time */
    bool (*asked_to_stop)(void);           /* whether a signal came; NULL: none can */
    void (*watch_crashes)(int descriptor); /* every rank: a crash is to be noted there; may be NULL */
    void (*tell)(const char *sentence);    /* rank 0: something a person should know; may be NULL */
} solow_resume_settings;

typedef enum { SOLOW_TASK_OPEN, SOLOW_TASK_FINISHED, SOLOW_TASK_SUSPECT, SOLOW_TASK_POISON } solow_task_fate;

typedef struct solow_task_unit { /* one entry of the ledger */
    const solow_model *model;    /* as it is estimated: of a window, with its own where */
    const solow_outcome *place;  /* where its estimate goes: model and group of the job */
    char *label;                 /* "within", "within/outcome=y": model and group */
    solow_digest identity;
    solow_task_fate fate;
} solow_task_unit;

/* Collective. Errors  SOLOW_ERR_CREATE: another run has the output; SOLOW_ERR_CONFIG: begun by another version or on another
 * machine kind; SOLOW_ERR_IO, SOLOW_ERR_MEMORY */
solow_status solow_resume_open(solow_comm *comm, const solow_resume_settings *settings, solow_resume **resume,
                               solow_error *err);
/* The run's end, with its status: done, the folder goes; else it stays if an estimate is in it. Not collective. NULL is allowed.
 * Errors  SOLOW_ERR_IO */
solow_status solow_resume_close(solow_resume *resume, solow_status run, solow_error *err);

/* The part of this rank, which estimates groups on a communicator of its own. Not collective; opened after the run's own. */
solow_status solow_resume_open_part(solow_resume *whole, solow_comm *alone, solow_resume **part, solow_error *err);
/* The ledger learns what is still waiting; what was found and done is added to whole. Collective over the run's ranks; part NULL
 * is allowed. */
solow_status solow_resume_close_part(solow_resume *whole, solow_resume *part, solow_status run, solow_error *err);

/* How many tasks the run has, as far as it is known now. Collective. */
solow_status solow_resume_expect(solow_resume *resume, int64_t tasks, solow_error *err);

/* Identity and fate of tasks: unit [count] has models and places set. Collective. */
solow_status solow_resume_look_up(solow_resume *resume, solow_frame *frame, ptrdiff_t count, solow_task_unit *unit,
                                  solow_error *err);
void solow_task_units_clear(ptrdiff_t count, solow_task_unit *unit);

/* A finished estimate; its saved columns go into the frame. outcome keeps its place and its groups. Collective. */
solow_status solow_resume_restore(solow_resume *resume, solow_frame *frame, const solow_task_unit *unit,
                                  solow_outcome *outcome, solow_error *err);

/* Whether to stop, in between. Collective. Errors  SOLOW_ERR_STOPPED */
solow_status solow_resume_may_go_on(solow_resume *resume, solow_error *err);
/* Before a sweep of those tasks. Collective, but a failure of rank 0 is left for the caller to agree on; so is that of
 * solow_resume_finish. Errors  SOLOW_ERR_STOPPED: a signal came, or the time is up */
solow_status solow_resume_take(solow_resume *resume, ptrdiff_t count, const solow_task_unit *const *unit,
                               solow_error *err);
/* After it: outcome [count]. Collective. */
solow_status solow_resume_finish(solow_resume *resume, solow_frame *frame, ptrdiff_t count,
                                 const solow_task_unit *const *unit, const solow_outcome *const *outcome,
                                 solow_error *err);

/* Estimates that this run found finished. */
int64_t solow_resume_found(const solow_resume *resume);
/* What this rank spent on hashing columns for identities; not collective. NULL is allowed: nothing. */
void solow_resume_hashing(const solow_resume *resume, double *seconds, double *bytes);

/* The sentence of a task that is not begun again. */
void solow_resume_poison(solow_error *error);

#endif
