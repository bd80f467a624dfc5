/* resume_sweep.c - before and after a sweep: whether to stop, what is in hand, what is finished. See resume.h. */
#include "engine/batch/resume_data.h"

#include "engine/batch/saved_bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP = 100, GO = 0, TIME_IS_UP, SIGNAL_CAME }; /* of so many estimates the ledger learns early */
static const size_t piece_bytes = (size_t)1 << 16;     /* a part's shard is written in pieces of that */
static const double early_seconds = 0.25, group_seconds = 1, piece_seconds = 0.05;

/* What the bytes say, into an outcome whose place and groups stay. */
static solow_status read_outcome(solow_cursor *cursor, solow_outcome *outcome, solow_error *err)
{
    solow_outcome made;
    solow_status status = solow_outcome_get(cursor, &made, err);
    if (status != SOLOW_OK) {
        return status;
    }
    made.model = outcome->model;
    made.index = outcome->index;
    made.by_level = outcome->by_level;
    made.window = outcome->window;
    made.own_groups = outcome->own_groups;
    memcpy(made.own_group, outcome->own_group, sizeof made.own_group);
    *outcome = made;
    return SOLOW_OK;
}

/* The outcome as rank 0 reads it, sent to all: it ends where the saved columns begin. */
static solow_status share_outcome(solow_resume *resume, solow_cursor *cursor, solow_outcome *outcome, solow_error *err)
{
    const char *begin = cursor->next;
    uint64_t bytes = 0;
    solow_status status = SOLOW_OK;
    if (resume->first) {
        status = read_outcome(cursor, outcome, err);
        bytes = status == SOLOW_OK ? (uint64_t)(cursor->next - begin) : 0;
    }
    status = solow_comm_agree(resume->comm, status, err);
    if (solow_comm_size(resume->comm) == 1) {
        return status;
    }
    status = status == SOLOW_OK ? solow_comm_broadcast(resume->comm, 0, &bytes, sizeof bytes, err) : status;
    char *copy = status == SOLOW_OK ? solow_allocate((ptrdiff_t)bytes, 1) : NULL;
    if (status == SOLOW_OK && copy == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a finished estimate");
    }
    status = solow_comm_agree(resume->comm, status, err);
    if (status == SOLOW_OK) {
        if (resume->first) {
            memcpy(copy, begin, bytes);
        }
        status = solow_comm_broadcast(resume->comm, 0, copy, bytes, err);
    }
    if (status == SOLOW_OK && !resume->first) {
        solow_cursor own = {copy, bytes, false};
        status = read_outcome(&own, outcome, err);
    }
    free(copy);
    return solow_comm_agree(resume->comm, status, err);
}

solow_status solow_resume_restore(solow_resume *resume, solow_frame *frame, const solow_task_unit *unit,
                                  solow_outcome *outcome, solow_error *err)
{
    char *bytes = NULL;
    solow_status status = SOLOW_OK;
    solow_cursor cursor = {0};
    if (resume->first) {
        const solow_shard_place *place = solow_shard_find(&resume->shard, unit->identity, unit->label);
        status = solow_shard_fetch(&resume->shard, place, &bytes, err);
        cursor = (solow_cursor){bytes, place->bytes, false};
    }
    status = solow_comm_agree(resume->comm, status, err);
    status = status == SOLOW_OK ? share_outcome(resume, &cursor, outcome, err) : status;
    status = status == SOLOW_OK ? solow_saved_get(frame, unit->model, &cursor, err) : status;
    if (status == SOLOW_OK) {
        resume->succeeded += outcome->error.status == SOLOW_OK;
    }
    free(bytes);
    return status;
}

/* Whether the sweep may begin, the same on all ranks. */
static solow_status agree_to_go(solow_resume *resume, ptrdiff_t count, solow_error *err)
{
    const solow_resume_settings *settings = &resume->settings;
    int64_t verdict = settings->asked_to_stop != NULL && settings->asked_to_stop() ? SIGNAL_CAME : GO;
    double ahead = solow_comm_seconds() - settings->begun + resume->longest * (double)count;
    if (resume->first && verdict == GO && settings->most > 0 && ahead > settings->most) {
        verdict = TIME_IS_UP;
    }
    solow_status status = solow_comm_max_int64(resume->comm, &verdict, 1, err);
    if (status != SOLOW_OK || verdict == GO) {
        return status;
    }
    return SOLOW_FAIL(err, SOLOW_ERR_STOPPED,
                      "stopped %s with %lld of %lld models done; run the same command again to go on",
                      verdict == SIGNAL_CAME ? "on a signal" : "before the time was up",
                      (long long)(resume->found + resume->finished), (long long)resume->tasks);
}

static solow_status note_taken(solow_resume *resume, ptrdiff_t count, const solow_task_unit *const *unit,
                               solow_error *err)
{
    solow_digest *identity = solow_allocate(count, sizeof *identity);
    if (identity == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the ledger");
    }
    for (ptrdiff_t u = 0; u < count; u++) {
        identity[u] = unit[u]->identity;
    }
    solow_status status = solow_ledger_take(&resume->ledger, count, identity, err);
    free(identity);
    return status;
}

solow_status solow_resume_may_go_on(solow_resume *resume, solow_error *err)
{
    return agree_to_go(resume, 0, err);
}

solow_status solow_resume_take(solow_resume *resume, ptrdiff_t count, const solow_task_unit *const *unit,
                               solow_error *err)
{
    solow_status status = agree_to_go(resume, count, err);
    resume->suspect = false;
    for (ptrdiff_t u = 0; u < count; u++) {
        resume->suspect = resume->suspect || unit[u]->fate == SOLOW_TASK_SUSPECT;
    }
    if (status == SOLOW_OK && resume->first && resume->suspect) { /* nothing else is to be in hand with it */
        status = solow_resume_write(resume, err);
    }
    if (status == SOLOW_OK && resume->first) {
        status = note_taken(resume, count, unit, err);
    }
    resume->taken = solow_comm_seconds();
    return status; /* a failure of rank 0 alone meets the others in the sweep */
}

/* The ledger will be told of it. */
static solow_status wait_for_commit(solow_resume *resume, const solow_task_unit *unit, bool failed, solow_error *err)
{
    char *label = solow_copy_text(unit->label);
    solow_ledger_done *grown = resume->wait;
    if ((resume->waiting & (resume->waiting - 1)) == 0) { /* room doubles at powers of two */
        grown = solow_resize(resume->wait, resume->waiting > 0 ? 2 * resume->waiting : 1, sizeof *grown);
    }
    if (label == NULL || grown == NULL) {
        resume->wait = grown != NULL ? grown : resume->wait;
        free(label);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the ledger");
    }
    resume->wait = grown;
    grown[resume->waiting++] = (solow_ledger_done){.identity = unit->identity, .failed = failed, .label = label};
    return SOLOW_OK;
}

static solow_status add_event(solow_resume *resume, const solow_task_unit *unit, const solow_outcome *outcome,
                              double seconds, solow_error *err)
{
    bool failed = outcome->error.status != SOLOW_OK;
    const char *status = failed ? "failed" : outcome->record.warning ? "warning" : "ok";
    const solow_event_field fields[] = {{"attempt", NULL, (double)resume->ledger.attempt},
                                        {"model", unit->label, 0},
                                        {"status", status, 0},
                                        {"seconds", NULL, seconds},
                                        {NULL, NULL, 0}};
    return solow_events_add(&resume->events, "done", fields, err);
}

/* Packed on all ranks, because saved columns are gathered; rank 0 keeps the bytes. */
static solow_status keep(solow_resume *resume, solow_frame *frame, const solow_task_unit *unit,
                         const solow_outcome *outcome, double seconds, solow_error *err)
{
    solow_buffer content = {0};
    if (resume->first) {
        solow_shard_start(&content, unit->identity, unit->label, outcome->error.status != SOLOW_OK);
        solow_outcome_put(outcome, &content);
    }
    solow_status status = solow_saved_put(frame, unit->model, &content, err);
    if (status == SOLOW_OK && resume->first) {
        status = solow_shard_add(&resume->shard, &content, err);
        status = status == SOLOW_OK ? wait_for_commit(resume, unit, outcome->error.status != SOLOW_OK, err) : status;
        status = status == SOLOW_OK ? add_event(resume, unit, outcome, seconds, err) : status;
    }
    resume->finished++;
    resume->succeeded += outcome->error.status == SOLOW_OK;
    solow_buffer_clear(&content);
    return status;
}

solow_status solow_resume_finish(solow_resume *resume, solow_frame *frame, ptrdiff_t count,
                                 const solow_task_unit *const *unit, const solow_outcome *const *outcome,
                                 solow_error *err)
{
    double now = solow_comm_seconds(), each = (now - resume->taken) / (double)(count > 0 ? count : 1);
    solow_status status = SOLOW_OK;
    resume->longest = each > resume->longest ? each : resume->longest;
    for (ptrdiff_t u = 0; u < count && status == SOLOW_OK; u++) {
        status = keep(resume, frame, unit[u], outcome[u], each, err);
    }
    bool later = resume->part && !resume->suspect && resume->shard.pending.length < piece_bytes &&
                 now - resume->written < piece_seconds;
    if (status == SOLOW_OK && resume->first && !later) {
        double since = now - resume->committed;
        status = since >= (resume->waiting >= GROUP ? early_seconds : group_seconds) ? solow_resume_commit(resume, err)
                                                                                     : solow_resume_write(resume, err);
    }
    return status; /* which the caller agrees on */
}
