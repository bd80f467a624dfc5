/* shard.c - see shard.h. */
#include "io/ledger/shard.h"

#include "io/ledger/fields.h"
#include "io/ledger/folder.h"
#include "kernels/core/size.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char kind[] = "SSHD";

enum { RECORD_ESTIMATE = 1 };

static solow_status visit(void *context, const solow_framed_record *record, solow_error *err)
{
    solow_shard *shard = context;
    solow_cursor cursor = {record->payload, record->bytes, false};
    solow_digest identity = solow_get_digest(&cursor);
    char *label = solow_get_text(&cursor);
    bool failed = solow_get_integer(&cursor) != 0;
    solow_shard_place *grown = shard->place;
    if ((shard->places & (shard->places - 1)) == 0) { /* room doubles at powers of two */
        grown = solow_resize(shard->place, shard->places > 0 ? 2 * shard->places : 1, sizeof *grown);
    }
    if (label == NULL || grown == NULL) {
        shard->place = grown != NULL ? grown : shard->place;
        free(label);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the list of finished estimates");
    }
    shard->place = grown;
    grown[shard->places++] =
        (solow_shard_place){identity, label, failed, record->offset + (int64_t)(record->bytes - cursor.left), cursor.left};
    return SOLOW_OK;
}

solow_status solow_shard_open(const char *folder, solow_shard *shard, solow_error *err)
{
    char path[PATH_MAX];
    *shard = (solow_shard){.file = {.descriptor = -1}};
    solow_status status = solow_folder_path(folder, "shard.0", path, err);
    if (status == SOLOW_OK) {
        status = solow_framed_open(path, kind, visit, shard, &shard->file, &shard->facts, err);
    }
    if (status != SOLOW_OK) {
        solow_shard_close(shard);
        return status;
    }
    if (shard->places > 1) {
        qsort(shard->place, (size_t)shard->places, sizeof *shard->place, solow_digest_compare);
    }
    return SOLOW_OK;
}

void solow_shard_close(solow_shard *shard)
{
    solow_framed_close(&shard->file);
    solow_buffer_clear(&shard->pending);
    for (ptrdiff_t p = 0; p < shard->places; p++) {
        free(shard->place[p].label);
    }
    free(shard->place);
    *shard = (solow_shard){.file = {.descriptor = -1}};
}

const solow_shard_place *solow_shard_find(const solow_shard *shard, solow_digest identity, const char *label)
{
    const solow_shard_place *at = shard->places > 0 ? bsearch(&identity, shard->place, (size_t)shard->places,
                                                              sizeof *shard->place, solow_digest_compare)
                                                    : NULL;
    const solow_shard_place *end = shard->place + shard->places, *other = NULL;
    while (at != NULL && at > shard->place && solow_digest_equal(at[-1].identity, identity)) {
        at--;
    }
    for (; at != NULL && at < end && solow_digest_equal(at->identity, identity); at++) {
        if (strcmp(at->label, label) == 0) {
            return at;
        }
        other = at->failed ? other : at;
    }
    return other;
}

solow_status solow_shard_fetch(const solow_shard *shard, const solow_shard_place *place, char **bytes, solow_error *err)
{
    char *made = solow_allocate((ptrdiff_t)place->bytes, 1);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a finished estimate of %zu bytes", place->bytes);
    }
    solow_status status = solow_framed_fetch(&shard->file, place->offset, place->bytes, made, err);
    if (status != SOLOW_OK) {
        free(made);
        return status;
    }
    *bytes = made;
    return SOLOW_OK;
}

void solow_shard_start(solow_buffer *content, solow_digest identity, const char *label, bool failed)
{
    solow_put_digest(content, identity);
    solow_put_text(content, label);
    solow_put_integer(content, failed);
}

solow_status solow_shard_add(solow_shard *shard, const solow_buffer *content, solow_error *err)
{
    solow_status status = solow_buffer_finish(content, err);
    if (status == SOLOW_OK) {
        solow_framed_add(&shard->file, RECORD_ESTIMATE, content->text, content->length, &shard->pending);
        status = solow_buffer_finish(&shard->pending, err);
    }
    return status;
}

solow_status solow_shard_write(solow_shard *shard, solow_error *err)
{
    return solow_framed_write(&shard->file, &shard->pending, err);
}

solow_status solow_shard_sync(const solow_shard *shard, solow_error *err)
{
    return solow_framed_sync(&shard->file, err);
}
