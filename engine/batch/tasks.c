/* tasks.c - models that read nothing of one another: made into tasks, gathered into sweeps, driven, kept. See run.h. */
#include "engine/batch/run.h"

#include "engine/estimators/registry.h"

#include <stdlib.h>

enum { SWEEP_COLUMNS = 64 }; /* columns of one union: its Gram stays small beside the block */

/* Tasks that share a sweep with the first waiting one, up to SWEEP_COLUMNS columns. */
static ptrdiff_t gather_sweep(solow_task *tasks, ptrdiff_t count, bool *taken, solow_task **group)
{
    ptrdiff_t size = 0, columns = 0;
    for (ptrdiff_t t = 0; t < count; t++) {
        if (taken[t] || tasks[t].error.status != SOLOW_OK) {
            continue;
        }
        bool fits =
            size == 0 || (columns + tasks[t].design.columns <= SWEEP_COLUMNS && solow_task_shares(group[0], &tasks[t]));
        if (fits) {
            taken[t] = true;
            group[size++] = &tasks[t];
            columns += size == 1 ? tasks[t].design.columns : 1; /* most companions share their regressors */
        }
    }
    return size;
}

typedef struct task_list {
    ptrdiff_t count;
    solow_task *task, **group;
    bool *taken, *closed;
    solow_outcome *outcome; /* of each task */
} task_list;

/* Keeps what task t found, and frees the rest at once: a thousand models need the memory of one. */
static solow_status close_task(solow_run *run, task_list *list, ptrdiff_t t, solow_error *err)
{
    solow_task *task = &list->task[t];
    run->done++;
    run->failed += task->error.status != SOLOW_OK;
    solow_status status = solow_outcome_take(task, &list->outcome[t], err);
    solow_task_clear(task);
    list->closed[t] = true;
    if (run->progress != NULL) {
        run->progress(run->progress_context, run->done, run->total, run->failed);
    }
    return status;
}

/* Tasks that share a sweep, one group after the other. */
static solow_status sweep_tasks(solow_run *run, task_list *list, solow_error *err)
{
    solow_status status = SOLOW_OK;
    ptrdiff_t size = gather_sweep(list->task, list->count, list->taken, list->group);
    while (size > 0 && status == SOLOW_OK) {
        status = solow_run_sweep(run, size, list->group, err);
        for (ptrdiff_t i = 0; i < size && status == SOLOW_OK; i++) {
            status = close_task(run, list, list->group[i] - list->task, err);
        }
        status = solow_comm_agree(run->comm, status, err);
        size = gather_sweep(list->task, list->count, list->taken, list->group);
    }
    return status;
}

solow_status solow_run_tasks(solow_run *run, ptrdiff_t count, const solow_model *const *model, solow_outcome *outcome,
                             solow_error *err)
{
    task_list list = {.task = solow_allocate_zeroed(count, sizeof *list.task),
                      .group = solow_allocate(count, sizeof(solow_task *)),
                      .taken = solow_allocate_zeroed(count, sizeof *list.taken),
                      .closed = solow_allocate_zeroed(count, sizeof *list.closed),
                      .outcome = outcome};
    bool whole = list.task != NULL && list.group != NULL && list.taken != NULL && list.closed != NULL;
    solow_status status = whole ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td models", count);
    status = solow_comm_agree(run->comm, status, err);
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        status = solow_task_create(run->frame, model[i], solow_estimator_find(model[i]->estimator),
                                   &list.task[list.count++], err);
    }
    status = status == SOLOW_OK ? sweep_tasks(run, &list, err) : status;
    for (ptrdiff_t t = 0; t < list.count && status == SOLOW_OK; t++) { /* those that failed before a sweep */
        status = list.closed[t] ? SOLOW_OK : close_task(run, &list, t, err);
    }
    for (ptrdiff_t t = 0; t < list.count; t++) {
        if (!list.closed[t]) {
            solow_task_clear(&list.task[t]);
        }
    }
    free(list.task);
    free(list.group);
    free(list.taken);
    free(list.closed);
    return solow_comm_agree(run->comm, status, err);
}
