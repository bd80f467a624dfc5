/* What a ledger says of attempts, crashes and poison; who has the lock; what a shard gives back. */
#include "io/ledger/folder.h"
#include "io/ledger/ledger.h"
#include "io/ledger/lock.h"
#include "io/ledger/shard.h"
#include "tests/support/runner.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];
static solow_error err;
static const solow_digest A = {1, 2}, B = {1, 3}, C = {0, 9};

static void enter(void)
{
    err = (solow_error){0};
    strcpy(folder, "/tmp/solow-ledger-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void leave(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static void good(solow_status status)
{
    ck_assert_msg(status == SOLOW_OK, "%s", err.message);
}

/* An attempt that takes tasks together, finishes some and ends in some way. */
static void attempt(ptrdiff_t taken, const solow_digest *task, ptrdiff_t finished, solow_ledger_end end, bool crashes)
{
    solow_ledger ledger;
    char path[PATH_MAX];
    good(solow_ledger_open(folder, 0, true, &ledger, &err));
    solow_ledger_run run = {.attempt = ledger.attempt, .pid = 7, .ranks = 2};
    good(solow_ledger_begin(&ledger, &run, &err));
    good(solow_ledger_expect(&ledger, 3, &err));
    good(solow_ledger_take(&ledger, taken, task, &err));
    for (ptrdiff_t t = 0; t < finished; t++) {
        solow_ledger_done done = {.identity = task[t], .failed = t > 0, .label = strdup("m")};
        good(solow_ledger_finish(&ledger, 1, &done, &err));
        free(done.label);
    }
    if (end != SOLOW_END_NONE) {
        good(solow_ledger_end_run(&ledger, end, &err));
    }
    if (crashes) {
        ck_assert(solow_folder_crash_note(folder, ledger.attempt, path));
        FILE *note = fopen(path, "w");
        fputs("crashed\n", note);
        fclose(note);
    }
    solow_ledger_close(&ledger);
}

static void fates(solow_digest task, bool poison, bool suspect)
{
    solow_ledger ledger;
    good(solow_ledger_read(folder, &ledger, &err));
    ck_assert_int_eq(solow_ledger_is_poison(&ledger, task), poison);
    ck_assert_int_eq(solow_ledger_is_suspect(&ledger, task), suspect);
    solow_ledger_close(&ledger);
}

START_TEST(attempts_are_counted_and_remembered)
{
    const solow_digest tasks[] = {A, B};
    solow_ledger ledger;
    attempt(2, tasks, 2, SOLOW_END_STOPPED, false);
    attempt(1, &C, 0, SOLOW_END_NONE, false);
    good(solow_ledger_read(folder, &ledger, &err));
    ck_assert_int_eq((int)ledger.runs, 2);
    ck_assert_int_eq((int)ledger.attempt, 3);
    ck_assert_int_eq((int)ledger.run[0].tasks, 3);
    ck_assert_int_eq((int)ledger.run[1].pid, 7);
    ck_assert_int_eq(ledger.end[0], SOLOW_END_STOPPED);
    ck_assert_int_eq(ledger.end[1], SOLOW_END_NONE);
    ck_assert_int_eq((int)ledger.done, 2);
    ck_assert(solow_digest_equal(ledger.finished[1].identity, B));
    ck_assert(ledger.finished[1].failed && !ledger.finished[0].failed);
    solow_ledger_close(&ledger);
}
END_TEST

START_TEST(two_crashes_make_poison_of_what_was_in_hand)
{
    const solow_digest tasks[] = {A, B};
    attempt(2, tasks, 1, SOLOW_END_NONE, true);
    fates(A, false, false); /* it was finished */
    fates(B, false, true);
    attempt(1, &B, 0, SOLOW_END_NONE, true);
    fates(A, false, false);
    fates(B, true, true);
    fates(C, false, false);
}
END_TEST

START_TEST(a_stop_is_no_crash)
{
    for (int i = 0; i < 2 * SOLOW_VANISHINGS; i++) {
        attempt(1, &A, 0, SOLOW_END_STOPPED, false);
    }
    fates(A, false, false);
}
END_TEST

/* kill -9 of a sweep says nothing of one task; of a task alone, it must come often. */
START_TEST(vanishing_counts_when_alone_and_often)
{
    const solow_digest tasks[] = {A, B};
    for (int i = 0; i < 2 * SOLOW_VANISHINGS; i++) {
        attempt(2, tasks, 0, SOLOW_END_NONE, false);
    }
    fates(A, false, false);
    for (int i = 1; i <= SOLOW_VANISHINGS; i++) {
        attempt(1, &A, 0, SOLOW_END_NONE, false);
        fates(A, i == SOLOW_VANISHINGS, true);
    }
    fates(B, false, false);
}
END_TEST

/* Two tasks with one identity in one job are in hand once. */
START_TEST(a_task_that_stands_twice_counts_once_an_attempt)
{
    const solow_digest tasks[] = {A, A};
    attempt(2, tasks, 0, SOLOW_END_NONE, true);
    fates(A, false, true);
}
END_TEST

START_TEST(several_writers_are_read_together)
{
    solow_ledger own;
    attempt(1, &A, 0, SOLOW_END_NONE, true);
    good(solow_ledger_open(folder, 3, false, &own, &err));
    own.attempt = 1;
    good(solow_ledger_take(&own, 1, &C, &err));
    solow_ledger_close(&own);
    fates(C, false, true);
    fates(A, false, true);
}
END_TEST

START_TEST(a_shard_gives_back_what_was_put_in)
{
    solow_shard shard;
    solow_buffer content = {0};
    char *bytes = NULL;
    good(solow_shard_open(folder, 0, true, &shard, &err));
    solow_shard_start(&content, A, "m", false);
    solow_buffer_bytes(&content, "x\0y", 3);
    good(solow_shard_add(&shard, &content, &err));
    content.length = 0;
    solow_shard_start(&content, B, "n", true);
    good(solow_shard_add(&shard, &content, &err));
    good(solow_shard_write(&shard, &err));
    good(solow_shard_sync(&shard, &err));
    solow_shard_close(&shard);
    solow_buffer_clear(&content);
    good(solow_shard_open(folder, 2, true, &shard, &err)); /* another writer reads it too */
    ck_assert_int_eq((int)shard.places, 2);
    const solow_shard_place *place = solow_shard_find(&shard, A, "other label");
    ck_assert_ptr_nonnull(place);
    good(solow_shard_fetch(&shard, place, &bytes, &err));
    ck_assert_int_eq((int)place->bytes, 3);
    ck_assert_int_eq(memcmp(bytes, "x\0y", 3), 0);
    free(bytes);
    ck_assert_ptr_nonnull(solow_shard_find(&shard, B, "n"));
    ck_assert_ptr_null(solow_shard_find(&shard, B, "m")); /* its reason names another model */
    ck_assert_ptr_null(solow_shard_find(&shard, C, "m"));
    solow_shard_close(&shard);
}
END_TEST

START_TEST(a_second_run_is_refused_with_names)
{
    solow_lock_owner self = solow_lock_self("17", 0), other = self;
    char pid[32];
    good(solow_lock_take(folder, &self, &err));
    other.pid = self.pid + 1;
    ck_assert_int_eq(solow_lock_take(folder, &other, &err), SOLOW_ERR_CREATE);
    (void)snprintf(pid, sizeof pid, "process %lld", (long long)self.pid);
    ck_assert_ptr_nonnull(strstr(err.message, pid));
    ck_assert_ptr_nonnull(strstr(err.message, self.host));
    ck_assert_ptr_nonnull(strstr(err.message, "job 17"));
    solow_lock_release(folder, &other); /* not its own: stays */
    err = (solow_error){0};
    ck_assert_int_eq(solow_lock_take(folder, &other, &err), SOLOW_ERR_CREATE);
    solow_lock_release(folder, &self);
    err = (solow_error){0};
    good(solow_lock_take(folder, &other, &err));
}
END_TEST

START_TEST(a_lock_of_a_process_that_is_gone_is_taken_over)
{
    solow_lock_owner self = solow_lock_self(NULL, 0), gone = self, reused = self;
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    ck_assert_int_eq((int)waitpid(child, NULL, 0), (int)child);
    gone.pid = child;
    good(solow_lock_take(folder, &gone, &err));
    good(solow_lock_take(folder, &self, &err));
    solow_lock_release(folder, &self);
    reused.begun = self.begun + 1; /* the number is in use again, by a process that began at another time */
    good(solow_lock_take(folder, &reused, &err));
    good(solow_lock_take(folder, &self, &err));
}
END_TEST

START_TEST(another_hosts_lock_stands_unless_it_is_of_the_same_job_before)
{
    solow_lock_owner self = solow_lock_self("5", 1), there = self;
    strcpy(there.host, "elsewhere");
    strcpy(there.job, "4");
    good(solow_lock_take(folder, &there, &err));
    ck_assert_int_eq(solow_lock_take(folder, &self, &err), SOLOW_ERR_CREATE);
    ck_assert_ptr_nonnull(strstr(err.message, "remove the file"));
    solow_lock_release(folder, &there);
    strcpy(there.job, "5");
    there.restarts = 0;
    err = (solow_error){0};
    good(solow_lock_take(folder, &there, &err));
    good(solow_lock_take(folder, &self, &err));
}
END_TEST

/* Sixteen at once for the lock of a dead process: one gets it. */
START_TEST(one_of_many_gets_the_lock)
{
    enum { MANY = 16 };
    solow_lock_owner gone = solow_lock_self(NULL, 0);
    int winners = 0;
    gone.begun += 1;
    good(solow_lock_take(folder, &gone, &err));
    int gate[2];
    ck_assert_int_eq(pipe(gate), 0);
    for (int c = 0; c < MANY; c++) {
        if (fork() == 0) {
            char byte;
            solow_lock_owner self = solow_lock_self(NULL, 0);
            (void)close(gate[1]);
            (void)!read(gate[0], &byte, 1); /* all at once, when the parent closes the gate */
            bool mine = solow_lock_take(folder, &self, NULL) == SOLOW_OK;
            if (mine) {
                sleep(1); /* alive while the others try */
            }
            _exit(mine ? 1 : 0);
        }
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
    for (int c = 0; c < MANY; c++) {
        int status = 0;
        ck_assert_int_gt(wait(&status), 0);
        ck_assert(WIFEXITED(status));
        winners += WEXITSTATUS(status);
    }
    ck_assert_int_eq(winners, 1);
}
END_TEST

START_TEST(a_folder_goes_unless_a_stranger_has_something_in_it)
{
    char inside[PATH_MAX], strange[PATH_MAX];
    solow_lock_owner self = solow_lock_self(NULL, 0);
    struct stat about;
    (void)snprintf(inside, sizeof inside, "%s/run", folder);
    good(solow_lock_take(inside, &self, &err));
    (void)snprintf(strange, sizeof strange, "%s/run/notes.txt", folder);
    int descriptor = open(strange, O_CREAT | O_WRONLY, 0600);
    close(descriptor);
    good(solow_folder_remove(inside, false, &err));
    ck_assert_int_eq(stat(strange, &about), 0);
    ck_assert_int_eq(unlink(strange), 0);
    good(solow_folder_remove(inside, false, &err));
    ck_assert_int_ne(stat(inside, &about), 0);
    good(solow_folder_remove(inside, false, &err)); /* gone already */
}
END_TEST

int main(void)
{
    const TTest *const ledger[] = {attempts_are_counted_and_remembered,
                                   two_crashes_make_poison_of_what_was_in_hand,
                                   a_stop_is_no_crash,
                                   vanishing_counts_when_alone_and_often,
                                   a_task_that_stands_twice_counts_once_an_attempt,
                                   several_writers_are_read_together,
                                   a_shard_gives_back_what_was_put_in,
                                   NULL};
    const TTest *const lock[] = {a_second_run_is_refused_with_names,
                                 a_lock_of_a_process_that_is_gone_is_taken_over,
                                 another_hosts_lock_stands_unless_it_is_of_the_same_job_before,
                                 one_of_many_gets_the_lock,
                                 a_folder_goes_unless_a_stranger_has_something_in_it,
                                 NULL};
    TCase *first = solow_test_case("ledger", ledger, 60), *second = solow_test_case("lock", lock, 60);
    tcase_add_checked_fixture(first, enter, leave);
    tcase_add_checked_fixture(second, enter, leave);
    return solow_test_run("ledger", (TCase *const[]){first, second, NULL});
}
