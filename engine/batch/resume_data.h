/* resume_data.h - what the parts of a resumed run share. Internal to engine/batch; see resume.h. */
#ifndef SOLOW_ENGINE_BATCH_RESUME_DATA_H
#define SOLOW_ENGINE_BATCH_RESUME_DATA_H

#include "engine/batch/resume.h"
#include "io/job/hash.h"
#include "io/ledger/events.h"
#include "io/ledger/ledger.h"
#include "io/ledger/lock.h"
#include "io/ledger/shard.h"

#include <limits.h>

typedef struct solow_known_content { /* a frame's columns never change, so each is hashed once */
    const solow_frame_column *column;
    solow_digest digest;
} solow_known_content;

enum { SOLOW_KNOWN_MODELS = 64 };

typedef struct
    solow_known_model { /* the specification of one window of a model of the job: the same in each group of `by:` */
    const solow_model *model;
    int32_t window;
    char text[SOLOW_HASH_BYTES];
} solow_known_model;

struct solow_resume {
    solow_comm *comm;
    solow_resume_settings settings;
    bool first; /* rank 0: the files below are open on it alone */
    char folder[PATH_MAX];
    solow_lock_owner self;
    bool locked, fresh, parted; /* fresh: nothing of an earlier attempt was there; parted: parts have written */
    int64_t attempt;            /* the number of this start */
    int64_t tasks;              /* of the run, as far as known */
    solow_ledger ledger;
    solow_shard shard;
    solow_events events;
    solow_digest machine;
    ptrdiff_t contents;
    solow_known_content *content;
    solow_known_model known[SOLOW_KNOWN_MODELS]; /* of a part, by place */
    double hash_seconds, hash_bytes;             /* of contents, by this rank */
    ptrdiff_t waiting;                           /* estimates in the shard that the ledger does not know yet */
    solow_ledger_done *wait;
    double committed;      /* when the ledger was told last */
    double written;        /* when the shard was */
    bool part, suspect;    /* of a rank that estimates groups; a suspect is in hand */
    bool of_part;          /* contents are those of a part of the panel, which may be gone */
    double taken, longest; /* when the sweep in hand began; the most seconds an estimate's sweep took, by estimate */
    int64_t found, finished, succeeded; /* read back; done by this run; of both, those that did not fail */
};

/* "N of M models done earlier", to people. */
void solow_resume_tell_found(const solow_resume *resume);

/* What is collected, into shard and events. Rank 0 only. */
solow_status solow_resume_write(solow_resume *resume, solow_error *err);

/* The same, then forces the shard to disk, then tells the ledger. Rank 0 only. */
solow_status solow_resume_commit(solow_resume *resume, solow_error *err);

#endif
