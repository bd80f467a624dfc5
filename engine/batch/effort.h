/* effort.h - where a run's time went: the slowest estimates, passes that sharing saved, how evenly groups lay on ranks.
 *
 * For people: nothing of it becomes a result.
 */
#ifndef SOLOW_ENGINE_BATCH_EFFORT_H
#define SOLOW_ENGINE_BATCH_EFFORT_H

#include "engine/batch/outcome.h"

enum { SOLOW_SLOWEST = 5, SOLOW_EFFORT_LABEL = 120 };

typedef struct solow_slow {
    double seconds; /* an estimate's part of its sweep */
    int64_t rank;   /* that made it alone; -1: all together */
    char label[SOLOW_EFFORT_LABEL];
} solow_slow;

typedef struct solow_effort {
    double alone;                   /* passes that the models would have needed one by one */
    ptrdiff_t slow_count;           /* of this rank */
    solow_slow slow[SOLOW_SLOWEST]; /* the slowest first */
    double busy;                    /* seconds that this rank spent on groups of `by:` */
    double least, mean, most;       /* of busy over ranks; 0 without groups */
} solow_effort;

/* An estimate took that long; rank -1: all ranks together. */
void solow_effort_note(solow_effort *effort, const solow_outcome *outcome, double seconds, int64_t rank);

/* What a rank's groups cost, from all ranks into the run's: slow of rank 0, and how evenly. Collective. */
solow_status solow_effort_join(solow_effort *effort, const solow_effort *own, solow_comm *comm, solow_error *err);

#endif
