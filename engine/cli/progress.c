/* progress.c - what a person sees of a run: a line that moves on a terminal, a line a minute elsewhere, and at the end where
 * the time went. See session.h.
 */
#include "engine/cli/session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double moving = 0.1, standing = 60; /* seconds between two lines: on a terminal, elsewhere */

void solow_progress_start(solow_progress *progress)
{
    *progress = (solow_progress){.terminal = isatty(STDERR_FILENO) != 0, .told = solow_comm_seconds(), .first = -1};
}

/* "1:02:03" or "2:03" */
static void clock_text(double seconds, char text[32])
{
    int64_t whole = seconds < 1e9 ? (int64_t)(seconds + 0.5) : 1000000000;
    if (whole >= 3600) {
        snprintf(text, 32, "%lld:%02d:%02d", (long long)(whole / 3600), (int)(whole / 60 % 60), (int)(whole % 60));
    } else {
        snprintf(text, 32, "%d:%02d", (int)(whole / 60), (int)(whole % 60));
    }
}

void solow_progress_show(void *context, int64_t done, int64_t total, int64_t failed)
{
    solow_progress *progress = context;
    double now = solow_comm_seconds();
    bool over = done >= total && progress->terminal;
    if (progress->first < 0) { /* what an earlier attempt finished came back at once and tells nothing of the rate */
        progress->first = done;
        progress->since = now;
    }
    if ((!over && now - progress->told < (progress->terminal ? moving : standing)) || (over && progress->over)) {
        return;
    }
    progress->told = now;
    progress->over = over;
    fprintf(stderr, "%s%lld of %lld models, %lld failed", progress->terminal ? "\r" : "solow: ", (long long)done,
            (long long)total, (long long)failed);
    if (done > progress->first && now > progress->since) {
        char left[32];
        double rate = (double)(done - progress->first) / (now - progress->since);
        clock_text((double)(total - done) / rate, left);
        fprintf(stderr, "; %.3g a second, %s left", rate, left);
    }
    fputs(progress->terminal && !over ? "   " : "   \n", stderr);
}

void solow_session_effort(const solow_session *session)
{
    const solow_effort *effort = &session->run.effort;
    double passes = session->run.passes;
    if (session->run.done < 2) {
        return;
    }
    if (effort->alone > passes) {
        fprintf(stderr, "solow: %.0f passes over the rows served models that need %.0f one by one\n", passes,
                effort->alone);
    }
    for (ptrdiff_t s = 0; s < effort->slow_count; s++) {
        const solow_slow *slow = &effort->slow[s];
        fprintf(stderr, "%s %-40s %10.4f s", s == 0 ? "slowest" : "       ", slow->label, slow->seconds);
        if (slow->rank >= 0 && solow_comm_size(session->comm) > 1) {
            fprintf(stderr, "  rank %lld", (long long)slow->rank);
        }
        fputs("\n", stderr);
    }
    if (effort->most > 0 && solow_comm_size(session->comm) > 1) {
        fprintf(stderr,
                "solow: groups kept the ranks busy for %.4f to %.4f s, %.4f on average: %.0f%% of the time was lost\n",
                effort->least, effort->most, effort->mean, 100 * (1 - effort->mean / effort->most));
    }
}
