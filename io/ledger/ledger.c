/* ledger.c - see ledger.h. */
#include "io/ledger/ledger.h"

#include "io/ledger/fields.h"
#include "io/ledger/folder.h"
#include "kernels/core/size.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char kind[] = "SLDG";

typedef enum { RECORD_RUN = 1, RECORD_TAKEN, RECORD_DONE, RECORD_END, RECORD_TASKS } record_type;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the ledger");
}

/* Room for more items in a list of count that doubles at powers of two; NULL: no memory, the list stands. */
static void *room(void *list, ptrdiff_t count, size_t size)
{
    return (count & (count - 1)) == 0 ? solow_resize(list, count > 0 ? 2 * count : 1, size) : list;
}

static bool add_run(solow_ledger *ledger, solow_cursor *cursor)
{
    solow_ledger_run *run = room(ledger->run, ledger->runs, sizeof *run);
    ledger->run = run != NULL ? run : ledger->run;
    solow_ledger_end *end = room(ledger->end, ledger->runs, sizeof *end);
    ledger->end = end != NULL ? end : ledger->end;
    bool *crashed = room(ledger->crashed, ledger->runs, sizeof *crashed);
    ledger->crashed = crashed != NULL ? crashed : ledger->crashed;
    if (run == NULL || end == NULL || crashed == NULL) {
        return false;
    }
    solow_ledger_run *made = &run[ledger->runs];
    end[ledger->runs] = SOLOW_END_NONE;
    crashed[ledger->runs++] = false;
    *made = (solow_ledger_run){.attempt = solow_get_integer(cursor)};
    made->machine_kind = solow_get_text(cursor);
    made->host = solow_get_text(cursor);
    made->job = solow_get_text(cursor);
    made->pid = solow_get_integer(cursor);
    made->ranks = solow_get_integer(cursor);
    made->tasks = solow_get_integer(cursor);
    made->started = solow_get_text(cursor);
    ledger->attempt = made->attempt + 1;
    return true;
}

static bool add_taken(solow_ledger *ledger, solow_cursor *cursor)
{
    int64_t attempt = solow_get_integer(cursor), count = solow_get_integer(cursor);
    if (!solow_cursor_holds(cursor, count, sizeof(solow_digest))) {
        return true;
    }
    for (int64_t i = 0; i < count; i++) {
        solow_ledger_begun *list = room(ledger->in_hand, ledger->begun, sizeof *list);
        if (list == NULL) {
            return false;
        }
        ledger->in_hand = list;
        list[ledger->begun++] =
            (solow_ledger_begun){.identity = solow_get_digest(cursor), .attempt = attempt, .alone = count == 1};
    }
    return true;
}

static bool add_done(solow_ledger *ledger, solow_cursor *cursor)
{
    int64_t attempt = solow_get_integer(cursor), count = solow_get_integer(cursor);
    if (!solow_cursor_holds(cursor, count, sizeof(solow_digest))) {
        return true;
    }
    for (int64_t i = 0; i < count; i++) {
        solow_ledger_done *list = room(ledger->finished, ledger->done, sizeof *list);
        if (list == NULL) {
            return false;
        }
        ledger->finished = list;
        solow_ledger_done *made = &list[ledger->done++];
        made->identity = solow_get_digest(cursor);
        made->failed = solow_get_integer(cursor) != 0;
        made->label = solow_get_text(cursor);
        made->attempt = attempt;
    }
    return true;
}

/* A number that an attempt states later: how it ended, or how many tasks there are. */
static void add_fact(solow_ledger *ledger, record_type type, solow_cursor *cursor)
{
    int64_t attempt = solow_get_integer(cursor), value = solow_get_integer(cursor);
    for (ptrdiff_t r = 0; r < ledger->runs; r++) {
        if (ledger->run[r].attempt != attempt) {
            continue;
        }
        if (type == RECORD_END) {
            ledger->end[r] = (solow_ledger_end)value;
        } else {
            ledger->run[r].tasks = value;
        }
    }
}

static solow_status visit(void *context, const solow_framed_record *record, solow_error *err)
{
    solow_ledger *ledger = context;
    solow_cursor cursor = {record->payload, record->bytes, false};
    bool good = true;
    switch ((record_type)record->type) {
    case RECORD_RUN:
        good = add_run(ledger, &cursor);
        break;
    case RECORD_TAKEN:
        good = add_taken(ledger, &cursor);
        break;
    case RECORD_DONE:
        good = add_done(ledger, &cursor);
        break;
    case RECORD_END:
    case RECORD_TASKS:
        add_fact(ledger, (record_type)record->type, &cursor);
        break;
    }
    if (!good) {
        return no_memory(err);
    }
    return cursor.bad ? SOLOW_FAIL(err, SOLOW_ERR_CONFIG,
                                   "the ledger has a record that this version of solow does not write; begin anew with "
                                   "--restart")
                      : SOLOW_OK;
}

/* A crash leaves a note that is not empty. */
static void look_for_crashes(const char *folder, solow_ledger *ledger)
{
    for (ptrdiff_t r = 0; r < ledger->runs; r++) {
        char path[PATH_MAX];
        struct stat about;
        ledger->crashed[r] = solow_folder_crash_note(folder, ledger->run[r].attempt, path) && stat(path, &about) == 0 &&
                             about.st_size > 0;
    }
}

/* What an attempt finished was not in hand when it died. */
static void mark_finished(solow_ledger *ledger)
{
    if (ledger->begun > 1) {
        qsort(ledger->in_hand, (size_t)ledger->begun, sizeof *ledger->in_hand, solow_digest_compare);
    }
    for (ptrdiff_t d = 0; d < ledger->done && ledger->begun > 0; d++) {
        solow_ledger_begun *at = bsearch(&ledger->finished[d], ledger->in_hand, (size_t)ledger->begun,
                                         sizeof *ledger->in_hand, solow_digest_compare);
        while (at != NULL && at > ledger->in_hand && solow_digest_equal(at[-1].identity, at->identity)) {
            at--;
        }
        for (; at != NULL && at < ledger->in_hand + ledger->begun &&
               solow_digest_equal(at->identity, ledger->finished[d].identity);
             at++) {
            at->finished = at->finished || at->attempt == ledger->finished[d].attempt;
        }
    }
}

/* Every file but that of number, in order. */
static solow_status read_others(const char *folder, int64_t number, bool mend, solow_ledger *ledger, solow_error *err)
{
    char path[PATH_MAX];
    int64_t *numbers = NULL;
    ptrdiff_t count = 0;
    solow_status status = solow_folder_numbers(folder, "ledger", &numbers, &count, err);
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        solow_framed_facts facts = {0};
        solow_framed file = {.descriptor = -1};
        if (numbers[i] == number) {
            continue;
        }
        status = solow_folder_numbered(folder, "ledger", numbers[i], path, err);
        if (status == SOLOW_OK && mend) {
            status = solow_framed_open(path, kind, visit, ledger, &file, &facts, err);
            solow_framed_close(&file);
        } else if (status == SOLOW_OK) {
            status = solow_framed_read(path, kind, visit, ledger, &facts, err);
        }
        ledger->facts.damaged += facts.damaged;
    }
    free(numbers);
    return status;
}

static solow_status settle(const char *folder, solow_ledger *ledger, solow_status status)
{
    if (status != SOLOW_OK) {
        solow_ledger_close(ledger);
        return status;
    }
    look_for_crashes(folder, ledger);
    mark_finished(ledger);
    return SOLOW_OK;
}

solow_status solow_ledger_read(const char *folder, solow_ledger *ledger, solow_error *err)
{
    *ledger = (solow_ledger){.file = {.descriptor = -1}, .attempt = 1};
    return settle(folder, ledger, read_others(folder, -1, false, ledger, err));
}

solow_status solow_ledger_open(const char *folder, int64_t number, bool mend, solow_ledger *ledger, solow_error *err)
{
    char path[PATH_MAX];
    solow_framed_facts own = {0};
    *ledger = (solow_ledger){.file = {.descriptor = -1}, .attempt = 1};
    solow_status status = solow_folder_numbered(folder, "ledger", number, path, err);
    if (status == SOLOW_OK) {
        status = solow_framed_open(path, kind, visit, ledger, &ledger->file, &own, err);
    }
    status = status == SOLOW_OK ? read_others(folder, number, mend, ledger, err) : status;
    ledger->facts.damaged += own.damaged;
    return settle(folder, ledger, status);
}

void solow_ledger_close(solow_ledger *ledger)
{
    solow_framed_close(&ledger->file);
    for (ptrdiff_t r = 0; r < ledger->runs; r++) {
        free(ledger->run[r].machine_kind);
        free(ledger->run[r].host);
        free(ledger->run[r].job);
        free(ledger->run[r].started);
    }
    for (ptrdiff_t d = 0; d < ledger->done; d++) {
        free(ledger->finished[d].label);
    }
    free(ledger->run);
    free(ledger->end);
    free(ledger->crashed);
    free(ledger->in_hand);
    free(ledger->finished);
    *ledger = (solow_ledger){.file = {.descriptor = -1}};
}

static ptrdiff_t run_of(const solow_ledger *ledger, int64_t attempt)
{
    ptrdiff_t r = ledger->runs - 1;
    while (r > 0 && ledger->run[r].attempt != attempt) {
        r--;
    }
    return r;
}

void solow_ledger_deaths(const solow_ledger *ledger, solow_digest identity, int64_t *crashes, int64_t *vanishings)
{
    *crashes = *vanishings = 0;
    const solow_ledger_begun *at =
        ledger->begun > 0 ? bsearch(&identity, ledger->in_hand, (size_t)ledger->begun, sizeof *at, solow_digest_compare)
                          : NULL;
    while (at != NULL && at > ledger->in_hand && solow_digest_equal(at[-1].identity, identity)) {
        at--;
    }
    int64_t counted =
        0; /* a task that stands twice in a job counts once an attempt: attempts of one identity are in order */
    for (; at != NULL && at < ledger->in_hand + ledger->begun && solow_digest_equal(at->identity, identity); at++) {
        ptrdiff_t r = run_of(ledger, at->attempt);
        if (r < 0 || at->finished || at->attempt == counted || at->attempt >= ledger->attempt ||
            ledger->end[r] != SOLOW_END_NONE) {
            continue;
        }
        counted = at->attempt;
        *crashes += ledger->crashed[r];
        *vanishings += !ledger->crashed[r] && at->alone;
    }
}

bool solow_ledger_is_poison(const solow_ledger *ledger, solow_digest identity)
{
    int64_t crashes, vanishings;
    solow_ledger_deaths(ledger, identity, &crashes, &vanishings);
    return crashes >= SOLOW_CRASHES || vanishings >= SOLOW_VANISHINGS;
}

bool solow_ledger_is_suspect(const solow_ledger *ledger, solow_digest identity)
{
    int64_t crashes, vanishings;
    solow_ledger_deaths(ledger, identity, &crashes, &vanishings);
    return crashes > 0 || vanishings > 0;
}

/* One record of that content, which is emptied; forced to disk if asked. */
static solow_status append(solow_ledger *ledger, record_type type, solow_buffer *content, bool force, solow_error *err)
{
    solow_buffer frame = {0};
    solow_status status = solow_buffer_finish(content, err);
    if (status == SOLOW_OK) {
        solow_framed_add(&ledger->file, (int32_t)type, content->text, content->length, &frame);
        status = solow_framed_write(&ledger->file, &frame, err);
    }
    if (status == SOLOW_OK && force) {
        status = solow_framed_sync(&ledger->file, err);
    }
    solow_buffer_clear(&frame);
    solow_buffer_clear(content);
    return status;
}

solow_status solow_ledger_begin(solow_ledger *ledger, const solow_ledger_run *run, solow_error *err)
{
    solow_buffer content = {0};
    solow_put_integer(&content, run->attempt);
    solow_put_text(&content, run->machine_kind);
    solow_put_text(&content, run->host);
    solow_put_text(&content, run->job);
    solow_put_integer(&content, run->pid);
    solow_put_integer(&content, run->ranks);
    solow_put_integer(&content, run->tasks);
    solow_put_text(&content, run->started);
    return append(ledger, RECORD_RUN, &content, true, err);
}

solow_status solow_ledger_take(solow_ledger *ledger, ptrdiff_t count, const solow_digest *identity, solow_error *err)
{
    solow_buffer content = {0};
    solow_put_integer(&content, ledger->attempt);
    solow_put_integer(&content, count);
    solow_buffer_bytes(&content, (const char *)identity, solow_bytes(count, sizeof *identity));
    return append(ledger, RECORD_TAKEN, &content, false, err);
}

solow_status solow_ledger_finish(solow_ledger *ledger, ptrdiff_t count, const solow_ledger_done *done, solow_error *err)
{
    solow_buffer content = {0};
    solow_put_integer(&content, ledger->attempt);
    solow_put_integer(&content, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        solow_put_digest(&content, done[i].identity);
        solow_put_integer(&content, done[i].failed);
        solow_put_text(&content, done[i].label);
    }
    return append(ledger, RECORD_DONE, &content, true, err);
}

static solow_status state(solow_ledger *ledger, record_type type, int64_t value, bool force, solow_error *err)
{
    solow_buffer content = {0};
    solow_put_integer(&content, ledger->attempt);
    solow_put_integer(&content, value);
    return append(ledger, type, &content, force, err);
}

solow_status solow_ledger_expect(solow_ledger *ledger, int64_t tasks, solow_error *err)
{
    return state(ledger, RECORD_TASKS, tasks, false, err);
}

solow_status solow_ledger_end_run(solow_ledger *ledger, solow_ledger_end end, solow_error *err)
{
    return state(ledger, RECORD_END, (int64_t)end, true, err);
}
