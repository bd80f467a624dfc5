/* signals.h - signals that ask the run to stop, and those that say that it crashed.
 *
 * USR1, TERM and INT set a flag, which the run looks at between sweeps; the second of them ends the process at once, exit 75:
 * what is finished is kept either way. A signal of the program's own making (a bad address, an assertion) is noted where the
 * next attempt finds it, and then takes its course.
 */
#ifndef SOLOW_ENGINE_CLI_SIGNALS_H
#define SOLOW_ENGINE_CLI_SIGNALS_H

#include <stdbool.h>

/* Before MPI_Init, which leaves handlers that are there alone. */
void solow_signals_watch(void);
/* Whether one of USR1, TERM, INT came. */
bool solow_signals_asked(void);
/* The file that a crash is noted in, which is closed when another (or -1: none) takes its place. */
void solow_signals_note_crashes(int descriptor);

#endif
