/* shard.h - finished estimates as bytes, one framed record each, found by the identity of their task.
 *
 * Every process that writes has a file of its own, shard.NUMBER; all are read.
 *
 * A record that is whole (its checksums hold) is a finished estimate; that is what a resumed run goes by. What the bytes
 * mean is the engine's (engine/batch/outcome.h).
 */
#ifndef SOLOW_IO_LEDGER_SHARD_H
#define SOLOW_IO_LEDGER_SHARD_H

#include "io/ledger/digest.h"
#include "io/ledger/framed.h"

typedef struct solow_shard_place {
    solow_digest identity;
    char *label;    /* "within", "within/outcome=y" */
    bool failed;    /* it is the reason why there is no estimate */
    ptrdiff_t file; /* which of the shard's files */
    int64_t offset; /* of the estimate's own bytes */
    size_t bytes;
} solow_shard_place;

typedef struct solow_shard {
    ptrdiff_t files, own; /* own: the one that this process appends to */
    solow_framed *file;   /* [files] */
    int64_t damaged;      /* records passed over */
    ptrdiff_t places;
    solow_shard_place *place; /* [places] sorted by identity: what was there when it was opened */
    solow_buffer pending;     /* records that are not written yet */
} solow_shard;

/* Reads folder/shard.* and opens shard.NUMBER for appending. mend: torn ends of all are cut off, which one process alone may
 * do, before the others open.
 * Errors  as solow_framed_open's */
solow_status solow_shard_open(const char *folder, int64_t number, bool mend, solow_shard *shard, solow_error *err);
void solow_shard_close(solow_shard *shard);

/* Where the estimate of that identity lies, or NULL. Equal tasks of one job have one identity: that of the same label comes
 * first, another's serves unless it failed, since reasons name their model. */
const solow_shard_place *solow_shard_find(const solow_shard *shard, solow_digest identity, const char *label);
/* Its bytes, malloc'ed. Errors  SOLOW_ERR_MEMORY, SOLOW_ERR_IO */
solow_status solow_shard_fetch(const solow_shard *shard, const solow_shard_place *place, char **bytes,
                               solow_error *err);

/* What the content of a record begins with; the estimate's own bytes follow. */
void solow_shard_start(solow_buffer *content, solow_digest identity, const char *label, bool failed);
/* Collects a finished estimate; written by the next solow_shard_write, all of them by one write(). */
solow_status solow_shard_add(solow_shard *shard, const solow_buffer *content, solow_error *err);
solow_status solow_shard_write(solow_shard *shard, solow_error *err);
solow_status solow_shard_sync(const solow_shard *shard, solow_error *err);

#endif
