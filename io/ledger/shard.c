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
    grown[shard->places++] = (solow_shard_place){
        identity, label, failed, shard->files, record->offset + (int64_t)(record->bytes - cursor.left), cursor.left};
    return SOLOW_OK;
}

/* One more file, read; writers hold it open, others only while it is being mended. */
static solow_status add_file(const char *folder, int64_t number, bool writes, solow_shard *shard, solow_error *err)
{
    char path[PATH_MAX];
    solow_framed_facts facts = {0};
    solow_status status = solow_folder_numbered(folder, "shard", number, path, err);
    if (status == SOLOW_OK) {
        status = writes ? solow_framed_open(path, kind, visit, shard, &shard->file[shard->files], &facts, err)
                        : solow_framed_open_to_read(path, kind, visit, shard, &shard->file[shard->files], &facts, err);
    }
    shard->files += status == SOLOW_OK;
    shard->damaged += facts.damaged;
    return status;
}

solow_status solow_shard_open(const char *folder, int64_t number, bool mend, solow_shard *shard, solow_error *err)
{
    int64_t *numbers = NULL;
    ptrdiff_t count = 0;
    *shard = (solow_shard){0};
    solow_status status = solow_folder_numbers(folder, "shard", &numbers, &count, err);
    if (status == SOLOW_OK) {
        shard->file = solow_allocate_zeroed(count + 1, sizeof *shard->file);
        status = shard->file != NULL ? add_file(folder, number, true, shard, err)
                                     : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the files of %s", folder);
    }
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        if (numbers[i] != number) {
            status = add_file(folder, numbers[i], mend, shard, err);
        }
    }
    free(numbers);
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
    for (ptrdiff_t f = 0; f < shard->files; f++) {
        solow_framed_close(&shard->file[f]);
    }
    free(shard->file);
    solow_buffer_clear(&shard->pending);
    for (ptrdiff_t p = 0; p < shard->places; p++) {
        free(shard->place[p].label);
    }
    free(shard->place);
    *shard = (solow_shard){0};
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
    solow_status status = solow_framed_fetch(&shard->file[place->file], place->offset, place->bytes, made, err);
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
        solow_framed_add(&shard->file[shard->own], RECORD_ESTIMATE, content->text, content->length, &shard->pending);
        status = solow_buffer_finish(&shard->pending, err);
    }
    return status;
}

solow_status solow_shard_write(solow_shard *shard, solow_error *err)
{
    return solow_framed_write(&shard->file[shard->own], &shard->pending, err);
}

solow_status solow_shard_sync(const solow_shard *shard, solow_error *err)
{
    return solow_framed_sync(&shard->file[shard->own], err);
}
