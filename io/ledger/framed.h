/* framed.h - files that only grow: framed records, each with its length and checksums, each written by one write().
 *
 *   header 48 bytes: magic, version, type, length of the payload, sequence number, checksum of the payload, checksum of the
 *   header; then the payload
 *
 * A process that is killed while it writes leaves at most one torn record, the last one: reading stops there, and opening
 * to write cuts it off. A record whose payload is not what was written is passed over and counted. Order is that of the
 * file: no clock is read, so one that goes backwards does not matter. Files are opened with O_APPEND: several writers on one
 * machine do not tear one another's records.
 */
#ifndef SOLOW_IO_LEDGER_FRAMED_H
#define SOLOW_IO_LEDGER_FRAMED_H

#include "io/report/buffer.h"

#include <stdint.h>

enum { SOLOW_FRAMED_VERSION = 1, SOLOW_FRAMED_HEADER = 48 };

typedef struct solow_framed { /* open for appending */
    char *path;
    char kind[4]; /* magic: "SLDG" a ledger, "SSHD" a shard */
    int descriptor;
    uint64_t sequence; /* of the next record */
} solow_framed;

typedef struct solow_framed_record {
    int32_t type;
    uint64_t sequence;
    int64_t offset; /* of the payload in the file */
    size_t bytes;
    const char *payload; /* lives during the call */
} solow_framed_record;

/* Called for every whole record, in order. */
typedef solow_status (*solow_framed_visit)(void *context, const solow_framed_record *record, solow_error *err);

typedef struct solow_framed_facts { /* what a reading found */
    int64_t records, whole;         /* whole records; bytes up to the end of the last one */
    int64_t torn, damaged;          /* bytes after that; records passed over because of their checksum */
    uint64_t sequence;              /* after the highest seen */
} solow_framed_facts;

/* Reads a file of that kind; one that is not there has no records.
 * Errors  SOLOW_ERR_CONFIG: made by another version, or no such file at all; SOLOW_ERR_IO, SOLOW_ERR_MEMORY, the visit's */
solow_status solow_framed_read(const char *path, const char *kind, solow_framed_visit visit, void *context,
                               solow_framed_facts *facts, solow_error *err);

/* The same, and keeps the file open for solow_framed_fetch. Errors  also SOLOW_ERR_NO_INPUT */
solow_status solow_framed_open_to_read(const char *path, const char *kind, solow_framed_visit visit, void *context,
                                       solow_framed *file, solow_framed_facts *facts, solow_error *err);

/* The same, then cuts off a torn end and opens the file for appending; makes it if it is not there.
 * Errors  also SOLOW_ERR_CREATE */
solow_status solow_framed_open(const char *path, const char *kind, solow_framed_visit visit, void *context,
                               solow_framed *file, solow_framed_facts *facts, solow_error *err);

/* A record at the end of buffer; several may be collected there before they are written. */
void solow_framed_add(solow_framed *file, int32_t type, const void *payload, size_t bytes, solow_buffer *buffer);
/* All of buffer by one write(), and empties it. What a full disk cut short is cut off again.
 * Errors  SOLOW_ERR_IO, SOLOW_ERR_MEMORY (a record that could not be collected) */
solow_status solow_framed_write(solow_framed *file, solow_buffer *buffer, solow_error *err);
/* Forces what was written to the disk. */
solow_status solow_framed_sync(const solow_framed *file, solow_error *err);
/* bytes of a payload at offset. Errors  SOLOW_ERR_IO */
solow_status solow_framed_fetch(const solow_framed *file, int64_t offset, size_t bytes, char *payload,
                                solow_error *err);
void solow_framed_close(solow_framed *file); /* one that was never opened (zeroed) is allowed */

#endif
