/* signals.c - see signals.h. Handlers call only what POSIX allows in them. */
#include "engine/cli/signals.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { STOPPED = 75 };

static volatile sig_atomic_t asked;
static volatile sig_atomic_t note = -1; /* descriptor of the crash note */

static void ask(int number)
{
    (void)number;
    if (asked) {
        _exit(STOPPED);
    }
    asked = 1;
}

static void crash(int number)
{
    static const char text[] = "crashed\n";
    if (note >= 0 && write(note, text, sizeof text - 1) > 0) {
        (void)fsync(note);
    }
    (void)raise(number); /* the handler is gone (SA_RESETHAND): the signal takes its course */
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

void solow_signals_watch(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    handle(SIGUSR1, ask, SA_RESTART);
    handle(SIGTERM, ask, SA_RESTART);
    handle(SIGINT, ask, SA_RESTART);
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        struct sigaction now;
        if (sigaction(crashes[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL) { /* a sanitizer keeps its own */
            handle(crashes[i], crash, (int)(SA_RESETHAND | SA_NODEFER));
        }
    }
}

bool solow_signals_asked(void)
{
    return asked != 0;
}

void solow_signals_note_crashes(int descriptor)
{
    if (note >= 0) {
        (void)close(note);
    }
    note = descriptor;
}
