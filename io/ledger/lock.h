/* lock.h - one run at a time on one output: a file that names host, process and cluster job.
 *
 * It is made under a name of its own and takes the lock's name by link(), which is atomic on NFS too. A lock whose process
 * is gone is taken over: on this host that can be seen; on another host only when the lock is of an earlier start of the
 * same cluster job. Taking over goes under a second file's record lock, `lock.guard`, so that of many one gets it.
 */
#ifndef SOLOW_IO_LEDGER_LOCK_H
#define SOLOW_IO_LEDGER_LOCK_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct solow_lock_owner {
    char host[256], job[128]; /* job "-": none */
    int64_t pid, begun;       /* begun: when the process started, in ticks since boot: process numbers are used again */
    int64_t restarts;         /* of the cluster job */
} solow_lock_owner;

typedef enum { SOLOW_OWNER_LIVES, SOLOW_OWNER_GONE, SOLOW_OWNER_ELSEWHERE } solow_owner_state;

/* This process. job NULL or "": none. */
solow_lock_owner solow_lock_self(const char *job, int64_t restarts);
/* What can be told of an owner from here. */
solow_owner_state solow_lock_owner_state(const solow_lock_owner *owner, const solow_lock_owner *self);

/* Makes the folder if need be and takes its lock for self.
 * Errors  SOLOW_ERR_CREATE: another run has it (host and process are named), or it cannot be made */
solow_status solow_lock_take(const char *folder, const solow_lock_owner *self, solow_error *err);
/* Gives up self's lock; another's stays. */
void solow_lock_release(const char *folder, const solow_lock_owner *self);
/* Whether there is a lock, and whose. */
bool solow_lock_read(const char *folder, solow_lock_owner *owner);

#endif
