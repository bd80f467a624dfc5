/* windows.c - rolling windows of periods, levels left out, and the names of groups that only the data know. See run.h.
 *
 * A window is a model with one more condition: its rows stay where they are, so lags reach back past its first period. So is a
 * model without one level of a factor (leave_out.h). A model with both has every level left out of every window, the
 * levels going faster; all are called windows here.
 */
#include "engine/batch/leave_out.h"
#include "engine/batch/run.h"

#include "engine/frame/factor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Windows of periods alone. */
static ptrdiff_t count_windows(const solow_frame *frame, const solow_model *model)
{
    ptrdiff_t periods = (ptrdiff_t)frame->facts.last_period - frame->facts.first_period + 1;
    if (model->window_length <= 0 || !frame->has_time) {
        return 1;
    }
    return periods <= model->window_length ? 1 : (periods - model->window_length) / model->window_step + 1;
}

static ptrdiff_t count_levels(const solow_frame *frame, const solow_model *model)
{
    const solow_factor *factor = solow_leave_out_factor(frame, model);
    return factor != NULL ? factor->levels : 1;
}

ptrdiff_t solow_model_windows(const solow_frame *frame, const solow_model *model)
{
    return count_windows(frame, model) * count_levels(frame, model);
}

static int32_t level_of(const solow_frame *frame, const solow_model *model, ptrdiff_t window)
{
    return (int32_t)(window % count_levels(frame, model));
}

static int32_t first_of(const solow_frame *frame, const solow_model *model, ptrdiff_t window)
{
    return frame->facts.first_period + (int32_t)(window / count_levels(frame, model) * model->window_step);
}

bool solow_window_has_rows(const solow_frame *frame, const solow_model *model, ptrdiff_t window,
                           const solow_frame *part)
{
    bool has = model->window_length <= 0 || !frame->has_time;
    int64_t first = has ? 0 : first_of(frame, model, window);
    for (ptrdiff_t i = 0; i < part->rows && !has; i++) {
        has = part->time[i] >= first && part->time[i] < first + model->window_length;
    }
    const solow_factor *factor = solow_leave_out_factor(frame, model);
    return has && (factor == NULL || solow_leave_out_has_rows(factor, model, level_of(frame, model, window), part));
}

/* time >= first or time <= last */
static solow_node *bound(const char *time, const char *sign, double period)
{
    solow_node *name = solow_node_create(SOLOW_NODE_NAME, time, 0, 0);
    solow_node *call = solow_node_push(solow_node_create(SOLOW_NODE_CALL, sign, 0, 0), name, NULL);
    return solow_node_push(call, solow_node_create(SOLOW_NODE_NUMBER, NULL, period, 0), NULL);
}

static solow_node *both(solow_node *a, solow_node *b)
{
    return solow_node_push(solow_node_push(solow_node_create(SOLOW_NODE_CALL, "and", 0, 0), a, NULL), b, NULL);
}

solow_status solow_window_model(const solow_frame *frame, const solow_job *job, const solow_model *model,
                                ptrdiff_t window, solow_model *made, solow_error *err)
{
    *made = *model;
    const solow_factor *factor = solow_leave_out_factor(frame, model);
    if (model->window_length <= 0 && factor == NULL) {
        return SOLOW_OK;
    }
    if (model->window_length > 0 && !frame->has_time) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "model `%s` has a window, which needs the `time:` column under `data:`",
                          model->id);
    }
    double first = first_of(frame, model, window), last = first + (double)model->window_length - 1;
    solow_node *own = NULL;
    if (model->window_length > 0) {
        own = both(bound(job->data.time, ">=", first), bound(job->data.time, "<=", last));
    }
    if (factor != NULL) {
        solow_node *others = solow_leave_out_condition(factor, model, level_of(frame, model, window));
        own = model->window_length > 0 ? both(own, others) : others;
    }
    made->where = model->where != NULL ? both(solow_node_copy(model->where), own) : own;
    if (made->where == NULL) {
        made->where = model->where;
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the windows of `%s`", model->id);
    }
    return SOLOW_OK;
}

void solow_window_clear(const solow_model *model, solow_model *made)
{
    if (made->id != NULL && made->where != model->where) {
        solow_node_destroy(made->where);
    }
    *made = (solow_model){0};
}

static char *window_text(const solow_frame *frame, const solow_model *model, ptrdiff_t window)
{
    char text[64];
    int32_t first = first_of(frame, model, window);
    snprintf(text, sizeof text, "%d-%lld", first, (long long)first + (long long)model->window_length - 1);
    return solow_copy_text(text);
}

solow_status solow_name_group(const solow_frame *frame, const solow_model *model, const solow_factor *by, int32_t level,
                              ptrdiff_t window, solow_outcome *outcome, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t p = 0; by != NULL && p < (by->parts > 0 ? by->parts : 1) && status == SOLOW_OK; p++) {
        const solow_factor *part = by->parts > 0 ? by->part[p] : by;
        int32_t code = by->parts > 0 ? by->part_code[level * by->parts + p] : level;
        status = solow_outcome_add_group(outcome, solow_copy_text(part->name), solow_factor_label(part, code), err);
    }
    if (status == SOLOW_OK && model->window_length > 0) {
        status = solow_outcome_add_group(outcome, solow_copy_text("window"), window_text(frame, model, window), err);
    }
    const solow_factor *factor = solow_leave_out_factor(frame, model);
    if (status == SOLOW_OK && factor != NULL) {
        status = solow_outcome_add_group(outcome, solow_copy_text("leave_out"),
                                         solow_factor_label(factor, level_of(frame, model, window)), err);
    }
    return status;
}
