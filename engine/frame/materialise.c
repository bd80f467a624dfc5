/* materialise.c - functions that need all rows of all ranks: they become hidden columns under their own text.
 *
 *   quantile(x, p)      the p-quantile of x (R's type 7), one value for all rows
 *   rank(x)             1..n with mid-ranks for ties
 *   cut(x, n)           1..n by quantiles
 *   std(x)              (x - mean) / sd
 *   winsor(x, p)        x moved inside its p and 1 - p quantiles
 *   mean sum sd count (x, by = g [, where = c])   over the rows of each level of g; where alone: inside the unit
 *   first last (x, where = c)   of the unit's rows where c holds
 *
 * Sorted values of all ranks are brought together, so digits do not depend on ranks. Source of quantiles: Hyndman & Fan
 * (1996), The American Statistician 50, 361-365, type 7.
 */
#include "engine/comm/sum.h"
#include "engine/frame/factor.h"
#include "engine/frame/program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All ranks' non-missing values, sorted; malloc'ed. */
static solow_status all_values(solow_frame *frame, const double *x, double **sorted, ptrdiff_t *count, solow_error *err)
{
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(frame->comm) + 1, sizeof *offset);
    double *mine = solow_allocate(frame->rows, sizeof *mine);
    solow_status status =
        offset != NULL && mine != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for sorted values");
    status = solow_comm_agree(frame->comm, status, err);
    void *all = NULL;
    ptrdiff_t present = 0;
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            if (!isnan(x[i])) {
                mine[present++] = x[i];
            }
        }
        status = solow_comm_allgather(frame->comm, mine, solow_bytes(present, sizeof *mine), &all, offset, err);
    }
    if (status == SOLOW_OK) {
        *sorted = all;
        *count = (ptrdiff_t)(offset[solow_comm_size(frame->comm)] / sizeof *mine);
        qsort(all, (size_t)*count, sizeof *mine, by_value);
    }
    free(offset);
    free(mine);
    return status;
}

static double quantile(const double *sorted, ptrdiff_t count, double p)
{
    if (count == 0) {
        return NAN;
    }
    double place = p * (double)(count - 1);
    ptrdiff_t low = (ptrdiff_t)floor(place), high = low + 1 < count ? low + 1 : low;
    return sorted[low] + (place - (double)low) * (sorted[high] - sorted[low]);
}

/* Number of sorted values below x (strictly), and not above it. */
static ptrdiff_t count_below(const double *sorted, ptrdiff_t count, double x, bool or_equal)
{
    ptrdiff_t low = 0, high = count;
    while (low < high) {
        ptrdiff_t middle = (low + high) / 2;
        if (sorted[middle] < x || (or_equal && sorted[middle] == x)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static double moment(const double *sorted, ptrdiff_t count, double centre, int power)
{
    double sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        double x = sorted[i] - centre;
        sum += power == 2 ? x * x : x;
    }
    return sum;
}

static void standardise(ptrdiff_t rows, double *x, const double *sorted, ptrdiff_t count)
{
    double mean = moment(sorted, count, 0, 1) / (double)count;
    double sd = sqrt(moment(sorted, count, mean, 2) / (double)(count - 1));
    for (ptrdiff_t i = 0; i < rows; i++) {
        x[i] = sd > 0 ? (x[i] - mean) / sd : NAN;
    }
}

static void apply_order(const char *name, double p, ptrdiff_t rows, double *x, const double *sorted, ptrdiff_t count)
{
    bool share = strcmp(name, "quantile") == 0 || strcmp(name, "winsor") == 0; /* p is one, not a number of groups */
    double low = share ? quantile(sorted, count, p) : NAN, high = share ? quantile(sorted, count, 1 - p) : NAN;
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (strcmp(name, "quantile") == 0) {
            x[i] = low;
        } else if (isnan(x[i])) {
            continue;
        } else if (strcmp(name, "rank") == 0) {
            x[i] = 0.5 * (double)(count_below(sorted, count, x[i], false) + count_below(sorted, count, x[i], true) + 1);
        } else if (strcmp(name, "winsor") == 0) {
            x[i] = x[i] < low ? low : x[i] > high ? high : x[i];
        } else { /* cut: 1 + how many of the inner quantiles lie below */
            double group = 1;
            for (double g = 1; g < p; g++) {
                group += x[i] > quantile(sorted, count, g / p);
            }
            x[i] = group;
        }
    }
}

static solow_status order_function(solow_frame *frame, const solow_node *node, double *x, solow_error *err)
{
    bool needs = strcmp(node->text, "std") != 0 && strcmp(node->text, "rank") != 0;
    double p = needs && node->count == 2 && node->child[1]->kind == SOLOW_NODE_NUMBER ? node->child[1]->number : NAN;
    bool cut = strcmp(node->text, "cut") == 0;
    if (needs && (cut ? !(p >= 2 && p <= 1000) : !(p >= 0 && p <= 1))) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s() takes a column and %s", node->text,
                          cut ? "a number of groups between 2 and 1000" : "a share between 0 and 1");
    }
    double *sorted = NULL;
    ptrdiff_t count = 0;
    solow_status status = all_values(frame, x, &sorted, &count, err);
    if (status == SOLOW_OK && strcmp(node->text, "std") == 0) {
        standardise(frame->rows, x, sorted, count);
    } else if (status == SOLOW_OK) {
        apply_order(node->text, p, frame->rows, x, sorted, count);
    }
    free(sorted);
    return status;
}

/* Per level of g: rows, sum; then the sum of squares about the mean. Added in block order. */
static solow_status level_sums(solow_frame *frame, const solow_factor *g, const double *x, const double *centre,
                               double *result, solow_error *err)
{
    solow_sum *sum = NULL;
    solow_status status =
        solow_sum_create(frame->comm, &frame->layout, 2 * (ptrdiff_t)g->levels, SOLOW_SUM_PLAIN, &sum, err);
    for (ptrdiff_t b = 0; b < frame->blocks && status == SOLOW_OK; b++) {
        double *into = solow_sum_block(sum, frame->layout.first_block + b);
        if (into == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for sums over `%s`", g->name);
            break;
        }
        for (ptrdiff_t i = frame->block_start[b]; i < frame->block_start[b + 1]; i++) {
            int32_t level = g->code[i];
            if (level >= 0 && !isnan(x[i])) {
                double value = centre != NULL ? (x[i] - centre[level]) * (x[i] - centre[level]) : x[i];
                into[2 * (ptrdiff_t)level] += 1;
                into[2 * (ptrdiff_t)level + 1] += value;
            }
        }
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(sum, result, err);
    }
    solow_sum_destroy(sum);
    return status;
}

static solow_status aggregate_by(solow_frame *frame, const char *name, const solow_factor *g, double *x,
                                 solow_error *err)
{
    double *sums = solow_allocate(2 * (ptrdiff_t)g->levels, sizeof *sums);
    double *value = solow_allocate(g->levels, sizeof *value);
    solow_status status =
        sums != NULL && value != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for groups");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = level_sums(frame, g, x, NULL, sums, err);
    }
    for (int32_t level = 0; level < g->levels && status == SOLOW_OK; level++) {
        double count = sums[2 * level], total = sums[2 * level + 1];
        bool wants_sum = strcmp(name, "sum") == 0, wants_count = strcmp(name, "count") == 0;
        value[level] = wants_sum ? total : wants_count ? count : count > 0 ? total / count : NAN;
    }
    if (status == SOLOW_OK && strcmp(name, "sd") == 0) {
        status = level_sums(frame, g, x, value, sums, err);
        for (int32_t level = 0; level < g->levels && status == SOLOW_OK; level++) {
            value[level] = sums[2 * level] > 1 ? sqrt(sums[2 * level + 1] / (sums[2 * level] - 1)) : NAN;
        }
    }
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        x[i] = g->code[i] >= 0 ? value[g->code[i]] : NAN;
    }
    free(sums);
    free(value);
    return status;
}

static ptrdiff_t argument(const solow_node *node, const char *label)
{
    for (ptrdiff_t i = 0; i < node->count && node->label != NULL; i++) {
        if (node->label[i] != NULL && strcmp(node->label[i], label) == 0) {
            return i;
        }
    }
    return -1;
}

/* The first or last present value of each unit, on all its rows. */
static void unit_ends(const solow_frame *frame, bool last, double *x)
{
    for (ptrdiff_t u = 0; u < frame->units; u++) {
        ptrdiff_t start = frame->unit_start[u], end = frame->unit_start[u + 1];
        double value = NAN;
        for (ptrdiff_t i = start; i < end; i++) {
            value = isnan(value) || (last && !isnan(x[i])) ? x[i] : value;
        }
        for (ptrdiff_t i = start; i < end; i++) {
            x[i] = value;
        }
    }
}

/* mean(x, by = g, where = c): rows where c is not true count as missing; without by, the unit is the group. */
static solow_status group_function(solow_frame *frame, const solow_node *node, double *x, solow_error *err)
{
    ptrdiff_t by = argument(node, "by"), where = argument(node, "where");
    const solow_factor *g = frame->unit_factor;
    bool ends = strcmp(node->text, "first") == 0 || strcmp(node->text, "last") == 0;
    solow_status status = SOLOW_OK;
    if (ends && by >= 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s() works along the periods of a unit and takes no `by =`",
                          node->text);
    }
    if (by >= 0) {
        status = solow_frame_factor(frame, node->child[by], &g, err);
    } else if (g == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s(x, where = ...) needs `by =` or a `unit:` under `data:`",
                          node->text);
    }
    if (status == SOLOW_OK && where >= 0) {
        double *condition = solow_allocate(frame->rows, sizeof *condition);
        status = condition != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a condition");
        status = solow_comm_agree(frame->comm, status, err);
        if (status == SOLOW_OK) {
            status = solow_frame_evaluate(frame, node->child[where], condition, err);
        }
        for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
            x[i] = condition[i] != 0 && !isnan(condition[i]) ? x[i] : NAN;
        }
        free(condition);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    if (ends) {
        unit_ends(frame, strcmp(node->text, "last") == 0, x);
        return SOLOW_OK;
    }
    return aggregate_by(frame, node->text, g, x, err);
}

solow_status solow_materialise(solow_frame *frame, const solow_node *node, bool *made,
                               const solow_frame_column **column, solow_error *err)
{
    static const char *const ordered[] = {"quantile", "rank", "cut", "std", "winsor"};
    static const char *const grouped[] = {"mean", "sum", "sd", "count", "first", "last"};
    bool is_ordered = false, is_grouped = false;
    for (size_t i = 0; i < sizeof ordered / sizeof ordered[0]; i++) {
        is_ordered = is_ordered || strcmp(node->text, ordered[i]) == 0;
    }
    for (size_t i = 0; i < sizeof grouped / sizeof grouped[0]; i++) {
        is_grouped = is_grouped || strcmp(node->text, grouped[i]) == 0;
    }
    *made =
        (is_ordered && node->count > 0) || (is_grouped && (argument(node, "by") >= 0 || argument(node, "where") >= 0));
    if (!*made) {
        return SOLOW_OK;
    }
    if (frame->block_start == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s() needs all rows and cannot be used in data.where; use a model's where", node->text);
    }
    char *name = solow_node_print(node);
    if (name == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a column's name");
    }
    solow_frame_column *hidden = solow_frame_find(frame, name);
    solow_status status = SOLOW_OK;
    if (hidden == NULL) {
        double *x = solow_allocate(frame->rows, sizeof *x);
        status = x != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for `%s`", name);
        status = solow_comm_agree(frame->comm, status, err);
        if (status == SOLOW_OK) {
            status = solow_frame_evaluate(frame, node->child[0], x, err);
        }
        if (status == SOLOW_OK) {
            status = is_ordered ? order_function(frame, node, x, err) : group_function(frame, node, x, err);
        }
        if (status == SOLOW_OK) {
            status = solow_frame_add_number(frame, name, &hidden, err);
        }
        if (status == SOLOW_OK) {
            memcpy(hidden->number, x, solow_bytes(frame->rows, sizeof *x));
            status = solow_frame_column_check(frame, hidden, err);
        }
        free(x);
    }
    free(name);
    *column = hidden;
    return status;
}
