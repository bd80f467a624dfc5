/* world.h - Check suites that every rank runs together: one world, one exit code.
 *
 * Tests are collective: each rank runs the same tests in the same order (CK_FORK=no), and calls what is collective on the
 * way. A test that fails on one rank alone leaves the others waiting; the time limit of the test program ends that.
 */
#ifndef SOLOW_TESTS_SUPPORT_WORLD_H
#define SOLOW_TESTS_SUPPORT_WORLD_H

#include "engine/comm/comm.h"
#include "tests/support/runner.h"

/* The ranks that the launcher started; live while the suite runs. */
solow_comm *world(void);
int world_rank(void);
int world_size(void);

/* A world of this process alone: what one rank would do with the same data. Lives as long as world(). */
solow_comm *world_alone(void);

/* The same ranks with messages of their own, for a test after which a communicator is of no use. Both calls
 * are collective. */
solow_comm *world_other(void);
void world_other_end(solow_comm *other);

/* MPI, the suite, one exit code for all ranks. */
int world_run(int argc, char **argv, const char *suite, TCase *const *cases);

/* The test fails with err.message unless status is SOLOW_OK. */
void world_good(solow_status status, const solow_error *err);
/* The test fails unless status is `status` and the message contains text. */
void world_refused(solow_status ours, solow_status status, const solow_error *err, const char *text);

#endif
