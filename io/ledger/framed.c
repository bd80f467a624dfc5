/* framed.c - see framed.h. */
#include "io/ledger/framed.h"

#include "io/ledger/digest.h"
#include "kernels/core/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct frame_header { /* 48 bytes without holes */
    char kind[4];
    uint16_t version, reserved;
    int32_t type, spare;
    uint64_t bytes, sequence, payload_check, header_check;
} frame_header;

_Static_assert(sizeof(frame_header) == SOLOW_FRAMED_HEADER, "the header of a record has no holes");

static uint64_t check_of(const void *bytes, size_t count)
{
    return solow_digest_of(bytes, count).low;
}

static uint64_t header_check(const frame_header *header)
{
    return check_of(header, offsetof(frame_header, header_check));
}

typedef struct reading {
    const char *path, *kind;
    int descriptor;
    int64_t size;
    char *payload;
    size_t room;
    solow_framed_facts facts;
} reading;

/* Whether all bytes came. */
static bool read_at(int descriptor, int64_t offset, void *out, size_t bytes)
{
    char *next = out;
    while (bytes > 0) {
        ssize_t got = pread(descriptor, next, bytes, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        next += got;
        offset += got;
        bytes -= (size_t)got;
    }
    return true;
}

static solow_status refuse(const reading *r, const frame_header *header, solow_error *err)
{
    if (memcmp(header->kind, r->kind, sizeof header->kind) == 0 && header->version != SOLOW_FRAMED_VERSION) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_CONFIG,
            "%s was begun by another version of solow (format %d, this is %d); finish it with that version, or "
            "begin anew with --restart",
            r->path, header->version, SOLOW_FRAMED_VERSION);
    }
    return SOLOW_FAIL(err, SOLOW_ERR_CONFIG,
                      "%s is not what this version of solow writes there; begin anew with --restart", r->path);
}

/* The header at the end of what is whole. *end: there is none, or a torn one. A first record that is strange is refused, not
 * cut off: it may be somebody's. */
static solow_status next_header(const reading *r, frame_header *header, bool *end, solow_error *err)
{
    int64_t left = r->size - r->facts.whole;
    *end = left < (int64_t)sizeof *header;
    if (*end) {
        return SOLOW_OK;
    }
    if (!read_at(r->descriptor, r->facts.whole, header, sizeof *header)) {
        return SOLOW_FAIL(err, SOLOW_ERR_IO, "reading %s broke off: %s", r->path, strerror(errno));
    }
    bool known = memcmp(header->kind, r->kind, sizeof header->kind) == 0;
    bool sound = known && header->header_check == header_check(header);
    if ((known && header->version != SOLOW_FRAMED_VERSION) || (!sound && r->facts.whole == 0)) {
        return refuse(r, header, err);
    }
    *end = !sound || header->bytes > (uint64_t)left - sizeof *header;
    return SOLOW_OK;
}

static solow_status make_room(reading *r, size_t bytes, solow_error *err)
{
    if (bytes <= r->room) {
        return SOLOW_OK;
    }
    char *grown = realloc(r->payload, bytes);
    if (grown == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a record of %zu bytes of %s", bytes, r->path);
    }
    r->payload = grown;
    r->room = bytes;
    return SOLOW_OK;
}

static solow_status read_records(reading *r, solow_framed_visit visit, void *context, solow_error *err)
{
    frame_header header;
    bool end = false;
    solow_status status = next_header(r, &header, &end, err);
    while (status == SOLOW_OK && !end) {
        int64_t offset = r->facts.whole + (int64_t)sizeof header;
        size_t bytes = (size_t)header.bytes;
        status = make_room(r, bytes, err);
        if (status == SOLOW_OK && !read_at(r->descriptor, offset, r->payload, bytes)) {
            status = SOLOW_FAIL(err, SOLOW_ERR_IO, "reading %s broke off: %s", r->path, strerror(errno));
        }
        if (status != SOLOW_OK) {
            break;
        }
        bool sound = check_of(r->payload, bytes) == header.payload_check;
        if (!sound && offset + (int64_t)bytes == r->size) {
            break; /* the last one, torn: its length came to the disk before its content */
        }
        r->facts.whole = offset + (int64_t)bytes;
        r->facts.records += sound;
        r->facts.damaged += !sound;
        if (sound) {
            r->facts.sequence = header.sequence >= r->facts.sequence ? header.sequence + 1 : r->facts.sequence;
            const solow_framed_record record = {header.type, header.sequence, offset, bytes, r->payload};
            status = visit(context, &record, err);
        }
        status = status == SOLOW_OK ? next_header(r, &header, &end, err) : status;
    }
    return status;
}

static solow_status read_open(int descriptor, const char *path, const char *kind, solow_framed_visit visit,
                              void *context, solow_framed_facts *facts, solow_error *err)
{
    struct stat about;
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        return SOLOW_FAIL(err, SOLOW_ERR_IO, "cannot read %s: it is not a file", path);
    }
    reading r = {.path = path, .kind = kind, .descriptor = descriptor, .size = about.st_size};
    solow_status status = read_records(&r, visit, context, err);
    free(r.payload);
    r.facts.torn = r.size - r.facts.whole;
    *facts = r.facts;
    return status;
}

solow_status solow_framed_read(const char *path, const char *kind, solow_framed_visit visit, void *context,
                               solow_framed_facts *facts, solow_error *err)
{
    *facts = (solow_framed_facts){0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return errno == ENOENT ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_IO, "cannot open %s: %s", path, strerror(errno));
    }
    solow_status status = read_open(descriptor, path, kind, visit, context, facts, err);
    (void)close(descriptor);
    return status;
}

/* The file opened as flags say, its records read. */
static solow_status open_file(const char *path, const char *kind, int flags, solow_framed_visit visit, void *context,
                              solow_framed *file, solow_framed_facts *facts, solow_error *err)
{
    *facts = (solow_framed_facts){0};
    *file = (solow_framed){.path = solow_copy_text(path), .descriptor = -1};
    memcpy(file->kind, kind, sizeof file->kind);
    if (file->path == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to open %s", path);
    }
    file->descriptor = open(path, flags | O_CLOEXEC, 0666);
    if (file->descriptor < 0) {
        return (flags & O_CREAT) != 0
                   ? SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot create %s: %s", path, strerror(errno))
                   : SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "cannot open %s: %s", path, strerror(errno));
    }
    solow_status status = read_open(file->descriptor, path, kind, visit, context, facts, err);
    file->sequence = facts->sequence;
    return status;
}

solow_status solow_framed_open_to_read(const char *path, const char *kind, solow_framed_visit visit, void *context,
                                       solow_framed *file, solow_framed_facts *facts, solow_error *err)
{
    solow_framed made;
    solow_status status = open_file(path, kind, O_RDONLY, visit, context, &made, facts, err);
    if (status != SOLOW_OK) {
        solow_framed_close(&made);
        return status;
    }
    *file = made;
    return SOLOW_OK;
}

solow_status solow_framed_open(const char *path, const char *kind, solow_framed_visit visit, void *context,
                               solow_framed *file, solow_framed_facts *facts, solow_error *err)
{
    solow_framed made;
    solow_status status = open_file(path, kind, O_RDWR | O_CREAT | O_APPEND, visit, context, &made, facts, err);
    if (status == SOLOW_OK && facts->torn > 0 && ftruncate(made.descriptor, (off_t)facts->whole) != 0) {
        status = SOLOW_FAIL(err, SOLOW_ERR_IO, "cannot cut a torn record off %s: %s", path, strerror(errno));
    }
    if (status != SOLOW_OK) {
        solow_framed_close(&made);
        return status;
    }
    *file = made;
    return SOLOW_OK;
}

void solow_framed_add(solow_framed *file, int32_t type, const void *payload, size_t bytes, solow_buffer *buffer)
{
    frame_header header = {.version = SOLOW_FRAMED_VERSION,
                           .type = type,
                           .bytes = bytes,
                           .sequence = file->sequence++,
                           .payload_check = check_of(payload, bytes)};
    memcpy(header.kind, file->kind, sizeof header.kind);
    header.header_check = header_check(&header);
    solow_buffer_bytes(buffer, (const char *)&header, sizeof header);
    solow_buffer_bytes(buffer, payload, bytes);
}

/* One write(); what it leaves over (signals, huge records) follows at once. Bytes that were written: all, or it broke off. */
static size_t write_all(int descriptor, const char *bytes, size_t count)
{
    size_t done = 0;
    while (done < count) {
        ssize_t written = write(descriptor, bytes + done, count - done);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            break;
        }
        done += (size_t)written;
    }
    return done;
}

solow_status solow_framed_write(solow_framed *file, solow_buffer *buffer, solow_error *err)
{
    solow_status status = solow_buffer_finish(buffer, err);
    size_t written = status == SOLOW_OK ? write_all(file->descriptor, buffer->text, buffer->length) : 0;
    if (status == SOLOW_OK && written < buffer->length) {
        status = SOLOW_FAIL(err, SOLOW_ERR_IO,
                            "writing %s broke off: %s; what is finished is kept, run the same command again to go on",
                            file->path, strerror(errno));
        off_t end = lseek(file->descriptor, 0, SEEK_END);
        if (written > 0 && (end < 0 || ftruncate(file->descriptor, end - (off_t)written) != 0)) {
            status = SOLOW_ERR_IO; /* the torn end stays, and the next reading drops it */
        }
    }
    buffer->length = 0;
    return status;
}

solow_status solow_framed_sync(const solow_framed *file, solow_error *err)
{
    if (fdatasync(file->descriptor) != 0 && errno != EINVAL) {
        return SOLOW_FAIL(err, SOLOW_ERR_IO, "%s could not be forced to disk: %s", file->path, strerror(errno));
    }
    return SOLOW_OK;
}

solow_status solow_framed_fetch(const solow_framed *file, int64_t offset, size_t bytes, char *payload, solow_error *err)
{
    if (!read_at(file->descriptor, offset, payload, bytes)) {
        return SOLOW_FAIL(err, SOLOW_ERR_IO, "reading %s broke off: %s", file->path, strerror(errno));
    }
    return SOLOW_OK;
}

void solow_framed_close(solow_framed *file)
{
    if (file->path != NULL && file->descriptor >= 0) {
        (void)close(file->descriptor);
    }
    free(file->path);
    *file = (solow_framed){.descriptor = -1};
}
