/* failing_memory.h - the n-th allocation fails: for n = 1, 2, 3, ... until none does.
 *
 * Programs named test_memory.c are linked with --wrap for malloc and its kin, so that the calls of our own objects, and of no
 * library, pass through failing_memory.c. Production code has no hook.
 */
#ifndef SOLOW_TESTS_SUPPORT_FAILING_MEMORY_H
#define SOLOW_TESTS_SUPPORT_FAILING_MEMORY_H

#include "kernels/core/status.h"

/* One run of what is tested: makes, uses and frees everything by itself; on failure too. Files of its own may stay. */
typedef solow_status (*memory_action)(void *context, solow_error *err);

/* Runs the action with no failure, then with each of its allocations failing (of many: the later ones by sample). The test fails unless each such run returns
 * SOLOW_ERR_MEMORY (INTERNAL, where a library asked us for memory) with a message, or succeeds (where there was another way),
 * and leaves nothing allocated. At least `least`
 * allocations must have been tried; returns how many. */
long memory_try(const char *what, memory_action action, void *context, long least);

#endif
