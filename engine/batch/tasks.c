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

solow_status solow_run_tasks(solow_run *run, ptrdiff_t count, const solow_model *const *model, solow_outcome *outcome,
                             solow_error *err)
{
    solow_task *tasks = solow_allocate_zeroed(count, sizeof *tasks),
               **group = solow_allocate(count, sizeof(solow_task *));
    bool *taken = solow_allocate_zeroed(count, sizeof *taken);
    ptrdiff_t made = 0;
    solow_status status = tasks != NULL && group != NULL && taken != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td models", count);
    status = solow_comm_agree(run->comm, status, err);
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        status =
            solow_task_create(run->frame, model[i], solow_estimator_find(model[i]->estimator), &tasks[made++], err);
    }
    ptrdiff_t size = status == SOLOW_OK ? gather_sweep(tasks, made, taken, group) : 0;
    while (size > 0 && status == SOLOW_OK) {
        status = solow_run_sweep(run, size, group, err);
        size = gather_sweep(tasks, made, taken, group);
    }
    for (ptrdiff_t t = 0; t < made && status == SOLOW_OK; t++) {
        run->done++;
        run->failed += tasks[t].error.status != SOLOW_OK;
        status = solow_outcome_take(&tasks[t], &outcome[t], err);
        if (run->progress != NULL) {
            run->progress(run->progress_context, run->done, run->total, run->failed);
        }
    }
    for (ptrdiff_t t = 0; t < made; t++) {
        solow_task_clear(&tasks[t]);
    }
    free(tasks);
    free(group);
    free(taken);
    return solow_comm_agree(run->comm, status, err);
}
