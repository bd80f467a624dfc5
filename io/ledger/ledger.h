/* ledger.h - what a run has begun and finished, so that the same command goes on where it stopped.
 *
 * An attempt is one start of the program on one output. The ledger, an append-only file of framed records for each process that writes (rank 0, and every rank that estimates groups), says of each
 * attempt which tasks (by identity) it took in hand and which it finished, and whether it ended in order. A task is finished
 * when its record in the shard is whole (shard.h); the ledger says so only after the shard is on the disk.
 *
 *   poison   a task that was in hand when the run crashed twice, by a signal of its own making (a note in crash.ATTEMPT), is
 *            not begun a third time; nor is one that was in hand alone when the run vanished (kill -9, power) five times
 *   suspect  one that was in hand at a crash, or alone at a vanishing: begun alone, after the others
 */
#ifndef SOLOW_IO_LEDGER_LEDGER_H
#define SOLOW_IO_LEDGER_LEDGER_H

#include "io/ledger/digest.h"
#include "io/ledger/framed.h"

enum { SOLOW_CRASHES = 2, SOLOW_VANISHINGS = 5 };

typedef struct solow_ledger_run { /* an attempt, as its first record states it */
    int64_t attempt;              /* from 1 */
    char *machine_kind, *host, *job;
    int64_t pid, ranks, tasks; /* tasks: of the whole job, as far as it was known */
    char *started;             /* ISO 8601, UTC: for people */
} solow_ledger_run;

typedef enum { SOLOW_END_NONE, SOLOW_END_DONE, SOLOW_END_STOPPED, SOLOW_END_FAILED } solow_ledger_end;

typedef struct solow_ledger_begun {
    solow_digest identity;
    int64_t attempt;
    bool alone, finished;
} solow_ledger_begun;

typedef struct solow_ledger_done {
    solow_digest identity;
    int64_t attempt;
    bool failed;
    char *label; /* "within", "within/outcome=y" */
} solow_ledger_done;

typedef struct solow_ledger { /* as read; what this attempt adds is written only */
    solow_framed file;        /* descriptor -1 if only read */
    solow_framed_facts facts;
    ptrdiff_t runs, begun, done;
    solow_ledger_run *run;       /* [runs] in order */
    solow_ledger_end *end;       /* [runs] how each ended; NONE: it vanished, or still goes */
    bool *crashed;               /* [runs] it left a note of its own crash */
    solow_ledger_begun *in_hand; /* [begun] sorted by identity */
    solow_ledger_done *finished; /* [done] in order */
    int64_t attempt;             /* of this run: 1 + the last one read */
} solow_ledger;

/* Reads folder/ledger.* and the crash notes beside them; where there are none, the ledger is empty.
 * Errors  as solow_framed_read's */
solow_status solow_ledger_read(const char *folder, solow_ledger *ledger, solow_error *err);
/* The same, and opens folder/ledger.NUMBER for appending. mend: torn ends of all files are cut off, which one process alone
 * may do. */
solow_status solow_ledger_open(const char *folder, int64_t number, bool mend, solow_ledger *ledger, solow_error *err);
void solow_ledger_close(solow_ledger *ledger);

/* How often an attempt that did not end in order had the task in hand: crashes, and vanishings while it was in hand alone. */
void solow_ledger_deaths(const solow_ledger *ledger, solow_digest identity, int64_t *crashes, int64_t *vanishings);
bool solow_ledger_is_poison(const solow_ledger *ledger, solow_digest identity);
bool solow_ledger_is_suspect(const solow_ledger *ledger, solow_digest identity);

/* Records of this attempt, each by one write(). Begin states the attempt and is forced to disk.
 * Errors  SOLOW_ERR_IO, SOLOW_ERR_MEMORY */
solow_status solow_ledger_begin(solow_ledger *ledger, const solow_ledger_run *run, solow_error *err);
/* How many tasks the job has, as far as it is known now. */
solow_status solow_ledger_expect(solow_ledger *ledger, int64_t tasks, solow_error *err);
solow_status solow_ledger_take(solow_ledger *ledger, ptrdiff_t count, const solow_digest *identity, solow_error *err);
/* After the shard is on the disk; forced to disk. */
solow_status solow_ledger_finish(solow_ledger *ledger, ptrdiff_t count, const solow_ledger_done *done,
                                 solow_error *err);
solow_status solow_ledger_end_run(solow_ledger *ledger, solow_ledger_end end, solow_error *err);

#endif
