/* summaries.c - `summaries:`: statistics of variables over a model's sample or all rows, for the table of descriptives.
 *
 * Every number is computed from the values of all ranks brought together in frame order, so digits do not depend on ranks.
 * Quantiles are type 7 (Hyndman & Fan 1996). within_sd: standard deviation of x - mean_i(x); between_sd: of mean_i(x).
 */
#include "engine/batch/run.h"

#include "engine/estimators/registry.h"
#include "engine/frame/evaluate.h"
#include "engine/frame/sample.h"
#include "io/report/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct column_values {
    ptrdiff_t rows;
    double *value; /* [rows] of all ranks, rows of the sample only; missing ones stay as NaN */
} column_values;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static solow_status gather(solow_run *run, const double *mine, const uint8_t *present, column_values *all,
                           solow_error *err)
{
    solow_comm *comm = run->comm;
    ptrdiff_t rows = run->frame->rows, kept = 0;
    double *packed = solow_allocate(rows, sizeof *packed);
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    void *gathered = NULL;
    solow_status status =
        packed != NULL && offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a summary");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < rows; i++) {
            if (present == NULL || present[i]) {
                packed[kept++] = mine[i];
            }
        }
        status = solow_comm_allgather(comm, packed, solow_bytes(kept, sizeof *packed), &gathered, offset, err);
    }
    if (status == SOLOW_OK) {
        all->value = gathered;
        all->rows = (ptrdiff_t)(offset[solow_comm_size(comm)] / sizeof *packed);
    }
    free(packed);
    free(offset);
    return status;
}

static double mean_of(ptrdiff_t count, const double *x)
{
    double sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        sum += x[i];
    }
    return sum / (double)count;
}

static double sd_of(ptrdiff_t count, const double *x)
{
    double mean = mean_of(count, x), squares = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
    }
    return count > 1 ? sqrt(squares / (double)(count - 1)) : NAN;
}

static double quantile_of(ptrdiff_t count, const double *sorted, double p)
{
    double place = p * (double)(count - 1);
    ptrdiff_t low = (ptrdiff_t)floor(place), high = low + 1 < count ? low + 1 : low;
    return sorted[low] + (place - (double)low) * (sorted[high] - sorted[low]);
}

/* between: unit means in `means`; within: deviations written over x. unit [count]. Returns the number of units. */
static ptrdiff_t split_units(ptrdiff_t count, double *x, const double *unit, double *means)
{
    ptrdiff_t units = 0;
    for (ptrdiff_t start = 0; start < count;) {
        ptrdiff_t end = start + 1;
        while (end < count && unit[end] == unit[start]) {
            end++;
        }
        double mean = mean_of(end - start, x + start);
        for (ptrdiff_t i = start; i < end; i++) {
            x[i] -= mean;
        }
        means[units++] = mean;
        start = end;
    }
    return units;
}

/* One statistic of the non-missing values; x, unit and work are scratch of that length. */
static double statistic(const char *name, ptrdiff_t count, const double *value, const double *unit, double *work,
                        double *means)
{
    if (strcmp(name, "n") == 0) {
        return (double)count;
    }
    if (count == 0) {
        return NAN;
    }
    if (strcmp(name, "mean") == 0 || strcmp(name, "sd") == 0) {
        return name[0] == 'm' ? mean_of(count, value) : sd_of(count, value);
    }
    memcpy(work, value, solow_bytes(count, sizeof *work));
    if (strcmp(name, "within_sd") == 0 || strcmp(name, "between_sd") == 0) {
        if (unit == NULL) {
            return NAN;
        }
        ptrdiff_t units = split_units(count, work, unit, means);
        return name[0] == 'w' ? sd_of(count, work) : sd_of(units, means);
    }
    qsort(work, (size_t)count, sizeof *work, by_value);
    if (strcmp(name, "min") == 0) {
        return work[0];
    }
    if (strcmp(name, "max") == 0) {
        return work[count - 1];
    }
    return name[0] == 'p'                ? quantile_of(count, work, strtod(name + 1, NULL) / 100)
           : strcmp(name, "median") == 0 ? quantile_of(count, work, 0.5)
                                         : NAN;
}

static double correlation(ptrdiff_t rows, const double *x, const double *y)
{
    double n = 0, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (!isnan(x[i]) && !isnan(y[i])) {
            n++;
            sx += x[i];
            sy += y[i];
        }
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (!isnan(x[i]) && !isnan(y[i])) {
            xx += (x[i] - sx / n) * (x[i] - sx / n);
            yy += (y[i] - sy / n) * (y[i] - sy / n);
            xy += (x[i] - sx / n) * (y[i] - sy / n);
        }
    }
    return xy / sqrt(xx * yy);
}

typedef struct summary_work {
    ptrdiff_t variables, statistics;
    const char **variable, **statistic;
    column_values *column; /* [variables] */
    column_values unit;
    double *value, *correlation, *scratch;
} summary_work;

static void work_clear(summary_work *work)
{
    for (ptrdiff_t v = 0; work->column != NULL && v < work->variables; v++) {
        free(work->column[v].value);
    }
    free(work->column);
    free(work->unit.value);
    free(work->variable);
    free(work->statistic);
    free(work->value);
    free(work->correlation);
    free(work->scratch);
}

static const char *const default_statistics[] = {"n", "mean", "sd", "min", "max"};

static solow_status list_names(const solow_yaml *entry, summary_work *work, solow_error *err)
{
    const solow_yaml *variables = solow_yaml_get(entry, "variables"), *statistics = solow_yaml_get(entry, "statistics");
    work->variables = variables != NULL ? variables->count : 0;
    work->statistics = statistics != NULL ? statistics->count : 5;
    work->variable = solow_allocate_zeroed(work->variables, sizeof *work->variable);
    work->statistic = solow_allocate_zeroed(work->statistics, sizeof *work->statistic);
    work->column = solow_allocate_zeroed(work->variables, sizeof *work->column);
    work->value = solow_allocate(work->variables * work->statistics, sizeof *work->value);
    work->correlation = solow_allocate(work->variables * work->variables, sizeof *work->correlation);
    if (work->variable == NULL || work->statistic == NULL || work->column == NULL || work->value == NULL ||
        work->correlation == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a summary");
    }
    for (ptrdiff_t v = 0; v < work->variables; v++) {
        work->variable[v] = variables->item[v]->text;
    }
    for (ptrdiff_t s = 0; s < work->statistics; s++) {
        work->statistic[s] = statistics != NULL ? statistics->item[s]->text : default_statistics[s];
    }
    return SOLOW_OK;
}

/* Rows of the model that `sample:` names: its where and its missing values. malloc'ed mask, NULL: all rows. */
static solow_status sample_mask(solow_run *run, const solow_yaml *entry, uint8_t **mask, solow_error *err)
{
    const solow_yaml *name = solow_yaml_get(entry, "sample");
    *mask = NULL;
    for (ptrdiff_t m = 0; name != NULL && m < run->job->models; m++) {
        if (strcmp(run->job->model[m].id, name->text) == 0) {
            solow_task task = {0};
            const solow_model *model = &run->job->model[m];
            solow_status status =
                solow_task_create(run->frame, model, solow_estimator_find(model->estimator), &task, err);
            *mask = task.sample.present;
            task.sample.present = NULL;
            solow_task_clear(&task);
            return status;
        }
    }
    return name == NULL ? SOLOW_OK
                        : SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                     "a summary's sample names model `%s`, which is not in the job", name->text);
}

static solow_status read_columns(solow_run *run, const uint8_t *mask, summary_work *work, solow_error *err)
{
    solow_frame *frame = run->frame;
    double *mine = solow_allocate(frame->rows, sizeof *mine);
    solow_status status = mine != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a summary");
    status = solow_comm_agree(run->comm, status, err);
    for (ptrdiff_t v = 0; v < work->variables && status == SOLOW_OK; v++) {
        solow_node *node = NULL;
        ptrdiff_t position = 0;
        status = solow_expression_parse(work->variable[v], &node, &position, err);
        status = status == SOLOW_OK ? solow_frame_evaluate(frame, node, mine, err) : status;
        status = status == SOLOW_OK ? gather(run, mine, mask, &work->column[v], err) : status;
        solow_node_destroy(node);
    }
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        mine[i] = frame->has_unit ? (double)frame->unit[i] : 0;
    }
    status = status == SOLOW_OK ? gather(run, mine, mask, &work->unit, err) : status;
    free(mine);
    return status;
}

static solow_status compute(const solow_run *run, summary_work *work, solow_error *err)
{
    ptrdiff_t rows = work->unit.rows;
    work->scratch = solow_allocate(solow_product(4, rows), sizeof *work->scratch);
    if (work->scratch == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a summary");
    }
    double *value = work->scratch, *unit = value + rows, *sorted = unit + rows, *means = sorted + rows;
    for (ptrdiff_t v = 0; v < work->variables; v++) {
        ptrdiff_t count = 0;
        for (ptrdiff_t i = 0; i < rows; i++) {
            if (!isnan(work->column[v].value[i])) {
                value[count] = work->column[v].value[i];
                unit[count++] = work->unit.value[i];
            }
        }
        for (ptrdiff_t s = 0; s < work->statistics; s++) {
            work->value[v * work->statistics + s] =
                statistic(work->statistic[s], count, value, run->frame->has_unit ? unit : NULL, sorted, means);
        }
        for (ptrdiff_t w = 0; w < work->variables; w++) {
            work->correlation[v * work->variables + w] =
                correlation(rows, work->column[v].value, work->column[w].value);
        }
    }
    return SOLOW_OK;
}

static solow_status summarise(solow_run *run, const solow_yaml *entry, solow_error *err)
{
    summary_work work = {0};
    uint8_t *mask = NULL;
    const solow_yaml *correlations = solow_yaml_get(entry, "correlations");
    solow_status status = solow_comm_agree(run->comm, list_names(entry, &work, err), err);
    status = status == SOLOW_OK ? sample_mask(run, entry, &mask, err) : status;
    status = status == SOLOW_OK ? read_columns(run, mask, &work, err) : status;
    status = status == SOLOW_OK ? compute(run, &work, err) : status;
    if (status == SOLOW_OK && run->results != NULL) {
        const solow_summary summary = {
            .variables = work.variables,
            .statistics = work.statistics,
            .variable = work.variable,
            .statistic = work.statistic,
            .value = work.value,
            .correlation = correlations != NULL && solow_yaml_is_true(correlations) ? work.correlation : NULL};
        status = solow_summary_write(entry, &summary, run->job->folder, err);
    }
    free(mask);
    work_clear(&work);
    return solow_comm_agree(run->comm, status, err);
}

solow_status solow_run_summaries(solow_run *run, solow_error *err)
{
    const solow_yaml *summaries = run->job->summaries;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t s = 0; summaries != NULL && s < summaries->count && status == SOLOW_OK; s++) {
        status = summarise(run, summaries->item[s], err);
    }
    return status;
}
