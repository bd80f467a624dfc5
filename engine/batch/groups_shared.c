/* groups_shared.c - groups that are few, or larger than a rank's share: estimated by all ranks, one after the other.
 *
 * Cost  a group: an exchange a column of the rows that change their rank, and what its models cost on so many rows, shared.
 */
#include "engine/batch/groups_data.h"

#include "engine/frame/factor.h"

#include <stdlib.h>

/* Groups of that many rows at least are worth the messages; so many a rank keep all ranks busy by themselves. */
enum { SHARED_ROWS = 4 * SOLOW_BLOCK_ROWS, GROUPS_A_RANK = 4 };

/* What comparisons and draws need of a group lies on one rank. */
static bool may_share(const solow_group_work *work)
{
    bool may = solow_comm_size(work->run->comm) > 1 && work->run->job->compare == NULL;
    for (ptrdiff_t m = 0; m < work->count; m++) {
        may = may && work->run->job->model[work->index[m]].designs == 0;
    }
    return may;
}

solow_status solow_groups_choose(solow_group_work *work, solow_error *err)
{
    const solow_factor *by = work->by;
    solow_comm *comm = work->run->comm;
    int64_t rows = 0;
    int32_t *count = solow_allocate_zeroed(by->levels, sizeof *count);
    work->shared = solow_allocate_zeroed(by->levels, sizeof *work->shared);
    solow_status status = count != NULL && work->shared != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %d groups", (int)by->levels);
    status = solow_comm_agree(comm, status, err);
    for (ptrdiff_t i = 0; i < work->run->frame->rows && status == SOLOW_OK; i++) {
        if (by->code[i] >= 0) {
            count[by->code[i]]++;
        }
    }
    status = status == SOLOW_OK ? solow_comm_sum_int32(comm, count, by->levels, err) : status;
    for (int32_t level = 0; level < by->levels && status == SOLOW_OK; level++) {
        rows += count[level];
    }
    int size = solow_comm_size(comm);
    bool can = may_share(work), few = by->filled < GROUPS_A_RANK * size;
    for (int32_t level = 0; level < by->levels && status == SOLOW_OK; level++) {
        work->shared[level] = can && count[level] >= SHARED_ROWS && (few || count[level] > rows / size);
        work->shared_count += work->shared[level];
    }
    free(count);
    return status;
}

/* What the models of a shared group saved goes back to its rows at once. */
static solow_status return_shared(solow_group_work *work, const solow_shared_part *part, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t s = 0; s < work->saved && status == SOLOW_OK; s++) {
        const solow_frame_column *column = solow_frame_find(&part->frame, work->saved_name[s]);
        if (column == NULL) {
            continue;
        }
        if (work->shared_value[s] == NULL) {
            work->shared_value[s] = solow_group_missing(work->run->frame->rows);
        }
        status =
            work->shared_value[s] != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for saved columns");
        status = solow_comm_agree(work->run->comm, status, err);
        if (status == SOLOW_OK) {
            status = solow_shared_part_return(part, column->number, work->shared_value[s], err);
        }
    }
    return status;
}

/* One group of all ranks. part: whose frame is own's. */
static solow_status run_shared_level(solow_group_work *work, solow_run *own, int32_t level, solow_shared_part *part,
                                     solow_group_models *models, solow_error *err)
{
    solow_status status = solow_shared_part_create(work->run->frame, work->by, level, &work->needs, part, err);
    if (status == SOLOW_OK) {
        status = solow_group_run(work, own, level, models, err);
    }
    status = status == SOLOW_OK ? return_shared(work, part, err) : status;
    status = solow_group_finish(work, level, solow_comm_rank(work->run->comm) == 0, status, models, err);
    solow_shared_part_clear(part);
    return solow_comm_agree(work->run->comm, status, err);
}

solow_status solow_groups_shared(solow_group_work *work, solow_error *err)
{
    solow_run *run = work->run;
    solow_group_models models = {0};
    solow_shared_part part;
    solow_run own = {.comm = run->comm,
                     .job = run->job,
                     .frame = &part.frame,
                     .resume = run->resume,
                     .memory = run->memory,
                     .rank = -1,
                     .effort = run->effort};
    solow_status status = solow_comm_agree(run->comm, solow_group_models_make(work, &models, err), err);
    for (int32_t level = 0; level < work->by->levels && status == SOLOW_OK; level++) {
        if (work->shared[level]) {
            status = run_shared_level(work, &own, level, &part, &models, err);
        }
        if (work->shared[level] && run->progress != NULL && status == SOLOW_OK) {
            run->progress(run->progress_context, run->done + own.done, run->total, run->failed + own.failed);
        }
    }
    run->done += own.done;
    run->failed += own.failed;
    run->effort = own.effort;
    solow_group_count(run, &own);
    solow_group_models_clear(&models);
    return status;
}
