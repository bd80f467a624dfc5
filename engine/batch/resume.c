/* resume.c - the run folder opened and closed. See resume.h. */
#include "engine/batch/resume_data.h"

#include "io/ledger/folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tell(const solow_resume *resume, const char *sentence)
{
    if (resume->settings.tell != NULL) {
        resume->settings.tell(sentence);
    }
}

/* Digits of two machine kinds do not mix in one result. */
static solow_status check_machine(const solow_resume *resume, solow_error *err)
{
    const solow_ledger *ledger = &resume->ledger;
    const char *before = ledger->runs > 0 ? ledger->run[ledger->runs - 1].machine_kind : NULL;
    if (before == NULL || resume->shard.places == 0 || strcmp(before, resume->settings.machine_kind) == 0) {
        return SOLOW_OK;
    }
    return SOLOW_FAIL(
        err, SOLOW_ERR_CONFIG,
        "%s was begun with other libraries or on another kind of processor, whose digits may differ (%s; this "
        "is %s); finish it there, or begin anew with --restart",
        resume->folder, before, resume->settings.machine_kind);
}

static void tell_damage(const solow_resume *resume)
{
    int64_t damaged = resume->ledger.facts.damaged + resume->shard.damaged;
    if (damaged > 0) {
        char sentence[PATH_MAX + 128];
        snprintf(sentence, sizeof sentence,
                 "%lld damaged records in %s are passed over; what they held is computed again", (long long)damaged,
                 resume->folder);
        tell(resume, sentence);
    }
}

static solow_status begin_attempt(solow_resume *resume, solow_error *err)
{
    char when[SOLOW_TIME_TEXT], kind[1024];
    solow_time_text(when);
    snprintf(kind, sizeof kind, "%s", resume->settings.machine_kind);
    const solow_ledger_run run = {.attempt = resume->ledger.attempt,
                                  .machine_kind = kind,
                                  .host = resume->self.host,
                                  .job = resume->self.job,
                                  .pid = resume->self.pid,
                                  .ranks = solow_comm_size(resume->comm),
                                  .started = when};
    const solow_event_field fields[] = {{"attempt", NULL, (double)run.attempt},
                                        {"ranks", NULL, (double)run.ranks},
                                        {"host", run.host, 0},
                                        {"process", NULL, (double)run.pid},
                                        {NULL, NULL, 0}};
    solow_status status = solow_ledger_begin(&resume->ledger, &run, err);
    status = status == SOLOW_OK ? solow_events_add(&resume->events, "start", fields, err) : status;
    return status == SOLOW_OK ? solow_events_write(&resume->events, err) : status;
}

/* Lock, then everything else: nobody else writes there from now on. Rank 0. */
static solow_status open_files(solow_resume *resume, solow_error *err)
{
    solow_status status = solow_lock_take(resume->folder, &resume->self, err);
    resume->locked = status == SOLOW_OK;
    if (status == SOLOW_OK && resume->settings.restart) {
        status = solow_folder_remove(resume->folder, true, err);
    }
    if (status == SOLOW_OK) {
        status = solow_ledger_open(resume->folder, 0, true, &resume->ledger, err);
    }
    if (status == SOLOW_OK) {
        status = solow_shard_open(resume->folder, 0, true, &resume->shard, err);
    }
    if (status == SOLOW_OK) {
        resume->fresh = resume->ledger.runs == 0 && resume->shard.places == 0;
        status = check_machine(resume, err);
    }
    if (status == SOLOW_OK) {
        status = solow_events_open(resume->folder, &resume->events, err);
    }
    if (status == SOLOW_OK) {
        tell_damage(resume);
        status = begin_attempt(resume, err);
    }
    return status;
}

/* Every rank has a place where it can note that it crashes, made before it does. */
static void watch_crashes(const solow_resume *resume)
{
    char path[PATH_MAX];
    if (resume->settings.watch_crashes == NULL || !solow_folder_crash_note(resume->folder, resume->attempt, path)) {
        return;
    }
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor >= 0) { /* without it a crash counts as one that left no trace */
        resume->settings.watch_crashes(descriptor);
    }
}

static void destroy(solow_resume *resume)
{
    solow_ledger_close(&resume->ledger);
    solow_shard_close(&resume->shard);
    solow_events_close(&resume->events);
    for (ptrdiff_t w = 0; w < resume->waiting; w++) {
        free(resume->wait[w].label);
    }
    free(resume->wait);
    free(resume->content);
    free(resume);
}

/* What was there stays. */
static void give_up(solow_resume *resume)
{
    if (resume == NULL) {
        return;
    }
    if (resume->fresh) {
        (void)solow_folder_remove(resume->folder, false, NULL);
    } else if (resume->locked) {
        solow_lock_release(resume->folder, &resume->self);
        (void)rmdir(resume->folder); /* if it is empty, because it could be made but not written */
    }
    destroy(resume);
}

solow_status solow_resume_open(solow_comm *comm, const solow_resume_settings *settings, solow_resume **resume,
                               solow_error *err)
{
    solow_resume *made = solow_allocate_zeroed(1, sizeof *made);
    solow_status status =
        made != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to keep what is finished");
    if (status == SOLOW_OK) {
        made->comm = comm;
        made->settings = *settings;
        made->first = solow_comm_rank(comm) == 0;
        made->ledger.file.descriptor = made->events.descriptor = -1;
        made->machine = solow_digest_of(settings->machine_kind, strlen(settings->machine_kind));
        made->self = solow_lock_self(settings->cluster_job, settings->cluster_restarts);
        made->committed = solow_comm_seconds();
        status = solow_folder_name(settings->output, made->folder, err);
    }
    if (status == SOLOW_OK && made->first) {
        status = open_files(made, err);
    }
    status = solow_comm_agree(comm, status, err);
    int64_t attempt = status == SOLOW_OK ? made->ledger.attempt : 0;
    status = status == SOLOW_OK ? solow_comm_broadcast(comm, 0, &attempt, sizeof attempt, err) : status;
    if (status != SOLOW_OK) {
        give_up(made);
        return status;
    }
    made->attempt = attempt;
    watch_crashes(made);
    *resume = made;
    return SOLOW_OK;
}

solow_status solow_resume_write(solow_resume *resume, solow_error *err)
{
    solow_status status = solow_shard_write(&resume->shard, err);
    resume->written = solow_comm_seconds();
    return status == SOLOW_OK ? solow_events_write(&resume->events, err) : status;
}

solow_status solow_resume_commit(solow_resume *resume, solow_error *err)
{
    solow_status status = resume->waiting > 0 ? solow_resume_write(resume, err) : SOLOW_OK;
    if (status == SOLOW_OK && resume->waiting > 0) {
        status = solow_shard_sync(&resume->shard, err);
    }
    if (status == SOLOW_OK && resume->waiting > 0) {
        status = solow_ledger_finish(&resume->ledger, resume->waiting, resume->wait, err);
    }
    for (ptrdiff_t w = 0; w < resume->waiting; w++) {
        free(resume->wait[w].label);
    }
    resume->waiting = 0;
    resume->committed = solow_comm_seconds();
    return status;
}

/* What is in the ledger and in events.jsonl at last. A disk that takes nothing more does not hide why the run ended. */
static void note_end(solow_resume *resume, solow_status run)
{
    bool stopped = run == SOLOW_ERR_STOPPED;
    const solow_event_field fields[] = {
        {"finished", NULL, (double)resume->finished}, {"found", NULL, (double)resume->found}, {NULL, NULL, 0}};
    solow_error local = {0};
    solow_status status = solow_resume_commit(resume, &local);
    if (status == SOLOW_OK) {
        status = solow_ledger_end_run(&resume->ledger, stopped ? SOLOW_END_STOPPED : SOLOW_END_FAILED, &local);
    }
    if (status == SOLOW_OK &&
        solow_events_add(&resume->events, stopped ? "stopped" : "failed", fields, &local) == SOLOW_OK) {
        status = solow_events_write(&resume->events, &local);
    }
    if (status != SOLOW_OK) {
        tell(resume, local.message);
    }
}

solow_status solow_resume_close(solow_resume *resume, solow_status run, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (resume == NULL) {
        return SOLOW_OK;
    }
    if (resume->settings.watch_crashes != NULL) {
        resume->settings.watch_crashes(-1);
    }
    if (resume->first) {
        bool kept = run != SOLOW_OK && (resume->succeeded > 0 || resume->shard.places > 0 || resume->parted);
        if (kept) {
            note_end(resume, run);
            solow_lock_release(resume->folder, &resume->self);
        } else {
            status = solow_folder_remove(resume->folder, false, err);
        }
    }
    destroy(resume);
    return status;
}

solow_status solow_resume_open_part(solow_resume *whole, solow_comm *alone, solow_resume **part, solow_error *err)
{
    solow_resume *made = solow_allocate_zeroed(1, sizeof *made);
    int64_t number = solow_comm_rank(whole->comm) + 1; /* 0 is the run's own */
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to keep what is finished");
    }
    made->comm = alone;
    made->settings = whole->settings;
    made->settings.tell = NULL;
    made->first = made->part = true;
    memcpy(made->folder, whole->folder, sizeof made->folder);
    made->machine = whole->machine;
    made->committed = made->written = solow_comm_seconds();
    made->ledger.file.descriptor = made->events.descriptor = -1;
    whole->parted = true;
    solow_status status = solow_ledger_open(made->folder, number, false, &made->ledger, err);
    if (status == SOLOW_OK) {
        made->ledger.attempt = whole->attempt;
        status = solow_shard_open(made->folder, number, false, &made->shard, err);
    }
    status = status == SOLOW_OK ? solow_events_open(made->folder, &made->events, err) : status;
    if (status != SOLOW_OK) {
        destroy(made);
        return status;
    }
    *part = made;
    return SOLOW_OK;
}

solow_status solow_resume_close_part(solow_resume *whole, solow_resume *part, solow_status run, solow_error *err)
{
    solow_error local = {0};
    solow_status status = run;
    int64_t counts[3] = {0};
    if (part != NULL) {
        counts[0] = part->found;
        counts[1] = part->finished;
        counts[2] = part->succeeded;
        whole->hash_seconds += part->hash_seconds;
        whole->hash_bytes += part->hash_bytes;
        solow_status last = solow_resume_commit(part, &local); /* whatever ended the run, what is finished is kept */
        if (status == SOLOW_OK && last != SOLOW_OK) {
            status = SOLOW_FAIL(err, last, "%s", local.message);
        }
        destroy(part);
    }
    status = solow_comm_agree(whole->comm, status, err);
    status = status == SOLOW_OK ? solow_comm_sum_int64(whole->comm, counts, 3, err) : status;
    if (status == SOLOW_OK) {
        whole->found += counts[0];
        whole->finished += counts[1];
        whole->succeeded += counts[2];
        if (counts[0] > 0) {
            solow_resume_tell_found(whole);
        }
    }
    return status;
}

solow_status solow_resume_expect(solow_resume *resume, int64_t tasks, solow_error *err)
{
    bool news = resume->first && tasks != resume->tasks;
    resume->tasks = tasks;
    return solow_comm_agree(resume->comm, news ? solow_ledger_expect(&resume->ledger, tasks, err) : SOLOW_OK, err);
}

void solow_resume_hashing(const solow_resume *resume, double *seconds, double *bytes)
{
    *seconds = resume != NULL ? resume->hash_seconds : 0;
    *bytes = resume != NULL ? resume->hash_bytes : 0;
}

int64_t solow_resume_found(const solow_resume *resume)
{
    return resume->found;
}
