/* fitted.c - see fitted.h. */
#include "engine/batch/fitted.h"

#include <stdio.h>
#include <string.h>

static bool saves(const solow_model *model, const char *name)
{
    for (ptrdiff_t s = 0; s < model->save_count; s++) {
        if (strcmp(model->save[s], name) == 0) {
            return true;
        }
    }
    return false;
}

static const solow_design_column *outcome_of(const solow_design *design)
{
    ptrdiff_t c = 0;
    while (c < design->columns && design->column[c].role != SOLOW_ROLE_OUTCOME) {
        c++;
    }
    return c < design->columns ? &design->column[c] : NULL;
}

solow_status solow_save_fitted(solow_frame *frame, const solow_task *task, const solow_want *want,
                               const solow_frame_column *residuals, solow_error *err)
{
    solow_transform_kind kind = want->transform.kind;
    const solow_design_column *outcome = outcome_of(&task->design);
    if (!saves(task->model, "fitted") || outcome == NULL ||
        (kind != SOLOW_TRANSFORM_NONE && kind != SOLOW_TRANSFORM_WITHIN)) {
        return SOLOW_OK;
    }
    char name[512];
    snprintf(name, sizeof name, "saved(%s,fitted)", task->model->id);
    solow_frame_column *fitted = solow_frame_find(frame, name);
    solow_status status = fitted != NULL ? SOLOW_OK : solow_frame_add_number(frame, name, &fitted, err);
    status = solow_comm_agree(frame->comm, status, err);
    for (ptrdiff_t b = 0; b < frame->blocks && status == SOLOW_OK; b++) {
        ptrdiff_t begin = frame->block_start[b], end = frame->block_start[b + 1];
        status = solow_design_fill(outcome, begin, end - begin, fitted->number + begin, err);
        for (ptrdiff_t i = begin; i < end; i++) {
            fitted->number[i] -= residuals->number[i]; /* NaN outside the model's rows */
        }
    }
    status = solow_comm_agree(frame->comm, status, err);
    return status == SOLOW_OK ? solow_frame_column_check(frame, fitted, err) : status;
}
