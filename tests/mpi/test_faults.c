/* test_faults.c - whole runs in which the n-th allocation, write, fsync or rename fails on one rank: all ranks leave with one
 * status, soon, and no file is left, neither the result nor a temporary one.
 *
 * A sample of n, spread evenly; every n if SOLOW_EVERY_FAULT is set. A rank that waits for ever is ended by the alarm.
 */
#include "engine/cli/session.h"
#include "tests/support/faults.h"
#include "tests/support/world.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLE = 40, PATIENCE = 10 };

static struct {
    char folder[64]; /* the same on every rank */
    char job[96], output[96];
    int messages; /* where this rank's standard error went */
} runs;

static const char job_text[] =
    "solow: 1\n"
    "data:\n"
    "  file: [data.csv, more.csv]\n"
    "  unit: firm\n"
    "  time: year\n"
    "  where: year > 2001\n"
    "  merge: [{file: tax.csv, by: [firm], keep: [tax], match: many_to_one, unmatched: report}]\n"
    "variables: {growth: 'd(log(y))', stock: 'l(x, 1) + l(x, 2)'}\n"
    "models:\n"
    "  - {id: within, estimator: ols, formula: y ~ x + i(sector) | firm, vcov: {cluster: [firm]},"
    " published: {source: none, values: {x: 1}}}\n"
    "  - {id: two_way, estimator: ols, formula: y ~ growth + tax | firm + year, save: [residuals, fixed_effects]}\n"
    "  - {id: after, estimator: ols, formula: 'saved(two_way, residuals) ~ log(x) + stock', vcov: hc3}\n"
    "  - {id: iv, estimator: iv, formula: y ~ 1 | x ~ z + tax, tests: [{sargan: true}]}\n"
    "  - {id: random, estimator: re, formula: y ~ x, tests: [{hausman: {against: within}}]}\n"
    "  - {id: robust, estimator: fd, formula: y ~ x, vcov: {driscoll_kraay: 2}}\n"
    "tables: [{id: t, file: table.tex, columns: [within, two_way], cells: [estimate, std_error]}]\n"
    "summaries: [{id: s, variables: [y, x], sample: within, statistics: [n, mean, sd, p50], file: summary.md}]\n";

static FILE *open_file(const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", runs.folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    return file;
}

/* A quarter of the digits of a multiplicative generator: noise that is the same everywhere. */
static double noise(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / (1 << 24);
}

static void write_panel(const char *name, int first, int last, unsigned seed)
{
    FILE *file = open_file(name);
    fputs("firm,year,sector,y,x,z\n", file);
    for (int firm = first; firm < last; firm++) {
        for (int year = 2007; year > 2000; year--) {
            double z = noise(&seed), x = z + noise(&seed);
            fprintf(file, "f%02d,%d,\"%s\",%.6f,%.6f,%.6f\n", firm, year, firm % 3 == 0 ? "steel" : "coal",
                    1 + x + noise(&seed), x, z);
        }
    }
    fclose(file);
}

static void write_files(void)
{
    write_panel("data.csv", 0, 15, 7);
    write_panel("more.csv", 15, 24, 8);
    FILE *file = open_file("tax.csv");
    fputs("firm,tax\n", file);
    for (int firm = 0; firm < 22; firm++) {
        fprintf(file, "f%02d,%d\n", firm, firm * firm % 7);
    }
    fclose(file);
    file = open_file("job.yml");
    fputs(job_text, file);
    fclose(file);
}

/* Diagnostics of thousands of runs are of no interest. */
static void silence(bool on)
{
    fflush(stderr);
    if (on) {
        runs.messages = dup(2);
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, 2);
        close(nowhere);
    } else {
        dup2(runs.messages, 2);
        close(runs.messages);
    }
}

static void make_folder(void)
{
    solow_error err = {0};
    strcpy(runs.folder, "/tmp/solow_test_faults_XXXXXX");
    if (world_rank() == 0) {
        ck_assert_ptr_nonnull(mkdtemp(runs.folder));
        write_files();
    }
    world_good(solow_comm_broadcast(world(), 0, runs.folder, sizeof runs.folder, &err), &err);
    snprintf(runs.job, sizeof runs.job, "%s/job.yml", runs.folder);
    snprintf(runs.output, sizeof runs.output, "%s/out.h5", runs.folder);
    silence(true);
}

/* Removes what runs have made; names that only a broken write leaves go to list. */
static void clear_made(char *list, size_t bytes)
{
    static const char *const given[] = {"data.csv", "more.csv", "tax.csv", "job.yml", ".", ".."};
    static const char *const whole[] = {"out.h5", "table.tex", "summary.md"};
    DIR *folder = opendir(runs.folder);
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        bool ours = false, good = false;
        for (size_t g = 0; g < sizeof given / sizeof given[0]; g++) {
            ours = ours || strcmp(entry->d_name, given[g]) == 0;
        }
        if (!ours) {
            char path[400];
            snprintf(path, sizeof path, "%s/%s", runs.folder, entry->d_name);
            unlink(path);
            for (size_t w = 0; w < sizeof whole / sizeof whole[0]; w++) {
                good = good || strcmp(entry->d_name, whole[w]) == 0;
            }
            snprintf(list + strlen(list), bytes - strlen(list), "%s%s", good ? "" : " ", good ? "" : entry->d_name);
        }
    }
    closedir(folder);
}

static void remove_folder(void)
{
    solow_error err = {0};
    silence(false);
    world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
    if (world_rank() == 0) {
        char list[256] = "", path[160];
        clear_made(list, sizeof list);
        static const char *const given[] = {"data.csv", "more.csv", "tax.csv", "job.yml"};
        for (size_t g = 0; g < sizeof given / sizeof given[0]; g++) {
            snprintf(path, sizeof path, "%s/%s", runs.folder, given[g]);
            unlink(path);
        }
        rmdir(runs.folder);
    }
}

typedef struct outcome {
    solow_status status;
    int64_t failed;
    long calls;
    char message[SOLOW_MESSAGE_BYTES];
} outcome;

/* One run as `solow run` makes it, in which that call fails on this rank (at > 0). */
static outcome run_once(fault_call call, long at)
{
    solow_error err = {0};
    solow_comm *comm = world_other();
    solow_session session = {.comm = comm, .path = runs.job, .output = runs.output, .quiet = true};
    alarm(PATIENCE);
    faults_begin(call, at);
    solow_status status = solow_session_run(&session, &err);
    status = solow_comm_agree(comm, status, &err);
    outcome made = {.status = status, .failed = session.run.failed, .calls = faults_end()};
    snprintf(made.message, sizeof made.message, "%s", err.message);
    solow_session_clear(&session);
    alarm(0);
    world_other_end(comm);
    return made;
}

/* What a run may leave: whole files, and of one that failed no result that cannot be read; the offence in list. */
static void check_files(const outcome *made, char *list, size_t bytes)
{
    solow_error err = {0};
    solow_results results = {0};
    list[0] = '\0';
    if (access(runs.output, F_OK) == 0) {
        if (solow_results_read(runs.output, &results, &err) != SOLOW_OK) {
            snprintf(list, bytes, " a result that cannot be read: %.200s", err.message);
        }
        solow_results_clear(&results);
    } else if (made->status == SOLOW_OK) {
        snprintf(list, bytes, " no result");
    }
    clear_made(list + strlen(list), bytes - strlen(list));
}

/* Whether a run that failed kept what it had finished: then the same run, undisturbed, ends and clears that away. */
static void go_on(fault_call call, const outcome *made)
{
    solow_error err = {0};
    char folder[400];
    snprintf(folder, sizeof folder, "%s.run", runs.output);
    int64_t kept = made->status != SOLOW_OK && world_rank() == 0 && access(folder, F_OK) == 0;
    world_good(solow_comm_broadcast(world(), 0, &kept, sizeof kept, &err), &err);
    if (kept) {
        outcome again = run_once(call, 0);
        ck_assert_msg(again.status == SOLOW_OK && again.failed == 0, "after \"%s\" a run cannot go on: %s",
                      made->message, again.message);
    }
}

/* Every rank has rank 0's status, a sentence, and nothing broken is left behind. */
static void check_outcome(const char *what, long at, const outcome *made, int64_t usual)
{
    solow_error err = {0};
    int64_t first = made->status;
    char list[512] = "";
    if (world_rank() == 0) {
        check_files(made, list, sizeof list);
    }
    world_good(solow_comm_broadcast(world(), 0, &first, sizeof first, &err), &err);
    world_good(solow_comm_broadcast(world(), 0, list, sizeof list, &err), &err);
    ck_assert_msg(made->status == (solow_status)first, "%s %ld: status %d on rank %d, %d on rank 0", what, at,
                  (int)made->status, world_rank(), (int)first);
    ck_assert_msg(list[0] == '\0', "%s %ld (%s): left behind:%s", what, at, made->message, list);
    if (made->status == SOLOW_OK) {
        ck_assert_msg(made->failed == usual, "%s %ld: a model failed for want of memory", what, at);
        return;
    }
    ck_assert_msg(made->message[0] != '\0', "%s %ld: no sentence", what, at);
    ck_assert_msg(made->status == SOLOW_ERR_INTERNAL || made->status == SOLOW_ERR_MEMORY ||
                      made->status == SOLOW_ERR_IO || made->status == SOLOW_ERR_CREATE,
                  "%s %ld: status %d: %s", what, at, (int)made->status, made->message);
}

static void sweep(const char *what, fault_call call, int rank)
{
    solow_error err = {0};
    bool mine = world_rank() == rank;
    outcome whole = run_once(call, 0);
    int64_t calls = whole.calls, usual = whole.failed;
    world_good(solow_comm_broadcast(world(), rank, &calls, sizeof calls, &err), &err);
    ck_assert_msg(whole.status == SOLOW_OK && usual == 0, "the run fails by itself: %s", whole.message);
    int64_t tries = getenv("SOLOW_EVERY_FAULT") == NULL && calls > SAMPLE ? SAMPLE : calls;
    for (int64_t try = 1; try <= tries; try++) {
        long at = (long)(try * calls / tries);
        outcome made = run_once(call, mine ? at : 0);
        go_on(call, &made);
        check_outcome(what, at, &made, usual);
    }
}

START_TEST(allocations_on_the_first_rank)
{
    sweep("allocation", FAULT_ALLOCATION, 0);
}
END_TEST

START_TEST(allocations_on_the_last_rank)
{
    sweep("allocation", FAULT_ALLOCATION, world_size() - 1);
}
END_TEST

START_TEST(files)
{
    sweep("write", FAULT_WRITE, 0);
    sweep("fsync", FAULT_FSYNC, 0);
    sweep("rename", FAULT_RENAME, 0);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {allocations_on_the_first_rank, allocations_on_the_last_rank, files, NULL};
    TCase *faults = solow_test_case("faults", tests, 0);
    tcase_add_unchecked_fixture(faults, make_folder, remove_folder);
    TCase *const cases[] = {faults, NULL};
    return world_run(argc, argv, "faults", cases);
}
