/* effort.c - see effort.h. */
#include "engine/batch/effort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keeps the list by seconds, the slowest first. */
static void insert(solow_effort *effort, const solow_slow *slow)
{
    ptrdiff_t at = effort->slow_count;
    while (at > 0 && effort->slow[at - 1].seconds < slow->seconds) {
        at--;
    }
    if (at == SOLOW_SLOWEST) {
        return;
    }
    ptrdiff_t last = effort->slow_count < SOLOW_SLOWEST ? effort->slow_count++ : SOLOW_SLOWEST - 1;
    for (; last > at; last--) {
        effort->slow[last] = effort->slow[last - 1];
    }
    effort->slow[at] = *slow;
}

void solow_effort_note(solow_effort *effort, const solow_outcome *outcome, double seconds, int64_t rank)
{
    if (effort->slow_count == SOLOW_SLOWEST && seconds <= effort->slow[SOLOW_SLOWEST - 1].seconds) {
        return;
    }
    solow_slow slow = {.seconds = seconds, .rank = rank};
    size_t used = (size_t)snprintf(slow.label, sizeof slow.label, "%s", outcome->model->id);
    for (ptrdiff_t g = 0; g < solow_outcome_groups(outcome) && used < sizeof slow.label; g++) {
        const solow_key_value *pair = solow_outcome_group(outcome, g);
        used += (size_t)snprintf(slow.label + used, sizeof slow.label - used, "%s%s=%s", g > 0 ? ";" : "/", pair->key,
                                 pair->value);
    }
    insert(effort, &slow);
}

solow_status solow_effort_join(solow_effort *effort, const solow_effort *own, solow_comm *comm, solow_error *err)
{
    int size = solow_comm_size(comm);
    int64_t nanoseconds = (int64_t)(1e9 * own->busy), extremes[2] = {nanoseconds, -nanoseconds};
    size_t *offset = solow_allocate((ptrdiff_t)size + 1, sizeof *offset);
    void *all = NULL;
    solow_status status =
        offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to tell which groups were slow");
    status = solow_comm_agree(comm, status, err);
    status = status == SOLOW_OK ? solow_comm_sum_int64(comm, &nanoseconds, 1, err) : status;
    status = status == SOLOW_OK ? solow_comm_max_int64(comm, extremes, 2, err) : status;
    if (status == SOLOW_OK) {
        status = solow_comm_gather(comm, own->slow, (size_t)own->slow_count * sizeof *own->slow, &all, offset, err);
    }
    if (status == SOLOW_OK) {
        effort->mean += 1e-9 * (double)nanoseconds / size;
        effort->most += 1e-9 * (double)extremes[0];
        effort->least += -1e-9 * (double)extremes[1];
        effort->alone += own->alone;
    }
    size_t found = status == SOLOW_OK && all != NULL ? offset[size] / sizeof(solow_slow) : 0;
    for (size_t s = 0; s < found; s++) {
        insert(effort, (const solow_slow *)all + s);
    }
    free(offset);
    free(all);
    return status;
}
