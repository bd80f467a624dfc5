/* shard.c - see shard.h. */
#include "io/ledger/shard.h"

#include "io/ledger/fields.h"
#include "io/ledger/folder.h"
#include "kernels/core/size.h"

#include <limits.h>
#include <stdlib.h>

static const char kind[] = "SSHD";

enum { RECORD_ESTIMATE = 1 };

static solow_status visit(void *context, const solow_framed_record *record, solow_error *err)
{
    solow_shard *shard = context;
    solow_cursor cursor = {record->payload, record->bytes, false};
    solow_digest identity = solow_get_digest(&cursor);
    if (cursor.bad) {
        return SOLOW_OK;
    }
    if ((shard->places & (shard->places - 1)) == 0) { /* room doubles at powers of two */
        solow_shard_place *grown = solow_resize(shard->place, shard->places > 0 ? 2 * shard->places : 1, sizeof *grown);
        if (grown == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the list of finished estimates");
        }
        shard->place = grown;
    }
    shard->place[shard->places++] =
        (solow_shard_place){identity, record->offset + (int64_t)sizeof identity, record->bytes - sizeof identity};
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
    free(shard->place);
    *shard = (solow_shard){.file = {.descriptor = -1}};
}

const solow_shard_place *solow_shard_find(const solow_shard *shard, solow_digest identity)
{
    return shard->places > 0
               ? bsearch(&identity, shard->place, (size_t)shard->places, sizeof *shard->place, solow_digest_compare)
               : NULL;
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

solow_status solow_shard_add(solow_shard *shard, solow_digest identity, const solow_buffer *content, solow_error *err)
{
    solow_buffer payload = {0};
    solow_put_digest(&payload, identity);
    solow_buffer_bytes(&payload, content->text, content->length);
    solow_status status = solow_buffer_finish(&payload, err);
    if (status == SOLOW_OK) {
        solow_framed_add(&shard->file, RECORD_ESTIMATE, payload.text, payload.length, &shard->pending);
        status = solow_buffer_finish(&shard->pending, err);
    }
    solow_buffer_clear(&payload);
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
