/* resample_draws.c - see resample_draws.h. */
#include "engine/batch/resample_draws.h"

#include <stdlib.h>
#include <string.h>

static int64_t first_of(int64_t reps, int64_t ranks, int64_t rank)
{
    int64_t runs = (reps + SOLOW_DEAL - 1) / SOLOW_DEAL, first = runs * rank / ranks * SOLOW_DEAL;
    return first < reps ? first : reps;
}

void solow_deal_draws(const solow_comm *comm, int64_t reps, int64_t *first, ptrdiff_t *draws)
{
    int64_t ranks = solow_comm_size(comm), rank = solow_comm_rank(comm);
    *first = first_of(reps, ranks, rank);
    *draws = (ptrdiff_t)(first_of(reps, ranks, rank + 1) - *first);
}

solow_status solow_gather_draws(solow_comm *comm, int64_t reps, ptrdiff_t series, const double *mine, double *all,
                                solow_error *err)
{
    int64_t ranks = solow_comm_size(comm), first;
    ptrdiff_t draws;
    solow_deal_draws(comm, reps, &first, &draws);
    size_t *offset = solow_allocate((ptrdiff_t)ranks + 1, sizeof *offset);
    void *parts = NULL;
    solow_status status = offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for draws");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(comm, mine, solow_bytes(series * draws, sizeof *mine), &parts, offset, err);
    }
    for (int64_t rank = 0; rank < ranks && status == SOLOW_OK; rank++) {
        const double *part = (const double *)parts + offset[rank] / sizeof *part;
        int64_t from = first_of(reps, ranks, rank), own = first_of(reps, ranks, rank + 1) - from;
        for (ptrdiff_t s = 0; s < series; s++) {
            memcpy(all + s * reps + from, part + s * own, (size_t)own * sizeof *all);
        }
    }
    free(parts);
    free(offset);
    return status;
}
