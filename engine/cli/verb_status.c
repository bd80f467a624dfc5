/* verb_status.c - solow status: how far a run is, from its ledger, or how it ended, from its results. No MPI. */
#include "engine/cli/verb.h"

#include "io/ledger/folder.h"
#include "io/ledger/ledger.h"
#include "io/ledger/lock.h"
#include "io/report/buffer.h"
#include "io/result/results.h"
#include "kernels/core/size.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STOPPED = 75 };

static int by_task(const void *a, const void *b)
{
    const solow_ledger_done *x = a, *y = b;
    int order = strcmp(x->label != NULL ? x->label : "", y->label != NULL ? y->label : "");
    return order != 0 ? order : solow_digest_compare(&x->identity, &y->identity);
}

/* Sorts what is done; each task is then kept once. */
static void count_done(solow_ledger *ledger, int64_t *done, int64_t *failed)
{
    *done = *failed = 0;
    if (ledger->done > 1) {
        qsort(ledger->finished, (size_t)ledger->done, sizeof *ledger->finished, by_task);
    }
    for (ptrdiff_t d = 0; d < ledger->done; d++) {
        if (d == 0 || by_task(&ledger->finished[d - 1], &ledger->finished[d]) != 0) {
            *done += 1;
            *failed += ledger->finished[d].failed;
        }
    }
}

/* "running, process 12 on host, job 7", "stopped", "killed", "failed". *live: it may still go on by itself. */
static void tell_state(const char *folder, const solow_ledger *ledger, bool *live, solow_buffer *out)
{
    solow_lock_owner owner, self = solow_lock_self(NULL, 0);
    bool locked = solow_lock_read(folder, &owner);
    solow_owner_state state = locked ? solow_lock_owner_state(&owner, &self) : SOLOW_OWNER_GONE;
    *live = state != SOLOW_OWNER_GONE;
    if (*live) {
        solow_buffer_format(out, "running%s, process %lld on %s",
                            state == SOLOW_OWNER_ELSEWHERE ? " as far as can be told from this host" : "",
                            (long long)owner.pid, owner.host);
        solow_buffer_format(out, strcmp(owner.job, "-") != 0 ? ", job %s" : "%s",
                            strcmp(owner.job, "-") != 0 ? owner.job : "");
        return;
    }
    ptrdiff_t last = ledger->runs - 1;
    solow_ledger_end end = last >= 0 ? ledger->end[last] : SOLOW_END_NONE;
    solow_buffer_text(out, end == SOLOW_END_STOPPED             ? "stopped early"
                           : end == SOLOW_END_FAILED            ? "ended by an error"
                           : last >= 0 && ledger->crashed[last] ? "crashed"
                                                                : "killed");
    solow_buffer_text(out, "; run the same command again to go on");
}

static void tell_unfinished(const char *output, const char *folder, solow_ledger *ledger, bool *live, solow_buffer *out)
{
    int64_t done, failed;
    count_done(ledger, &done, &failed);
    solow_buffer_format(out, "%s: ", output);
    tell_state(folder, ledger, live, out);
    solow_buffer_char(out, '\n');
    if (ledger->runs > 0) {
        const solow_ledger_run *run = &ledger->run[ledger->runs - 1];
        solow_buffer_format(out, "attempt %lld, %lld ranks, begun %s\n", (long long)run->attempt, (long long)run->ranks,
                            run->started != NULL ? run->started : "");
        solow_buffer_format(out,
                            run->tasks > 0 ? "%lld of %lld estimates done, %lld failed\n" : "%lld estimates done\n",
                            (long long)done, (long long)run->tasks, (long long)failed);
    }
    for (ptrdiff_t d = 0; d < ledger->done; d++) {
        bool again = d > 0 && by_task(&ledger->finished[d - 1], &ledger->finished[d]) == 0;
        if (ledger->finished[d].failed && !again) {
            solow_buffer_format(out, "failed: %s\n",
                                ledger->finished[d].label != NULL ? ledger->finished[d].label : "");
        }
    }
}

static solow_status tell_finished(const char *output, int *code, solow_buffer *out, solow_error *err)
{
    solow_results results = {0};
    solow_status status = solow_results_read(output, &results, err);
    if (status != SOLOW_OK) {
        return status;
    }
    const solow_table *glance = &results.glance;
    int64_t warnings = 0, failed = 0;
    for (int64_t row = 0; row < glance->rows; row++) {
        warnings += strcmp(solow_table_text(glance, row, "status"), "warning") == 0;
        failed += strcmp(solow_table_text(glance, row, "status"), "failed") == 0;
    }
    solow_buffer_format(out, "%s: finished; %lld estimates, %lld with a warning, %lld failed\n", output,
                        (long long)glance->rows, (long long)warnings, (long long)failed);
    for (int64_t row = 0; row < glance->rows; row++) {
        if (strcmp(solow_table_text(glance, row, "status"), "failed") == 0) {
            const char *group = solow_table_text(glance, row, "group");
            solow_buffer_format(out, "failed: %s%s%s: %s\n", solow_table_text(glance, row, "model"),
                                group[0] != '\0' ? "/" : "", group, solow_table_text(glance, row, "message"));
        }
    }
    *code = failed > 0 ? 1 : 0;
    solow_results_clear(&results);
    return SOLOW_OK;
}

/* The folder of a run first: while it is there, the output is an older one's or none. */
static solow_status tell(const char *output, int *code, solow_buffer *out, solow_error *err)
{
    char folder[PATH_MAX];
    struct stat about;
    solow_ledger ledger;
    solow_status status = solow_folder_name(output, folder, err);
    if (status != SOLOW_OK || stat(folder, &about) != 0 || !S_ISDIR(about.st_mode)) {
        return status == SOLOW_OK ? tell_finished(output, code, out, err) : status;
    }
    status = solow_ledger_read(folder, &ledger, err);
    if (status == SOLOW_OK) {
        bool live;
        tell_unfinished(output, folder, &ledger, &live, out);
        *code = live ? 0 : STOPPED;
        if (access(output, F_OK) == 0) {
            solow_buffer_text(out, "the results of an earlier run stand until then\n");
        }
        solow_ledger_close(&ledger);
    }
    return status;
}

int solow_verb_status(int argc, char **argv)
{
    solow_error err = {0};
    solow_buffer out = {0};
    const char *positional[8];
    int count = 0, code = 0;
    const solow_cli_option options[] = {{.name = NULL}};
    solow_status status = argc < 8 ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                   : SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "too many arguments");
    if (status == SOLOW_OK && count != 1) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow status takes the result file that a run writes");
    }
    status = status == SOLOW_OK ? tell(positional[0], &code, &out, &err) : status;
    status = status == SOLOW_OK ? solow_buffer_send(&out, stdout, &err) : status;
    solow_buffer_clear(&out);
    return status == SOLOW_OK ? code : solow_cli_fail(&err);
}
